"""`archspec export` of pictures: what is written, where, and what is refused."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from archspec import diagram
from archspec.cli.export import PICTURES, THEMES
from archspec.diagram import FORMATS
from tests.cli.running import run

SPEC = """\
name: Tiny
input: 4x8x8
blocks: {Block: {body: [{Conv2d: {out_channels: 4, kernel_size: 1}}]}}
model: [Block, Flatten]
"""
STARTS = {"svg": b"<svg ", "png": b"\x89PNG", "html": b"<!DOCTYPE html>", "mmd": b"---\ntitle:", "dot": b"digraph "}


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.yaml"
    path.write_text(SPEC)
    return path


def test_options_are_those_of_the_diagrams() -> None:
    assert (PICTURES, THEMES) == (FORMATS, diagram.THEMES)


@pytest.mark.parametrize("format", FORMATS)
def test_suffix_says_the_format(spec: Path, format: str) -> None:
    path = spec.with_suffix(f".{format}")
    result = run("export", spec, "-o", path)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", f"wrote {path}\n")
    assert path.read_bytes().startswith(STARTS[format])


@pytest.mark.parametrize("format", ["svg", "html", "mmd", "dot"])
def test_text_on_standard_output(spec: Path, format: str) -> None:
    result = run("export", spec, "-o", "-", "--to", format)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.encode().startswith(STARTS[format])


def test_depth(spec: Path) -> None:
    closed, opened = (run("export", spec, "-o", "-", "--to", "mmd", "--depth", depth).stdout for depth in (0, 1))
    assert ("Conv 1x1" in closed, "subgraph" in closed) == (False, False)
    assert ("Conv 1x1, 4" in opened, "subgraph" in opened) == (True, True)


def test_theme(spec: Path) -> None:
    svg = run("export", spec, "-o", "-", "--to", "svg", "--theme", "light").stdout
    assert "prefers-color-scheme" not in svg


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["-o", "net.svg", "--theme", "blue"], "--theme is one of auto, light, dark, not blue"),
        (["-o", "net.mmd", "--theme", "dark"], "--theme is for .svg and .png"),
        (["-o", "net.py", "--depth", "1"], "--depth is for pictures: svg, png, html, mmd, dot"),
        (["-o", "net.svg", "--weights", "w.pt"], "--weights: a picture shows no weights"),
        (["-o", "-", "--to", "png"], "only text goes to standard output"),
    ],
)
def test_wrong_command_line(spec: Path, options: list[str], message: str) -> None:
    result = run("export", spec, *options)
    assert result.exit_code == 2
    assert f"error: {message}" in result.stderr


def test_no_picture_leaves_no_file(spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "py_mini_racer", None)
    result = run("export", spec, "-o", spec.with_suffix(".svg"))
    assert result.exit_code == 1
    assert result.stderr == "error: diagrams need mini-racer: pip install 'archspec-nn[diagram]'\n"
    assert [path.name for path in spec.parent.iterdir()] == ["tiny.yaml"]


@pytest.mark.parametrize("format", FORMATS)
def test_no_torch_is_imported(spec: Path, format: str) -> None:
    script = (
        "import json, sys; from archspec.cli import app; "
        "app(['export', sys.argv[1], '-o', sys.argv[2]], standalone_mode=False); print(json.dumps(sorted(sys.modules)))"
    )
    process = subprocess.run(
        [sys.executable, "-c", script, spec, spec.with_suffix(f".{format}")],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    assert {"torch", "torchvision", "numpy", "matplotlib"}.isdisjoint(json.loads(process.stdout))

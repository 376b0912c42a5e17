"""archspec export: the suffix says what is written."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import onnxruntime
import pytest
import torch

import archspec
from tests import parity
from tests.cli.running import run


def test_source_stands_alone(spec: Path, tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    result = run("export", spec, "-o", path)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", f"wrote {path}\n")
    assert path.read_text() == archspec.to_python(spec)
    made: dict[str, Any] = {}
    exec(path.read_text(), made)
    assert parity.layout(made["Tiny"]()) == parity.layout(archspec.build(spec))


def test_source_on_standard_output(spec: Path) -> None:
    result = run("export", spec, "-o", "-")
    assert (result.stdout, result.stderr) == (archspec.to_python(spec), "")


def test_options_of_the_spec(spec: Path, tmp_path: Path) -> None:
    result = run("export", spec, "-o", "-", "--set", "classes=3", "--input", "1x10x12")
    assert result.stdout == archspec.to_python(spec, params={"classes": 3}, input="1x10x12")


def test_format_overrides_the_suffix(spec: Path, tmp_path: Path) -> None:
    assert run("export", spec, "-o", tmp_path / "net.txt", "--to", "py", "--quiet").stderr == ""
    assert (tmp_path / "net.txt").read_text() == archspec.to_python(spec)


@pytest.fixture(scope="module")
def weights(spec: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "weights.safetensors"
    assert run("export", spec, "-o", path).exit_code == 0
    return path


class TestWithWeights:
    def test_pt2(self, spec: Path, weights: Path, tmp_path: Path) -> None:
        path = tmp_path / "net.pt2"
        assert run("export", spec, "-o", path, "--weights", weights).exit_code == 0
        x = torch.randn(3, 1, 8, 8)
        expected = archspec.build(spec, weights=weights).eval()(x)
        torch.testing.assert_close(torch.export.load(path).module()(x), expected)

    def test_onnx(self, spec: Path, weights: Path, tmp_path: Path) -> None:
        path = tmp_path / "net.onnx"
        result = run("export", spec, "-o", path, "--weights", weights)
        assert (result.exit_code, result.stdout, result.stderr) == (0, "", f"wrote {path}\n")
        x = torch.randn(3, 1, 8, 8)
        expected = archspec.build(spec, weights=weights).eval()(x)
        (output,) = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"]).run(
            None, {"input": x.numpy()}
        )
        torch.testing.assert_close(torch.from_numpy(output), expected, rtol=1e-4, atol=1e-4)

    def test_that_do_not_fit(self, spec: Path, weights: Path, tmp_path: Path) -> None:
        result = run("export", spec, "-o", tmp_path / "net.pt2", "--weights", weights, "--set", "classes=3")
        assert result.exit_code == 1
        assert "2 of another shape" in result.stderr
        assert not list(tmp_path.iterdir())


class TestRefusals:
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (
                ["-o", "net.tflite"],
                "the suffix of net.tflite says no format: the formats are py, onnx, pt2, safetensors",
            ),
            (["-o", "net"], "the suffix of net says no format"),
            (["-o", "net.py", "--to", "tflite"], "--to tflite is unknown: the formats are py, onnx, pt2, safetensors"),
            (
                ["-o", "-", "--to", "onnx"],
                "only text goes to standard output: --to is one of py, svg, html, mmd, dot",
            ),
            (["-o", "net.py", "--weights", "w.pt"], "--weights: source holds no weights"),
            (["-o", "net.pt2", "--weights", "none.pt"], "--weights names no file: none.pt"),
        ],
    )
    def test_wrong_command_line(self, spec: Path, arguments: list[str], message: str) -> None:
        result = run("export", spec, *arguments)
        assert result.exit_code == 2
        assert f"error: {message}" in result.stderr

    def test_no_output(self, spec: Path) -> None:
        assert run("export", spec).exit_code == 2

    def test_wrong_spec_leaves_no_file(self, tmp_path: Path) -> None:
        assert run("export", "-", "-o", tmp_path / "net.py", stdin="input: 3x8x8\nmodel: [Relu]").exit_code == 1
        assert not list(tmp_path.iterdir())

    @pytest.mark.parametrize("suffix", ["py", "pt2", "safetensors"])
    def test_file_that_cannot_be_written(self, spec: Path, suffix: str, tmp_path: Path) -> None:
        path = tmp_path / "no" / f"net.{suffix}"
        result = run("export", spec, "-o", path)
        assert result.exit_code == 1
        assert result.stderr == f"error: {path} cannot be written: No such file or directory\n"


def test_exporting_source_imports_no_torch(spec: Path, tmp_path: Path) -> None:
    script = (
        "import json, sys; from archspec.cli import app; "
        "app(['export', sys.argv[1], '-o', sys.argv[2]], standalone_mode=False); print(json.dumps(sorted(sys.modules)))"
    )
    output = subprocess.run(
        [sys.executable, "-c", script, spec, tmp_path / "net.py"],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    ).stdout
    assert {"torch", "torchvision", "numpy", "safetensors"}.isdisjoint(json.loads(output))

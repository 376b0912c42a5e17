"""archspec new: a spec to start from, which is right, and stands in nobody's way."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from archspec.api import analyze
from archspec.cli.new import TEMPLATE
from tests.cli.running import run


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the commands are run."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "path", "network"),
    [
        ("lenet", "lenet.yaml", "lenet"),
        ("lenet.yaml", "lenet.yaml", "lenet"),
        ("lenet.yml", "lenet.yml", "lenet"),
        ("nets/lenet", "nets/lenet.yaml", "lenet"),
        ("resnet1.5", "resnet1.5.yaml", "resnet1.5"),
        ("3d-net", "3d-net.yaml", "3d-net"),
        ("my net", "my net.yaml", "my net"),
        ("2024", "2024.yaml", "2024"),
        ("true", "true.yaml", "true"),
        ("a: b # 'c' \"d\" \\", "a: b # 'c' \"d\" \\.yaml", "a: b # 'c' \"d\" \\"),
        ("Réseau", "Réseau.yaml", "Réseau"),
    ],
)
def test_writes_a_spec_that_is_right(name: str, path: str, network: str, folder: Path) -> None:
    (folder / "nets").mkdir()
    result = run("new", name)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.startswith(f"wrote {path}; next: archspec shapes ")
    graph = analyze(path)
    assert (graph.name, str(graph.output)) == (network, "10")
    assert run("check", path).output == "1 spec checked: no mistakes\n"


def test_says_what_to_type_next() -> None:
    assert run("new", "lenet").stderr == "wrote lenet.yaml; next: archspec shapes lenet.yaml\n"
    assert run("new", "my net").stderr == "wrote my net.yaml; next: archspec shapes 'my net.yaml'\n"
    assert run("new", "--", "-x").stderr == "wrote -x.yaml; next: archspec shapes ./-x.yaml\n"


def test_the_comments_name_the_file(folder: Path) -> None:
    run("new", "lenet")
    text = (folder / "lenet.yaml").read_text()
    assert "#   archspec shapes lenet.yaml  " in text
    assert "net.yaml" not in text.replace("lenet.yaml", "")


def test_builds() -> None:
    run("new", "lenet")
    assert "verified" in run("build", "lenet.yaml").stdout


def test_on_standard_output(folder: Path) -> None:
    result = run("new", "-")
    assert (result.exit_code, result.stdout, result.stderr) == (0, TEMPLATE.read_text(), "")
    assert os.listdir(folder) == []


def test_quiet() -> None:
    assert run("new", "lenet", "--quiet").output == ""


@pytest.mark.parametrize("name", ["lenet", "lenet.yaml"])
def test_writes_over_nothing(name: str, folder: Path) -> None:
    (folder / "lenet.yaml").write_text("mine")
    result = run("new", name)
    message = "lenet.yaml is there already, and stays as it is: choose another name"
    assert (result.exit_code, result.stderr) == (2, f"error: {message}\n")
    assert (folder / "lenet.yaml").read_text() == "mine"


def test_follows_no_link_that_leads_nowhere(folder: Path) -> None:
    (folder / "lenet.yaml").symlink_to("elsewhere.yaml")
    assert run("new", "lenet").exit_code == 2
    assert os.listdir(folder) == ["lenet.yaml"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nets/lenet", "there is no folder nets: make it first"),
        ("vgg/", "vgg/ names no file: add the network, as in archspec new vgg/lenet"),
        (".yaml", ".yaml names no file: add the network, as in archspec new lenet"),
        ("", "NAME is what the network is called, as in archspec new lenet"),
        ("le\nnet", "NAME is what the network is called, as in archspec new lenet"),
        ("\x1b[1m", "NAME is what the network is called, as in archspec new lenet"),
    ],
)
def test_wrong_name(name: str, message: str, folder: Path) -> None:
    result = run("new", name)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"error: {message}\n")
    assert os.listdir(folder) == []


def test_a_file_that_cannot_be_written(folder: Path) -> None:
    result = run("new", "n" * 300)
    assert result.exit_code == 1
    assert result.stderr.startswith("error: nnn")
    assert result.stderr.endswith(" cannot be written: File name too long\n")
    assert os.listdir(folder) == []

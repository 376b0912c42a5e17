"""archspec compare: one table of what the others print one by one, and a plot."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from tests.cli.running import run
from tests.reference import SPECS

NAMED = [SPECS / f"{name}.yaml" for name in ("lenet5", "alexnet", "vgg16", "googlenet", "resnet18")]

TABLE = """\
name       depth   parameters            MACs  activations  field      size
---------------------------------------------------------------------------
LeNet5         5       61,706         416,520      58.9 kB     32  246.8 kB
AlexNet        8   46,764,746     938,146,176       5.4 MB    195  187.1 MB
VGG16         16  138,357,544  15,470,264,320     114.7 MB    212  553.4 MB
GoogLeNet     22    5,977,530     276,066,304       5.8 MB    715   23.9 MB
ResNet18      18   11,178,378     318,657,536       5.4 MB    435   44.7 MB

input 1x32x32: LeNet5
input 1x224x224: AlexNet
input 3x224x224: VGG16
input 1x96x96: GoogLeNet, ResNet18
"""
MARKDOWN = """\
| name | input | depth | parameters | MACs | activations | receptive field | size |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
| LeNet5 | 1x32x32 | 5 | 61,706 | 416,520 | 58.9 kB | 32 | 246.8 kB |
| Plain | 8 | 1 | 36 | 32 | 16 bytes | all | 144 bytes |
"""
WRONG = "input: 8\nmodel: [{Lineer: 4}]\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A network, one that is wrong, and a file that only offers blocks."""
    (tmp_path / "plain.yaml").write_text("name: Plain\ninput: 8\nmodel: [{Linear: 4}]\n")
    (tmp_path / "wrong.yaml").write_text(WRONG)
    (tmp_path / "common.yaml").write_text("blocks: {B: {body: [ReLU]}}\n")
    return tmp_path


def as_json(*arguments: object) -> Any:
    return json.loads(run("compare", *arguments, "--format", "json").stdout)


# the formats


def test_table() -> None:
    result = run("compare", *NAMED)
    assert (result.exit_code, result.stdout, result.stderr) == (0, TABLE, "")


def test_markdown(folder: Path) -> None:
    assert run("compare", NAMED[0], folder / "plain.yaml", "--format", "markdown").stdout == MARKDOWN


def test_json(folder: Path) -> None:
    found = as_json(NAMED[0], folder / "plain.yaml")
    assert found["version"] == 1
    assert found["networks"][0] == {
        "name": "LeNet5",
        "file": str(NAMED[0]),
        "inputs": {"input": [1, 32, 32]},
        "output": [10],
        "depth": 5,
        "receptive_field": [32, 32],
        "totals": {
            "params": 61706,
            "buffers": 0,
            "macs": 416520,
            "parameter_bytes": 246824,
            "activation_bytes": 58888,
        },
    }
    assert found["networks"][1]["receptive_field"] is None


def test_csv(folder: Path) -> None:
    text = run("compare", NAMED[0], folder / "plain.yaml", "--format", "csv").stdout
    lenet, plain = csv.DictReader(io.StringIO(text))
    assert lenet == {
        "name": "LeNet5",
        "file": str(NAMED[0]),
        "input": "1x32x32",
        "depth": "5",
        "params": "61706",
        "macs": "416520",
        "activation_bytes": "58888",
        "receptive_field": "32",
        "parameter_bytes": "246824",
    }
    assert plain["receptive_field"] == ""


@pytest.mark.parametrize("path", NAMED, ids=lambda path: path.stem)
def test_totals_are_those_of_shapes(path: Path) -> None:
    (network,) = as_json(path)["networks"]
    shapes = json.loads(run("shapes", path, "--format", "json").stdout)
    for key in ("name", "inputs", "output", "totals"):
        assert network[key] == shapes[key]


def test_what_enters_is_said_once_where_it_is_the_same() -> None:
    assert run("compare", *NAMED[3:]).stdout.endswith("\n\ninput 1x96x96\n")


def test_of_many_networks_only_the_odd_inputs_are_listed() -> None:
    foot = run("compare", SPECS / "torchvision").stdout.partition("\n\n")[2]
    assert foot == "input 3x299x299: InceptionV3\ninput 3x224x224: the others\n"


# which networks


def test_networks_of_one_name_are_told_by_their_files() -> None:
    table = run("compare", SPECS / "vgg16.yaml", SPECS / "torchvision" / "vgg16.yaml").stdout
    assert re.findall(r"^VGG16.*?\)", table, re.MULTILINE) == ["VGG16 (vgg16.yaml)", "VGG16 (torchvision/vgg16.yaml)"]


def test_folder_and_options(folder: Path) -> None:
    (folder / "wrong.yaml").unlink()
    result = run("compare", folder, "--input", "16")
    assert result.exit_code == 0
    assert "Plain      1          68    64" in result.stdout
    assert result.stderr == f"left out: {folder / 'common.yaml'} only offers blocks: it has no model\n"
    assert run("compare", folder, "--quiet").stderr == ""


def test_standard_input() -> None:
    found = json.loads(run("compare", "-", NAMED[0], "--format", "json", stdin=NAMED[4].read_text()).stdout)
    assert [(n["name"], n["file"]) for n in found["networks"]] == [("ResNet18", "<stdin>"), ("LeNet5", str(NAMED[0]))]


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("name", "AlexNet GoogLeNet LeNet5 ResNet18 VGG16"),
        ("depth", "LeNet5 AlexNet VGG16 ResNet18 GoogLeNet"),
        ("parameters", "LeNet5 GoogLeNet ResNet18 AlexNet VGG16"),
        ("macs", "LeNet5 GoogLeNet ResNet18 AlexNet VGG16"),
        ("activations", "LeNet5 AlexNet ResNet18 GoogLeNet VGG16"),
    ],
)
def test_sort(order: str, names: str) -> None:
    assert [n["name"] for n in as_json(*NAMED, "--sort", order)["networks"]] == names.split()


# what is wrong


def test_a_wrong_spec_does_not_hide_the_others(folder: Path) -> None:
    result = run("compare", folder)
    assert result.exit_code == 1
    assert result.stdout.startswith("name ")
    assert "\nPlain " in result.stdout
    assert result.stderr.startswith("error[unknown-kind]: ")
    assert f"{folder / 'wrong.yaml'}:2:10" in result.stderr


def test_only_wrong_specs(folder: Path) -> None:
    result = run("compare", folder / "wrong.yaml", "-o", folder / "plot.svg")
    assert (result.exit_code, result.stdout) == (1, "")
    assert not (folder / "plot.svg").exists()


def test_a_mistake_that_two_share_is_said_once(tmp_path: Path) -> None:
    (tmp_path / "blocks.yaml").write_text("blocks: {B: {body: [{Lineer: 4}]}}\n")
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(f"name: {name}\nimport: blocks.yaml\ninput: 8\nmodel: [B]\n")
    result = run("compare", tmp_path / "a.yaml", tmp_path / "b.yaml")
    assert result.exit_code == 1
    assert result.stderr.count("error[") == 1


def test_a_named_file_must_hold_a_network(folder: Path) -> None:
    result = run("compare", folder / "common.yaml", folder / "plain.yaml", "--quiet")
    assert result.exit_code == 1
    assert "\nPlain " in result.stdout
    assert result.stderr == f"error: {folder / 'common.yaml'} only offers blocks: it has no model\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--format", "yaml"], "--format is one of table, json, csv, markdown, not yaml"),
        (["--sort", "size"], "--sort is one of name, depth, parameters, macs, activations, not size"),
        (["-o", "x.csv"], "-o draws a plot, as .svg, .png or .pdf, and not x.csv; the table goes to standard output, "),
        (["-o", "plot"], "-o draws a plot, as .svg, .png or .pdf, and not plot; "),
        (["--set", "classes=4"], f"{NAMED[0]}: the spec has no param classes"),
        (["no.yaml"], "there is no file no.yaml"),
    ],
)
def test_wrong_command_line(arguments: list[str], message: str) -> None:
    result = run("compare", *NAMED[:2], *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"error: {message}")


# the plot


@pytest.mark.parametrize("suffix", ["svg", "png", "pdf", "SVG"])
def test_plot(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"compare.{suffix}"
    result = run("compare", *NAMED, "-o", path)
    assert (result.exit_code, result.stdout, result.stderr) == (0, TABLE, f"wrote {path}\n")
    assert path.stat().st_size > 5_000


def test_plot_that_cannot_be_written(tmp_path: Path) -> None:
    path = tmp_path / "no" / "plot.svg"
    result = run("compare", NAMED[0], "-o", path)
    assert result.exit_code == 1
    assert result.stderr == f"error: {path} cannot be written: No such file or directory\n"


def test_plot_without_matplotlib(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr("archspec.cli.compare.find_spec", lambda name: None if name == "matplotlib" else found(name))
    result = run("compare", NAMED[0], "-o", tmp_path / "plot.svg")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "error: a plot needs matplotlib: pip install 'archspec-nn[diagram]'\n"


def test_only_a_plot_imports_matplotlib() -> None:
    script = dedent("""
        import sys
        from archspec.cli import app
        app(["compare", sys.argv[1]], standalone_mode=False)
        sys.exit(any(name in sys.modules for name in ("torch", "numpy", "matplotlib")))
    """)
    subprocess.run([sys.executable, "-c", script, NAMED[0]], check=True, timeout=120, stdout=subprocess.DEVNULL)


def test_hostile_names_do_not_steer_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_text('name: "\\e[31m| a \\u202e\\n"\ninput: 8\nmodel: [{Linear: 4}]\n')
    for format in ("table", "markdown"):
        text = run("compare", path, "--format", format).stdout
        assert "\\x1b[31m" in text
        assert "\x1b" not in text
        assert "\u202e" not in text

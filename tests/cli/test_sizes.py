"""archspec sizes: its formats, letters of one's own, and specs that are wrong."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.running import run

SPEC = """\
name: Joined
input: 1x20x20
params: {features: 100}
model:
  whole: {Conv2d: {out_channels: 4, kernel_size: 3, padding: 1}}
  pool: {MaxPool2d: 4}
  up: {Upsample: {scale_factor: 4}}
  join: {concat: [{from: whole}, {from: up}]}
  flatten: {from: pool, Flatten: 1}
  fc: {Linear: {in_features: features, out_features: 10}}
"""


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("net.yaml").write_text(SPEC)
    return "net.yaml"


def test_table(spec: str) -> None:
    said = run("sizes", spec)
    assert said.exit_code == 0
    assert (
        said.stdout
        == """\
Joined

axis  sizes    proved
----------------------------
H     20 only  for all sizes
W     20 only  for all sizes

H and W at least 20: join at net.yaml:8
H and W at most 20: join at net.yaml:8
H with W 20, which counts for it
W with H 20, which counts for it
"""
    )


def test_json(spec: str) -> None:
    data = json.loads(run("sizes", spec, "--input", "1xHx20", "--format", "json").stdout)
    assert (data["version"], data["name"]) == (1, "Joined")
    (height,) = data["inputs"]["input"]
    assert height.items() >= {"axis": "H", "least": 20, "most": 20, "multiple_of": 1, "proved_to": None}.items()
    assert height["fixed_by"].items() >= {"module": "join", "file": "net.yaml", "line": 8}.items()


def test_params_are_set(spec: str) -> None:
    (height, _) = json.loads(run("sizes", spec, "--set", "features=400", "--format", "json").stdout)["inputs"]["input"]
    assert (height["least"], height["most"]) == (40, 40)


def test_letters_may_be_the_same(spec: str) -> None:
    (side,) = json.loads(run("sizes", spec, "--input", "1xSxS", "--format", "json").stdout)["inputs"]["input"]
    assert (side["axis"], side["least"], side["most"]) == ("S", 20, 20)
    assert side["proved_to"] >= 2048  # a square is no line: it is tried


def test_csv_and_markdown(spec: str) -> None:
    rows = list(csv.DictReader(io.StringIO(run("sizes", spec, "--format", "csv").stdout)))
    assert [(row["input"], row["axis"], row["least"], row["most"]) for row in rows] == [
        ("input", "H", "20", "20"),
        ("input", "W", "20", "20"),
    ]
    page = run("sizes", spec, "--format", "markdown").stdout
    assert "| `input` | H | 20 only | for all sizes |" in page
    assert "- H and W at least 20: join at net.yaml:8" in page


def test_sizes_are_found_though_those_of_the_spec_are_wrong(spec: str) -> None:
    Path(spec).write_text(SPEC.replace("20x20", "23x23"))
    said = run("sizes", spec)
    assert said.exit_code == 0
    assert "H     20 only" in said.stdout


def test_a_spec_that_takes_nothing_is_wrong(spec: str) -> None:
    Path(spec).write_text(SPEC.replace("MaxPool2d", "MaxPol2d"))
    said = run("sizes", spec)
    assert said.exit_code == 1
    assert said.stdout == ""
    assert "there is no kind 'MaxPol2d'" in said.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--input", "other=1xHxW"], "the spec has no input other"),
        (["--input", "1xhxw"], "'1xhxw' is not a shape"),
        (["--set", "depth=3"], "the spec has no param depth"),
        (["--format", "yaml"], "--format is one of table, json, csv, markdown"),
    ],
)
def test_wrong_command_lines(spec: str, arguments: list[str], words: str) -> None:
    said = run("sizes", spec, *arguments)
    assert said.exit_code == 2
    assert words in said.stderr


def test_a_network_without_free_sizes(spec: str) -> None:
    Path(spec).write_text("input: 784\nmodel: [{Linear: 10}]\n")
    assert "no size of its input is free" in run("sizes", spec).stdout

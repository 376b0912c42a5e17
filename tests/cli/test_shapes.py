"""archspec shapes: its formats, whose figures add up, and a table that fits the terminal."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any, NamedTuple

import pytest

import archspec
from archspec.report.text_table import Column, render_table
from tests.cli.processes import on_terminal
from tests.cli.running import run

ROOT = Path(__file__).parents[2]
SPECS = sorted((ROOT / "specs").rglob("*.yaml"))
VGG11 = ROOT / "specs" / "vgg11.yaml"

VGG11_TABLE = """\
VGG11, input 1x224x224

module  layer         output   parameters           MACs  field
---------------------------------------------------------------
0       VGGBlock  64x112x112          640     28,901,376      4
1       VGGBlock   128x56x56       73,856    924,844,032     10
2       VGGBlock   256x28x28      885,248  2,774,532,096     30
3       VGGBlock   512x14x14    3,539,968  2,774,532,096     70
4       VGGBlock     512x7x7    4,719,616    924,844,032    150
5       Flatten        25088            -              -    all
6       Linear          4096  102,764,544    102,760,448    all
7       ReLU            4096            -              -    all
8       Dropout         4096            -              -    all
9       Linear          4096   16,781,312     16,777,216    all
10      ReLU            4096            -              -    all
11      Dropout         4096            -              -    all
12      Linear            10       40,970         40,960    all

output      10
parameters  128,806,154  (515.2 MB)
MACs        7,547,232,256
activations 65.7 MB for one example
"""

SEVERAL = """
    name: Several
    input: {image: 3x32x32, tokens: {shape: [16], dtype: int64}}
    outputs: {fine: a, coarse: fc}
    model:
      a: {from: image, Conv2d: {out_channels: 8, kernel_size: [3, 5]}}
      side:
        aux:
          - Flatten
          - Linear: 7
      embedding: {from: tokens, Embedding: {num_embeddings: 100, embedding_dim: 8}}
      flatten: Flatten
      again: {reuse: flatten}
      both: {from: [flatten, again], Bilinear: 12}
      fc: {Linear: 10}
"""

REUSED = """
    name: Reused
    input: 8
    model:
      fc: {Linear: 8}
      block: [{a: {Linear: 8}}, {b: ReLU}]
      twice: {reuse: fc}
      thrice: {reuse: block}
"""


@pytest.fixture
def several(tmp_path: Path) -> Path:
    return written(tmp_path, SEVERAL)


def written(folder: Path, text: str) -> Path:
    path = folder / "net.yaml"
    path.write_text(dedent(text))
    return path


def as_json(*arguments: object) -> Any:
    return json.loads(run("shapes", *arguments, "--format", "json").stdout)


class Line(NamedTuple):
    """A row of the table as a person reads it."""

    module: str
    kind: str
    output: str
    params: int
    macs: int
    field: str
    training: bool
    """Whether it is of an aux branch, or stands below one."""


def rows(table: str) -> list[Line]:
    """Those with figures: a module whose children follow has none."""
    _, body, _ = table.split("\n\n")
    found = []
    aux: int | None = None
    for line in body.splitlines()[2:]:
        indent = len(line) - len(line.lstrip())
        module, kind, *figures = re.split(r" {2,}", line.strip())
        if aux is None or indent <= aux:
            aux = indent if kind == "aux" or kind.endswith("(aux)") else None
        if figures:
            output, params, macs, field, *_ = figures
            found.append(Line(module, kind, output, number(params), number(macs), field, aux is not None))
    return found


def number(text: str) -> int:
    return 0 if text == "-" else int(text.replace(",", ""))


def totals(table: str) -> dict[str, int]:
    return {
        name: number(value.split()[0])
        for name, value in (line.split(None, 1) for line in table.split("\n\n")[2].splitlines())
        if name in ("parameters", "MACs", "buffers")
    }


# the table


def test_vgg11_block_by_block() -> None:
    result = run("shapes", VGG11, "--input", "1x224x224", "--depth", 1)
    assert (result.exit_code, result.stdout, result.stderr) == (0, VGG11_TABLE, "")


def test_the_tree(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        """
        name: Tree
        input: 3x8x8
        model:
          stem: [{conv: {Conv2d: {out_channels: 4, kernel_size: 3, stride: 2}}}, {act: ReLU}]
          head: {deep: [Flatten, {Linear: 5}]}
        """,
    )
    table = """\
        Tree, input 3x8x8

        module  layer       output  parameters  MACs  field  stride
        -----------------------------------------------------------
        stem    sequential
          conv  Conv2d       4x3x3         112   972      3       2
          act   ReLU         4x3x3           -     -      3       2
        head    sequential
          deep  sequential
            0   Flatten         36           -     -    all     all
            1   Linear           5         185   180    all     all
    """
    assert run("shapes", path, "--stride").stdout.partition("\n\noutput")[0] == dedent(table).rstrip()


@pytest.mark.parametrize("path", SPECS, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_printed_rows_add_up_to_the_printed_totals(path: Path) -> None:
    for depth in ([], ["--depth", 1], ["--depth", 2]):
        table = run("shapes", path, *depth).stdout
        printed = rows(table)
        assert sum(row.params for row in printed) == totals(table)["parameters"]
        assert sum(row.macs for row in printed if not row.training) == totals(table)["MACs"]


@pytest.mark.parametrize("text", [SEVERAL, REUSED], ids=["aux and several outputs", "modules called again"])
def test_totals_count_what_is_run_and_what_is_learned_once(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, text)
    graph = archspec.analyze(path)
    for depth in ([], ["--depth", 1]):
        table = run("shapes", path, *depth).stdout
        assert totals(table) == {"parameters": graph.params, "MACs": graph.macs}
        assert sum(row.params for row in rows(table)) == graph.params
        assert sum(row.macs for row in rows(table) if not row.training) == graph.macs


def test_buffers_have_a_total_where_there_are_some(tmp_path: Path) -> None:
    path = written(tmp_path, "input: 3x8x8\nmodel: [BatchNorm2d]\n")
    assert totals(run("shapes", path).stdout) == {"parameters": 6, "buffers": 7, "MACs": 0}


def test_aux_branches_are_marked_where_they_begin(tmp_path: Path, several: Path) -> None:
    kinds = [row.kind for row in rows(run("shapes", several).stdout)]
    assert kinds[:3] == ["Conv2d", "Flatten", "Linear"]
    assert "\nside       aux\n" in run("shapes", several).stdout
    assert "\nMACs        499,128  (and 47,040 in aux branches)\n" in run("shapes", several).stdout
    path = written(tmp_path, "input: 8\nmodel: [aux: [Linear: 4, {b: [ReLU]}], Linear: 3]\n")
    assert [row.kind for row in rows(run("shapes", path, "--depth", 1).stdout)] == [
        "Linear (aux)", "sequential (aux)", "Linear",
    ]  # fmt: skip


def test_one_row_for_each_child(several: Path) -> None:
    table = run("shapes", several, "--depth", 1).stdout
    assert [(row.module, row.kind) for row in rows(table)] == [
        ("a", "Conv2d"), ("side", "aux"), ("embedding", "Embedding"), ("flatten", "Flatten"),
        ("flatten", "Flatten"), ("both", "Bilinear"), ("fc", "Linear"),
    ]  # fmt: skip
    (side,) = [row for row in rows(table) if row.training]
    deep = [row for row in rows(run("shapes", several).stdout) if row.training]
    assert (side.params, side.macs) == (sum(row.params for row in deep), sum(row.macs for row in deep))


def test_several_inputs_and_outputs_are_named(several: Path) -> None:
    table = run("shapes", several).stdout
    assert table.startswith("Several, input image 3x32x32, tokens 16\n\n")
    assert "\noutput      fine: 8x30x28, coarse: 10\n" in table


def test_a_tuple_of_outputs(tmp_path: Path) -> None:
    path = written(tmp_path, "input: 8\noutputs: [a, b]\nmodel: {a: {Linear: 4}, b: {Linear: 2}}\n")
    assert "\noutput      4 and 2\n" in run("shapes", path).stdout
    assert as_json(path)["output"] == [[4], [2]]


# widths


@pytest.mark.parametrize("path", SPECS, ids=lambda path: str(path.relative_to(ROOT)))
def test_it_fits_a_terminal_of_80_columns(path: Path) -> None:
    assert max(map(len, run("shapes", path).stdout.splitlines())) <= 80


LONG = """
    name: Long
    input: 3x224x224
    model:
      encoder_with_a_very_long_name_indeed_that_goes_on:
        another_long_name_for_a_stage:
          yet_another_long_name_for_a_block:
            conv1: {Conv2d: {out_channels: 4, kernel_size: 3}}
            conv2: {Conv2d: {out_channels: 4, kernel_size: 3}}
            upsampling_by_learned_weights_1: {ConvTranspose2d: {out_channels: 4, kernel_size: 3}}
            upsampling_by_learned_weights_2: {ConvTranspose2d: {out_channels: 400, kernel_size: 3}}
"""


@pytest.mark.skipif(sys.platform == "win32", reason="terminals of POSIX")
@pytest.mark.parametrize("columns", [80, 100, 132, 300])
def test_it_is_as_wide_as_the_terminal_lets_it_be(tmp_path: Path, columns: int) -> None:
    path = written(tmp_path, LONG)
    lines = on_terminal("shapes", path, columns=columns).splitlines()
    assert max(map(len, lines)) <= columns
    whole = "upsampling_by_learned_weights_2" in "".join(lines)
    assert whole == (columns >= 100)


@pytest.mark.parametrize("columns", [20, 60, 80, 100, 200])
def test_numbers_are_never_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    path = written(tmp_path, LONG)
    monkeypatch.setenv("COLUMNS", str(columns))
    narrow = rows(run("shapes", path).stdout)
    monkeypatch.setenv("COLUMNS", "400")
    assert [row[2:] for row in narrow] == [row[2:] for row in rows(run("shapes", path).stdout)]


def test_names_that_are_cut_still_differ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, LONG)
    monkeypatch.setenv("COLUMNS", "80")
    names = [row.module for row in rows(run("shapes", path).stdout)]
    assert len(set(names)) == len(names) == 4


@pytest.mark.parametrize(
    ("text", "width", "cut"),
    [
        ("BatchNorm2d", 11, "BatchNorm2d"),
        ("BatchNorm2d", 10, "Batch…rm2d"),
        ("BatchNorm2d", 8, "Batc…m2d"),
        ("    convolution1", 12, "    conv…on1"),
        ("            convolution1", 8, "    co…1"),
    ],
)
def test_a_text_is_cut_in_its_middle(text: str, width: int, cut: str) -> None:
    table = render_table([Column("x", text=True), Column("n")], [[text, "1"]], width=width + 3)
    assert table.splitlines()[2] == f"{cut}  1"


def test_a_name_does_not_steer_the_terminal(tmp_path: Path) -> None:
    path = written(tmp_path, 'name: "网络\\e[31m\\u202e\\n漢"\ninput: 8\nmodel: [ReLU]\n')
    table = run("shapes", path).stdout
    assert table.startswith("网络\\x1b[31m\\u202e\\n漢, input 8\n")
    assert as_json(path)["name"] == "网络\x1b[31m\u202e\n漢"


# the other formats


EXAMPLE = {
    "version": 1,
    "name": "VGG11",
    "inputs": {"input": [1, 224, 224]},
    "output": [10],
    "layers": [
        {
            "name": "0.0",
            "kind": "Conv2d",
            "file": "specs/vgg11.yaml",
            "line": 17,
            "input": [1, 224, 224],
            "output": [64, 224, 224],
            "dtype": "float32",
            "params": 640,
            "macs": 28901376,
            "receptive_field": [3, 3],
            "stride": [1, 1],
        }
    ],
    "totals": {
        "params": 128806154,
        "buffers": 0,
        "macs": 7547232256,
        "parameter_bytes": 515224616,
        "activation_bytes": 65728552,
    },
}


def test_json_is_the_interfaces_example(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    found = as_json("specs/vgg11.yaml", "--input", "1x224x224")
    assert len(found["layers"]) == 29
    assert all(list(layer) == list(EXAMPLE["layers"][0]) for layer in found["layers"])  # type: ignore[index]
    found["layers"] = found["layers"][:1]
    assert json.dumps(found) == json.dumps(EXAMPLE), "the keys and their order, too"


@pytest.mark.parametrize("path", SPECS, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_figures_of_json_add_up(path: Path) -> None:
    found = as_json(path)
    layers, sums = found["layers"], found["totals"]
    assert sum(layer["params"] for layer in layers) == sums["params"]
    assert sum(layer["macs"] for layer in layers if "training_only" not in layer) == sums["macs"]
    assert sums["parameter_bytes"] == 4 * sums["params"]
    assert sums["activation_bytes"] == sum(4 * product(layer["output"]) for layer in layers)
    assert {layer["dtype"] for layer in layers} == {"float32"}


def product(sizes: list[int]) -> int:
    result = 1
    for size in sizes:
        result *= size
    return result


def test_json_of_several_inputs_outputs_and_aux(several: Path) -> None:
    found = as_json(several)
    assert found["inputs"] == {"image": [3, 32, 32], "tokens": [16]}
    assert found["output"] == {"fine": [8, 30, 28], "coarse": [10]}
    layers = {layer["name"]: layer for layer in found["layers"]}
    assert [layer["name"] for layer in found["layers"]].count("flatten") == 2
    assert layers["both"]["input"] == [[128], [128]]
    assert (layers["a"]["receptive_field"], layers["fc"]["receptive_field"]) == ([3, 5], None)
    assert {name for name, layer in layers.items() if layer.get("training_only")} == {"side.0", "side.1"}
    assert all("training_only" not in layer or layer["training_only"] is True for layer in found["layers"])


def test_json_has_every_layer_whatever_the_depth() -> None:
    assert as_json(VGG11, "--depth", 1) == as_json(VGG11)


def flat(found: Any) -> Iterator[list[str]]:
    """The layers of the JSON, as CSV has them."""
    for layer in found["layers"]:
        field, stride = (
            "" if axes is None else "x".join(map(str, axes[:1] if len(set(axes)) == 1 else axes))
            for axes in (layer["receptive_field"], layer["stride"])
        )
        yield [
            layer["name"], layer["kind"], "x".join(map(str, layer["output"])), str(layer["params"]),
            str(layer["macs"]), field, stride, str(layer.get("training_only", False)).lower(),
        ]  # fmt: skip


def test_csv_is_the_json(several: Path) -> None:
    for path in (several, VGG11):
        header, *lines = csv.reader(io.StringIO(run("shapes", path, "--format", "csv").stdout))
        assert header == ["module", "kind", "output", "params", "macs", "receptive_field", "stride", "training_only"]
        assert lines == list(flat(as_json(path)))


def test_csv_rolled_up() -> None:
    lines = csv.DictReader(io.StringIO(run("shapes", VGG11, "--format", "csv", "--depth", 1).stdout))
    found = list(lines)
    assert [line["module"] for line in found] == [str(i) for i in range(13)]
    assert sum(int(line["params"]) for line in found) == 128_806_154
    assert sum(int(line["macs"]) for line in found) == 7_547_232_256


def test_markdown(several: Path) -> None:
    text = run("shapes", several, "--format", "markdown", "--stride").stdout
    head, rule, *body = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()]
    assert head == ["module", "layer", "output", "parameters", "MACs", "receptive field", "stride"]
    assert rule == ["---", "---", "---:", "---:", "---:", "---:", "---:"]
    assert {len(cells) for cells in body} == {7}
    *layers, total = body
    assert layers[0] == ["`a`", "Conv2d", "8x30x28", "368", "302,400", "3x5", "1"]
    assert layers[2][:2] == ["`side.1`", "Linear (aux)"]
    assert number(total[3]) == sum(number(cells[3]) for cells in layers)
    assert number(total[4]) == sum(number(cells[4]) for cells in layers if "(aux)" not in cells[1])
    assert total[:3] == ["total", "", "fine: 8x30x28, coarse: 10"]


@pytest.mark.parametrize("format", ["table", "json", "csv", "markdown"])
def test_every_line_ends_and_none_has_trailing_blanks(format: str, several: Path) -> None:
    output = run("shapes", several, "--format", format).stdout
    assert output.endswith("\n")
    assert not any(line != line.rstrip() for line in output.splitlines())


# the command


def test_a_spec_on_standard_input() -> None:
    text = VGG11.read_text()
    result = run("shapes", "-", "--depth", 1, stdin=text)
    assert (result.exit_code, result.stdout) == (0, VGG11_TABLE)
    assert json.loads(run("shapes", "-", "--format", "json", stdin=text).stdout)["layers"][0]["file"] == "<stdin>"


def test_other_inputs_and_params() -> None:
    found = as_json(VGG11, "--input", "3x64x64", "--set", "classes=7", "--set", "stages=[[1, 4 * 2], [2, 16]]")
    assert found["inputs"] == {"input": [3, 64, 64]}
    assert found["output"] == [7]
    assert [layer["output"][0] for layer in found["layers"] if layer["kind"] == "Conv2d"] == [8, 16, 16]


def test_one_of_several_inputs(several: Path) -> None:
    found = as_json(several, "--input", "image=3x40x40")
    assert found["inputs"] == {"image": [3, 40, 40], "tokens": [16]}


def test_a_wrong_spec_gives_no_table(tmp_path: Path) -> None:
    path = written(tmp_path, "input: 8\nmodel: [ReLu]\n")
    result = run("shapes", path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("error[unknown-kind]: there is no kind 'ReLu'\n")
    assert run("shapes", path, "--quiet").stderr == result.stderr


def test_a_warning_stands_beside_the_table(tmp_path: Path) -> None:
    path = written(tmp_path, "name: N\ninput: 8\nparams: {n: 3}\nmodel: [ReLU]\n")
    result = run("shapes", path)
    assert (result.exit_code, result.stdout[:2]) == (0, "N,")
    assert result.stderr.startswith("warning[unused-param]: ")
    result = run("shapes", path, "--quiet")
    assert (result.exit_code, result.stdout[:2], result.stderr) == (0, "N,", "")


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["nope.yaml"], 2, "error: there is no file nope.yaml"),
        ([""], 2, "error: a SPEC is empty"),
        (["net.yaml", "--format", "text"], 2, "error: --format is one of table, json, csv, markdown, not text"),
        (["net.yaml", "--set", "m=1"], 2, "error: the spec has no param m"),
        (["net.yaml", "--input", "image=8"], 2, "error: the spec has no input image"),
        (["net.yaml", "--depth", "0"], 2, "--depth"),
        (["net.yaml", "--depht", "1"], 2, "--depht"),
        (["blocks.yaml"], 1, "error: blocks.yaml only offers blocks: it has no model"),
        (["."], 1, "error[file-unreadable]: . is a folder, not a file"),
    ],
)
def test_what_gives_no_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], status: int, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, "input: 8\nmodel: [ReLU]\n")
    (tmp_path / "blocks.yaml").write_text("blocks:\n  Pair: {body: [ReLU]}\n")
    result = run("shapes", *arguments)
    assert (result.exit_code, result.stdout) == (status, "")
    assert message in result.stderr

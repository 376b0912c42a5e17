"""archspec diff: what reviewers of a change to a network are shown."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from tests.cli.processes import on_terminal
from tests.cli.running import run
from tests.reference import SPECS

TORCHVISION = SPECS / "torchvision"

OLD = """\
name: Cifar
input: 3x32x32
model:
  - conv1: {Conv2d: {out_channels: 32, kernel_size: 5, padding: 2}}
  - relu1: ReLU
  - pool1: {MaxPool2d: 2}
  - conv2: {Conv2d: {out_channels: 32, kernel_size: 5, padding: 2}}
  - relu2: ReLU
  - pool2: {MaxPool2d: 2}
  - flatten: Flatten
  - drop: {Dropout: 0.5}
  - fc: {Linear: 10}
"""
NEW = """\
name: Cifar
input: 3x32x32
model:
  - conv1: {Conv2d: {out_channels: 32, kernel_size: 5, padding: 2}}
  - bn1: BatchNorm2d
  - relu1: ReLU
  - pool1: {MaxPool2d: 2}
  - residual:
      - conv2: {Conv2d: {out_channels: 32, kernel_size: 3, padding: 1}}
      - relu2: SiLU
  - pool2: {AvgPool2d: 2}
  - flatten: Flatten
  - classifier: {Linear: 100}
"""
TABLE = """\
OLD -> NEW

   module          layer                      output  parameters          MACs
------------------------------------------------------------------------------
   conv1           Conv2d, unchanged
+  bn1             BatchNorm2d              32x32x32          64             -
   relu1 .. pool1  2 layers unchanged
~  conv2           Conv2d                   32x16x16      25,632     6,553,600
                   kernel_size: 5 -> 3                  -> 9,248  -> 2,359,296
                   padding: 2 -> 1                       -16,384    -4,194,304
~  relu2           ReLU -> SiLU             32x16x16           -             -
~  pool2           MaxPool2d -> AvgPool2d     32x8x8           -             -
                   kernel_size: 2
                   from: relu2 -> relu2 +
                     pool1
   flatten         Flatten, unchanged
-  drop            Dropout                      2048           -             -
~  classifier      Linear                         10      20,490        20,480
                   was fc                     -> 100  -> 204,900    -> 204,800
                   out_features: 10 -> 100              +184,410      +184,320

input       3x32x32
output      10 -> 100
parameters  48,554 -> 216,644  (+168,090, +346.2%)
MACs        9,031,680 -> 5,021,696  (-4,009,984, -44.4%)
activations 385.1 kB -> 508.3 kB  (+123.2 kB, +32.0%)
size        194.2 kB -> 866.6 kB  (+672.4 kB, +346.2%)
depth       3
field       16 -> 12
weights     3 of 6 tensors fit as they are
            3 of another shape: conv2.weight 32x32x5x5 -> 32x32x3x3,
              classifier.weight 10x2048 -> 100x2048, classifier.bias 10 -> 100
            5 new: bn1.weight, bn1.bias, bn1.running_mean, ...
"""
MARKDOWN = """\
**Cifar**

|  | module | layer | output | parameters | MACs |
| --- | --- | --- | ---: | ---: | ---: |
|  | `conv1` | Conv2d, unchanged |  |  |  |
| `+` | `bn1` | BatchNorm2d | 32x32x32 | 64 | - |
|  | `relu1` .. `pool1` | 2 layers unchanged |  |  |  |
| `~` | `conv2` | Conv2d; kernel_size: 5 -> 3; padding: 2 -> 1 | 32x16x16 | 25,632 -> 9,248 (-16,384) | \
6,553,600 -> 2,359,296 (-4,194,304) |
"""


@pytest.fixture
def versions(tmp_path: Path) -> tuple[Path, Path]:
    return written(tmp_path, "old", OLD), written(tmp_path, "new", NEW)


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(dedent(text))
    return path


# the formats


def test_table(versions: tuple[Path, Path]) -> None:
    result = run("diff", *versions)
    expected = TABLE.replace("OLD", str(versions[0])).replace("NEW", str(versions[1]))
    assert (result.exit_code, result.stdout, result.stderr) == (0, expected, "")


def test_markdown(versions: tuple[Path, Path]) -> None:
    text = run("diff", *versions, "--format", "markdown").stdout
    assert text.startswith(MARKDOWN)
    assert text.endswith("\n- 5 new: bn1.weight, bn1.bias, bn1.running_mean, ...\n")
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert {row.count("|") for row in rows} == {7}


def test_json(versions: tuple[Path, Path]) -> None:
    old, new = versions
    found = json.loads(run("diff", old, new, "--format", "json").stdout)
    assert (found["version"], found["same"]) == (1, False)
    for side, path in (("old", old), ("new", new)):
        (network,) = json.loads(run("compare", path, "--format", "json").stdout)["networks"]
        assert found[side] == network
    assert [c["change"] for c in found["changes"]] == ["added", "changed", "changed", "changed", "removed", "changed"]
    *_, pool, drop, fc = found["changes"]
    assert pool["from"] == ["relu2", "relu2 + pool1"]
    assert (drop["old"]["name"], drop["new"]) == ("drop", None)
    assert fc == {
        "change": "changed",
        "old": {
            "name": "fc",
            "kind": "Linear",
            "file": str(old),
            "line": 12,
            "input": [2048],
            "output": [10],
            "dtype": "float32",
            "params": 20490,
            "macs": 20480,
        },
        "new": {
            "name": "classifier",
            "kind": "Linear",
            "file": str(new),
            "line": 13,
            "input": [2048],
            "output": [100],
            "dtype": "float32",
            "params": 204900,
            "macs": 204800,
        },
        "arguments": {"out_features": ["10", "100"]},
    }
    assert found["weights"]["loads"] is False
    assert found["weights"]["fit"] == ["conv1.weight", "conv1.bias", "conv2.bias"]
    assert found["weights"]["reshaped"][1:] == [
        {"old": "fc.weight", "new": "classifier.weight", "shapes": [[10, 2048], [100, 2048]]},
        {"old": "fc.bias", "new": "classifier.bias", "shapes": [[10], [100]]},
    ]


def test_blocks_that_came_are_a_row_each() -> None:
    table = run("diff", TORCHVISION / "resnet18.yaml", TORCHVISION / "resnet34.yaml").stdout
    added = re.findall(r"^\+ +(\d) +BasicBlock +\S+ +([\d,]+)", table, re.MULTILINE)
    assert [number for number, _ in added] == ["2", "2", "3", "2", "3", "4", "5", "2"]
    assert sum(int(params.replace(",", "")) for _, params in added) == 21_797_672 - 11_689_512
    assert "\nweights     122 of 122 tensors fit as they are\n" in table
    assert "\ndepth       18 -> 34\n" in table


def test_numbers_that_moved_on_are_folded() -> None:
    table = run("diff", TORCHVISION / "vgg11.yaml", TORCHVISION / "vgg11_bn.yaml").stdout
    assert table.count("BatchNorm2d") == 8
    assert re.search(r"\n~    2 \.\. 4 +3 layers\n +was 1 \.\. 3\n", table)
    assert re.search(r"\n   avgpool \.\. classifier +9 layers unchanged\n", table)
    assert "14 renamed: features.3.weight -> features.4.weight, " in table


@pytest.mark.parametrize(("old", "new"), [("resnet18", "resnet50"), ("vgg16", "densenet121")])
def test_depth_rolls_up(old: str, new: str) -> None:
    paths = [TORCHVISION / f"{name}.yaml" for name in (old, new)]
    table = run("diff", *paths, "--depth", 1).stdout
    rows = [line for line in table.partition("\n\ninput ")[0].splitlines()[4:] if line[:1] != " "]
    assert all(line[3] != " " for line in rows)
    assert len(rows) < 12


def test_rolled_up_figures_are_before_after_and_the_difference() -> None:
    table = run("diff", TORCHVISION / "resnet18.yaml", TORCHVISION / "resnet34.yaml", "--depth", 1).stdout
    row = table[table.index("~  layer1") : table.index("~  layer2")].splitlines()
    assert [line.split()[-1] for line in row] == ["462,422,016", "693,633,024", "+231,211,008"]
    assert "147,968" in row[0]
    assert "-> 221,952" in row[1]
    assert "+73,984" in row[2]
    assert "6 layers differ" in row[1]


@pytest.mark.parametrize("columns", [60, 80, 120, 200])
def test_the_table_fits_the_terminal(versions: tuple[Path, Path], columns: int) -> None:
    body = on_terminal("diff", *versions, "--no-color", columns=columns).partition("\n\n")[2]
    assert max(map(len, body.splitlines())) <= max(columns, 80)


def test_colours(versions: tuple[Path, Path]) -> None:
    shown = on_terminal("diff", *versions)
    assert "\x1b[32m+  bn1 " in shown
    assert "\x1b[31m-  drop " in shown
    assert "\x1b[33m                   was fc " in shown
    plain = re.sub(r"\x1b\[\d*m", "", shown)
    assert plain == on_terminal("diff", *versions, NO_COLOR="1") == run("diff", *versions).stdout


# no difference


@pytest.mark.parametrize(("format", "text"), [("table", "no difference\n"), ("markdown", "No difference.\n")])
def test_no_difference(versions: tuple[Path, Path], format: str, text: str) -> None:
    result = run("diff", versions[0], versions[0], "--format", format)
    assert (result.exit_code, result.stdout) == (0, text)


def test_no_difference_as_json(versions: tuple[Path, Path]) -> None:
    found = json.loads(run("diff", versions[0], versions[0], "--format", "json").stdout)
    assert (found["same"], found["changes"], found["weights"]["loads"]) == (True, [], True)


def test_only_the_name_differs(tmp_path: Path) -> None:
    paths = [written(tmp_path, name, f"name: {name}\ninput: 8\nmodel: [ReLU]") for name in ("a", "b")]
    assert run("diff", *paths).stdout == "no difference, but the name: a -> b\n"


def test_the_same_network_otherwise_written(tmp_path: Path) -> None:
    short = written(tmp_path, "short", "input: 3x8x8\nmodel: {pool: {MaxPool2d: 2}, f: Flatten, fc: {Linear: 2}}")
    long = """
        input: [3, 8, 8]
        params: {size: [2, 2]}
        model:
          - pool: {MaxPool2d: {kernel_size: size, stride: null}}   # the default
          - f: {Flatten: {}}
          - fc: {Linear: {in_features: 48, out_features: 2}}
    """
    assert run("diff", short, written(tmp_path, "long", long)).stdout == "no difference, but the name: short -> long\n"


def test_every_layer_is_as_before_but_what_leaves_is_not(tmp_path: Path) -> None:
    text = "input: 8\noutputs: {OUT: a}\nmodel: {a: ReLU}"
    old, new = (written(tmp_path, name, "name: N\n" + text.replace("OUT", name)) for name in ("p", "q"))
    table = run("diff", old, new).stdout
    assert "  a       ReLU, unchanged\n" in table
    assert "\noutput      p: 8 -> q: 8\n" in table


# which networks


@pytest.mark.parametrize("place", [0, 1])
def test_standard_input_is_one_of_the_two(versions: tuple[Path, Path], place: int) -> None:
    arguments = [*versions]
    text = arguments[place].read_text()
    result = run("diff", *(["-", versions[1]] if place == 0 else [versions[0], "-"]), stdin=text)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0].split(" -> ")[place] == "<stdin>"
    assert result.stdout.splitlines()[1:] == run("diff", *versions).stdout.splitlines()[1:]


def test_a_version_in_git(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True)

    path = written(tmp_path, "net", OLD)
    git("init")
    git("add", "net.yaml")
    git("commit", "-m", "old")
    path.write_text(NEW)
    command = f"git show HEAD:net.yaml | {sys.executable} -m archspec diff - net.yaml --depth 1"
    result = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("<stdin> -> net.yaml\n")
    assert "+  bn1 " in result.stdout


def test_input_and_set_are_for_both(tmp_path: Path) -> None:
    text = "input: 8\nparams: {n: 4}\nmodel: [{Linear: n}, WHAT]"
    old, new = (written(tmp_path, what, f"name: N\n{text}".replace("WHAT", what)) for what in ("ReLU", "Tanh"))
    table = run("diff", old, new, "--input", "16", "--set", "n=5").stdout
    assert "\ninput       16\noutput      5\n" in table


# what is wrong


def test_mistakes_of_both_are_told(tmp_path: Path) -> None:
    old, new = (written(tmp_path, name, "input: 8\nmodel: [{Lineer: 4}]") for name in ("old", "new"))
    result = run("diff", old, new)
    assert (result.exit_code, result.stdout) == (1, "")
    assert [f"{path}:2:10" in result.stderr for path in (old, new)] == [True, True]
    assert result.stderr.count("error[unknown-kind]: ") == 2


def test_a_file_without_a_network(tmp_path: Path, versions: tuple[Path, Path]) -> None:
    blocks = written(tmp_path, "blocks", "blocks: {B: {body: [ReLU]}}")
    result = run("diff", versions[0], blocks)
    assert result.exit_code == 1
    assert result.stderr == f"error: {blocks} only offers blocks: it has no model\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-", "-"], "error: only one of A and B can be standard input\n"),
        (["no.yaml", "OLD"], "error: there is no file no.yaml"),
        (["OLD", "NEW", "--format", "csv"], "error: --format is one of table, json, markdown, not csv\n"),
        (["OLD", "NEW", "--set", "n=4"], "error: OLD: the spec has no param n (the spec has no params)\n"),
        (["OLD"], "Usage: "),
    ],
)
def test_wrong_command_line(versions: tuple[Path, Path], arguments: list[str], message: str) -> None:
    files = {"OLD": str(versions[0]), "NEW": str(versions[1])}
    result = run("diff", *(files.get(argument, argument) for argument in arguments))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(message.replace("OLD", files["OLD"]))


def test_a_folder_is_no_spec(tmp_path: Path, versions: tuple[Path, Path]) -> None:
    result = run("diff", tmp_path, versions[0])
    assert result.exit_code == 1
    assert "is a folder, not a file" in result.stderr


# robust


def test_what_the_user_wrote_does_not_steer_the_terminal_or_the_page(tmp_path: Path) -> None:
    hostile = r"""
        name: "\e[31m<b>|\u202e{0}"
        input: 8
        params: {text: {type: str, default: "SIDE\e[31m|<script>"}}
        blocks: {B: {params: {text: {type: str, default: ""}}, body: [{Linear: SIZE}]}}
        model: {b: {B: {text: "{text}"}}}
    """
    old, new = (
        written(tmp_path, side, hostile.replace("SIDE", side).replace("SIZE", size))
        for side, size in (("a", "4"), ("b", "5"))
    )
    for format in ("table", "markdown"):
        text = run("diff", old, new, "--format", format).stdout
        assert "text: a" in text
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert format == "table" or "<script>" not in text


def test_ten_thousand_layers(tmp_path: Path) -> None:
    """A change at every place of a long chain, in which all is alike."""
    head, pair, more = (
        "name: N\ninput: 4x4x4\nmodel:\n",
        "- Conv2d: {out_channels: 4, kernel_size: 1}\n- ReLU\n",
        "- BatchNorm2d\n",
    )
    old, new = written(tmp_path, "old", head + pair * 5000), written(tmp_path, "new", head + (pair + more) * 5000)
    table = run("diff", old, new).stdout
    assert table.count("\n+ ") == table.count("BatchNorm2d") == 5000


def test_modules_in_modules_as_deep_as_they_can_be(tmp_path: Path) -> None:
    nested = "".join("  " * level + f"m{level}:\n" for level in range(1, 190))
    old, new = (
        written(tmp_path, kind, f"name: N\ninput: 4\nmodel:\n{nested}{'  ' * 190}x: {kind}\n")
        for kind in ("ReLU", "Tanh")
    )
    table = run("diff", old, new).stdout
    assert table.count("\n~ ") == 190
    assert "  x" in table
    assert "ReLU -> Tanh" in table


def test_imports_no_torch(versions: tuple[Path, Path]) -> None:
    script = dedent("""
        import sys
        from archspec.cli import app
        app(["diff", *sys.argv[1:]], standalone_mode=False)
        sys.exit(any(name in sys.modules for name in ("torch", "numpy", "matplotlib")))
    """)
    subprocess.run([sys.executable, "-c", script, *versions], check=True, timeout=120, stdout=subprocess.DEVNULL)

"""Shapes in letters: the text that a person reads, and that it is right for every size that is taken."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

import archspec
from archspec import Source
from archspec.shapes.expression import Expression
from archspec.shapes.naturals import Interval, Naturals
from archspec.sizes.formula import Writer
from tests.cli.running import run
from tests.sizes.test_search import STEM, UNET

SPECS = Path(__file__).parents[2] / "specs"
H, W = Expression.of("H"), Expression.of("W")


def n(value: int) -> Expression:
    return Expression.of(value)


FOURS = {"H": Naturals.every(4, 4), "W": Naturals.all()}


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (H, "H"),
        (n(64) * H, "64 * H"),
        (H // n(2), "H/2"),
        (H // n(4) * n(3), "3 * H/4"),
        ((H + n(3)) // n(4), "H/4"),
        ((H - n(1)) // n(2), "(H - 2)/2"),
        (W // n(2), "floor(W/2)"),
        ((W + n(1)) // n(2), "floor((W + 1)/2)"),
        (n(3) * W // n(2) + n(1), "floor(3 * W/2) + 1"),
        (H // n(8), "floor(H/8)"),
        (H // n(2) * W, "H * W/2"),
        (H // n(4) * (W // n(4)) * n(9408), "2352 * H * floor(W/4)"),
        (n(5) - H, "5 - H"),
        (n(0), "0"),
        (W.scaled(0.3), "floor(0.3 * (W))"),
        (W // H, "floor((W)/(H))"),
    ],
)
def test_formulas(expression: Expression, text: str) -> None:
    assert str(Writer(FOURS).formula(expression)) == text


def test_a_bounded_size_is_exact_where_its_few_values_are() -> None:
    taken = {"H": Naturals(32, (*((),) * 16, (Interval(3, 5),), *((),) * 15))}
    assert str(Writer(taken).formula(H // n(32))) == "(H - 16)/32"


def test_data_hold_text_and_coefficients() -> None:
    write = Writer(FOURS)
    assert write.formula(n(3) * H // n(4) * ((W + n(1)) // n(2))).data() == {
        "text": "3 * H * floor((W + 1)/2)/4",
        "terms": [
            {
                "coefficient": "3/4",
                "factors": [
                    "H",
                    {
                        "floor": {
                            "text": "(W + 1)/2",
                            "terms": [
                                {"coefficient": "1/2", "factors": ["W"]},
                                {"coefficient": "1/2", "factors": []},
                            ],
                        }
                    },
                ],
            }
        ],
    }


def worked_out(text: str, values: dict[str, int]) -> Any:
    """What a formula comes to, with numbers for the letters."""
    exact = {name: Fraction(value) for name, value in values.items()}
    return eval(text, {"floor": math.floor}, exact)


def compare(spec: archspec.api.Spec, others: int) -> None:
    """The formulas against the numbers that archspec infers for other inputs."""
    own = archspec.analyze(spec).inputs["input"].shape
    lettered = archspec.analyze(spec, input="x".join([str(own[0]), "H", "W"]))
    axes = lettered.sizes.alike
    write = Writer({name: axis.accepted for name, axis in axes.items()})
    for height, width in zip(*(islice(axes[name].accepted, others) for name in "HW"), strict=False):
        values = {"H": height, "W": width}
        graph = archspec.analyze(spec, input=(own[0], height, width))
        assert int.__pos__(lettered.params) == graph.params
        assert worked_out(str(write.formula(lettered.macs)), values) == graph.macs
        for ours, theirs in zip(lettered.layers, graph.layers, strict=True):
            shape = [worked_out(str(write.formula(size)), values) for size in ours.output.shape]
            assert shape == list(theirs.output.shape), ours.name
            assert int.__pos__(ours.params) == theirs.params


@pytest.mark.parametrize(
    "spec", [Source(UNET), Source(STEM), SPECS / "torchvision" / "squeezenet1_1.yaml", SPECS / "nin.yaml"]
)
def test_formulas_are_right_for_other_inputs(spec: archspec.api.Spec) -> None:
    compare(spec, 4)


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted((SPECS / "torchvision").glob("*.yaml")), ids=lambda path: path.stem)
def test_formulas_of_every_spec(path: Path) -> None:
    if path.stem != "vit_b_16":  # whose positions are parameters
        compare(path, 6)


def test_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.yaml").write_text(STEM + "  - AdaptiveAvgPool2d: 1\n  - Flatten\n  - Linear: 10\n")
    assert (
        run("shapes", "net.yaml", "--input", "3x4xW").stdout
        == """\
net, input 3 x 4 x W (W: 1 and up)

module    layer                                output  parameters                     MACs
------------------------------------------------------------------------------------------
conv1     Conv2d             4 x 2 x floor((W + 1)/2)         592  1176 * floor((W + 1)/2)
maxpool1  MaxPool2d          4 x 1 x floor((W + 3)/4)           -                        -
conv2     Conv2d             8 x 1 x floor((W + 7)/8)         296   288 * floor((W + 7)/8)
conv3     Conv2d             8 x 1 x floor((W + 7)/8)          40    32 * floor((W + 7)/8)
avgpool1  AdaptiveAvgPool2d                     8x1x1           -                        -
flatten1  Flatten                                   8           -                        -
fc1       Linear                                   10          90                       80

output      10
parameters  1,018
MACs        1176 * floor((W + 1)/2) + 320 * floor((W + 7)/8) + 80
"""
    )


def test_formats(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.yaml").write_text(UNET)
    arguments = ("shapes", "net.yaml", "--input", "1xHxW", "--format")
    data = json.loads(run(*arguments, "json").stdout)
    assert data["letters"] == {"H": "multiples of 16", "W": "multiples of 16"}
    pool = next(layer for layer in data["layers"] if layer["name"] == "p1")
    assert [size if isinstance(size, int) else size["text"] for size in pool["output"]] == [8, "H/4", "W/4"]
    assert data["totals"]["macs"]["text"].endswith(" * H * W/4")
    assert "p1,MaxPool2d,8 x H/4 x W/4,0,0,false" in run(*arguments, "csv").stdout
    assert "| `p1` | MaxPool2d | 8 x H/4 x W/4 | - | - |" in run(*arguments, "markdown").stdout


def test_letters_of_tokens_and_of_one_input_of_several(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.yaml").write_text(
        "input: {tokens: {shape: [16], dtype: int64}, image: 3x8x8}\n"
        "model: [{from: tokens, Embedding: {num_embeddings: 9, embedding_dim: 4}}, {TransformerEncoderLayer: 2}]\n"
    )
    said = run("shapes", "net.yaml", "--input", "tokens=T").stdout
    assert said.startswith("net, input tokens T, image 3x8x8 (T: 1 and up)")
    assert "T x 4" in said


def test_letters_stand_only_where_shapes_are_shown(tmp_path: Path) -> None:
    spec = tmp_path / "net.yaml"
    spec.write_text(STEM)
    for command in (("build",), ("export", "-o", "-", "--to", "py")):
        said = run(command[0], spec, *command[1:], "--input", "3xHxW")
        assert said.exit_code == 2
        assert "'3xHxW' is not a shape" in said.stderr
    with pytest.raises(archspec.SpecError):
        archspec.build(spec, input="3xHxW")

"""Archspec's own kinds: what they make, their source, and what is said of wrong ones."""

from __future__ import annotations

from typing import Any

import pytest

from archspec.graph import TensorType
from archspec.layers import lookup
from tests.layers.messages import complaint, output
from tests.layers.source import source


@pytest.mark.parametrize(
    ("kind", "arguments", "shape", "made"),
    [
        ("Reshape", {"shape": [8, 8, -1]}, (64, 16), (8, 8, 16)),
        ("Reshape", {"shape": []}, (1,), ()),
        ("Mean", {"dim": [2, 3]}, (64, 7, 7), (64,)),
        ("Mean", {"dim": -1, "keepdim": True}, (64, 7, 7), (64, 7, 1)),
        ("Select", {"index": 0}, (197, 768), (768,)),
        ("Select", {"index": -1, "dim": 2}, (197, 768), (197,)),
        ("Slice", {"start": 1}, (197, 768), (196, 768)),
        ("Slice", {"step": 2, "dim": -1}, (3, 7), (3, 4)),
        ("Slice", {"start": -3, "stop": -1}, (197, 768), (2, 768)),
        ("Chunk", {"chunks": 2, "index": 1}, (116, 28, 28), (58, 28, 28)),
        ("Chunk", {"chunks": 3, "index": -1}, (7, 2), (1, 2)),
        ("Scale", {}, (96, 56, 56), (96, 56, 56)),
        ("Parameter", {"shape": [1, 768]}, (196, 768), (1, 768)),
        ("LayerNorm2d", {}, (96, 56, 56), (96, 56, 56)),
    ],
)
def test_sizes(kind: str, arguments: dict[str, Any], shape: tuple[int, ...], made: tuple[int, ...]) -> None:
    assert output(kind, arguments, shape) == TensorType(made)


@pytest.mark.parametrize(
    ("kind", "arguments", "shape", "made", "call"),
    [
        ("Scale", {}, (96, 7, 7), "nn.Parameter(torch.full((96, 1, 1), 1.0))", "x0 * self.node"),
        ("Scale", {"init": 0.5, "dim": -1}, (196, 768), "nn.Parameter(torch.full((768,), 0.5))", "x0 * self.node"),
        ("Parameter", {"shape": [1, 768]}, (196, 768), "nn.Parameter(torch.zeros((1, 1, 768)))",
         "self.node.expand(x0.shape[0], -1, -1)"),
        ("Parameter", {"shape": [3], "init": "normal"}, (9,), "nn.Parameter(torch.empty((1, 3)).normal_(std=0.02))",
         "self.node.expand(x0.shape[0], -1)"),
        ("Parameter", {"shape": [3], "init": "trunc_normal", "std": 0.5}, (9,),
         "nn.Parameter(nn.init.trunc_normal_(torch.empty((1, 3)), std=0.5))", "self.node.expand(x0.shape[0], -1)"),
        ("Mean", {"dim": [2, 3]}, (64, 7, 7), "Mean((2, 3))", "self.node(x0)"),
        ("Slice", {"start": 1}, (197, 768), "Slice(start=1)", "self.node(x0)"),
    ],
)  # fmt: skip
def test_source(kind: str, arguments: dict[str, Any], shape: tuple[int, ...], made: str, call: str) -> None:
    layer = lookup(kind)
    assert layer is not None
    text = source(layer.model_validate(arguments), TensorType(shape))
    assert f"self.node = {made}\n" in text.replace('float("', "").replace('")', "").replace(", )", ")")
    assert f"return {call}\n" in text


@pytest.mark.parametrize(
    ("kind", "arguments", "shape", "rule", "argument", "message"),
    [
        ("Reshape", {"shape": [3, -1]}, (4, 5), "argument-value", "shape",
         "Reshape cannot make [3, -1] of 4x5, which has 20 elements"),
        ("Reshape", {"shape": [-1, -1]}, (4, 5), "argument-value", "shape",
         "Reshape cannot make [-1, -1] of 4x5, which has 20 elements"),
        ("Mean", {"dim": [0, 1]}, (4, 5), "batch-dimension", "dim",
         "dim 0 is the batch dimension, which Mean must leave alone"),
        ("Mean", {"dim": [1, 1]}, (4, 5), "argument-value", "dim", "dim [1, 1] names a dimension twice"),
        ("Mean", {"dim": []}, (4, 5), "argument-type", "dim",
         "dim must be an integer or a list of integers, not []"),
        ("Select", {"index": 4}, (4, 5), "argument-value", "index",
         "index 4 is none of the 4 places of dim 1 of 4x5"),
        ("Slice", {"stop": 5}, (4, 5), "argument-value", "stop", "stop 5 is beyond the 4 places of dim 1 of 4x5"),
        ("Slice", {"start": 2, "stop": 1}, (4, 5), "output-size", "stop", "Slice from 2 to 1 keeps nothing of 4"),
        ("Chunk", {"chunks": 4, "index": 3}, (5,), "argument-value", "index", "index 3 is none of the 3 parts of 5"),
        ("Scale", {"num_channels": 3}, (4, 5), "inferred-size", "num_channels", "Scale gets 4 channels, not 3"),
        ("Scale", {"init": 1e39}, (4, 5), "argument-value", "init", "init 1e+39 does not fit float32"),
        ("Parameter", {"shape": [3], "std": 0.1}, (4,), "layer-arguments", "std", "init zeros knows no std"),
        ("Parameter", {"shape": [3, 0]}, (4,), "argument-value", "shape", "shape must be at least 1, not 0"),
        ("LayerNorm2d", {}, (4, 5), "input-rank", None, "LayerNorm2d takes channels x height x width, not 4x5"),
    ],
)  # fmt: skip
def test_messages(
    kind: str, arguments: dict[str, Any], shape: tuple[int, ...], rule: str, argument: str | None, message: str
) -> None:
    error = complaint(kind, arguments, shape)
    assert (error.rule, error.argument, error.message) == (rule, argument, message)

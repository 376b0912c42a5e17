"""Normalization: what it says of wrong nodes, and what it learns and keeps."""

from __future__ import annotations

from typing import Any

import pytest

from archspec.graph import TensorType
from archspec.layers import lookup
from tests.layers.messages import complaint, output


@pytest.mark.parametrize(
    ("kind", "arguments", "shape", "rule", "argument", "message"),
    [
        ("BatchNorm1d", {}, (64, 8, 8), "input-rank", None,
         "BatchNorm1d takes channels or channels x length, not 64x8x8"),
        ("BatchNorm2d", {}, (512,), "input-rank", None, "BatchNorm2d takes channels x height x width, not 512"),
        ("BatchNorm2d", {"num_features": 32}, (64, 8, 8), "norm-num-features", "num_features",
         "BatchNorm2d gets 64 channels, not 32"),
        ("InstanceNorm2d", {}, (64, 1, 1), "layer-arguments", None,
         "InstanceNorm2d needs more than one pixel a channel, not 64x1x1"),
        ("InstanceNorm1d", {}, (64,), "input-rank", None, "InstanceNorm1d takes channels x length, not 64"),
        ("GroupNorm", {"num_groups": 32}, (48, 8, 8), "argument-value", "num_groups",
         "GroupNorm cannot split 48 channels into 32 groups"),
        ("GroupNorm", {"num_groups": 1}, (), "input-rank", None, "GroupNorm takes an input with channels, not ()"),
        ("GroupNorm", {}, (48, 8, 8), "layer-arguments", None, "GroupNorm needs num_groups"),
        ("LayerNorm", {"normalized_shape": 96}, (49, 64), "norm-num-features", "normalized_shape",
         "LayerNorm gets 64 features, not 96"),
        ("LayerNorm", {"normalized_shape": [64, 7]}, (64, 7, 8), "norm-num-features", "normalized_shape",
         "LayerNorm gets [7, 8] features, not [64, 7]"),
        ("LayerNorm", {"normalized_shape": [2, 64]}, (64,), "norm-num-features", "normalized_shape",
         "LayerNorm gets [64] features, not [2, 64]"),
        ("LayerNorm", {}, (), "batch-dimension", None,
         "LayerNorm normalizes over the last dimension, and the batch is the only one"),
        ("LocalResponseNorm", {"size": 5}, (512,), "input-rank", None,
         "LocalResponseNorm takes channels and spatial dimensions, not 512"),
        ("LocalResponseNorm", {"size": 0}, (96, 27, 27), "argument-value", "size", "size must be at least 1, not 0"),
    ],
)  # fmt: skip
def test_messages(
    kind: str, arguments: dict[str, Any], shape: tuple[int, ...], rule: str, argument: str | None, message: str
) -> None:
    error = complaint(kind, arguments, shape)
    assert (error.rule, error.argument, error.message) == (rule, argument, message)


def test_dtypes_follow_what_the_module_holds() -> None:
    error = complaint("BatchNorm2d", {}, (3, 8, 8), "float64")
    assert (error.rule, error.message) == ("dtype", "BatchNorm2d takes float32, float16 or bfloat16, not float64")
    bare = {"affine": False, "track_running_stats": False}
    assert output("BatchNorm2d", bare, (3, 8, 8), "float64").dtype == "float64"
    assert complaint("BatchNorm2d", bare, (3, 8, 8), "int64").message == "BatchNorm2d takes a float tensor, not int64"
    assert output("LocalResponseNorm", {"size": 5}, (3, 8, 8), "int64").dtype == "float32"


def test_help_names_the_number_that_fits() -> None:
    assert complaint("GroupNorm", {"num_groups": 32}, (48, 8, 8)).help == "num_groups must divide 48, as 16 does"
    assert complaint("BatchNorm2d", {"num_features": 32}, (64, 8, 8)).correct == 64


@pytest.mark.parametrize(
    ("kind", "arguments", "parameters", "buffers"),
    [
        ("BatchNorm2d", {}, ["weight", "bias"], ["running_mean", "running_var", "num_batches_tracked"]),
        ("BatchNorm2d", {"affine": False}, [], ["running_mean", "running_var", "num_batches_tracked"]),
        ("BatchNorm2d", {"track_running_stats": False}, ["weight", "bias"], []),
        ("BatchNorm2d", {"bias": False, "track_running_stats": False}, ["weight"], []),
        ("InstanceNorm2d", {}, [], []),
        ("InstanceNorm2d", {"affine": True}, ["weight", "bias"], []),
        ("GroupNorm", {"num_groups": 1}, ["weight", "bias"], []),
        ("LayerNorm", {"bias": False}, ["weight"], []),
        ("LayerNorm", {"elementwise_affine": False}, [], []),
        ("RMSNorm", {}, ["weight"], []),
    ],
)
def test_contents(kind: str, arguments: dict[str, Any], parameters: list[str], buffers: list[str]) -> None:
    layer = lookup(kind)
    assert layer is not None
    node = layer.model_validate(arguments)
    x = TensorType((6, 4, 5))
    assert list(node.parameters(x)) == parameters
    assert list(node.buffers(x)) == buffers


def test_the_normalized_shape_is_kept_as_it_is_written() -> None:
    layer = lookup("LayerNorm")
    assert layer is not None
    x = TensorType((3, 4, 5))
    assert layer().arguments(x) == ((5,), {})
    assert layer.model_validate({"normalized_shape": [4, 5]}).arguments(x) == (((4, 5),), {})
    assert layer.model_validate({"normalized_shape": [4, 5]}).parameters(x)["weight"] == (4, 5)

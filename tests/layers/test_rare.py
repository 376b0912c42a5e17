"""Embeddings, folding, distances, torchvision's layers and the rarer pools: what is said of wrong ones."""

from __future__ import annotations

from typing import Any

import pytest

from archspec.graph import TensorType
from tests.layers.messages import refusal

TOKENS = TensorType((5,), "int64")


def tensor(given: Any) -> TensorType:
    return given if isinstance(given, TensorType) else TensorType(given)


@pytest.mark.parametrize(
    ("kind", "arguments", "inputs", "rule", "argument", "message"),
    [
        ("Embedding", {}, [(5,)], "dtype", None, "Embedding takes int64 or int32, not float32"),
        ("Embedding", {"padding_idx": 10}, [TOKENS], "argument-value", "padding_idx",
         "padding_idx 10 is none of 10 embeddings"),
        ("EmbeddingBag", {}, [TensorType((5, 4), "int64")], "input-rank", None,
         "EmbeddingBag takes a row of tokens, not 5x4"),
        ("EmbeddingBag", {"mode": "max", "sparse": True}, [TOKENS], "layer-arguments", "sparse",
         "mode max knows no sparse"),
        ("EmbeddingBag", {}, [TOKENS, (5,)], "layer-arguments", "mode", "mode mean takes no weights"),
        ("EmbeddingBag", {"mode": "sum"}, [TOKENS, (6,)], "layer-arguments", None,
         "EmbeddingBag takes a weight for each token of 5, and gets 6"),
    ],
)  # fmt: skip
def test_embeddings(
    kind: str, arguments: dict[str, Any], inputs: list[Any], rule: str, argument: str | None, message: str
) -> None:
    error = refusal(kind, {"num_embeddings": 10, "embedding_dim": 4} | arguments, *map(tensor, inputs))
    assert (error.rule, error.argument, error.message) == (rule, argument, message)


@pytest.mark.parametrize(
    ("kind", "arguments", "inputs", "rule", "argument", "message"),
    [
        ("GLU", {}, [(7,)], "argument-value", "dim", "GLU halves dim -1, and 7 has an odd size there, 7"),
        ("GLU", {"dim": 0}, [(8,)], "batch-dimension", "dim",
         "dim 0 is the batch dimension, which GLU must leave alone"),
        ("RReLU", {"lower": 1}, [(3,)], "argument-value", "lower",
         "RReLU needs an upper of at least its lower 1.0, not 0.3333333333333333"),
        ("Threshold", {"threshold": 1e39, "value": 0}, [(3,)], "argument-value", "threshold",
         "threshold 1e+39 does not fit float32"),
        ("LPPool2d", {"norm_type": 0, "kernel_size": 2}, [(3, 4, 4)], "argument-value", "norm_type",
         "norm_type must not be 0"),
        ("LPPool1d", {"norm_type": 2, "kernel_size": [3]}, [(3, 4)], "layer-arguments", "kernel_size",
         "LPPool1d takes kernel_size as a number, not [3]"),
        ("LPPool3d", {"norm_type": 2, "kernel_size": 3, "ceil_mode": True}, [(3, 4, 4, 2)], "output-size",
         "kernel_size", "LPPool3d gets 4x4x2, which its window of 3x3x3 must fit"),
        ("FractionalMaxPool2d", {"kernel_size": 2}, [(3, 4, 4)], "layer-arguments", None,
         "FractionalMaxPool2d needs output_size or output_ratio"),
        ("FractionalMaxPool2d", {"kernel_size": 2, "output_size": 4}, [(3, 4, 4)], "output-size", "output_size",
         "FractionalMaxPool2d cannot make 4x4 from 4x4: 4 windows of 2 need 5 pixels, and there are 4"),
        ("FractionalMaxPool2d", {"kernel_size": 2, "output_ratio": 0.1}, [(3, 4, 4)], "output-size", "output_ratio",
         "FractionalMaxPool2d cannot make 0x0 from 4x4"),
        ("Bilinear", {"out_features": 3}, [(4, 5), (3, 5)], "layer-arguments", None,
         "Bilinear takes two inputs that differ in the last dimension only, not 4x5 and 3x5"),
        ("Bilinear", {"out_features": 3, "in2_features": 4}, [(4,), (5,)], "inferred-size", "in2_features",
         "Bilinear gets 5 features, not 4"),
        ("Unfold", {"kernel_size": 5}, [(3, 4, 4)], "output-size", "kernel_size", "Unfold has no window of 5x5 in 4x4"),
        ("Fold", {"output_size": 4, "kernel_size": 2}, [(10, 9)], "layer-arguments", "kernel_size",
         "Fold gets columns of 10, which do not divide into windows of 2x2"),
        ("Fold", {"output_size": 4, "kernel_size": 2}, [(12, 8)], "layer-arguments", "output_size",
         "Fold makes 4x4 of 3x3 windows, and gets 8"),
        ("PixelUnshuffle", {"downscale_factor": 3}, [(3, 4, 4)], "layer-arguments", "downscale_factor",
         "PixelUnshuffle gets 4x4, which does not divide by downscale_factor 3"),
        ("CosineSimilarity", {}, [(4, 8), (3, 8)], "layer-arguments", None,
         "CosineSimilarity takes two inputs of one shape, not 4x8 and 3x8"),
        ("PairwiseDistance", {}, [(), ()], "batch-dimension", None,
         "PairwiseDistance takes vectors, and the batch is the only dimension"),
        ("StochasticDepth", {"p": 0.5}, [(4,)], "layer-arguments", None, "StochasticDepth needs mode"),
        ("Permute", {"dims": [1, 0]}, [(4,)], "batch-dimension", "dims",
         "dims [1, 0] moves the batch dimension, which must stay the first"),
        ("Permute", {"dims": [0, 1]}, [(4, 5)], "argument-value", "dims",
         "dims must name each dimension of 4x5 once, 0 to 2, not [0, 1]"),
        ("Permute", {"dims": 0}, [(4, 5)], "argument-type", "dims", "dims must be a list of integers, not 0"),
        ("DropBlock2d", {"p": 0.1, "block_size": 5}, [(4, 5, 4)], "argument-value", "block_size",
         "block_size must be odd, not 4, to which 5x4 cuts 5 off"),
        ("SqueezeExcitation", {"squeeze_channels": 2, "input_channels": 3}, [(4, 5, 5)], "inferred-size",
         "input_channels", "SqueezeExcitation gets 4 channels, not 3"),
        ("DeformConv2d", {"out_channels": 4, "kernel_size": 3}, [(4, 5, 5), (16, 3, 3)], "layer-arguments", None,
         "DeformConv2d takes an offset of 18x3x3, or a multiple of these channels, not 16x3x3"),
        ("DeformConv2d", {"out_channels": 4, "kernel_size": 3}, [(4, 5, 5), (54, 3, 3)], "layer-arguments", None,
         "DeformConv2d gets 3 groups of offsets, which do not divide 4 channels"),
        ("DeformConv2d", {"out_channels": 4, "kernel_size": 3}, [(4, 5, 5), (18, 3, 3), (18, 3, 3)],
         "layer-arguments", None,
         "DeformConv2d takes a mask of 9x3x3, half the channels of the offset, not 18x3x3"),
    ],
)  # fmt: skip
def test_messages(
    kind: str, arguments: dict[str, Any], inputs: list[Any], rule: str, argument: str | None, message: str
) -> None:
    error = refusal(kind, arguments, *map(tensor, inputs))
    assert (error.rule, error.argument, error.message) == (rule, argument, message)

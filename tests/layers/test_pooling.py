"""Pooling: sizes that are well known, and what is said where a window does not fit."""

from __future__ import annotations

from typing import Any

import pytest

from tests.layers.messages import complaint, output


@pytest.mark.parametrize(
    ("kind", "arguments", "shape", "made"),
    [
        ("MaxPool2d", {"kernel_size": 3, "stride": 2, "padding": 1}, (64, 112, 112), (64, 56, 56)),  # of a ResNet
        ("MaxPool2d", {"kernel_size": 3, "stride": 2, "ceil_mode": True}, (64, 111, 112), (64, 55, 56)),
        ("MaxPool2d", {"kernel_size": 3, "stride": 2}, (64, 111, 112), (64, 55, 55)),
        ("MaxPool2d", {"kernel_size": [2, 3]}, (1, 10, 10), (1, 5, 3)),
        ("MaxPool1d", {"kernel_size": 2, "stride": 3, "ceil_mode": True}, (1, 6), (1, 2)),
        ("MaxPool1d", {"kernel_size": 2, "stride": 3, "ceil_mode": True}, (1, 7), (1, 3)),
        ("MaxPool1d", {"kernel_size": 1, "stride": 4, "ceil_mode": True}, (1, 4), (1, 1)),  # it would start outside
        ("AvgPool3d", {"kernel_size": 2, "stride": [1, 2, 2]}, (1, 4, 6, 8), (1, 3, 3, 4)),
        ("AdaptiveAvgPool2d", {"output_size": [1, None]}, (8, 5, 6), (8, 1, 6)),
        ("AdaptiveMaxPool3d", {"output_size": 9}, (8, 5, 6, 7), (8, 9, 9, 9)),
    ],
)
def test_sizes(kind: str, arguments: dict[str, Any], shape: tuple[int, ...], made: tuple[int, ...]) -> None:
    assert output(kind, arguments, shape).shape == made


@pytest.mark.parametrize(
    ("kind", "arguments", "shape", "rule", "argument", "message"),
    [
        ("MaxPool2d", {"kernel_size": 2}, (4, 1, 9), "output-size", "kernel_size",
         "MaxPool2d makes an output of 0x4 from 1x9: a window of 2x2 does not fit"),
        ("MaxPool2d", {"kernel_size": 3, "dilation": 5, "padding": [0, 1]}, (4, 9, 9), "output-size", "kernel_size",
         "MaxPool2d makes an output of 0x1 from 9x9: a window of 11x11 does not fit with padding [0, 1]"),
        ("AvgPool3d", {"kernel_size": 2, "padding": 1}, (4, 1, 4, 4), "output-size", "kernel_size",
         "AvgPool3d gets 1x4x4, which its window of 2x2x2 must fit without the padding"),
        ("MaxPool2d", {"kernel_size": 3, "padding": 2}, (4, 9, 9), "pool-padding", "padding",
         "padding must be at most half of kernel_size 3, not 2"),
        ("MaxPool2d", {"kernel_size": 2, "return_indices": True}, (4, 9, 9), "layer-arguments", "return_indices",
         "MaxPool2d with return_indices makes a pair of tensors, and a node makes one"),
        ("AdaptiveMaxPool1d", {"output_size": 2, "return_indices": True}, (4, 9), "layer-arguments", "return_indices",
         "AdaptiveMaxPool1d with return_indices makes a pair of tensors, and a node makes one"),
        ("AvgPool2d", {"kernel_size": 3, "divisor_override": 0}, (4, 9, 9), "argument-value", "divisor_override",
         "divisor_override must not be 0"),
        ("AvgPool1d", {"kernel_size": 3, "divisor_override": 1}, (4, 9), "layer-arguments", "divisor_override",
         "AvgPool1d has no argument divisor_override"),
        ("AdaptiveAvgPool1d", {"output_size": [None]}, (4, 9), "argument-type", "output_size",
         "output_size must be an integer or a list of one integer, not [null]"),
        ("AdaptiveAvgPool2d", {"output_size": [1]}, (4, 9, 9), "argument-type", "output_size",
         "output_size must be an integer or a list of 2 values, each an integer or null, not [1]"),
        ("AdaptiveAvgPool2d", {"output_size": 1}, (4,), "input-rank", None,
         "AdaptiveAvgPool2d takes channels x height x width, not 4"),
    ],
)  # fmt: skip
def test_messages(
    kind: str, arguments: dict[str, Any], shape: tuple[int, ...], rule: str, argument: str | None, message: str
) -> None:
    error = complaint(kind, arguments, shape)
    assert (error.rule, error.argument, error.message) == (rule, argument, message)


@pytest.mark.parametrize(
    ("kind", "dtype", "message"),
    [
        ("MaxPool1d", "int64", "MaxPool1d takes a float tensor, not int64"),
        ("MaxPool2d", "bool", "MaxPool2d takes a float or integer tensor, not bool"),
        ("AvgPool2d", "int32", "AvgPool2d takes a float or int64 tensor, not int32"),
        ("AvgPool3d", "float16", "AvgPool3d takes float32, float64 or int64, not float16"),
    ],
)
def test_dtypes(kind: str, dtype: str, message: str) -> None:
    shape = (4, *[9] * int(kind[-2]))
    error = complaint(kind, {"kernel_size": 2}, shape, dtype)
    assert (error.rule, error.message) == ("dtype", message)
    assert output(kind, {"kernel_size": 2}, shape, "float64").dtype == "float64"


def test_help() -> None:
    assert complaint("MaxPool2d", {"kernel_size": 4, "padding": [2, 1]}, (1, 9, 1)).help == (
        "it fits an input of 1x2 or larger"
    )
    assert complaint("MaxPool2d", {"kernel_size": 3, "padding": 2}, (1, 9, 9)).help == "1 is the most for kernel_size 3"

"""Convolutions: sizes and costs that are well known, and what is said where one does not fit."""

from __future__ import annotations

from typing import Any

import pytest

from archspec.graph import TensorType
from archspec.layers import lookup
from tests.layers.messages import complaint, output


@pytest.mark.parametrize(
    ("kind", "arguments", "shape", "made", "parameters", "macs"),
    [
        ("Conv2d", {"out_channels": 64, "kernel_size": 7, "stride": 2, "padding": 3, "bias": False},
         (3, 224, 224), (64, 112, 112), 9408, 118_013_952),  # the first of a ResNet
        ("Conv2d", {"out_channels": 32, "kernel_size": 3, "padding": 1, "groups": 32},
         (32, 112, 112), (32, 112, 112), 320, 3_612_672),  # depthwise, of a MobileNet
        ("Conv1d", {"out_channels": 8, "kernel_size": 4, "padding": "same"}, (2, 10), (8, 10), 72, 640),
        ("Conv2d", {"out_channels": 1, "kernel_size": [1, 7], "padding": [0, 3]}, (4, 17, 17), (1, 17, 17), 29, 8092),
        ("Conv3d", {"out_channels": 2, "kernel_size": 3, "dilation": 2}, (1, 7, 8, 9), (2, 3, 4, 5), 56, 3240),
        ("ConvTranspose2d", {"out_channels": 64, "kernel_size": 2, "stride": 2},
         (128, 28, 28), (64, 56, 56), 32_832, 25_690_112),  # of a U-Net
        ("ConvTranspose2d", {"out_channels": 3, "kernel_size": 4, "stride": 2, "padding": 1},
         (64, 32, 32), (3, 64, 64), 3075, 3_145_728),  # of a DCGAN
        ("ConvTranspose1d", {"out_channels": 4, "kernel_size": 3, "stride": 2, "padding": 1, "output_padding": 1,
         "groups": 2}, (2, 5), (4, 10), 16, 60),
    ],
)  # fmt: skip
def test_sizes_and_costs(
    kind: str, arguments: dict[str, Any], shape: tuple[int, ...], made: tuple[int, ...], parameters: int, macs: int
) -> None:
    layer = lookup(kind)
    assert layer is not None
    conv, x = layer.model_validate(arguments), TensorType(shape)
    assert conv.output(x) == TensorType(made)
    weight, bias = conv.parameters(x)["weight"], conv.parameters(x).get("bias", (0,))
    count = bias[0]
    for size in weight[1:]:
        weight = (weight[0] * size,)
    assert count + weight[0] == parameters
    assert conv.macs(x) == macs


C = {"out_channels": 8, "kernel_size": 3}


@pytest.mark.parametrize(
    ("kind", "arguments", "shape", "rule", "argument", "message"),
    [
        ("Conv2d", {"kernel_size": 5}, (3, 2, 2), "output-size", "kernel_size",
         "Conv2d makes an output of 0x0 from 2x2: kernel_size 5 does not fit"),
        ("Conv2d", {"kernel_size": 5, "padding": 1}, (3, 2, 9), "output-size", "kernel_size",
         "Conv2d makes an output of 0x7 from 2x9: kernel_size 5 does not fit with padding 1"),
        ("Conv2d", {"dilation": [2, 1]}, (3, 2, 9), "output-size", "kernel_size",
         "Conv2d makes an output of 0x7 from 2x9: kernel_size 3 with dilation [2, 1] does not fit"),
        ("Conv2d", {"groups": 2}, (3, 9, 9), "conv-groups", "groups",
         "Conv2d gets 3 channels, which do not divide into 2 groups"),
        ("Conv2d", {"out_channels": 5, "groups": 2}, (4, 9, 9), "conv-groups", "groups",
         "Conv2d makes 5 channels, which do not divide into 2 groups"),
        ("Conv2d", {"in_channels": 3}, (4, 9, 9), "conv-in-channels", "in_channels", "Conv2d gets 4 channels, not 3"),
        ("Conv2d", {"padding": "same", "stride": 2}, (4, 9, 9), "layer-arguments", "padding",
         "padding same needs a stride of 1, not 2"),
        ("Conv2d", {"padding": -1}, (4, 9, 9), "argument-value", "padding", "padding must be at least 0, not -1"),
        ("Conv2d", {"padding": 9, "padding_mode": "reflect"}, (4, 9, 9), "argument-value", "padding",
         "padding_mode reflect adds at most 8 pixels to 9, not 9"),
        ("Conv2d", {"padding": "same", "kernel_size": 20, "padding_mode": "circular"}, (4, 9, 9), "argument-value",
         "padding", "padding_mode circular adds at most 9 pixels to 9, not 10"),
        ("Conv2d", {"padding": "some"}, (4, 9, 9), "argument-value", "padding",
         "padding must be an integer, a list of 2 integers, same or valid, not 'some'"),
        ("Conv2d", {}, (4,), "input-rank", None, "Conv2d takes channels x height x width, not 4"),
        ("Conv1d", {}, (4, 9, 9), "input-rank", None, "Conv1d takes channels x length, not 4x9x9"),
        ("Conv3d", {}, (4, 9, 9), "input-rank", None, "Conv3d takes channels x depth x height x width, not 4x9x9"),
        ("ConvTranspose2d", {"output_padding": 2, "dilation": 2}, (4, 9, 9), "argument-value", "output_padding",
         "output_padding must be under 2, the larger of stride and dilation, not 2"),
        ("ConvTranspose2d", {"padding": 2}, (4, 1, 9), "output-size", "padding",
         "ConvTranspose2d makes an output of 0x7 from 1x9: padding 2 takes all of it away"),
        ("ConvTranspose2d", {"padding": "same"}, (4, 9, 9), "argument-type", "padding",
         "padding must be an integer or a list of 2 integers, not 'same'"),
        ("ConvTranspose2d", {"padding_mode": "reflect"}, (4, 9, 9), "argument-value", "padding_mode",
         "padding_mode must be zeros, not 'reflect'"),
        # torch's oneDNN would leave the dilation of a kernel of one pixel unread; its other backends do not
        ("ConvTranspose1d", {"kernel_size": 1, "dilation": 0}, (4, 9), "argument-value", "dilation",
         "dilation must be at least 1, not 0"),
    ],
)  # fmt: skip
def test_messages(
    kind: str, arguments: dict[str, Any], shape: tuple[int, ...], rule: str, argument: str | None, message: str
) -> None:
    error = complaint(kind, C | arguments, shape)
    assert (error.rule, error.argument, error.message) == (rule, argument, message)


def test_help() -> None:
    assert complaint("Conv2d", C | {"groups": 3}, (4, 9, 9)).help == "groups must divide both 4 and 8"
    large = C | {"kernel_size": [5, 3], "padding": [1, 2], "dilation": 2}
    assert complaint("Conv2d", large, (4, 2, 2)).help == "it fits an input of 7x1 or larger"
    assert output("Conv2d", large, (4, 7, 1)).shape == (8, 1, 1)


@pytest.mark.parametrize("dtype", ["int64", "float64", "float16"])
def test_the_weights_are_float32(dtype: str) -> None:
    error = complaint("Conv2d", C, (4, 9, 9), dtype)
    assert (error.rule, error.message) == ("dtype", f"Conv2d takes float32, not {dtype}")

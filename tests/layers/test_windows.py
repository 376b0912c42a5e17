"""Receptive fields against torch: which input pixels change an output pixel."""

import math
from fractions import Fraction
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from archspec.graph import TensorType
from archspec.layers import Window, lookup
from tests.layers.source import build

HALF, THIRD, QUARTER = Fraction(1, 2), Fraction(1, 3), Fraction(1, 4)

CASES: list[tuple[str, tuple[int, ...], dict[str, Any], list[tuple[int, Fraction | int]]]] = [
    ("Conv1d", (2, 40), {"out_channels": 3, "kernel_size": 3}, [(3, 1)]),
    ("Conv2d", (2, 30, 40), {"out_channels": 3, "kernel_size": [1, 4], "stride": [2, 3]}, [(1, 2), (4, 3)]),
    ("Conv2d", (2, 30, 30), {"out_channels": 2, "kernel_size": 3, "dilation": [2, 3], "groups": 2}, [(5, 1), (7, 1)]),
    ("Conv2d", (2, 30, 30), {"out_channels": 2, "kernel_size": 4, "padding": "same"}, [(4, 1), (4, 1)]),
    ("Conv3d", (1, 12, 12, 12), {"out_channels": 1, "kernel_size": [1, 2, 3]}, [(1, 1), (2, 1), (3, 1)]),
    ("ConvTranspose1d", (1, 20), {"out_channels": 1, "kernel_size": 2, "stride": 2}, [(1, HALF)]),
    ("ConvTranspose1d", (1, 20), {"out_channels": 1, "kernel_size": 4, "stride": 2}, [(2, HALF)]),
    ("ConvTranspose1d", (1, 20), {"out_channels": 1, "kernel_size": 5, "stride": 2}, [(3, HALF)]),
    ("ConvTranspose1d", (1, 20), {"out_channels": 1, "kernel_size": 5}, [(5, 1)]),
    ("ConvTranspose1d", (1, 20), {"out_channels": 1, "kernel_size": 2, "stride": 3}, [(1, THIRD)]),
    ("ConvTranspose1d", (1, 20), {"out_channels": 1, "kernel_size": 4, "stride": 2, "dilation": 3}, [(4, HALF)]),
    ("ConvTranspose1d", (1, 20), {"out_channels": 1, "kernel_size": 3, "stride": 4, "dilation": 2}, [(2, QUARTER)]),
    (
        "ConvTranspose2d",
        (2, 9, 9),
        {"out_channels": 1, "kernel_size": [3, 4], "stride": [2, 3], "padding": 1, "output_padding": [1, 2]},
        [(2, HALF), (2, THIRD)],
    ),
    ("MaxPool1d", (2, 40), {"kernel_size": 3}, [(3, 3)]),
    (
        "MaxPool2d",
        (2, 30, 30),
        {"kernel_size": 3, "stride": [1, 2], "dilation": [2, 1]},
        [(5, 1), (3, 2)],
    ),
    ("AvgPool2d", (2, 30, 30), {"kernel_size": [2, 3], "stride": 2, "ceil_mode": True}, [(2, 2), (3, 2)]),
    ("AvgPool3d", (1, 12, 12, 12), {"kernel_size": 2, "stride": [1, 2, 3]}, [(2, 1), (2, 2), (2, 3)]),
    ("Upsample", (2, 20), {"scale_factor": 2}, [(1, HALF)]),
    ("Upsample", (2, 20), {"scale_factor": 0.5}, [(1, 2)]),
    ("Upsample", (2, 20), {"size": 30, "mode": "nearest-exact"}, [(1, Fraction(2, 3))]),
    ("Upsample", (2, 20), {"scale_factor": 3, "mode": "linear"}, [(2, THIRD)]),
    ("Upsample", (2, 20, 20), {"scale_factor": [2, 3], "mode": "bilinear"}, [(2, HALF), (2, THIRD)]),
    ("Upsample", (2, 20, 20), {"scale_factor": 2, "mode": "bicubic"}, [(4, HALF)] * 2),
    ("Upsample", (2, 8, 8, 8), {"scale_factor": 2, "mode": "trilinear"}, [(2, HALF)] * 3),
    ("Upsample", (2, 40), {"size": 10, "mode": "area"}, [(4, 4)]),
    ("Upsample", (2, 20), {"size": 30, "mode": "area"}, [(2, Fraction(2, 3))]),
    ("Upsample", (2, 30), {"size": 20, "mode": "area"}, [(2, Fraction(3, 2))]),
    ("PixelShuffle", (9, 7, 7), {"upscale_factor": 3}, [(1, THIRD)] * 2),
    ("PixelUnshuffle", (2, 24, 24), {"downscale_factor": 3}, [(3, 3)] * 2),
    ("UpsamplingNearest2d", (2, 20, 20), {"scale_factor": 2}, [(1, HALF)] * 2),
    ("LPPool1d", (2, 40), {"norm_type": 2, "kernel_size": 3, "stride": 2}, [(3, 2)]),
    ("LPPool2d", (2, 30, 30), {"norm_type": 3, "kernel_size": [2, 3]}, [(2, 2), (3, 3)]),
    ("GLU", (2, 20), {"dim": -1}, [(11, 1)]),
    ("Slice", (2, 20, 21), {"dim": 2, "start": 3, "step": 2}, [(1, 2), (1, 1)]),
    ("Slice", (2, 20, 20), {"dim": -1, "stop": -4}, [(1, 1)] * 2),
]


@pytest.mark.parametrize(("kind", "shape", "arguments", "expected"), CASES)
def test_windows(kind: str, shape: tuple[int, ...], arguments: dict[str, Any], expected: list[Any]) -> None:
    layer = lookup(kind)
    assert layer is not None
    instance, x = layer.model_validate(arguments), TensorType(shape)
    windows = instance.windows(x)
    assert windows is not None
    assert len(windows) == len(shape)
    axes = [window for window in windows[1:] if window is not None]
    assert [(widest(window), window.stride) for window in axes] == expected
    module = build(instance, x).node
    assert isinstance(module, nn.Module)
    for axis, window in enumerate(axes, start=1):
        seen = seen_along(module, shape, axis)
        assert max(map(len, seen)) == widest(window)
        assert moves_by(seen, shape[axis], Fraction(window.stride))
        if not (instance.kind.startswith("ConvTranspose") and "dilation" in arguments):  # its places take turns
            starts_there(seen, shape[axis], window)


def widest(window: Window) -> int:
    assert window.size is not None
    return window.size + math.floor(window.slack)


def seen_along(module: nn.Module, shape: tuple[int, ...], axis: int) -> list[range]:
    """For each output pixel along an axis, from the first to the last input pixel that it depends on."""
    with torch.no_grad():
        base = torch.rand(1, *shape)
        y = module(base)[0]
        changed = []
        for pixel in range(shape[axis]):
            x = base.clone()
            x.select(axis + 1, pixel).add_(10)
            changed.append(changes(module(x)[0], y, axis))
    pixels = [[pixel for pixel, marks in enumerate(changed) if marks[place]] for place in range(y.shape[axis])]
    return [range(each[0], each[-1] + 1) if each else range(0) for each in pixels]


def starts_there(seen: list[range], size: int, window: Window) -> None:
    """Away from the borders no place sees what lies before its start, or behind the end of its slack."""
    assert window.size is not None
    for place, each in enumerate(seen):
        start = window.start + window.stride * place
        if each and each.start > 0 and each.stop < size:
            assert start <= each.start
            assert each.stop - 1 <= start + window.size - 1 + window.slack


def changes(y: Tensor, before: Tensor, axis: int) -> list[bool]:
    others = [other for other in range(y.dim()) if other != axis]
    marks: list[bool] = ((y - before).abs() > 1e-5).sum(others).bool().tolist()
    return marks


def moves_by(seen: list[range], size: int, stride: Fraction) -> bool:
    """Whether, away from the borders, what is seen moves by the stride: so many pixels in so many steps."""
    pixels, steps = stride.as_integer_ratio()
    inner = {place: (each[0], each[-1]) for place, each in enumerate(seen) if each.start > 0 and each.stop < size}
    later = {place: inner[place + steps] for place in inner if place + steps in inner}
    return later != {} and all(
        later[place] == (first + pixels, last + pixels) for place, (first, last) in inner.items() if place in later
    )

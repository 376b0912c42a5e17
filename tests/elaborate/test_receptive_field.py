"""The receptive field and the stride, against the gradient of one output pixel with regard to the input."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import archspec
from tests.specs_in_text import graph_of

ROOT = Path(__file__).parents[2]

CONV = "{Conv2d: {out_channels: 1, kernel_size: %s}}"

NETWORKS = {
    "two convolutions of 3": (f"[{CONV % 3}, {CONV % 3}]", (5, 5), (1, 1)),
    "a pool between": (f"[{CONV % 3}, AvgPool2d: 2, {CONV % 3}]", (8, 8), (2, 2)),
    "a rectangle": (f"[{CONV % '[3, 5]'}, {CONV % '[1, 3]'}]", (3, 7), (1, 1)),
    "dilated": ("[{Conv2d: {out_channels: 1, kernel_size: 3, dilation: 4}}]", (9, 9), (1, 1)),
    "strided and padded": (
        f"[{{Conv2d: {{out_channels: 1, kernel_size: 7, stride: 2, padding: 3}}}}, {CONV % 3}]", (11, 11), (2, 2)
    ),
    "what looks at one pixel": ("[BatchNorm2d, Tanh, Dropout: 0.5]", (1, 1), (1, 1)),
    "a residual: the larger of the two": (
        "[residual: [Tanh, {Conv2d: {out_channels: 1, kernel_size: 5, padding: 2}}], Tanh]", (5, 5), (1, 1)
    ),
    "branches: the largest counts": (
        "[concat: [Identity, {Conv2d: {out_channels: 1, kernel_size: 3, padding: 1}}, "
        "{Conv2d: {out_channels: 1, kernel_size: [1, 7], padding: [0, 3]}}], Tanh]",
        (3, 7),
        (1, 1),
    ),
}  # fmt: skip


def seen(net: nn.Module, size: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """How many pixels of the input the pixel in the middle of the output sees, and how far its neighbour's are off."""
    net.eval()
    for module in net.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.ones_(module.weight)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    image = torch.full((1, 1, size, size), 1e-3, dtype=torch.float64, requires_grad=True)
    output = net.double()(image).sum(1)[0]
    middle = [n // 2 for n in output.shape]

    def extent(pixel: list[int]) -> list[tuple[int, int]]:
        (gradient,) = torch.autograd.grad(output[tuple(pixel)], image, retain_graph=True)
        places = gradient[0, 0].nonzero()
        return [(int(axis.min()), int(axis.max())) for axis in places.T]

    here = extent(middle)
    after = [extent([m + (i == axis) for i, m in enumerate(middle)]) for axis in range(2)]
    field = tuple(high - low + 1 for low, high in here)
    return field, tuple(after[axis][axis][0] - here[axis][0] for axis in range(2))


@pytest.mark.parametrize(("model", "field", "stride"), NETWORKS.values(), ids=NETWORKS)
def test_the_pixels_that_an_output_depends_on(model: str, field: tuple[int, int], stride: tuple[int, int]) -> None:
    spec = f"input: 1x64x64\nmodel: {model}\n"
    assert graph_of(spec).layers[-1].receptive_field == field
    assert seen(archspec.build(archspec.Source(spec)), 64) == (field, stride)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 2)), min_size=1, max_size=4))
def test_any_chain_of_windows(windows: list[tuple[int, int, int]]) -> None:
    nodes = [
        f"- Conv2d: {{out_channels: 1, kernel_size: {kernel}, stride: {stride}, dilation: {dilation}}}\n"
        for kernel, stride, dilation in windows
    ]
    size = 1
    for kernel, stride, dilation in reversed(windows):  # so that the output has four pixels or more
        size = (size + 3 - 1) * stride + dilation * (kernel - 1) + 1
    spec = f"input: 1x{size}x{size}\nmodel:\n{''.join(nodes)}"
    layer = graph_of(spec).layers[-1]
    field, step = seen(archspec.build(archspec.Source(spec)), size)
    assert layer.receptive_field == field
    assert layer.stride is not None
    assert layer.output.shape[1] == 1 or layer.stride == step


def test_of_vgg11s_last_pool() -> None:
    """150, of 224 pixels. The maxima are made averages: a maximum depends on one pixel of its window only."""
    stages: Any = "[[1, 1], [1, 1], [2, 1], [2, 1], [2, 1]]"
    graph = archspec.analyze(ROOT / "specs" / "vgg11.yaml", input="1x224x224")
    last = [layer for layer in graph.layers if layer.kind == "MaxPool2d"][-1]
    assert (last.receptive_field, last.stride) == ((150, 150), (32, 32))
    net = archspec.build(ROOT / "specs" / "vgg11.yaml", params={"stages": stages})
    convolutions = nn.Sequential(*[_averaged(block) for block in list(net.children())[:5]])
    assert seen(convolutions, 224) == ((150, 150), (32, 32))


def _averaged(block: nn.Module) -> nn.Module:
    children = [nn.AvgPool2d(2) if isinstance(child, nn.MaxPool2d) else child for child in block.children()]
    return nn.Sequential(*children)


@pytest.mark.parametrize("kind", ["Flatten", "AdaptiveAvgPool2d: 1", "AdaptiveMaxPool2d: 4", "Linear: 3"])
def test_where_every_output_sees_all(kind: str) -> None:
    first, then = graph_of(f"input: 2x8x8\nmodel: [{kind}, Tanh]").layers
    assert (first.receptive_field, first.stride) == (None, None)
    assert (then.receptive_field, then.stride) == (None, None)


def test_a_window_as_large_as_the_image_is_still_a_window() -> None:
    (layer,) = graph_of("input: 2x8x8\nmodel: [AvgPool2d: 8]").layers
    assert (layer.receptive_field, layer.stride) == ((8, 8), (8, 8))


def test_upsampling_brings_fractions() -> None:
    (layer,) = graph_of("input: 2x8x8\nmodel: [Upsample: 4]").layers
    assert (layer.receptive_field, layer.stride) == ((1, 1), (0.25, 0.25))

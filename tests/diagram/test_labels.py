"""Layers and blocks in a few words."""

import pytest

from archspec.diagram.labels import MAX_LABEL, cut, plain
from tests.diagram.outline import outline


def label(node: str, input: str = "16x32x32") -> str:
    return outline(f"input: {input}\nmodel: [{node}]")[1]


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ("Conv2d: {out_channels: 64, kernel_size: 3, stride: 2, padding: 1}", "Conv 3x3, 64, /2"),
        ("Conv2d: {out_channels: 64, kernel_size: [1, 7], stride: [1, 2]}", "Conv 1x7, 64, /1x2"),
        ("Conv2d: {out_channels: 16, kernel_size: 3, groups: 16}", "Conv 3x3, 16, depthwise"),
        ("Conv2d: {out_channels: 32, kernel_size: 3, groups: 4, dilation: 2}", "Conv 3x3, 32, dilation 2, groups 4"),
        ("ConvTranspose2d: {out_channels: 8, kernel_size: 2, stride: 2}", "ConvTranspose 2x2, 8, /2"),
        ("MaxPool2d: 2", "MaxPool 2x2, /2"),
        ("MaxPool2d: {kernel_size: 3, stride: 1}", "MaxPool 3x3"),
        ("AdaptiveAvgPool2d: 1", "AdaptiveAvgPool 1x1"),
        ("AdaptiveAvgPool2d: [4, null]", "AdaptiveAvgPool 4x*"),
        ("Linear: 10", "Linear 10"),
        ("BatchNorm2d", "BatchNorm"),
        ("GroupNorm: 4", "GroupNorm 4"),
        ("Dropout", "Dropout"),
        ("Dropout: 0.2", "Dropout 0.2"),
        ("LeakyReLU: 0.1", "LeakyReLU 0.1"),
        ("Flatten", "Flatten"),
        ("Upsample: 2", "Upsample 2"),
        ("Permute: [0, 2, 3, 1]", "Permute [0, 2, 3, 1]"),
    ],
)
def test_layer(node: str, expected: str) -> None:
    assert label(node) == expected


def test_one_channel_is_not_depthwise() -> None:
    assert label("Conv2d: {out_channels: 8, kernel_size: 3}", "1x8x8") == "Conv 3x3, 8"


@pytest.mark.parametrize(
    ("params", "arguments", "expected"),
    [
        ("{channels: int, kernel_size: 3, stride: 1}", "4", "B 4, 3x3"),
        ("{channels: int, kernel_size: 3, stride: 1}", "{channels: 4, kernel_size: 7, stride: 2}", "B 4, 7x7, /2"),
        ("{depth: int, channels: int}", "{depth: 2, channels: 64}", "B 2, 64"),
        ("{c1: int, c2: list, c3: int}", "{c1: 64, c2: [96, 128], c3: 32}", "B 64, [96, 128], 32"),
        ("{channels: int, expansion: 6}", "{channels: 4, expansion: 2}", "B 4, expansion 2"),
        ("{channels: int, norm: true, pre: false}", "{channels: 4, norm: false, pre: true}", "B 4, pre"),
        ("{channels: int, act: ReLU}", "{channels: 4, act: Hardswish}", "B 4, act Hardswish"),
        (
            "{a_long_name: 0, another_long_name: 0, more: 0}",
            "{a_long_name: 100000, another_long_name: 100000, more: 1}",
            "B 100000, another_long_name 100000, more 1",
        ),
        ("{mode: {type: str, default: x}}", "{mode: a very long text that goes on and on and on}", "B, …"),
    ],
)
def test_block_call(params: str, arguments: str, expected: str) -> None:
    spec = f"input: 4x8x8\nblocks: {{B: {{params: {params}, body: [Tanh]}}}}\nmodel: [B: {arguments}]"
    assert outline(spec)[1] == expected


@pytest.mark.parametrize("length", [MAX_LABEL, MAX_LABEL + 1])
def test_long_text_is_cut(length: int) -> None:
    assert len(cut("x" * length)) == MAX_LABEL


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "true"), (0.5, "0.5"), (1e-5, "1e-05"), ((1, [2, None]), "[1, [2, None]]"), ("same", "same")],
)
def test_value(value: object, text: str) -> None:
    assert plain(value) == text

"""Depth and receptive field, against the papers' own numbers."""

from __future__ import annotations

from textwrap import dedent

import pytest
from torch import nn

from archspec.api import Source, analyze
from archspec.report.measures import depth, receptive_field
from tests.reference import SPECS

# the number in a network's name, or the one in its paper; of the others the longest path, as frameworks list it
DEPTHS = {
    "lenet5": 5,  # C1, C3, C5, F6, output
    "alexnet": 8,
    "alexnet_lrn": 8,
    "nin": 12,
    "vgg11": 11,
    "vgg16": 16,
    "vgg19": 19,
    "googlenet": 22,
    "resnet18": 18,
    "torchvision/alexnet": 8,
    "torchvision/vgg11_bn": 11,
    "torchvision/vgg13": 13,
    "torchvision/vgg16": 16,
    "torchvision/vgg19_bn": 19,
    "torchvision/googlenet": 22,
    "torchvision/inception_v3": 48,
    "torchvision/squeezenet1_0": 18,
    "torchvision/squeezenet1_1": 18,
    "torchvision/mobilenet_v2": 53,
    "torchvision/resnet18": 18,
    "torchvision/resnet34": 34,
    "torchvision/resnet50": 50,
    "torchvision/resnet101": 101,
    "torchvision/resnet152": 152,
    "torchvision/resnext50_32x4d": 50,
    "torchvision/resnext101_32x8d": 101,
    "torchvision/wide_resnet50_2": 50,
    "torchvision/densenet121": 121,
    "torchvision/densenet161": 161,
    "torchvision/densenet169": 169,
    "torchvision/densenet201": 201,
}
# AlexNet and VGG-16: A. Araujo et al., "Computing Receptive Fields of CNNs", Distill, 2019; the others by hand
FIELDS = {
    "lenet5": (32, 32),
    "torchvision/alexnet": (195, 195),
    "torchvision/vgg16": (212, 212),
    "torchvision/resnet18": (435, 435),
}


@pytest.mark.parametrize(("name", "expected"), DEPTHS.items(), ids=DEPTHS)
def test_depth_is_the_papers(name: str, expected: int) -> None:
    assert depth(analyze(SPECS / f"{name}.yaml")) == expected


@pytest.mark.parametrize(("name", "expected"), FIELDS.items(), ids=FIELDS)
def test_receptive_field_of_the_features(name: str, expected: tuple[int, int]) -> None:
    assert receptive_field(analyze(SPECS / f"{name}.yaml")) == expected


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("[ReLU]", 0),
        ("[BatchNorm2d, {MaxPool2d: 2}, Flatten, {Dropout: 0.5}]", 0),
        ("[{Conv2d: {out_channels: 8, kernel_size: 3}}, Flatten, {Linear: 10}]", 2),
        ("[{ConvTranspose2d: {out_channels: 8, kernel_size: 2, stride: 2}}]", 1),
        ("[concat: [[C, C, C], C, {MaxPool2d: {kernel_size: 1}}], C]", 4),
        ("[residual: {body: [C], shortcut: [C, C]}]", 2),
        ("[residual: [C]]", 1),
        ("[dense: [C, C, C]]", 3),
        ("[{a: C}, {b: C}, {from: a, c: C}]", 2),
        ("[{a: C}, {reuse: a}, {reuse: a}]", 3),
        ("[{deep: [{deeper: [C, C]}]}, {reuse: deep}]", 4),
        ("[C, aux: [C, C, C]]", 1),
        ("[{SqueezeExcitation: 2}]", 2),
    ],
)
def test_depth_is_the_longest_path(model: str, expected: int) -> None:
    text = """
        input: 4x8x8
        blocks:
          C: {body: [{Conv2d: {out_channels: 4, kernel_size: 1}}]}
        model: MODEL
    """
    assert depth(analyze(Source(dedent(text).replace("MODEL", model)))) == expected


def test_several_outputs_are_as_deep_as_the_deepest() -> None:
    spec = "input: 8\noutputs: {a: a, b: b}\nmodel: {a: {Linear: 8}, b: [{Linear: 8}, {Linear: 8}], c: {Linear: 8}}"
    assert depth(analyze(Source(spec))) == 3


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("{MultiheadAttention: 2}", 2),
        ("{TransformerEncoderLayer: 2}", 4),
        ("{TransformerEncoder: {nhead: 2, num_layers: 6}}", 24),
        ("{from: [input, input], TransformerDecoder: {nhead: 2, num_layers: 3}}", 18),
        ("{from: [input, input], Transformer: {nhead: 2, num_encoder_layers: 2, num_decoder_layers: 3}}", 24),
    ],
)
def test_layers_within_a_layer_count(model: str, expected: int) -> None:
    assert depth(analyze(Source(f"input: 7x16\nmodel: [{model}]"))) == expected


def test_a_memory_enters_a_decoder_after_its_first_attention() -> None:
    spec = """
        input: {source: 7x16, target: 5x16}
        model:
          encoder: {from: source, TransformerEncoder: {nhead: 2, num_layers: 6}}
          decoder: {from: [target, encoder], TransformerDecoder: {nhead: 2, num_layers: 6}}
    """
    both = "input: {source: 7x16, target: 5x16}\nmodel: [{from: [source, target], Transformer: {nhead: 2}}]"
    assert depth(analyze(Source(dedent(spec)))) == depth(analyze(Source(both))) == 6 * 4 + 6 * 6 - 2


def test_torch_has_as_many_linear_layers_in_them() -> None:
    def count(module: nn.Module) -> int:
        attentions = sum(isinstance(part, nn.MultiheadAttention) for part in module.modules())
        return attentions + sum(isinstance(part, nn.Linear) for part in module.modules())

    assert count(nn.TransformerEncoderLayer(16, 2)) == 4
    assert count(nn.TransformerDecoderLayer(16, 2)) == 6


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("input: 8\nmodel: [{Linear: 4}]", None),
        ("input: 3x8x8\nmodel: [{Conv2d: {out_channels: 4, kernel_size: [3, 5]}}]", (3, 5)),
        ("input: 3x8x8\nmodel: [{AdaptiveAvgPool2d: 1}, Flatten]", None),
        ("input: 3x8x8\nmodel: [{MaxPool2d: 2}, {Conv2d: {out_channels: 4, kernel_size: 3}}, Flatten]", (6, 6)),
        ("input: 3x8x8\nmodel: [ReLU, aux: [{Conv2d: {out_channels: 4, kernel_size: 3}}]]", (1, 1)),
        ("input: 3x16\nmodel: [{Conv1d: {out_channels: 4, kernel_size: 9}}]", (9,)),
    ],
)
def test_receptive_field_is_that_of_the_last_features(spec: str, expected: tuple[int, ...] | None) -> None:
    assert receptive_field(analyze(Source(spec))) == expected

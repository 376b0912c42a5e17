"""Which inputs a network takes: the least, the steps, the largest, and who says so."""

from __future__ import annotations

from itertools import islice

import pytest

import archspec
from archspec import Source
from archspec.sizes import AxisSizes, Sizes

DOUBLE = """
blocks:
  Double:
    params: {c: int, padding: 1}
    body:
      - Conv2d: {out_channels: c, kernel_size: 3, padding: padding}
      - ReLU
"""
UNET = (
    DOUBLE
    + """
input: 1x64x64
model:
  d0: {Double: 4}
  p0: {MaxPool2d: 2}
  d1: {Double: 8}
  p1: {MaxPool2d: 2}
  d2: {Double: 8}
  p2: {MaxPool2d: 2}
  d3: {Double: 8}
  p3: {MaxPool2d: 2}
  d4: {Double: 8}
  u3: {ConvTranspose2d: {out_channels: 8, kernel_size: 2, stride: 2}}
  c3: {concat: [{from: d3}, {from: u3}]}
  u2: {ConvTranspose2d: {out_channels: 8, kernel_size: 2, stride: 2}}
  c2: {concat: [{from: d2}, {from: u2}]}
  u1: {ConvTranspose2d: {out_channels: 8, kernel_size: 2, stride: 2}}
  c1: {concat: [{from: d1}, {from: u1}]}
  u0: {ConvTranspose2d: {out_channels: 4, kernel_size: 2, stride: 2}}
  c0: {concat: [{from: d0}, {from: u0}]}
"""
)
VGG = """
params: {features: 25088}
input: 1x224x224
model:
  - for: n in [4, 4, 4, 4, 512]
    sequential:
      - Conv2d: {out_channels: n, kernel_size: 3, padding: 1}
      - MaxPool2d: 2
  - Flatten
  - Linear: %s
"""
STEM = """
input: 3x64x64
model:
  - Conv2d: {out_channels: 4, kernel_size: 7, stride: 2, padding: 3}
  - MaxPool2d: {kernel_size: 3, stride: 2, padding: 1}
  - residual:
      body: {Conv2d: {out_channels: 8, kernel_size: 3, stride: 2, padding: 1}}
      shortcut: {Conv2d: {out_channels: 8, kernel_size: 1, stride: 2}}
"""


def sizes_of(text: str, **given: object) -> Sizes:
    sizes: Sizes = archspec.analyze(Source(text), **given).sizes  # type: ignore[arg-type]
    return sizes


def axis_of(text: str, **given: object) -> AxisSizes:
    """The first axis."""
    return next(iter(sizes_of(text, **given).axes.values()))


@pytest.mark.parametrize(
    ("text", "least", "most", "multiple_of", "step"),
    [
        pytest.param(UNET, 16, None, 16, 16, id="U-Net of depth 4"),
        pytest.param(VGG % 10, 32, None, 1, 1, id="VGG without declared features"),
        pytest.param(VGG % "{in_features: features, out_features: 10}", 224, 255, 1, 1, id="VGG with them"),
        pytest.param(STEM, 1, None, 1, 1, id="residual network"),
        pytest.param(STEM + "  - {MaxPool2d: 8, shape: 8x1x1}", 57, 120, 1, 1, id="an asserted shape"),
        pytest.param(
            """
input: 3x34x34
model:
  - whole: {Conv2d: {out_channels: 8, kernel_size: 3}}
    down: {MaxPool2d: 2}
    up: {ConvTranspose2d: {out_channels: 8, kernel_size: 2, stride: 2}}
  - concat: [{from: whole}, {from: up}]
""",
            4,
            None,
            2,
            2,
            id="valid convolutions",
        ),
        pytest.param(
            """
input: 3x31x31
model:
  - whole: {Conv2d: {out_channels: 8, kernel_size: 4}}
    quarter: {AvgPool2d: 4}
    up: {Upsample: {scale_factor: 4}}
  - concat: [{from: whole}, {from: up}]
""",
            7,
            None,
            1,
            4,
            id="steps that are no multiples",
        ),
        pytest.param("input: 3x8x8\nmodel: [{PixelUnshuffle: 4}]", 4, None, 4, 4, id="a layer that divides"),
        pytest.param("input: 3x8x8\nmodel: [InstanceNorm2d]", 1, None, 1, 1, id="with the other axis as it is"),
        pytest.param("input: 3x8x8\nmodel: [{Slice: {dim: 2, start: 1, stop: 7}}]", 7, None, 1, 1, id="a slice"),
        pytest.param(
            "input: {shape: [12], dtype: int64}\nmodel: [{Embedding: {num_embeddings: 9, embedding_dim: 8}}]",
            1,
            None,
            1,
            1,
            id="tokens",
        ),
        pytest.param(
            """
input: {shape: [12], dtype: int64}
model:
  - Embedding: {num_embeddings: 9, embedding_dim: 8}
  - residual: {Parameter: [12, 8]}
  - Select: 5
""",
            12,
            12,
            1,
            1,
            id="positions",
        ),
    ],
)
def test_sizes(text: str, least: int, most: int | None, multiple_of: int, step: int) -> None:
    axis = axis_of(text)
    assert (axis.least, axis.most, axis.multiple_of, axis.step) == (least, most, multiple_of, step)
    assert axis.proved_to is None
    assert axis.regular


def test_what_is_refused_names_the_place() -> None:
    axis = axis_of(VGG % "{in_features: features, out_features: 10}")
    assert axis.fixed_by is not None
    assert axis.fixed_by.message == "Linear gets 28672 features, not 25088"
    assert (axis.fixed_by.span.line, axis.fixed_by.module) == (10, "11")
    assert axis.least_by is not None
    axis = axis_of(UNET)
    assert axis.step_by is not None
    assert axis.step_by.rule == "concat-shapes"
    assert axis.least_by is not None
    assert axis.least_by.module == "p3"


def test_what_was_built_keeps_its_parameters() -> None:
    axis = axis_of(VGG % 10)
    assert (axis.built.least, axis.most_built) == (224, 255)


def test_every_axis_is_searched_with_the_others_as_they_are() -> None:
    sizes = sizes_of(
        "input: 1x30x40\nmodel: [{MaxPool2d: [3, 5]}, Flatten, {Linear: {in_features: 80, out_features: 1}}]"
    )
    height, width = sizes.inputs["input"]
    assert (height.name, height.least, height.most, height.beside) == ("H", 30, 32, {"W": 40})
    assert (width.name, width.least, width.most, width.beside) == ("W", 40, 44, {"H": 30})


@pytest.mark.parametrize(
    ("layers", "name"),
    [
        ("[{LSTM: 8}]", "L"),
        ("[{Conv1d: {out_channels: 8, kernel_size: 3}}]", "L"),
        ("[Tanh, {Linear: 4}]", "L"),
    ],
)
def test_of_two_axes_the_one_that_layers_size_themselves_by_is_the_channels(layers: str, name: str) -> None:
    sizes = sizes_of(f"input: 12x20\nmodel: {layers}")
    assert list(sizes.axes) == [name]
    assert sizes.values[name] == (20 if "Conv" in layers else 12)


def test_several_inputs() -> None:
    model = "[{name: x, from: a, MaxPool2d: 2}, {concat: [{from: x}, {from: b}]}]"
    sizes = sizes_of(f"input: {{a: 3x32x32, b: 3x16x16}}\nmodel: {model}")
    assert {name: (axis.least, axis.most, dict(axis.beside)) for name, axis in sizes.axes.items()} == {
        "a.H": (32, 33, {"b.H": 16}),
        "a.W": (32, 33, {"b.W": 16}),
        "b.H": (16, 16, {"a.H": 32}),
        "b.W": (16, 16, {"a.W": 32}),
    }


def test_features_alone_have_no_axis() -> None:
    assert sizes_of("input: 784\nmodel: [{Linear: 10}]").inputs == {"input": ()}


def test_aux_branches_count_in_training_only() -> None:
    aux = "{aux: [{Conv2d: {out_channels: 4, kernel_size: 5}}]}"
    axis = axis_of(f"input: 3x32x32\nmodel: [{{MaxPool2d: 2}}, {aux}, {{MaxPool2d: 2}}]")
    assert axis.least == 4
    assert axis.training is not None
    assert axis.training.least == 10


CHOSEN = """
input: 3x64x64
model:
  - Conv2d: {out_channels: 4, kernel_size: 3, padding: 1}
  - when: in_shape[1] > 16
    MaxPool2d: 20
  - Conv2d: {out_channels: 4, kernel_size: 3}
"""


def test_conditions_on_sizes_are_followed() -> None:
    axis = axis_of(CHOSEN)
    assert list(islice(axis.accepted, 16)) == [*range(3, 17), 60, 61]
    assert not axis.regular
    assert axis.proved_to is None


@pytest.mark.parametrize(
    ("layer", "least"),
    [
        ('AdaptiveAvgPool2d: "[int(in_shape[1] * 0.5), 1]"', 2),
        ('AdaptiveAvgPool2d: "[int(0.25 * in_shape[1]), 1]"', 4),
        ('Conv2d: {out_channels: "round(2 ** (in_shape[1] / 10))", kernel_size: 3}', 3),
        ("Upsample: {scale_factor: 0.3}", 4),
    ],
)
def test_what_cannot_be_followed_is_tried_up_to_a_bound(layer: str, least: int) -> None:
    axis = axis_of(f"input: 3x32x32\nmodel: [{{{layer}}}]")
    assert axis.least == least
    assert axis.most is None
    assert axis.proved_to is None or axis.proved_to > 64


def test_bounds_of_arguments_are_relied_on() -> None:
    axis = axis_of('input: 3x32x32\nmodel: [{AdaptiveAvgPool2d: "[in_shape[1] // 3, 4]"}]')
    assert (axis.least, axis.proved_to) == (3, None)

"""What is said of a map that is too small or off by a pixel, and that what is said to fit does."""

from __future__ import annotations

import re

import pytest

import archspec
from archspec import Source
from archspec.diagnostics import Diagnostic
from tests.sizes.test_search import STEM, UNET


def mistake(text: str, input: str | None = None) -> Diagnostic:
    with pytest.raises(archspec.SpecError) as caught:
        archspec.analyze(Source(text), input=input)
    (found,) = caught.value.diagnostics
    return found


def chain(layers: str, input: str = "3x28x28") -> str:
    return f"input: {input}\nmodel: [{layers}]"


@pytest.mark.parametrize(
    ("text", "input", "fits"),
    [
        (chain("{repeat: 5, MaxPool2d: 2}"), None, "3x32x32"),
        (chain("{repeat: 5, MaxPool2d: 2}"), "3x64x20", "3x32x32"),
        (chain("{MaxPool2d: 4}, {Conv2d: {out_channels: 4, kernel_size: 11}}"), None, "3x44x44"),
        (chain("{repeat: 3, MaxPool2d: 2}, {ReflectionPad2d: 1}, {MaxPool2d: 8}", "3x24x24"), None, "3x48x48"),
        (chain("{MaxPool2d: [2, 4]}, {Conv2d: {out_channels: 4, kernel_size: [3, 9]}}"), None, "3x6x36"),
        (chain("{MaxPool1d: 50}", "3x28"), None, "3x50"),
        (chain("{repeat: 3, MaxPool3d: 2}", "3x4x28x28"), None, "3x8x8x8"),
    ],
)
def test_a_map_that_is_too_small(text: str, input: str | None, fits: str) -> None:
    help = mistake(text, input).help or ""
    assert help == f"an input of {fits} or larger fits; or keep more before this layer, by padding or fewer strides"
    archspec.analyze(Source(text), input=fits)
    for axis in range(1, fits.count("x") + 1):  # it is the least
        sizes = [int(size) for size in fits.split("x")]
        sizes[axis] -= 1
        with pytest.raises(archspec.SpecError):
            archspec.analyze(Source(text), input=tuple(sizes))


@pytest.mark.parametrize(
    ("text", "input", "help", "note"),
    [
        (UNET, "1x50x64", "height and width of the input must divide by 16: 1x64x64 fits", (14, "drops a row of 25")),
        (UNET, "1x64x40", "height and width of the input must divide by 16: 1x64x48 fits", (18, "drops a column of 5")),
        (
            chain("{name: a, Conv1d: {out_channels: 4, kernel_size: 5}}, {name: b, AvgPool1d: 3}, "
                  "{name: c, Upsample: {scale_factor: 3}}, {concat: [{from: a}, {from: c}]}", "3x29"),
            None,
            "an input of 3x31 fits",
            (2, "drops a step of 25"),
        ),
    ],
)  # fmt: skip
def test_branches_that_differ_by_a_pixel(text: str, input: str | None, help: str, note: tuple[int, str]) -> None:
    found = mistake(text, input)
    assert found.help == help
    assert (found.notes[-1].span.line, found.notes[-1].message) == note
    fits = re.search(r"[0-9x]+(?= fits)", help)
    assert fits is not None
    archspec.analyze(Source(text), input=fits[0])


def test_a_stride_that_rounds_otherwise_is_not_blamed() -> None:
    stem = "{name: stem, Conv2d: {out_channels: 4, kernel_size: 3, stride: 2, padding: 1}}"
    body = "{name: p, MaxPool2d: 2}, {name: u, Upsample: {scale_factor: 2}}, {concat: [{from: stem}, {from: u}]}"
    found = mistake(chain(f"{stem}, {body}", "3x29x29"))
    assert found.notes[-1].message == "drops a row of 15"
    assert found.help == "an input of 3x31x31 fits"


@pytest.mark.parametrize(
    "text",
    [
        STEM.replace("kernel_size: 1, stride: 2", "kernel_size: 1"),
        chain("{concat: [{MaxPool2d: 2}, {MaxPool2d: 4}]}"),
        chain("{residual: [{Conv2d: {out_channels: 4, kernel_size: 3}}]}"),
        chain("{add: [{Conv2d: {out_channels: 4, kernel_size: 1}}, {Conv2d: {out_channels: 5, kernel_size: 1}}]}"),
    ],
)
def test_where_the_network_is_wrong_no_input_is_named(text: str) -> None:
    assert "fits" not in (mistake(text).help or "")


def test_channels_last_are_told_first() -> None:
    assert mistake(chain("{Conv2d: {out_channels: 4, kernel_size: 5}}", "28x28x1")).help == (
        "the channels come first: write `input: 1x28x28`"
    )


def test_a_large_network_is_not_asked() -> None:
    help = mistake(chain("{repeat: 4000, ReLU: }, {repeat: 5, MaxPool2d: 2}")).help or ""
    assert help == "it fits an input of 2x2 or larger"

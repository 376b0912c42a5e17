"""Padding: the order of the sides, crops, and what each mode can make of an input."""

from __future__ import annotations

from typing import Any

import pytest

from tests.layers.messages import complaint, output


@pytest.mark.parametrize(
    ("kind", "padding", "shape", "padded"),
    [
        ("ZeroPad1d", [1, 2], (3, 10), (3, 13)),
        ("ZeroPad2d", 1, (3, 10, 20), (3, 12, 22)),
        ("ZeroPad2d", [1, 2, 3, 4], (3, 10, 20), (3, 17, 23)),
        ("ZeroPad2d", [0, 0, -1, -2], (3, 10, 20), (3, 7, 20)),
        ("ZeroPad2d", 1, (3, 5, 10, 20), (3, 5, 12, 22)),
        ("ReplicationPad3d", [1, 0, 2, 0, 3, 0], (3, 10, 20, 30), (3, 13, 22, 31)),
        ("ReflectionPad2d", 9, (3, 10, 20), (3, 28, 38)),
        ("CircularPad2d", 10, (3, 10, 20), (3, 30, 40)),
    ],
)
def test_sizes(kind: str, padding: int | list[int], shape: tuple[int, ...], padded: tuple[int, ...]) -> None:
    assert output(kind, {"padding": padding}, shape).shape == padded


@pytest.mark.parametrize(
    ("kind", "arguments", "shape", "rule", "argument", "message"),
    [
        ("ReflectionPad2d", {"padding": 4}, (3, 4, 8), "argument-value", "padding",
         "ReflectionPad2d cannot pad a height of 4 by 4: a reflection adds 3 at most"),
        ("ReflectionPad2d", {"padding": [8, 1, 0, 0]}, (3, 4, 8), "argument-value", "padding",
         "ReflectionPad2d cannot pad a width of 8 by 8 and 1: a reflection adds 7 at most"),
        ("CircularPad1d", {"padding": 5}, (3, 4), "argument-value", "padding",
         "CircularPad1d cannot pad a length of 4 by 5: it goes around once at most"),
        ("ZeroPad1d", {"padding": [-5, 3]}, (3, 4), "argument-value", "padding",
         "ZeroPad1d cannot pad a length of 4 by -5 and 3: that crops 5"),
        ("ZeroPad2d", {"padding": -2}, (3, 4, 4), "output-size", None,
         "ZeroPad2d makes an output of 3x0x0 from 3x4x4"),
        ("ZeroPad2d", {"padding": [1, 2]}, (3, 4, 4), "argument-type", "padding",
         "padding must be an integer or a list of 4 integers, not [1, 2]"),
        ("ZeroPad2d", {"padding": 1}, (4, 4), "input-rank", None,
         "ZeroPad2d takes channels x height x width, not 4x4"),
        ("ReplicationPad1d", {"padding": 1}, (3, 4, 4), "input-rank", None,
         "ReplicationPad1d takes channels x length, not 3x4x4"),
        ("ConstantPad1d", {"padding": 1}, (3, 4), "layer-arguments", None, "ConstantPad1d needs value"),
    ],
)  # fmt: skip
def test_messages(
    kind: str, arguments: dict[str, Any], shape: tuple[int, ...], rule: str, argument: str | None, message: str
) -> None:
    error = complaint(kind, arguments, shape)
    assert (error.rule, error.argument, error.message) == (rule, argument, message)


def test_a_value_must_fit_the_dtype() -> None:
    error = complaint("ConstantPad1d", {"padding": 1, "value": -1}, (3, 4), "uint8")
    assert (error.argument, error.message) == ("value", "ConstantPad1d cannot pad uint8 with -1.0")
    assert output("ConstantPad1d", {"padding": -1, "value": -1}, (3, 4), "uint8").shape == (3, 2)
    assert output("ConstantPad1d", {"padding": 1, "value": 255}, (3, 4), "uint8").dtype == "uint8"


def test_border_pads_have_no_bool() -> None:
    error = complaint("ReflectionPad1d", {"padding": 1}, (3, 4), "bool")
    assert (error.rule, error.message) == (
        "dtype",
        "ReflectionPad1d takes a float, complex or integer tensor, not bool",
    )

"""What every kind gets from the base: how arguments are read, what is said of wrong ones, and the call for source."""

import re
from typing import Annotated, Any, ClassVar, Literal

import pytest
from pydantic import Field, ValidationError, field_validator
from pydantic_core import PydanticCustomError

from archspec.graph import TensorType
from archspec.layers import Layer, LayerError, Window
from archspec.layers.arguments import PerAxis, alternatives, plain, written
from archspec.layers.base import FLOATS, INTEGERS, Positive, Sizes


class Blur2d(Layer):
    """A kind with an argument of every sort, such as a user may add."""

    family = "Test"
    inferred = ("channels",)
    positional = ("channels", "size")
    dims: ClassVar[int] = 2

    channels: int | None = Field(None, description="channels of the input")
    size: Sizes = Field(description="size of the blur")
    sides: Annotated[int | tuple[int, ...], PerAxis(2)] = Field(0, description="left, right, top, bottom")
    share: float = Field(0.5, ge=0, lt=1, description="a number")
    scale: int | float | None = Field(None, description="a number that stays an integer")
    mode: int | Literal["soft", "hard"] = Field("soft", description="a word, or a number")
    pair: tuple[int, float] = Field((1, 2.0), description="two numbers")
    sizes_kept: tuple[Positive | None, ...] = Field((), description="any number of sizes")
    inplace: bool = Field(False, description="a switch")
    even: int = Field(2, description="an even number")

    @field_validator("even")
    @classmethod
    def _is_even(cls, value: int) -> int:
        if value % 2:
            raise PydanticCustomError("argument-value", "even must be even, not {value}", {"value": value})
        return value

    def sizes(self, x: TensorType) -> dict[str, int]:
        return {"channels": x.shape[0]}


X = TensorType((3, 8, 8))


@pytest.mark.parametrize(
    ("name", "given", "kept"),
    [
        ("size", 3, 3),
        ("size", 3.0, 3),
        ("size", [3, 5], (3, 5)),
        ("size", [3.0, 5], (3, 5)),
        ("sides", [1, 2, 3, 4], (1, 2, 3, 4)),
        ("share", 0, 0.0),
        ("scale", 2, 2),
        ("scale", 2.5, 2.5),
        ("scale", None, None),
        ("mode", "hard", "hard"),
        ("mode", 3, 3),
        ("pair", [1, 2], (1, 2.0)),
        ("sizes_kept", [1, None, 7.0], (1, None, 7)),
        ("inplace", True, True),
        ("even", 4.0, 4),
    ],
)
def test_values_are_kept_as_written(name: str, given: object, kept: object) -> None:
    value = getattr(Blur2d.model_validate({"size": 1} | {name: given}), name)
    assert value == kept
    assert repr(value) == repr(kept)


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("size", 0, "size must be at least 1, not 0"),
        ("size", [3, 0], "size must be at least 1, not 0"),
        ("size", [3], "size must be an integer or a list of 2 integers, not [3]"),
        ("size", [3, 5, 7], "size must be an integer or a list of 2 integers, not [3, 5, 7]"),
        ("size", 2.5, "size must be an integer or a list of 2 integers, not 2.5"),
        ("size", True, "size must be an integer or a list of 2 integers, not true"),
        ("size", "3", "size must be an integer or a list of 2 integers, not '3'"),
        ("size", None, "size must be an integer or a list of 2 integers, not null"),
        ("size", [3, None], "size must be an integer or a list of 2 integers, not [3, null]"),
        ("channels", None, "channels must be an integer, not null"),
        ("channels", [3], "channels must be an integer, not [3]"),
        ("sides", [1, 2], "sides must be an integer or a list of 4 integers, not [1, 2]"),
        ("share", "half", "share must be a number, not 'half'"),
        ("share", True, "share must be a number, not true"),
        ("scale", False, "scale must be a number or null, not false"),
        ("mode", "loud", "mode must be an integer, soft or hard, not 'loud'"),
        ("pair", [1], "pair must be a list of 2 numbers, not [1]"),
        ("sizes_kept", [1, "x"], "sizes_kept must be a list of values, each an integer or null, not [1, 'x']"),
        ("sizes_kept", [1, 0], "sizes_kept must be at least 1, not 0"),
        ("inplace", 1, "inplace must be true or false, not 1"),
        ("inplace", "true", "inplace must be true or false, not 'true'"),
        ("even", 3, "even must be even, not 3"),
        ("odd", 3, "Blur2d has no argument odd"),
    ],
)
def test_wrong_arguments(name: str, given: object, message: str) -> None:
    (error,) = complaints({"size": 1} | {name: given})
    assert (error.argument, error.message) == (name, message)
    if "has no argument" in message:
        assert error.rule == "layer-arguments"
    else:
        assert error.rule == ("argument-value" if re.search("at least|even|loud", message) else "argument-type")


def test_bounds_of_numbers() -> None:
    assert [error.message for error in complaints({"size": 1, "share": 1})] == ["share must be under 1.0, not 1"]
    assert [error.message for error in complaints({"size": 1, "share": -0.5})] == [
        "share must be at least 0.0, not -0.5"
    ]


def test_each_wrong_argument_is_one_error() -> None:
    errors = complaints({"sides": "x", "mode": [1], "odd": 1})
    assert [error.argument for error in errors] == [None, "sides", "mode", "odd"]
    assert errors[0].message == "Blur2d needs size"


def complaints(arguments: dict[str, Any]) -> list[LayerError]:
    with pytest.raises(ValidationError) as raised:
        Blur2d.model_validate(arguments)
    return Blur2d.complaints(raised.value, arguments)


def test_fields() -> None:
    fields = Blur2d.fields()
    assert fields["size"].required
    assert fields["size"].default is None
    assert (fields["size"].length, fields["sides"].length, fields["pair"].length) == (2, 4, None)
    assert (fields["size"].bounds, fields["share"].bounds) == ("at least 1", "at least 0 and under 1")
    assert fields["mode"].words == {"soft", "hard"}
    assert [field.name for field in fields.values() if field.inferred] == ["channels"]
    assert fields["even"].doc == "an even number"
    assert Blur2d.fields() is fields


def test_the_call() -> None:
    assert Blur2d.target == "nn.Blur2d"
    assert Blur2d.model_validate({"size": [1, 2]}).arguments(X) == ((3, (1, 2)), {})
    layer = Blur2d.model_validate({"size": 1, "share": 0.5, "inplace": True, "mode": 1, "channels": 3})
    assert layer.arguments(X) == ((3, 1), {"mode": 1, "inplace": True})


def test_a_wrong_assertion_can_be_mended() -> None:
    (error,) = Blur2d.model_validate({"size": 1, "channels": 4}).check(X)
    assert (error.rule, error.argument, error.correct) == ("inferred-size", "channels", 3)
    assert error.message == "Blur2d gets 3 channels, not 4"
    assert error.help == "write 3, or leave channels out and it is inferred"
    assert Blur2d.model_validate({"size": 1}).check(X) == []
    assert Blur2d.model_validate({"size": 1, "channels": 3}).check(X) == []


def test_what_a_kind_need_not_say() -> None:
    layer = Blur2d.model_validate({"size": 1})
    assert (layer.parameters(X), layer.buffers(X), layer.macs(X), layer.windows(X)) == ({}, {}, 0, ())
    with pytest.raises(NotImplementedError):
        layer.output(X)
    assert Window(3) == Window(3, 1)


@pytest.mark.parametrize(
    ("dtypes", "wanted"),
    [
        (FLOATS, "a float tensor"),
        ((*FLOATS, *INTEGERS), "a float or integer tensor"),
        ((*FLOATS, "uint8"), "a float or uint8 tensor"),
        (("float32",), "float32"),
        (("float32", "float64"), "float32 or float64"),
    ],
)
def test_wrong_dtypes(dtypes: tuple[str, ...], wanted: str) -> None:
    layer = Blur2d.model_validate({"size": 1})
    with pytest.raises(LayerError) as raised:
        layer.require_dtype(TensorType((3,), "bool"), *dtypes)
    assert (raised.value.rule, raised.value.message) == ("dtype", f"Blur2d takes {wanted}, not bool")
    layer.require_dtype(TensorType((3,), dtypes[0]), *dtypes)


def test_values_in_words() -> None:
    assert written([None, True, 1.5, (1, "a")]) == "[null, true, 1.5, [1, 'a']]"
    assert alternatives(["a"]) == "a"
    assert alternatives(["a", "b", "c"]) == "a, b or c"
    assert plain([1.0, [2.5, 3.0]]) == (1, (2.5, 3))

"""Dropout: the ranks that torch would misread, the bounds of p, and the dtypes."""

from __future__ import annotations

from typing import Any

import pytest

from archspec.graph import TensorType
from tests.layers.messages import complaint, output


@pytest.mark.parametrize(
    ("kind", "arguments", "shape", "rule", "argument", "message"),
    [
        ("Dropout1d", {}, (10,), "input-rank", None, "Dropout1d takes channels x length, not 10"),
        (
            "Dropout3d",
            {},
            (3, 8, 8),
            "input-rank",
            None,
            "Dropout3d takes channels x depth x height x width, not 3x8x8",
        ),
        ("Dropout2d", {}, (), "input-rank", None, "Dropout2d takes an input with channels, not ()"),
    ],
)
def test_messages(
    kind: str, arguments: dict[str, Any], shape: tuple[int, ...], rule: str, argument: str | None, message: str
) -> None:
    error = complaint(kind, arguments, shape)
    assert (error.rule, error.argument, error.message) == (rule, argument, message)


def test_dropout2d_takes_every_rank_that_torch_reads_right() -> None:
    for shape in [(10,), (3, 8), (3, 8, 8), (3, 8, 8, 8)]:
        assert output("Dropout2d", {}, shape) == TensorType(shape)


KINDS_OF_DROPOUT = {
    "Dropout": (4,),
    "Dropout1d": (4, 5),
    "Dropout2d": (4, 5, 5),
    "Dropout3d": (4, 5, 5, 5),
    "AlphaDropout": (4,),
    "FeatureAlphaDropout": (4, 5),
}


@pytest.mark.parametrize(("kind", "shape"), KINDS_OF_DROPOUT.items())
@pytest.mark.parametrize("dtype", ["complex64", "complex128", "int64", "uint8", "bool"])
def test_chances_are_drawn_in_floats(kind: str, shape: tuple[int, ...], dtype: str) -> None:
    assert complaint(kind, {"p": 0.5}, shape, dtype).message == f"{kind} takes a float tensor, not {dtype}"
    for p in (0, 1):  # no chance is drawn
        assert output(kind, {"p": p}, shape, dtype).dtype == dtype

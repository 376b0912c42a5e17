"""Dropout: the ranks that torch would misread, the bounds of p, and integers."""

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


def test_integers_pass_where_nothing_is_scaled() -> None:
    assert (
        complaint("Dropout", {"p": 0.5}, (10,), "int64").message == "Dropout takes a float or complex tensor, not int64"
    )
    assert output("Dropout", {"p": 0}, (10,), "int64").dtype == "int64"

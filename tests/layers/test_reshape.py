"""Flatten and Unflatten, which count the batch as torch does and leave it alone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.layers.messages import complaint, output


@pytest.mark.parametrize(
    ("kind", "arguments", "shape", "made"),
    [
        ("Flatten", {}, (512, 7, 7), (25088,)),
        ("Flatten", {}, (10,), (10,)),
        ("Flatten", {"start_dim": 2}, (768, 14, 14), (768, 196)),
        ("Flatten", {"start_dim": -2}, (768, 14, 14), (768, 196)),
        ("Flatten", {"end_dim": 2}, (8, 3, 5), (24, 5)),
        ("Flatten", {"start_dim": 2, "end_dim": 2}, (8, 3, 5), (8, 3, 5)),
        ("Unflatten", {"dim": 1, "unflattened_size": [128, 7, 7]}, (6272,), (128, 7, 7)),
        ("Unflatten", {"dim": -1, "unflattened_size": [2, -1]}, (3, 6), (3, 2, 3)),
        ("Unflatten", {"dim": 1, "unflattened_size": [-1]}, (3, 6), (3, 6)),
    ],
)
def test_sizes(kind: str, arguments: dict[str, Any], shape: tuple[int, ...], made: tuple[int, ...]) -> None:
    assert output(kind, arguments, shape).shape == made


@pytest.mark.parametrize(
    ("kind", "arguments", "shape", "rule", "argument", "message", "help"),
    [
        ("Flatten", {"start_dim": 0}, (3, 4), "batch-dimension", "start_dim",
         "start_dim 0 is the batch dimension, which Flatten must leave alone",
         "dimension 1 is the first after the batch"),
        ("Flatten", {"start_dim": -3}, (3, 4), "batch-dimension", "start_dim",
         "start_dim -3 is the batch dimension, which Flatten must leave alone",
         "dimension 1 is the first after the batch"),
        ("Flatten", {"end_dim": 3}, (3, 4), "argument-value", "end_dim",
         "end_dim 3 is no dimension of 3x4: with the batch it has 3",
         "end_dim counts from 1 to 2, or from the end: -1 to -2"),
        ("Flatten", {"start_dim": 2, "end_dim": 1}, (3, 4), "argument-value", "start_dim",
         "start_dim 2 comes after end_dim 1 in 3x4", ""),
        ("Flatten", {}, (), "argument-value", "start_dim",
         "start_dim 1 is no dimension of (): with the batch it has 1", ""),
        ("Unflatten", {"dim": 0, "unflattened_size": [1, 2]}, (6,), "batch-dimension", "dim",
         "dim 0 is the batch dimension, which Unflatten must leave alone", "dimension 1 is the first after the batch"),
        ("Unflatten", {"dim": 1, "unflattened_size": [4, -1]}, (6,), "argument-value", "unflattened_size",
         "Unflatten cannot make [4, -1] of 6", "4 does not divide 6"),
        ("Unflatten", {"dim": 1, "unflattened_size": 6}, (6,), "argument-type", "unflattened_size",
         "unflattened_size must be a list of integers, not 6", ""),
    ],
)  # fmt: skip
def test_messages(
    kind: str,
    arguments: dict[str, Any],
    shape: tuple[int, ...],
    rule: str,
    argument: str,
    message: str,
    help: str | None,
) -> None:
    error = complaint(kind, arguments, shape)
    assert (error.rule, error.argument, error.message, error.help or "") == (rule, argument, message, help)

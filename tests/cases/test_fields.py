"""Receptive fields that were too small, too large or no whole number of pixels."""

from __future__ import annotations

from pathlib import Path

import pytest

import archspec
from archspec.report.measures import receptive_field

HERE = Path(__file__).parent


@pytest.mark.parametrize(
    ("case", "field"),
    [
        ("field_se", None),  # what is squeezed comes back to every pixel
        ("field_permute_linear", (5, 5)),
        ("field_fraction", (2, 2)),
    ],
)
def test_the_field_of_the_last_map(case: str, field: tuple[int, int] | None) -> None:
    assert receptive_field(archspec.analyze(HERE / f"{case}.yaml")) == field

"""The sizes as CSV, for spreadsheets."""

from __future__ import annotations

from archspec.report.formats import csv_text
from archspec.report.sizes.words import axis_name, place
from archspec.sizes import AxisSizes, Sizes

HEADER = ("input", "axis", "least", "most", "multiple_of", "step", "fixed_by", "proved_to")


def render_csv(sizes: Sizes) -> str:
    """A header and a row an axis; empty where there is no such bound."""
    return csv_text(HEADER, [_cells(input, axis) for input, axes in sizes.inputs.items() for axis in axes])


def _cells(input: str, axis: AxisSizes) -> list[object]:
    fixed = "" if axis.fixed_by is None else place(axis.fixed_by)
    return [input, axis_name(axis), axis.least, axis.most, axis.multiple_of, axis.step, fixed, axis.proved_to]

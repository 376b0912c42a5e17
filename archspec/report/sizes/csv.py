"""The sizes as CSV, for spreadsheets."""

from __future__ import annotations

import csv
import io

from archspec.report.sizes.words import axis_name, place
from archspec.sizes import Sizes

HEADER = ("input", "axis", "least", "most", "multiple_of", "step", "fixed_by", "proved_to")


def render_csv(sizes: Sizes) -> str:
    """A header and a row an axis; empty where there is no such bound."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    for input, axes in sizes.inputs.items():
        for axis in axes:
            fixed = "" if axis.fixed_by is None else place(axis.fixed_by)
            writer.writerow(
                [input, axis_name(axis), axis.least, axis.most, axis.multiple_of, axis.step, fixed, axis.proved_to]
            )
    return text.getvalue()

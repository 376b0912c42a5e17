"""The comparison as CSV, for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from archspec.report import numbers
from archspec.report.compare.rows import Row

HEADER = (
    "name",
    "file",
    "input",
    "depth",
    "params",
    "macs",
    "activation_bytes",
    "receptive_field",
    "parameter_bytes",
)


def render_csv(rows: Sequence[Row]) -> str:
    """A header and a row a network; empty where a receptive field is all of the input."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    for row in rows:
        graph = row.graph
        field = "" if row.receptive_field is None else numbers.per_axis(row.receptive_field)
        writer.writerow(
            [
                graph.name,
                row.file,
                numbers.inputs(graph.inputs),
                row.depth,
                graph.params,
                graph.macs,
                graph.activation_bytes,
                field,
                graph.parameter_bytes,
            ]
        )
    return text.getvalue()

"""The comparison as CSV, for spreadsheets."""

from __future__ import annotations

from collections.abc import Sequence

from archspec.report import numbers
from archspec.report.compare.rows import Row
from archspec.report.formats import csv_text

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
    return csv_text(HEADER, map(_cells, rows))


def _cells(row: Row) -> list[object]:
    graph = row.graph
    return [
        graph.name,
        row.file,
        numbers.inputs(graph.inputs),
        row.depth,
        graph.params,
        graph.macs,
        graph.activation_bytes,
        "" if row.receptive_field is None else numbers.per_axis(row.receptive_field),
        graph.parameter_bytes,
    ]

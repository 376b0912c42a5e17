"""The shapes as CSV, for spreadsheets."""

from __future__ import annotations

from archspec.graph import Graph
from archspec.report import numbers
from archspec.report.formats import csv_text
from archspec.report.shapes.rows import Row, rows

HEADER = ("module", "kind", "output", "params", "macs", "receptive_field", "stride", "training_only")


def render_csv(graph: Graph, depth: int | None = None) -> str:
    """A header and a row a layer; empty where a receptive field is all of the input."""
    return csv_text(HEADER, [_cells(row) for row in rows(graph, depth) if not row.open])


def _cells(row: Row) -> list[object]:
    field = "" if row.receptive_field is None else numbers.per_axis(row.receptive_field)
    stride = "" if row.stride is None else numbers.per_axis(row.stride)
    training = str(row.training_only).lower()
    return [row.name, row.kind, str(row.output), row.params, row.macs, field, stride, training]

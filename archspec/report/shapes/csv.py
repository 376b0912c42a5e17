"""The shapes as CSV, for spreadsheets."""

from __future__ import annotations

import csv
import io

from archspec.graph import Graph
from archspec.report import numbers
from archspec.report.shapes.rows import rows

HEADER = ("module", "kind", "output", "params", "macs", "receptive_field", "stride", "training_only")


def render_csv(graph: Graph, depth: int | None = None) -> str:
    """A header and a row a layer; empty where a receptive field is all of the input."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    for row in rows(graph, depth):
        if not row.open:
            field = "" if row.receptive_field is None else numbers.per_axis(row.receptive_field)
            stride = "" if row.stride is None else numbers.per_axis(row.stride)
            writer.writerow(
                [row.name, row.kind, row.output, row.params, row.macs, field, stride, str(row.training_only).lower()]
            )
    return text.getvalue()

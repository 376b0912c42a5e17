"""The shapes in letters as CSV, for spreadsheets."""

from __future__ import annotations

import csv
import io

from archspec.graph import Graph
from archspec.report.shapes.rows import rows
from archspec.sizes.formula import Writer

HEADER = ("module", "kind", "output", "params", "macs", "training_only")


def render_csv(graph: Graph, write: Writer, depth: int | None = None) -> str:
    """A header and a row a layer; MACs are formulas."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    for row in rows(graph, depth):
        if not row.open:
            shape, macs = write.shape(row.output.shape), str(write.formula(row.macs))
            writer.writerow([row.name, row.kind, shape, int.__pos__(row.params), macs, str(row.training_only).lower()])
    return text.getvalue()

"""The table that a person reads."""

from __future__ import annotations

from archspec.diagnostics.printable import printable
from archspec.graph import Graph
from archspec.report import numbers, text_table
from archspec.report.lettered.cells import inputs, numbers_of, types
from archspec.report.shapes.rows import rows
from archspec.report.text_table import Column
from archspec.sizes.formula import Writer


def render_table(graph: Graph, write: Writer, depth: int | None = None) -> str:
    """Of any width: a formula that is cut says nothing."""
    columns = [Column("module", text=True), Column("layer", text=True), Column("output"), Column("parameters")]
    cells = []
    for row in rows(graph, depth):
        kind = f"{row.kind} (aux)" if row.aux and row.kind != "aux" else row.kind
        cells.append(
            ["  " * (row.depth - 1) + row.label, kind, *(["", "", ""] if row.open else numbers_of(row, write))]
        )
    head = f"{printable(graph.name)}, input {inputs(graph, write)}\n\n"
    table = text_table.render_table([*columns, Column("MACs")], cells, width=10_000)
    totals = (
        ("output", types(graph.output, write)),
        ("parameters", numbers.count(int.__pos__(graph.params))),
        ("MACs", write.text(graph.macs)),
    )
    return head + table + "\n" + "".join(f"{name:<12}{value}\n" for name, value in totals)

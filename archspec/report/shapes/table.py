"""The table that a person reads: the tree of modules, a row a layer, totals below."""

from __future__ import annotations

from archspec.diagnostics.printable import printable
from archspec.graph import Graph
from archspec.report import numbers, text_table
from archspec.report.shapes.rows import Row, rows
from archspec.report.text_table import Column


def render_table(graph: Graph, depth: int | None = None, *, stride: bool = False, width: int = 80) -> str:
    columns = [
        Column("module", text=True),
        Column("layer", text=True),
        Column("output"),
        Column("parameters"),
        Column("MACs"),
        Column("field"),
    ]
    if stride:
        columns.append(Column("stride"))
    cells = [_cells(row, stride) for row in rows(graph, depth)]
    head = f"{printable(graph.name)}, input {numbers.inputs(graph.inputs)}\n\n"
    return head + text_table.render_table(columns, cells, width) + "\n" + _totals(graph)


def _cells(row: Row, stride: bool) -> list[str]:
    name = "  " * (row.depth - 1) + row.label
    kind = f"{row.kind} (aux)" if row.aux and row.kind != "aux" else row.kind
    if row.open:  # its layers, below, say the rest
        return [name, kind, *[""] * (5 if stride else 4)]
    params = numbers.count(row.params) if row.params else "-"
    macs = numbers.count(row.macs) if row.macs else "-"
    cells = [name, kind, str(row.output), params, macs, numbers.per_axis(row.receptive_field)]
    return [*cells, numbers.per_axis(row.stride)] if stride else cells


def _totals(graph: Graph) -> str:
    aux = sum(layer.macs for layer in graph.layers if layer.training_only)
    lines = [
        ("output", numbers.shape(graph.output)),
        ("parameters", f"{numbers.count(graph.params)}  ({numbers.size(graph.parameter_bytes)})"),
        ("MACs", numbers.count(graph.macs) + (f"  (and {numbers.count(aux)} in aux branches)" if aux else "")),
        ("activations", f"{numbers.size(graph.activation_bytes)} for one example"),
    ]
    if graph.buffers:
        lines.insert(2, ("buffers", f"{numbers.count(graph.buffers)} elements"))
    return "".join(f"{name:<12}{value}\n" for name, value in lines)

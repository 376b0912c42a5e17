"""The shapes in letters as a Markdown table, for READMEs and issues."""

from __future__ import annotations

from archspec.graph import Graph
from archspec.report import numbers
from archspec.report.lettered.cells import numbers_of, types
from archspec.report.shapes.rows import rows
from archspec.sizes.formula import Writer


def render_markdown(graph: Graph, write: Writer, depth: int | None = None) -> str:
    lines = ["| module | layer | output | parameters | MACs |", "| --- | --- | ---: | ---: | ---: |"]
    for row in rows(graph, depth):
        if not row.open:
            kind = f"{row.kind} (aux)" if row.training_only else row.kind
            lines.append(f"| `{row.name}` | {kind} | {' | '.join(map(_escaped, numbers_of(row, write)))} |")
    params = numbers.count(int.__pos__(graph.params))
    lines.append(
        f"| total |  | {_escaped(types(graph.output, write))} | {params} | {_escaped(write.text(graph.macs))} |"
    )
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    """Two asterisks would make italics of what is between them."""
    return text.replace("*", "\\*")

"""The shapes as a Markdown table, for READMEs and issues."""

from __future__ import annotations

from archspec.graph import Graph
from archspec.report import numbers
from archspec.report.formats import markdown_code, markdown_table, markdown_text
from archspec.report.shapes.rows import Row, rows


def render_markdown(graph: Graph, depth: int | None = None, *, stride: bool = False) -> str:
    titles = ["module", "layer", "output", "parameters", "MACs", "receptive field", *(["stride"] if stride else [])]
    cells = [_cells(row, stride) for row in rows(graph, depth) if not row.open]
    output = markdown_text(numbers.shape(graph.output))
    total = ["total", "", output, numbers.count(graph.params), numbers.count(graph.macs), "", *([""] if stride else [])]
    return markdown_table(titles, "ll" + "r" * (len(titles) - 2), [*cells, total])


def _cells(row: Row, stride: bool) -> list[str]:
    kind = markdown_text(row.kind)
    return [
        markdown_code(row.name),
        f"{kind} (aux)" if row.training_only else kind,
        str(row.output),
        numbers.count(row.params),
        numbers.count(row.macs),
        numbers.per_axis(row.receptive_field),
        *([numbers.per_axis(row.stride)] if stride else []),
    ]

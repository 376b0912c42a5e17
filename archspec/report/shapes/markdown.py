"""The shapes as a Markdown table, for READMEs and issues."""

from __future__ import annotations

from archspec.graph import Graph
from archspec.report import numbers
from archspec.report.shapes.rows import rows


def render_markdown(graph: Graph, depth: int | None = None, *, stride: bool = False) -> str:
    titles = ["module", "layer", "output", "parameters", "MACs", "receptive field", *(["stride"] if stride else [])]
    lines = [_line(titles), _line(["---", "---", *["---:"] * (len(titles) - 2)])]
    for row in rows(graph, depth):
        if not row.open:
            cells = [
                f"`{row.name}`",
                f"{row.kind} (aux)" if row.training_only else row.kind,
                str(row.output),
                numbers.count(row.params),
                numbers.count(row.macs),
                numbers.per_axis(row.receptive_field),
                *([numbers.per_axis(row.stride)] if stride else []),
            ]
            lines.append(_line(cells))
    total = ["total", "", numbers.shape(graph.output), numbers.count(graph.params), numbers.count(graph.macs), ""]
    lines.append(_line([*total, *([""] if stride else [])]))
    return "\n".join(lines) + "\n"


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"

"""`archspec shapes`: a graph as rows, one file a format."""

from __future__ import annotations

from archspec.graph import Graph
from archspec.report.shapes.csv import render_csv
from archspec.report.shapes.json import render_json
from archspec.report.shapes.markdown import render_markdown
from archspec.report.shapes.table import render_table

FORMATS = ("table", "json", "csv", "markdown")


def render(graph: Graph, format: str, *, depth: int | None = None, stride: bool = False, width: int = 80) -> str:
    """The shapes of a graph in one of FORMATS; `depth` rolls up what lies deeper."""
    match format:
        case "json":
            return render_json(graph)
        case "csv":
            return render_csv(graph, depth)
        case "markdown":
            return render_markdown(graph, depth, stride=stride)
    return render_table(graph, depth, stride=stride, width=width)

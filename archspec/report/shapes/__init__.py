"""`archspec shapes`: a graph as rows, one file a format."""

from __future__ import annotations

from archspec.graph import Graph

FORMATS = ("table", "json", "csv", "markdown")


def render(graph: Graph, format: str, *, depth: int | None = None, stride: bool = False, width: int = 80) -> str:
    """The shapes of a graph in one of FORMATS, each imported when asked for; `depth` rolls up what lies deeper."""
    if graph.lettered:
        from archspec.report import lettered

        return lettered.render(graph, format, depth=depth)
    match format:
        case "json":
            from archspec.report.shapes.json import render_json

            return render_json(graph)
        case "csv":
            from archspec.report.shapes.csv import render_csv

            return render_csv(graph, depth)
        case "markdown":
            from archspec.report.shapes.markdown import render_markdown

            return render_markdown(graph, depth, stride=stride)
    from archspec.report.shapes.table import render_table

    return render_table(graph, depth, stride=stride, width=width)

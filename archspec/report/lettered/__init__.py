"""`archspec shapes --input 3xHxW`: a graph in the letters of its input, without receptive fields. A file a format."""

from __future__ import annotations

from archspec.graph import Graph
from archspec.sizes.formula import Writer


def render(graph: Graph, format: str, *, depth: int | None = None) -> str:
    """The shapes of a graph whose inputs have letters, in a format of `archspec shapes`."""
    write = Writer({name: axis.accepted for name, axis in graph.sizes.alike.items()})
    match format:
        case "json":
            from archspec.report.lettered.json import render_json

            return render_json(graph, write)
        case "csv":
            from archspec.report.lettered.csv import render_csv

            return render_csv(graph, write, depth)
        case "markdown":
            from archspec.report.lettered.markdown import render_markdown

            return render_markdown(graph, write, depth)
    from archspec.report.lettered.table import render_table

    return render_table(graph, write, depth)

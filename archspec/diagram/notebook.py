"""What a notebook shows of a network: its picture, and the table of its layers."""

from __future__ import annotations

from base64 import b64encode

from archspec.diagnostics import Collector
from archspec.diagnostics.excerpt import render_all
from archspec.diagram import render
from archspec.diagram.error import DiagramError
from archspec.diagram.svg import printable
from archspec.document import Document
from archspec.elaborate import elaborate
from archspec.graph import Graph
from archspec.report import numbers
from archspec.report.shapes.rows import Row, rows

MAX_OPEN_ROWS = 40
"""A table with more rows is folded."""
MAX_ROWS = 1_000
TITLES = ("module", "layer", "output", "parameters", "MACs", "receptive field")


def graph_html(graph: Graph) -> str:
    """The picture, as an image that follows the notebook's theme, and the table."""
    return f"<div><strong>{printable(graph.name)}</strong><br>{_picture(graph)}{_table(graph)}</div>"


def document_html(document: Document) -> str:
    """The network of a document, or what is wrong with it; a file of blocks by their names."""
    if document.model is None:
        names = ", ".join(document.blocks)
        return f"<div><strong>{printable(document.name)}</strong>: blocks {printable(names)}</div>"
    collector = Collector()
    graph = elaborate(document, collector)
    if graph is None:
        return f"<pre>{printable(render_all(collector.diagnostics))}</pre>"
    return graph_html(graph)


def _picture(graph: Graph) -> str:
    try:
        svg = render(graph, "svg")
    except DiagramError as error:
        return f"<em>no picture: {printable(str(error))}</em>"
    data = b64encode(str(svg).encode()).decode()
    alternative = printable(f"Diagram of {graph.name}")
    return f'<img alt="{alternative}" style="max-width: 100%" src="data:image/svg+xml;base64,{data}">'


def _table(graph: Graph) -> str:
    found = [row for row in rows(graph) if not row.open]
    shown = "".join(_line([_cell(text) for text in _texts(row)]) for row in found[:MAX_ROWS])
    if len(found) > MAX_ROWS:
        shown += _line([_cell(f"… {numbers.count(len(found) - MAX_ROWS)} more"), "<td></td>" * 5])
    total = ("total", "", numbers.shape(graph.output), numbers.count(graph.params), numbers.count(graph.macs), "")
    head = _line([f"<th>{title}</th>" for title in TITLES])
    opened = " open" if len(found) <= MAX_OPEN_ROWS else ""
    return (
        f"<details{opened}><summary>{numbers.count(len(found))} layers, {numbers.count(graph.params)} parameters, "
        f"{numbers.count(graph.macs)} MACs</summary><table><thead>{head}</thead><tbody>{shown}"
        f"{_line([f'<th>{printable(text)}</th>' for text in total])}</tbody></table></details>"
    )


def _texts(row: Row) -> tuple[str, ...]:
    field = numbers.per_axis(row.receptive_field)
    return row.name, row.kind, str(row.output), numbers.count(row.params), numbers.count(row.macs), field


def _cell(text: str) -> str:
    return f"<td>{printable(text)}</td>"


def _line(cells: list[str]) -> str:
    return f"<tr>{''.join(cells)}</tr>"

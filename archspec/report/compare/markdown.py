"""The comparison as a Markdown table, for READMEs and issues."""

from __future__ import annotations

from collections.abc import Sequence

from archspec.report import numbers
from archspec.report.compare.rows import Row
from archspec.report.formats import markdown_table, markdown_text

_TITLES = ["name", "input", "depth", "parameters", "MACs", "activations", "receptive field", "size"]


def render_markdown(rows: Sequence[Row]) -> str:
    return markdown_table(_TITLES, "ll" + "r" * (len(_TITLES) - 2), map(_cells, rows))


def _cells(row: Row) -> list[str]:
    graph = row.graph
    return [
        markdown_text(row.name),
        numbers.inputs(graph.inputs),
        str(row.depth),
        numbers.count(graph.params),
        numbers.count(graph.macs),
        numbers.size(graph.activation_bytes),
        numbers.per_axis(row.receptive_field),
        numbers.size(graph.parameter_bytes),
    ]

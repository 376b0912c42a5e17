"""The table that a person reads; what enters each network stands below, since costs depend on it."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from archspec.report import numbers, text_table
from archspec.report.compare.rows import Row
from archspec.report.text_table import Column

_COLUMNS = [
    Column("name", text=True),
    Column("depth"),
    Column("parameters"),
    Column("MACs"),
    Column("activations"),
    Column("field"),
    Column("size"),
]


_LEAST = 120
"""Names are not cut for a terminal with fewer columns: they are what a row is found by."""
_NAMED = 6
"""Names of this many networks are listed."""


def render_table(rows: Sequence[Row], width: int = 80) -> str:
    table = text_table.render_table(_COLUMNS, [_cells(row) for row in rows], max(width, _LEAST))
    return f"{table}\n{_inputs(rows, width)}"


def _cells(row: Row) -> list[str]:
    graph = row.graph
    return [
        row.name,
        str(row.depth),
        numbers.count(graph.params),
        numbers.count(graph.macs),
        numbers.size(graph.activation_bytes),
        numbers.per_axis(row.receptive_field),
        numbers.size(graph.parameter_bytes),
    ]


def _inputs(rows: Sequence[Row], width: int) -> str:
    named: dict[str, list[str]] = {}
    for row in rows:
        named.setdefault(numbers.inputs(row.graph.inputs), []).append(row.name)
    if len(named) == 1:
        return f"input {next(iter(named))}\n"
    found = sorted(named.items(), key=lambda group: len(group[1]))
    texts = [f"input {input}: {', '.join(names)}" for input, names in found]
    if len(found[-1][1]) > _NAMED:
        texts[-1] = f"input {found[-1][0]}: the others"
    return "".join(f"{line}\n" for text in texts for line in wrap(text, width, subsequent_indent="  "))

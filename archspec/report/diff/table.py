"""The diff that a person reads: the changes in the tree of modules, totals and weights below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from textwrap import wrap

from archspec.diagnostics.printable import printable
from archspec.report import text_table
from archspec.report.diff.changes import Diff
from archspec.report.diff.rows import Row, rows
from archspec.report.diff.totals import totals, weights
from archspec.report.text_table import Column

_COLUMNS = [
    Column("", text=True),
    Column("module", text=True),
    Column("layer", text=True),
    Column("output"),
    Column("parameters"),
    Column("MACs"),
]
_LEAST = 18
"""Columns at least for what is said about a layer, which goes on in the next line where there is no room."""
_NAME = 28
"""Columns of a name that are taken before any of those."""
_STYLES = {"+": "32", "-": "31", "~": "33"}


def render_table(diff: Diff, depth: int | None = None, *, width: int = 80, color: bool = False) -> str:
    old, new = (printable(graph.name) for graph in (diff.old, diff.new))
    if diff.same:
        return "no difference" + (f", but the name: {old} -> {new}\n" if old != new else "\n")
    found = list(rows(diff.root, depth))
    room = _room(found, width)
    lines = [(row.mark, cells) for row in found for cells in _lines(row, max(room, _LEAST))]
    width_of_table = width + max(_LEAST - room, 0)
    head, rule, *body = text_table.render_table(_COLUMNS, [cells for _, cells in lines], width_of_table).splitlines()
    if color:
        body = [_painted(mark, line) for (mark, _), line in zip(lines, body, strict=True)]
    files = f"{printable(diff.old_file)} -> {printable(diff.new_file)}"
    return "\n".join([files, "", head, rule, *body, "", *_foot(diff, width)]) + "\n"


def _lines(row: Row, room: int) -> Iterator[list[str]]:
    """A row as lines of the table."""
    text = [line for each in row.text for line in wrap(each, room, subsequent_indent="  ")]
    for mark, *cells in zip_longest([row.mark], [_name(row)], text, row.output, row.params, row.macs, fillvalue=""):
        yield [mark, *cells]


def _name(row: Row) -> str:
    return "  " * row.depth + row.label


def _room(rows: Sequence[Row], width: int) -> int:
    """The columns that are left for what is said about a layer."""
    named = min(max((len(_name(row)) for row in rows), default=0), _NAME)
    figures = [["output"], ["parameters"], ["MACs"]]
    for row in rows:
        for column, cells in zip(figures, (row.output, row.params, row.macs), strict=True):
            column += cells
    taken = sum(max(map(len, column)) for column in figures)
    return width - len("~") - named - taken - 2 * (len(_COLUMNS) - 1)


def _painted(mark: str, line: str) -> str:
    return f"\x1b[{_STYLES[mark]}m{line}\x1b[0m" if mark else line


def _foot(diff: Diff, width: int) -> list[str]:
    """The totals, and what becomes of the weights."""
    lines = [f"{name:<12}{text}" for name, text in totals(diff)]
    for name, text in zip_longest(["weights"], weights(diff), fillvalue=""):
        lines += wrap(text, width, initial_indent=f"{name:<12}", subsequent_indent=" " * 14)
    return lines

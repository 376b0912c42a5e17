"""A plain table in fixed width: numbers right-aligned and never cut, text cut where the line would be too long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

MIN_TEXT = 8
"""No text column is cut below this."""
MIN_WORD = 4
"""However deep it is indented, this much of a text remains."""


class Column(NamedTuple):
    """A column; `text` ones are left-aligned and may be cut, others hold numbers."""

    title: str
    text: bool = False


def render_table(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int = 80) -> str:
    """The table as lines with no trailing blanks, at most `width` characters each where that can be."""
    widths = [max([len(c.title), *(len(row[i]) for row in rows)]) for i, c in enumerate(columns)]
    gap = 2
    excess = sum(widths) + gap * (len(widths) - 1) - width
    for i in sorted((i for i, c in enumerate(columns) if c.text), key=lambda i: -widths[i]):
        cut = min(max(excess, 0), max(widths[i] - max(MIN_TEXT, len(columns[i].title)), 0))
        widths[i] -= cut
        excess -= cut
    lines = [_line(columns, [c.title for c in columns], widths), "-" * (sum(widths) + gap * (len(widths) - 1))]
    lines.extend(_line(columns, row, widths) for row in rows)
    return "\n".join(lines) + "\n"


def _line(columns: Sequence[Column], cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(
        (_cut(cell, w).ljust(w) if column.text else cell.rjust(w))
        for column, cell, w in zip(columns, cells, widths, strict=True)
    ).rstrip()


def _cut(text: str, width: int) -> str:
    """Indented as before, without its middle: names are told apart by how they end, as conv1 and conv2 are."""
    if len(text) <= width:
        return text
    word = text.lstrip(" ")
    indent = min(len(text) - len(word), width - MIN_WORD)
    end = (width - indent - 1) // 2
    return " " * indent + word[: width - indent - end - 1] + "…" + word[len(word) - end :]

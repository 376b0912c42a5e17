"""The diff as Markdown, for the description of a pull request."""

from __future__ import annotations

from collections.abc import Sequence

from archspec.diagnostics.printable import printable
from archspec.report.diff.changes import Diff
from archspec.report.diff.rows import Row, rows
from archspec.report.diff.totals import totals, weights

_TITLES = ["", "module", "layer", "output", "parameters", "MACs"]


def render_markdown(diff: Diff, depth: int | None = None) -> str:
    old, new = (_safe(printable(graph.name)) for graph in (diff.old, diff.new))
    if diff.same:
        return "No difference" + (f", but the name: {old} -> {new}.\n" if old != new else ".\n")
    lines = [_TITLES, ["---", "---", "---", "---:", "---:", "---:"], *map(_cells, rows(diff.root, depth))]
    table = "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
    both = old if old == new else f"{old} -> {new}"
    items = [f"- {name}: {_safe(text)}\n" for name, text in totals(diff)]
    items += [f"- {'weights: ' if i == 0 else ''}{_safe(text)}\n" for i, text in enumerate(weights(diff))]
    return f"**{both}**\n\n{table}\n{''.join(items)}"


def _cells(row: Row) -> list[str]:
    names = " .. ".join(f"`{name}`" for name in row.name.split(" .. "))
    figures = (_figure(cell) for cell in (row.output, row.params, row.macs))
    return [f"`{row.mark}`" if row.mark else "", names, "; ".join(map(_safe, row.text)), *figures]


def _figure(lines: Sequence[str]) -> str:
    """`156 -> 208 (+52)`."""
    return " ".join([*lines[:2], *(f"({came})" for came in lines[2:])])


def _safe(text: str) -> str:
    """A name or an argument that neither ends a cell nor begins HTML."""
    return text.replace("|", "\\|").replace("<", "&lt;")

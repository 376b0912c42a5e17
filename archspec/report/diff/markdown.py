"""The diff as Markdown, for the description of a pull request."""

from __future__ import annotations

from collections.abc import Sequence

from archspec.report.diff.changes import Diff
from archspec.report.diff.rows import Row, rows
from archspec.report.diff.totals import totals, weights
from archspec.report.formats import markdown_code, markdown_table, markdown_text

_TITLES = ["", "module", "layer", "output", "parameters", "MACs"]


def render_markdown(diff: Diff, depth: int | None = None) -> str:
    old, new = (markdown_text(graph.name) for graph in (diff.old, diff.new))
    if diff.same:
        return "No difference" + (f", but the name: {old} -> {new}.\n" if old != new else ".\n")
    table = markdown_table(_TITLES, "lllrrr", map(_cells, rows(diff.root, depth)))
    both = old if old == new else f"{old} -> {new}"
    items = [f"- {name}: {markdown_text(text)}\n" for name, text in totals(diff)]
    items += [f"- {'weights: ' if i == 0 else ''}{markdown_text(text)}\n" for i, text in enumerate(weights(diff))]
    return f"**{both}**\n\n{table}\n{''.join(items)}"


def _cells(row: Row) -> list[str]:
    names = " .. ".join(map(markdown_code, row.name.split(" .. ")))
    figures = (_figure(cell) for cell in (row.output, row.params, row.macs))
    return [f"`{row.mark}`" if row.mark else "", names, "; ".join(map(markdown_text, row.text)), *figures]


def _figure(lines: Sequence[str]) -> str:
    """`156 -> 208 (+52)`."""
    return " ".join([*lines[:2], *(f"({came})" for came in lines[2:])])

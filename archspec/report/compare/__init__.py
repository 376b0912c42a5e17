"""`archspec compare`: networks side by side, one file a format."""

from __future__ import annotations

from collections.abc import Sequence

from archspec.report.compare.rows import ORDERS, Row, rows

__all__ = ["FORMATS", "ORDERS", "PLOTS", "Row", "render", "rows"]

FORMATS = ("table", "json", "csv", "markdown")
PLOTS = ("svg", "png", "pdf")
"""What `archspec.report.compare.plot` draws, which needs matplotlib."""


def render(rows: Sequence[Row], format: str, *, width: int = 80) -> str:
    """A row for each network, in one of FORMATS, each imported when asked for."""
    match format:
        case "json":
            from archspec.report.compare.json import render_json

            return render_json(rows)
        case "csv":
            from archspec.report.compare.csv import render_csv

            return render_csv(rows)
        case "markdown":
            from archspec.report.compare.markdown import render_markdown

            return render_markdown(rows)
    from archspec.report.compare.table import render_table

    return render_table(rows, width)

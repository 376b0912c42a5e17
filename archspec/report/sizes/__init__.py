"""`archspec sizes`: the inputs that a network takes, one file a format."""

from __future__ import annotations

from archspec.sizes import Sizes

FORMATS = ("table", "json", "csv", "markdown")


def render(name: str, sizes: Sizes, format: str, width: int = 80) -> str:
    """The sizes in one of FORMATS, each imported when asked for."""
    match format:
        case "json":
            from archspec.report.sizes.json import render_json

            return render_json(name, sizes)
        case "csv":
            from archspec.report.sizes.csv import render_csv

            return render_csv(sizes)
        case "markdown":
            from archspec.report.sizes.markdown import render_markdown

            return render_markdown(sizes)
    from archspec.report.sizes.table import render_table

    return render_table(name, sizes, width)

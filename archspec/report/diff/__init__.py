"""`archspec diff`: what changed between two networks, one file a format.

Modules are matched by name first, then by what they are and where they stand (`matching`); of what is matched the own
changes are told (`changes`), what is not matched was added or removed. `weights` says which tensors still fit.
"""

from __future__ import annotations

from archspec.report.diff.changes import Diff
from archspec.report.diff.merging import compare

__all__ = ["FORMATS", "Diff", "compare", "render"]

FORMATS = ("table", "json", "markdown")


def render(diff: Diff, format: str, *, depth: int | None = None, width: int = 80, color: bool = False) -> str:
    """A diff in one of FORMATS, each imported when asked for; `depth` rolls up what lies deeper, but in JSON."""
    match format:
        case "json":
            from archspec.report.diff.json import render_json

            return render_json(diff)
        case "markdown":
            from archspec.report.diff.markdown import render_markdown

            return render_markdown(diff, depth)
    from archspec.report.diff.table import render_table

    return render_table(diff, depth, width=width, color=color)

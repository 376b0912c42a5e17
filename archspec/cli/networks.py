"""Reads several specs for a command that sets networks side by side: a wrong one does not hide the others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from archspec.cli.common import examine, show
from archspec.cli.streams import say
from archspec.diagnostics.printable import printable

if TYPE_CHECKING:
    from archspec.cli.finding import Found
    from archspec.diagnostics import Diagnostic
    from archspec.graph import Graph


class Networks(NamedTuple):
    """The networks that are right, each with its file as it is printed, and whether others are not."""

    right: list[tuple[str, Graph]]
    failed: bool


def read_networks(
    found: Found,
    named: Sequence[str],
    inputs: list[str] | None,
    sets: list[str] | None,
    root: Path | None,
    *,
    quiet: bool,
    no_color: bool,
) -> Networks:
    """Every network of `found`. What is wrong goes to standard error, a mistake in a file that several use once.

    A file that only offers blocks is passed over in a folder, and refused where it was `named`.
    """
    right = []
    remarks = []
    failed = bool(found.unread)
    diagnostics = {_place(d): d for d in found.unread}
    for spec in found.specs:
        analysis = examine(spec, inputs, sets, root, several=len(found.specs) > 1)
        for diagnostic in analysis.diagnostics:
            if not (quiet and diagnostic.severity == "warning"):
                diagnostics.setdefault(_place(diagnostic), diagnostic)
        failed |= analysis.failed
        if analysis.graph is not None and analysis.document is not None:
            right.append((analysis.document.source.name, analysis.graph))
        elif not analysis.failed:
            failed |= spec in named
            remark = "error: " if spec in named else "left out: "
            remarks += [f"{remark}{printable(spec)} only offers blocks: it has no model"]
    show(diagnostics.values(), no_color=no_color)
    for remark in remarks:
        if remark.startswith("error") or not quiet:
            say(remark)
    return Networks(right, failed)


def _place(diagnostic: Diagnostic) -> tuple[object, ...]:
    span = diagnostic.span
    return diagnostic.rule, span.file, span.line, span.column

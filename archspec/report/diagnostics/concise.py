"""One line a diagnostic, as editors and grep like it: `file:line:column: error[rule] message`."""

from __future__ import annotations

from collections.abc import Iterable

from archspec.diagnostics import Diagnostic
from archspec.diagnostics.printable import printable


def render_concise(diagnostics: Iterable[Diagnostic]) -> str:
    return "\n".join(map(_line, diagnostics))


def _line(diagnostic: Diagnostic) -> str:
    span = diagnostic.span
    place = f"{printable(span.file)}:{span.line}:{span.column}"
    return f"{place}: {diagnostic.severity}[{diagnostic.rule}] {printable(diagnostic.message)}"

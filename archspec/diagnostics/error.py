"""The one exception that a wrong spec raises."""

from __future__ import annotations

from collections.abc import Iterable

from archspec.diagnostics.model import Diagnostic


class SpecError(Exception):
    """A spec is wrong. `diagnostics` holds every mistake; `str()` is the text with the source excerpts."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics: tuple[Diagnostic, ...] = tuple(diagnostics)
        super().__init__(self.diagnostics)

    def __str__(self) -> str:
        from archspec.diagnostics.excerpt import render_all

        return render_all(self.diagnostics)

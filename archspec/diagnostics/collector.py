"""Collects what is wrong, so that one run shows every mistake, and each mistake once."""

from __future__ import annotations

from archspec.diagnostics.error import SpecError
from archspec.diagnostics.model import Diagnostic, Fix, Label, Severity, Span


class Collector:
    """Diagnostics in the order in which they were found; the same words about the same place are said once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, int, int], Diagnostic] = {}
        self.failed = False

    def add(self, diagnostic: Diagnostic) -> None:
        span = diagnostic.span
        self._found.setdefault((diagnostic.rule, span.file, span.line, span.column), diagnostic)
        self.failed = self.failed or diagnostic.severity == "error"

    def report(
        self,
        rule: str,
        message: str,
        span: Span,
        *,
        severity: Severity = "error",
        label: str | None = None,
        module: str | None = None,
        help: str | None = None,
        notes: tuple[Label, ...] = (),
        fix: Fix | None = None,
    ) -> None:
        self.add(Diagnostic(rule, message, span, severity, module, help, notes, fix, label))

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """In the order of the text, file by file as they were first met."""
        files = {d.span.file: i for i, d in reversed(list(enumerate(self._found.values())))}
        return tuple(sorted(self._found.values(), key=lambda d: (files[d.span.file], d.span.line, d.span.column)))

    def raise_if_failed(self) -> None:
        if self.failed:
            raise SpecError(self.diagnostics)

"""Collects what is wrong, so that one run shows every mistake, and each mistake once."""

from __future__ import annotations

from itertools import islice

from archspec.diagnostics.error import SpecError
from archspec.diagnostics.model import Diagnostic, Fix, Label, Severity, Span


class Collector:
    """Diagnostics in the order in which they were found; the same words about the same place are said once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, int, int], Diagnostic] = {}
        self._beyond: Diagnostic | None = None
        """The first of those that are too many to be told."""
        self.failed = False

    def add(self, diagnostic: Diagnostic) -> None:
        span = diagnostic.span
        key = (diagnostic.rule, span.file, span.line, span.column)
        if len(self._found) < MAX_DIAGNOSTICS:
            self._found.setdefault(key, diagnostic)
        elif key not in self._found:
            self._beyond = self._beyond or diagnostic
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
        unfixed: str | None = None,
    ) -> None:
        self.add(Diagnostic(rule, message, span, severity, module, help, notes, fix, label, unfixed))

    @property
    def count(self) -> int:
        """How many were found so far."""
        return len(self._found)

    def take_back(self, count: int) -> None:
        """Forget all but the first `count`: one sentence is to be said for the rest."""
        self._found = dict(islice(self._found.items(), count))
        self.failed = any(d.severity == "error" for d in self._found.values())

    @property
    def full(self) -> bool:
        """Whether nothing more will be told."""
        return self._beyond is not None

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """In the order of the text, file by file as they were first met; one name that is wrong all over is one."""
        files = {d.span.file: i for i, d in reversed(list(enumerate(self._found.values())))}
        ordered = sorted(self._found.values(), key=lambda d: (files[d.span.file], d.span.line, d.span.column))
        groups: dict[object, list[Diagnostic]] = {}
        for diagnostic in ordered:
            same = (diagnostic.rule, diagnostic.message, diagnostic.span.file)
            groups.setdefault(same if diagnostic.rule in NAMES else diagnostic, []).append(diagnostic)
        told = tuple(map(_merged, groups.values()))
        if self._beyond is None:
            return told
        message = f"there are more than {MAX_DIAGNOSTICS:,} mistakes, and the others are not told"
        return (*told, Diagnostic("bounds", message, self._beyond.span, self._beyond.severity))

    def raise_if_failed(self) -> None:
        if self.failed:
            raise SpecError(self.diagnostics)


NAMES = frozenset(
    {"unknown-kind", "unknown-argument", "argument-missing", "expression-name", "from-unknown", "reuse-unknown"}
)
"""Rules that complain of a name that is missing: where that is the same one at several places, it is one mistake."""
MAX_PLACES = 6
MAX_DIAGNOSTICS = 1_000


def _merged(same: list[Diagnostic]) -> Diagnostic:
    """The first, with the places of the others."""
    first, *others = same
    if not others:
        return first
    labels = [Label(other.span, "and here") for other in others[:MAX_PLACES]]
    if len(others) > MAX_PLACES:
        labels[-1] = Label(labels[-1].span, f"and here, and at {len(others) - MAX_PLACES} more places")
    fixes = [d.fix for d in same if d.fix is not None]
    edits = tuple(dict.fromkeys(edit for fix in fixes for edit in fix.edits))
    fix = Fix(fixes[0].description, edits) if len(fixes) == len(same) else None
    return first._replace(notes=(*labels, *first.notes), fix=fix)

"""One run over a document: collects what is wrong, each mistake once, and keeps account of the work that is left."""

from __future__ import annotations

from collections import Counter
from typing import NoReturn

from archspec.budget import Budget, TooLarge
from archspec.diagnostics.error import SpecError
from archspec.diagnostics.model import Diagnostic, Fix, Label, Severity, Span


class Collector:
    """Diagnostics in the order in which they were found; the same words about the same place are said once."""

    def __init__(self, budget: Budget | None = None) -> None:
        self.budget = budget or Budget()
        self._found: dict[tuple[str, str, int, int], Diagnostic] = {}
        self._told: Counter[Severity] = Counter()
        self._beyond: dict[Severity, Diagnostic] = {}
        """The first of those that are too many to be told."""
        self.failed = False

    def add(self, diagnostic: Diagnostic) -> None:
        """Raises TooLarge where it is one error more than are told."""
        span, severity = diagnostic.span, diagnostic.severity
        key = (diagnostic.rule, span.file, span.line, span.column)
        self.failed = self.failed or severity == "error"
        if key in self._found:
            return
        if self._told[severity] < MAX_DIAGNOSTICS:
            self._told[severity] += 1
            self._found[key] = diagnostic
            return
        self._beyond.setdefault(severity, diagnostic)
        if severity == "error":
            raise TooLarge

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
        while len(self._found) > count:
            _, diagnostic = self._found.popitem()
            self._told[diagnostic.severity] -= 1
        self._beyond = {}
        self.failed = self._told["error"] > 0

    def exhausted(self, span: Span, module: str | None = None) -> NoReturn:
        """The work that one document may cost is spent, at this place."""
        limit = self.budget.limit
        self.report(
            "bounds",
            f"the document takes too much work, {limit:,} steps is the most",
            span,
            label="they are spent here",
            module=module,
            help="shorten its lists and loops, and what is evaluated or made in each of them",
        )
        raise TooLarge

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
        nouns: dict[Severity, str] = {"error": "mistakes", "warning": "warnings"}
        for severity, beyond in self._beyond.items():
            message = f"there are more than {MAX_DIAGNOSTICS:,} {nouns[severity]}, and the others are not told"
            told = (*told, Diagnostic("bounds", message, beyond.span, severity))
        return told

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

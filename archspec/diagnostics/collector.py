"""One run over a document: collects what is wrong, each mistake once, and keeps account of the work that is left."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn, Unpack

from archspec.budget import Budget, TooLarge
from archspec.diagnostics.error import SpecError
from archspec.diagnostics.model import Details, Diagnostic, Fix, Label, Severity, Span


class Collector:
    """Diagnostics in the order in which they were found; the same words about the same place are said once."""

    def __init__(self, budget: Budget | None = None) -> None:
        self.budget = budget or Budget()
        self._found: dict[Severity, dict[tuple[str, str, int, int], Diagnostic]] = {"error": {}, "warning": {}}
        self._beyond: dict[Severity, Diagnostic] = {}
        """The first of those that are too many to be told."""
        self.accepts: Callable[[Diagnostic], bool] = lambda warning: False
        """Whether the author accepts a warning: it is not kept."""

    def add(self, diagnostic: Diagnostic) -> None:
        """Raises TooLarge where it is one error more than are told."""
        if diagnostic.severity == "warning" and self.accepts(diagnostic):
            return
        span, found = diagnostic.span, self._found[diagnostic.severity]
        key = _key(diagnostic.rule, span)
        if key in found or len(found) < MAX_DIAGNOSTICS:
            found.setdefault(key, diagnostic)
            return
        self._beyond.setdefault(diagnostic.severity, diagnostic)
        if diagnostic.severity == "error":
            raise TooLarge

    def report(self, rule: str, message: str, span: Span, **details: Unpack[Details]) -> None:
        self.add(Diagnostic(rule, message, span, **details))

    @property
    def failed(self) -> bool:
        return bool(self._found["error"])

    def has(self, rule: str, span: Span) -> bool:
        """Whether a mistake of this rule was found at this place."""
        return _key(rule, span) in self._found["error"]

    @property
    def count(self) -> int:
        """How many mistakes were found so far."""
        return len(self._found["error"])

    def take_back(self, count: int) -> None:
        """Forget all mistakes but the first `count`: one sentence is to be said for the rest."""
        errors = self._found["error"]
        while len(errors) > count:
            errors.popitem()
        self._beyond = {}

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
        found = [diagnostic for of_severity in self._found.values() for diagnostic in of_severity.values()]
        files = {d.span.file: i for i, d in reversed(list(enumerate(found)))}
        ordered = sorted(found, key=lambda d: (files[d.span.file], d.span.line, d.span.column))
        groups: dict[object, list[Diagnostic]] = {}
        for diagnostic in ordered:
            same = (diagnostic.rule, diagnostic.message, diagnostic.span.file)
            groups.setdefault(same if diagnostic.rule in NAMES else diagnostic, []).append(diagnostic)
        told = tuple(map(_merged, groups.values()))
        return (*told, *(_beyond(first) for first in self._beyond.values()))

    def raise_if_failed(self) -> None:
        if self.failed:
            raise SpecError(self.diagnostics)


NAMES = frozenset(
    {"unknown-kind", "unknown-argument", "argument-missing", "expression-name", "from-unknown", "reuse-unknown"}
)
"""Rules that complain of a name that is missing: where that is the same one at several places, it is one mistake."""
MAX_PLACES = 6
MAX_DIAGNOSTICS = 1_000


def _key(rule: str, span: Span) -> tuple[str, str, int, int]:
    return rule, span.file, span.line, span.column


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


def _beyond(first: Diagnostic) -> Diagnostic:
    """What is said of all that are too many."""
    what = "mistakes" if first.severity == "error" else "warnings"
    message = f"there are more than {MAX_DIAGNOSTICS:,} {what}, and the others are not told"
    return Diagnostic("bounds", message, first.span, first.severity)

"""What is wrong with a spec, as data: where (Span), what (Diagnostic), and how to mend it (Fix)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple, TypedDict


@dataclass(slots=True, eq=False, repr=False)
class SourceFile:
    """A text that spans point into. `name` is how it is printed; `path` is None for text that is in no file."""

    name: str
    text: str
    path: Path | None = None


class Span(NamedTuple):
    """A piece of a source file: lines and columns count from 1, in Unicode code points; the end is exclusive."""

    source: SourceFile
    line: int
    column: int
    end_line: int
    end_column: int

    @property
    def file(self) -> str:
        return self.source.name


class Label(NamedTuple):
    """A second place that helps to understand a diagnostic."""

    span: Span
    message: str


class Edit(NamedTuple):
    """Replace the text of a span."""

    span: Span
    text: str


class Fix(NamedTuple):
    """Edits that certainly mend the mistake."""

    description: str
    edits: tuple[Edit, ...]


Severity = Literal["error", "warning"]


class Diagnostic(NamedTuple):
    """One mistake: `span` is the very token that is wrong, `notes` are the other places that matter."""

    rule: str
    message: str
    span: Span
    severity: Severity = "error"
    module: str | None = None
    help: str | None = None
    notes: tuple[Label, ...] = ()
    fix: Fix | None = None
    label: str | None = None
    """What stands under the carets of `span`, as `declared here`."""
    unfixed: str | None = None
    """Why there is no fix, where one might be looked for."""


class Details(TypedDict, total=False):
    """What may be said beside the rule, the message and the place."""

    severity: Severity
    module: str | None
    help: str | None
    notes: tuple[Label, ...]
    fix: Fix | None
    label: str | None
    unfixed: str | None


def as_errors(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """What `--strict` makes of them."""
    return tuple(diagnostic._replace(severity="error") for diagnostic in diagnostics)

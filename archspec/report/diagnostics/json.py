"""Diagnostics as JSON, for programs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from archspec.diagnostics import Diagnostic, Fix, Span
from archspec.report.formats import json_text

VERSION = 1


def render_json(diagnostics: Iterable[Diagnostic], checked: int) -> str:
    document = {"version": VERSION, "diagnostics": [_diagnostic(d) for d in diagnostics], "checked": checked}
    return json_text(document).rstrip()


def _diagnostic(diagnostic: Diagnostic) -> dict[str, Any]:
    return {
        "rule": diagnostic.rule,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        **_place(diagnostic.span),
        "module": diagnostic.module,
        "help": diagnostic.help,
        "notes": [{"message": note.message, **_place(note.span)} for note in diagnostic.notes],
        "fix": None if diagnostic.fix is None else _fix(diagnostic.fix),
    }


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "description": fix.description,
        "edits": [{**_place(edit.span), "text": edit.text} for edit in fix.edits],
    }


def _place(span: Span) -> dict[str, Any]:
    return {
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }

"""SARIF 2.1.0, which code scanning services and editors read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from archspec import __version__
from archspec.diagnostics import Diagnostic, Fix, Label, Span
from archspec.diagnostics.rules import RULES
from archspec.report.formats import json_text

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render_sarif(diagnostics: Sequence[Diagnostic]) -> str:
    rules = sorted({diagnostic.rule for diagnostic in diagnostics})
    driver = {"name": "archspec", "version": __version__, "rules": [_rule(rule) for rule in rules]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(diagnostic, rules.index(diagnostic.rule)) for diagnostic in diagnostics],
    }
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}).rstrip()


def _rule(rule: str) -> dict[str, Any]:
    return {"id": rule, "shortDescription": {"text": RULES.get(rule, rule)}}


def _result(diagnostic: Diagnostic, rule_index: int) -> dict[str, Any]:
    help = f"\n{diagnostic.help}" if diagnostic.help else ""
    location: dict[str, Any] = {"physicalLocation": _physical(diagnostic.span)}
    if diagnostic.module:
        location["logicalLocations"] = [{"fullyQualifiedName": diagnostic.module, "kind": "module"}]
    if diagnostic.label:
        location["message"] = {"text": diagnostic.label}
    result: dict[str, Any] = {
        "ruleId": diagnostic.rule,
        "ruleIndex": rule_index,
        "level": diagnostic.severity,
        "message": {"text": diagnostic.message + help},
        "locations": [location],
    }
    if diagnostic.notes:
        result["relatedLocations"] = [_related(note, number) for number, note in enumerate(diagnostic.notes)]
    if diagnostic.fix is not None:
        result["fixes"] = [_fix(diagnostic.fix)]
    return result


def _related(note: Label, number: int) -> dict[str, Any]:
    return {"id": number, "physicalLocation": _physical(note.span), "message": {"text": note.message}}


def _fix(fix: Fix) -> dict[str, Any]:
    replacements: dict[str, list[dict[str, Any]]] = {}
    for edit in fix.edits:
        replacement = {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.text}}
        replacements.setdefault(edit.span.file, []).append(replacement)
    return {
        "description": {"text": fix.description},
        "artifactChanges": [{"artifactLocation": _artifact(f), "replacements": r} for f, r in replacements.items()],
    }


def _physical(span: Span) -> dict[str, Any]:
    return {"artifactLocation": _artifact(span.file), "region": _region(span)}


def _region(span: Span) -> dict[str, Any]:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _artifact(file: str) -> dict[str, Any]:
    path = PurePath(file)
    # In a relative reference a colon could end a scheme; in an absolute one it ends the letter of a drive.
    uri = quote(path.as_posix().encode("utf-8", "surrogatepass"), safe="/:" if path.is_absolute() else "/")
    return {"uri": f"file:///{uri.removeprefix('/')}" if path.is_absolute() else uri}

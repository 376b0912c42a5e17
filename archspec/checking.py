"""Checks several specs together, and mends what can certainly be mended; nothing is written before a second check."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archspec import fixes
from archspec.api import examine
from archspec.diagnostics import Diagnostic, SourceFile, Span
from archspec.diagnostics.lines import offset
from archspec.elaborate.given import Input

_ROUNDS = 20
"""A mended mistake may uncover the next, this many times at most."""


@dataclass(frozen=True, slots=True)
class Target:
    """A spec that was named, and the folder that it may read other files from."""

    source: SourceFile
    root: Path


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in all of the specs, each mistake once."""

    diagnostics: tuple[Diagnostic, ...]


def check(
    targets: Iterable[Target],
    input: Input | None = None,
    params: Mapping[str, Any] | None = None,
    texts: Mapping[Path, str] | None = None,
) -> Checked:
    """Everything that is wrong with the specs. A mistake in a file that several of them use is said once."""
    found: dict[tuple[object, ...], Diagnostic] = {}
    for target in targets:
        for diagnostic in _diagnostics(target, input, params, texts):
            found.setdefault(_key(diagnostic), diagnostic)
    return Checked(tuple(found.values()))


def fix(
    targets: list[Target], checked: Checked, input: Input | None = None, params: Mapping[str, Any] | None = None
) -> tuple[Checked, dict[str, int]]:
    """Makes the certain edits in the files of `targets`. Returns what remains, and how much was mended in each.

    Raises OSError, with its path, where a file cannot be written; that file is then as it was.
    """
    mending = _Mending(targets, input, params)
    mended: Counter[str] = Counter()
    for _ in range(_ROUNDS):
        accepted = mending.accept(checked)
        if not accepted:
            break
        for diagnostic in accepted:
            mended.update({mending.files[path].name for path in _edited(diagnostic)})
        checked = check(targets, input, params, mending.texts)
    for path, text in mending.texts.items():
        fixes.write(fixes.Change(path, mending.files[path], text))
    return checked, dict(mended)


def not_made(targets: Iterable[Target], checked: Checked) -> tuple[list[str], int]:
    """Why fixes remain: the files that were not named, and how many fixes would have broken something else."""
    named = {_path(t.source) for t in targets if t.source.path is not None}
    foreign: dict[str, None] = {}
    refused = 0
    for diagnostic in checked.diagnostics:
        edits = diagnostic.fix.edits if diagnostic.fix is not None else ()
        files = [edit.span.source for edit in edits if edit.span.source.path is not None]
        others = [file.name for file in files if _path(file) not in named]
        foreign.update(dict.fromkeys(others))
        refused += bool(files and not others)
    return list(foreign), refused


class _Mending:
    """The fixes that were accepted so far: `texts` are the files with them made, `files` those that may be changed."""

    def __init__(self, targets: list[Target], input: Input | None, params: Mapping[str, Any] | None) -> None:
        self.targets = targets
        self.input = input
        self.params = params
        self.files = {_path(t.source): t.source for t in targets if t.source.path is not None}
        self.texts: dict[Path, str] = {}
        self._right = {i for i, target in enumerate(targets) if not self._errors(target, self.texts)}

    def accept(self, checked: Checked) -> tuple[Diagnostic, ...]:
        """Make as many fixes as stand the check together. Returns the mistakes that they mend."""
        start = dict(self.texts)
        accepted: list[Diagnostic] = []
        pending = [[d for d in checked.diagnostics if d.fix is not None]]
        while pending:
            group = pending.pop()
            plan = fixes.plan([*accepted, *group], self.files)
            new = start | {change.path: change.after for change in plan.changes}
            if len(plan.fixed) > len(accepted) and self._stands(checked.diagnostics, plan.fixed, new):
                accepted = list(plan.fixed)
                self.texts = new
            elif len(group) > 1:  # one of them does not: the halves on their own, the first one first
                half = len(group) // 2
                pending += (group[half:], group[:half])
        return tuple(accepted)

    def _stands(self, before: tuple[Diagnostic, ...], fixed: tuple[Diagnostic, ...], texts: Mapping[Path, str]) -> bool:
        """Whether no spec that was right is wrong, and the fixes made no new mistake where they were made."""
        mended = {(d.span.file, d.span.line) for d in fixed}
        known = {(d.rule, d.message) for d in before} - {(d.rule, d.message) for d in fixed}
        inserted = {edit.text for d in fixed if d.fix is not None for edit in d.fix.edits}
        for i, target in enumerate(self.targets):
            errors = self._errors(target, texts)
            new = [d for d in errors if (d.span.file, d.span.line) in mended and (d.rule, d.message) not in known]
            if any(not _uncovered(d, inserted) for d in new) or (errors and i in self._right):
                return False
        return True

    def _errors(self, target: Target, texts: Mapping[Path, str]) -> list[Diagnostic]:
        return [d for d in _diagnostics(target, self.input, self.params, texts) if d.severity == "error"]


def _uncovered(diagnostic: Diagnostic, inserted: set[str]) -> bool:
    """Whether a mistake was there before, unseen: it blames no word that a fix wrote, and can be mended in turn."""
    return diagnostic.fix is not None and _words(diagnostic.span) not in inserted


def _words(span: Span) -> str:
    start = offset(span.source, span.line, span.column)
    return span.source.text[start : offset(span.source, span.end_line, span.end_column)]


def _diagnostics(
    target: Target, input: Input | None, params: Mapping[str, Any] | None, texts: Mapping[Path, str] | None
) -> tuple[Diagnostic, ...]:
    source = target.source
    text = (texts or {}).get(_path(source)) if source.path is not None else None
    if text is not None:
        source = SourceFile(source.name, text, source.path)
    return examine(source, target.root, input=input, params=params, texts=texts).diagnostics


def _edited(diagnostic: Diagnostic) -> set[Path]:
    return {_path(edit.span.source) for edit in diagnostic.fix.edits} if diagnostic.fix is not None else set()


def _key(diagnostic: Diagnostic) -> tuple[object, ...]:
    span = diagnostic.span
    where: object = _path(span.source) if span.source.path is not None else span.file
    return (diagnostic.rule, where, span.line, span.column, diagnostic.severity)


def _path(source: SourceFile) -> Path:
    """The file itself, links followed."""
    assert source.path is not None
    return Path(os.path.realpath(source.path))

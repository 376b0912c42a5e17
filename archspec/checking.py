"""Checks several specs together, and mends what can certainly be mended; nothing is written before a second check."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
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


@dataclass(frozen=True, slots=True)
class Mended:
    """What `fix` did: how many mistakes it mended in each file, and what it left."""

    checked: Checked
    """What remains."""
    written: Mapping[str, int]
    left: tuple[tuple[Diagnostic, str], ...]
    """The mistakes that remain, each with the reason."""
    failed: tuple[OSError, ...]
    """The files that could not be written, by their paths; they are as they were."""


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
            first = found.setdefault(_key(diagnostic), diagnostic)
            if first.fix is not None and _texts(first) != _texts(diagnostic):
                found[_key(diagnostic)] = first._replace(fix=None, unfixed=f"{target.source.name} needs another size")
    return Checked(tuple(found.values()))


def fix(
    targets: list[Target], checked: Checked, input: Input | None = None, params: Mapping[str, Any] | None = None
) -> Mended:
    """Makes the certain edits in the files of `targets`."""
    mending = _Mending(targets, input, params)
    mended: Counter[Path] = Counter()
    for _ in range(_ROUNDS):
        accepted = mending.accept(checked)
        if not accepted:
            break
        for diagnostic in accepted:
            mended.update(_edited(diagnostic))
        checked = check(targets, input, params, mending.texts)
    failed: dict[Path, OSError] = {}
    for path, text in mending.texts.items():
        try:
            fixes.write(fixes.Change(path, mending.files[path], text))
        except OSError as error:
            failed[path] = OSError(error.errno, error.strerror, mending.files[path].name)
    if failed:  # they are as they were, and so are their mistakes
        checked = check(targets, input, params, {p: t for p, t in mending.texts.items() if p not in failed})
    written = {mending.files[path].name: count for path, count in mended.items() if path not in failed}
    left = [(d, mending.reason(d, failed)) for d in checked.diagnostics if d.severity == "error" or d.fix is not None]
    return Mended(checked, written, tuple(left), tuple(failed.values()))


class _Mending:
    """The fixes that were accepted so far: `texts` are the files with them made, `files` those that may be changed."""

    def __init__(self, targets: list[Target], input: Input | None, params: Mapping[str, Any] | None) -> None:
        self.targets = targets
        self.input = input
        self.params = params
        self.files = {_path(t.source): t.source for t in targets if t.source.path is not None}
        self.texts: dict[Path, str] = {}
        self._refused: dict[tuple[object, ...], str] = {}
        """Why a fix was not made, by the key of its mistake."""
        self._right = {i for i, target in enumerate(targets) if not self._errors(target, self.texts)}

    def accept(self, checked: Checked) -> tuple[Diagnostic, ...]:
        """Make as many fixes as stand the check together. Returns the mistakes that they mend."""
        start = dict(self.texts)
        accepted: list[Diagnostic] = []
        pending = [[d for d in checked.diagnostics if d.fix is not None]]
        while pending:
            group = pending.pop()
            plan = fixes.plan([*accepted, *group], self.files)
            if len(plan.fixed) == len(accepted):
                continue
            new = start | {change.path: change.after for change in plan.changes}
            reason = self._objection(checked.diagnostics, plan.fixed, new)
            if reason is None:
                accepted = list(plan.fixed)
                self.texts = new
            elif len(group) > 1:  # one of them does not stand: the halves on their own, the first one first
                half = len(group) // 2
                pending += (group[half:], group[:half])
            else:
                self._refused[_key(group[0])] = reason
        return tuple(accepted)

    def reason(self, diagnostic: Diagnostic, failed: Collection[Path]) -> str:
        """Why a mistake remains."""
        if diagnostic.fix is None:
            return diagnostic.unfixed or "no one edit is certain"
        for source in (edit.span.source for edit in diagnostic.fix.edits):
            if source.path is None:
                return f"it stands in {source.name}"
            if _path(source) not in self.files:
                return f"{source.name} is not named on the command line"
            if _path(source) in failed:
                return f"{source.name} cannot be written"
        return self._refused.get(_key(diagnostic), "it overlaps another edit")

    def _objection(
        self, before: tuple[Diagnostic, ...], fixed: tuple[Diagnostic, ...], texts: Mapping[Path, str]
    ) -> str | None:
        """Which spec is no longer right, or has a new mistake where the fixes were made; None if they stand."""
        mended = {(d.span.file, d.span.line) for d in fixed}
        known = {(d.rule, d.message) for d in before} - {(d.rule, d.message) for d in fixed}
        inserted = {edit.text for d in fixed if d.fix is not None for edit in d.fix.edits}
        for i, target in enumerate(self.targets):
            errors = self._errors(target, texts)
            new = [d for d in errors if (d.span.file, d.span.line) in mended and (d.rule, d.message) not in known]
            if errors and i in self._right:
                return f"{target.source.name} is right as it is"
            if any(not _uncovered(d, inserted) for d in new):
                return "the edit would make another mistake"
        return None

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
    return examine(source, target.root, input=input, params=params, texts=texts, letters=True).diagnostics


def _edited(diagnostic: Diagnostic) -> set[Path]:
    return {_path(edit.span.source) for edit in diagnostic.fix.edits} if diagnostic.fix is not None else set()


def _texts(diagnostic: Diagnostic) -> list[str]:
    return [edit.text for edit in diagnostic.fix.edits] if diagnostic.fix is not None else []


def _key(diagnostic: Diagnostic) -> tuple[object, ...]:
    span = diagnostic.span
    where: object = _path(span.source) if span.source.path is not None else span.file
    return (diagnostic.rule, where, span.line, span.column, diagnostic.severity)


def _path(source: SourceFile) -> Path:
    """The file itself, links followed."""
    assert source.path is not None
    return Path(os.path.realpath(source.path))

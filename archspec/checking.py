"""Checks several specs together, and mends what can certainly be mended; nothing is written before a second check."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archspec import fixes
from archspec.api import Input, examine
from archspec.diagnostics import Diagnostic, SourceFile

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
    """Makes the certain edits in the files of `targets`. Returns what remains, and how much was mended in each."""
    texts: dict[Path, str] = {}
    first: dict[Path, SourceFile] = {_path(t.source): t.source for t in targets if t.source.path is not None}
    mended: Counter[str] = Counter()
    right = {i for i, target in enumerate(targets) if not _errors(target, input, params, texts)}
    for _ in range(_ROUNDS):
        accepted = _accept(targets, checked, right, texts, input, params, first)
        if not accepted:
            break
        mended.update(d.span.file for d in accepted)
        checked = check(targets, input, params, texts)
    for path, text in texts.items():
        fixes.write(fixes.Change(path, first[path], text))
    return checked, dict(mended)


def _accept(
    targets: list[Target],
    checked: Checked,
    right: set[int],
    texts: dict[Path, str],
    input: Input | None,
    params: Mapping[str, Any] | None,
    first: Mapping[Path, SourceFile],
) -> tuple[Diagnostic, ...]:
    """Puts into `texts` the edits of all fixes at once, else of each that stands the check on its own."""
    fixable = [d for d in checked.diagnostics if d.fix is not None]
    for attempt in [fixable, *([d] for d in fixable if len(fixable) > 1)]:
        plan = fixes.plan(attempt, first)
        new = texts | {change.path: change.after for change in plan.changes}
        if plan.fixed and _stands(targets, checked.diagnostics, plan.fixed, right, new, input, params):
            texts.update(new)
            return plan.fixed
    return ()


def _stands(
    targets: list[Target],
    before: tuple[Diagnostic, ...],
    fixed: tuple[Diagnostic, ...],
    right: set[int],
    texts: Mapping[Path, str],
    input: Input | None,
    params: Mapping[str, Any] | None,
) -> bool:
    """Whether no spec that was right is wrong, and nothing new is wrong where the fixes were made."""
    mended = {(d.span.file, d.span.line) for d in fixed}
    known = {(d.rule, d.message) for d in before} - {(d.rule, d.message) for d in fixed}
    for i, target in enumerate(targets):
        errors = _errors(target, input, params, texts)
        new = [d for d in errors if (d.span.file, d.span.line) in mended and (d.rule, d.message) not in known]
        if new or (errors and i in right):
            return False
    return True


def _errors(
    target: Target, input: Input | None, params: Mapping[str, Any] | None, texts: Mapping[Path, str]
) -> list[Diagnostic]:
    return [d for d in _diagnostics(target, input, params, texts) if d.severity == "error"]


def _diagnostics(
    target: Target, input: Input | None, params: Mapping[str, Any] | None, texts: Mapping[Path, str] | None
) -> tuple[Diagnostic, ...]:
    source = target.source
    text = (texts or {}).get(_path(source)) if source.path is not None else None
    if text is not None:
        source = SourceFile(source.name, text, source.path)
    return examine(source, target.root, input=input, params=params, texts=texts).diagnostics


def _key(diagnostic: Diagnostic) -> tuple[object, ...]:
    span = diagnostic.span
    where: object = _path(span.source) if span.source.path is not None else span.file
    return (diagnostic.rule, where, span.line, span.column, diagnostic.severity)


def _path(source: SourceFile) -> Path:
    assert source.path is not None
    return Path(os.path.realpath(source.path))

"""Makes the edits of fixes: byte for byte, touching nothing else."""

from __future__ import annotations

import errno
import os
from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from archspec.diagnostics import Diagnostic, Edit, SourceFile
from archspec.diagnostics.lines import offset
from archspec.files import write_whole

_BOM = b"\xef\xbb\xbf"

_Replacement = tuple[int, int, str]
"""Offsets into a text, and what stands between them afterwards."""


@dataclass(frozen=True, slots=True)
class Change:
    """A file and what fixes make of it. `path` is the file itself, links followed; `before` is as it was read."""

    path: Path
    before: SourceFile
    after: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What fixes would do: the new texts, and the diagnostics that they mend. Nothing is written yet."""

    changes: tuple[Change, ...]
    fixed: tuple[Diagnostic, ...]


def plan(diagnostics: Iterable[Diagnostic], named: Iterable[str | os.PathLike[str]]) -> Plan:
    """The changes that the fixes of `diagnostics` make in the files `named`, and in no other.

    A fix is made as a whole or not at all. Left out is one that touches another file, and one that overlaps a fix
    before it; the same edit of several fixes is made once.
    """
    texts = _Texts({os.path.realpath(path) for path in named})
    fixed = [d for d in diagnostics if d.fix is not None and texts.accept(d.fix.edits)]
    return Plan(texts.changes(), tuple(fixed))


def patched(source: SourceFile, edits: Iterable[Edit]) -> str:
    """The text of `source` with all the edits made. Raises ValueError if they overlap, or lie outside of the text."""
    made: list[_Replacement] = []
    for edit in edits:
        replacement = _replacement(source, edit)
        if replacement is None or not _fits(replacement, made):
            raise ValueError("edits overlap, or lie outside of the text")
        if replacement not in made:
            insort(made, replacement)
    return _replaced(source.text, made)


def write(change: Change) -> None:
    """Write a change to its file. Raises OSError where that fails, and where the file is no longer what was read."""
    before = change.before.text.encode("utf-8")
    data = change.path.read_bytes()
    mark = data[: len(data) - len(before)]  # a byte order mark is no part of a text that was read
    if not data.endswith(before) or mark not in (b"", _BOM):
        raise OSError(errno.ESTALE, "it was changed by someone else meanwhile", os.fspath(change.path))
    write_whole(change.path, mark + change.after.encode("utf-8"))


class _Texts:
    """The files that may be changed, and the edits accepted so far; one file may have been read several times."""

    def __init__(self, named: set[str]) -> None:
        self._named = named
        self._files: dict[str, tuple[SourceFile, list[_Replacement]]] = {}

    def accept(self, edits: Iterable[Edit]) -> bool:
        """Take all of the edits, or none."""
        taken: dict[str, tuple[SourceFile, list[_Replacement]]] = {}
        for edit in edits:
            path = self._path(edit.span.source)
            if path is None:
                return False
            source, made = self._files.get(path, (edit.span.source, []))
            if source.text != edit.span.source.text:  # the file was changed between two readings
                return False
            replacement = _replacement(source, edit)
            _, new = taken.setdefault(path, (source, []))
            if replacement is None or not (_fits(replacement, made) and _fits(replacement, new)):
                return False
            if replacement not in new:
                insort(new, replacement)
        for path, (source, new) in taken.items():
            _, made = self._files.setdefault(path, (source, []))
            for replacement in new:
                if not _contains(made, replacement):
                    insort(made, replacement)
        return bool(taken)

    def changes(self) -> tuple[Change, ...]:
        changes = (Change(Path(p), source, _replaced(source.text, made)) for p, (source, made) in self._files.items())
        return tuple(change for change in changes if change.after != change.before.text)

    def _path(self, source: SourceFile) -> str | None:
        """The real path of a file that may be changed; None for any other text."""
        if source.path is None:
            return None
        path = os.path.realpath(source.path)
        return path if path in self._named else None


def _replacement(source: SourceFile, edit: Edit) -> _Replacement | None:
    """The edit by offsets, None if its span does not lie in the text."""
    span = edit.span
    start = offset(source, span.line, span.column)
    end = offset(source, span.end_line, span.end_column)
    return None if start is None or end is None or end < start else (start, end, edit.text)


def _fits(replacement: _Replacement, made: list[_Replacement]) -> bool:
    """Whether a replacement is one of those made, or touches none of their text. Two insertions at one place do."""
    if _contains(made, replacement):
        return True
    start, end, _ = replacement
    at = bisect_left(made, replacement)
    neighbours = made[max(at - 1, 0) : at + 1]
    return all(
        (end <= other_start or other_end <= start) and (start, end) != (other_start, other_end)
        for other_start, other_end, _ in neighbours
    )


def _contains(made: list[_Replacement], replacement: _Replacement) -> bool:
    at = bisect_left(made, replacement)
    return at < len(made) and made[at] == replacement


def _replaced(text: str, made: list[_Replacement]) -> str:
    pieces: list[str] = []
    done = 0
    for start, end, new in made:
        pieces += (text[done:start], new)
        done = end
    return "".join((*pieces, text[done:]))

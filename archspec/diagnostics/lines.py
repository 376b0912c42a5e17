"""Lines and columns of a source text. A line ends at LF, CRLF or CR, as YAML 1.2 and every editor have it."""

from __future__ import annotations

import re
from functools import lru_cache

from archspec.diagnostics.model import SourceFile

_BOM = "\ufeff"
_BREAK = re.compile(r"\r\n?|\n")


@lru_cache(maxsize=16)
def _breaks(source: SourceFile) -> list[tuple[int, int]]:
    """Where each line's text begins and ends, without its line break. Cached: many diagnostics ask about one file."""
    bounds = []
    start = len(_BOM) if source.text.startswith(_BOM) else 0  # a byte order mark has no column
    for line_break in _BREAK.finditer(source.text):
        bounds.append((start, line_break.start()))
        start = line_break.end()
    bounds.append((start, len(source.text)))
    return bounds


def line_bounds(source: SourceFile, line: int) -> tuple[int, int]:
    """The offsets between which the line's text stands; after the last line it is empty."""
    bounds = _breaks(source)
    if 1 <= line <= len(bounds):
        return bounds[line - 1]
    return len(source.text), len(source.text)


def offset(source: SourceFile, line: int, column: int) -> int | None:
    """The offset of a place in the text, None if the text has no such place."""
    bounds = _breaks(source)
    if not 1 <= line <= len(bounds):
        return None
    start, end = bounds[line - 1]
    return start + column - 1 if 0 <= column - 1 <= end - start else None

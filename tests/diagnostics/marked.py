"""Texts with marks: what stands between « and » becomes a span, and the marks are taken out."""

from __future__ import annotations

import re
from pathlib import Path

from archspec.diagnostics import SourceFile, Span


def marked(text: str, name: str = "spec.yaml", path: Path | None = None) -> tuple[Span, ...]:
    """The marked spans of a text, in the order in which they begin; all share one source."""
    opened: list[tuple[int, int]] = []
    places: dict[int, tuple[int, int]] = {}
    plain = ""
    for character in text:
        if character == "«":
            opened.append((len(opened) + len(places), len(plain)))
        elif character == "»":
            number, start = opened.pop()
            places[number] = (start, len(plain))
        else:
            plain += character
    source = SourceFile(name, plain, path)
    return tuple(span_of(source, start, end) for _, (start, end) in sorted(places.items()))


def span_of(source: SourceFile, start: int, end: int) -> Span:
    """The span of two offsets."""
    return Span(source, *_place(source.text, start), *_place(source.text, end))


def _place(text: str, offset: int) -> tuple[int, int]:
    lines = re.split(r"\r\n?|\n", text[:offset].removeprefix("\ufeff"))
    return len(lines), len(lines[-1]) + 1

"""A mistake that is told in a file which another extends: what that other one has to do with it."""

from __future__ import annotations

import re

from archspec.diagnostics import Diagnostic, Label, Span
from archspec.diagnostics.lines import line_bounds
from archspec.document.model import Document
from archspec.source import Mapping

_MOST = 3
"""Params that are shown."""


def with_variant(diagnostic: Diagnostic, document: Document) -> Diagnostic:
    """With the place that extends the file, and what is given there of which the blamed lines speak."""
    extending = {base: token for token, base in document.bases}
    token = extending.get(diagnostic.span.source)
    if token is None:
        return diagnostic
    spans = [diagnostic.span, *(note.span for note in diagnostic.notes)]
    words = {word for span in spans for word in re.findall(r"[A-Za-z_]\w*", _line(span))}
    given = [
        Label(param.token.span, f"{name} is given here")
        for name, param in document.params.items()
        if name in words and param.token.source is not diagnostic.span.source and param.token.source in _above(document)
    ]
    key = document.raw.key("input") if isinstance(document.raw, Mapping) else None
    if key is not None and diagnostic.module is not None:
        given.append(Label(key.span, "the input is given here"))
    notes = (*diagnostic.notes, *given[:_MOST], Label(token.span, "extended here"))
    return diagnostic._replace(notes=notes)


def _above(document: Document) -> set[object]:
    """The files that extend another."""
    return {token.source for token, _ in document.bases}


def _line(span: Span) -> str:
    start, end = line_bounds(span.source, span.line)
    return span.source.text[start:end][:1_000]

"""Workflow commands of GitHub Actions: each diagnostic becomes an annotation of the line that is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath

from archspec.diagnostics import Diagnostic
from archspec.diagnostics.printable import printable


def render_github(diagnostics: Iterable[Diagnostic]) -> str:
    return "\n".join(map(_command, diagnostics))


def _command(diagnostic: Diagnostic) -> str:
    span = diagnostic.span
    properties: dict[str, object] = {}
    if span.source.path is not None:  # GitHub knows no other text than files
        properties |= {"file": _path(span.file), "line": span.line, "endLine": span.end_line}
        if span.line == span.end_line:  # columns are those of one line
            properties |= {"col": span.column, "endColumn": span.end_column}
    properties["title"] = diagnostic.rule
    # The place again: the log of a run shows the text, and not the properties.
    text = f"{printable(span.file)}:{span.line}:{span.column}: {printable(diagnostic.message)}"
    if diagnostic.help:
        text += "".join(f"\n{printable(line)}" for line in diagnostic.help.splitlines())
    written = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{diagnostic.severity} {written}::{_data(text)}"


def _path(file: str) -> str:
    """As GitHub finds it: line breaks are escaped below, and what a terminal would obey is no path there."""
    return "".join(c if c in "\r\n" else printable(c) for c in PurePath(file).as_posix())


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

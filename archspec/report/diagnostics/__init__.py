"""`archspec check`: diagnostics in each of its formats, one file a format."""

from __future__ import annotations

from collections.abc import Sequence

from archspec.diagnostics import Diagnostic

FORMATS = ("text", "concise", "json", "github", "sarif")


def render(diagnostics: Sequence[Diagnostic], format: str, *, checked: int, color: bool = False) -> str:
    """The diagnostics of `checked` specs in one of FORMATS, each imported when it is asked for; color is for `text`.

    Every line ends with a line break; where there are no diagnostics, text, concise and github have no line.
    """
    match format:
        case "concise":
            from archspec.report.diagnostics.concise import render_concise

            return _lines(render_concise(diagnostics))
        case "json":
            from archspec.report.diagnostics.json import render_json

            return _lines(render_json(diagnostics, checked))
        case "github":
            from archspec.report.diagnostics.github import render_github

            return _lines(render_github(diagnostics))
        case "sarif":
            from archspec.report.diagnostics.sarif import render_sarif

            return _lines(render_sarif(diagnostics))
    from archspec.diagnostics.excerpt import render_all

    return _lines(render_all(diagnostics, color))


def _lines(text: str) -> str:
    return f"{text}\n" if text else ""

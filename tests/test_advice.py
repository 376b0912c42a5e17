"""Advice leads on: what a help says to write is written, and the spec is then right, or has another mistake.

The texts to write are taken from the pages of tests/errors; a person finds the place for them, and so does this: the
token that is blamed, the node around it, a line of its own. Advice that shows a gap (`...`) is not for copying.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from archspec import fixes
from archspec.api import examine
from archspec.diagnostics import Diagnostic
from archspec.diagnostics.lines import offset
from archspec.source import read
from tests.errors_in_markdown import Case, cases

_QUOTED = re.compile(r"\b(?:write|such as) `([^`]+)`(?:$|[,;.]| at the top)")
_BARE = re.compile(r"\b(?:write|such as) ([^`]+?)(?:$|, or |, if |; |, and |, (?=\d+x))")
_MEANT = re.compile(r"did you mean `?([\w./*:-]+(?:: \w+)?)`?(?:,| or |\?)")
_BY_HAND = (
    "yaml-encoding",  # what is to be written is a file
    "foreign-format",
    "document-incomplete",  # where it says two things, both are needed
)


def advised(help: str) -> str | None:
    """The text that a help says to write, None where it speaks of something else."""
    match = _QUOTED.search(help) or _MEANT.search(help) or _BARE.search(help)
    text = match[1] if match is not None else ""
    is_code = (
        re.search(r"[:\[\]{}\d]|^\S+$", text) is not None and re.match(r"(?:a|an|the|it|its|of|each|as) ", text) is None
    )
    return text if text and is_code and "..." not in text else None


def places(diagnostic: Diagnostic) -> Iterator[tuple[int, int, str, str]]:
    """Where a person would try a text: from, to, and what is written before and after it."""
    span, whole = diagnostic.span, diagnostic.span.source.text
    start = offset(span.source, span.line, span.column) or 0
    end = offset(span.source, span.end_line, span.end_column) or 0
    first = whole.rfind("\n", 0, start) + 1
    last = whole.find("\n", start)
    line = whole[first:last]
    head = re.match(r"[ ]*(?:- )*(?:[\w.]+: (?=\{))?\{?", line)
    node = first + len(head[0]) if head is not None else first
    ends = (last, end, *(first + m.start() + 1 for m in re.finditer(r"[\]},]", line) if first + m.end() > end))
    value = max(whole.rfind(": ", first, start) + 2, node)
    for begin in (start, value, node):
        for stop in (end, *ends):
            yield begin, stop, "", ""
            yield begin, stop, "{", "}"
    yield end, end, "", ""
    yield last, last, "", ""
    yield end, end, " ", ""
    yield start, start, "", " "
    yield first, first, re.match(r"[ ]*", line)[0], "\n"  # type: ignore[index]
    yield 0, 0, "", "\n"


def leads_on(case: Case, folder: Path, told: Diagnostic, found: list[Diagnostic]) -> bool:
    """Whether the advice of `told`, one of those found, mends the mistake or leaves a smaller one."""
    assert told.span.source.path is not None
    path, whole = told.span.source.path, told.span.source.text
    if told.fix is not None:
        path.write_text(fixes.patched(told.span.source, told.fix.edits))
        return _is_smaller(told, found, diagnostics(case, folder))
    text = advised(told.help or "")
    assert text is not None
    for start, end, before, after in places(told):
        path.write_text(whole[:start] + before + text + after + whole[end:])
        written = (start, start + len(before + text + after))
        if _is_smaller(told, found, diagnostics(case, folder), written):
            return True
    return False


_FORMS = ("yaml", "node", "unknown", "argument", "block", "document", "from", "reuse")


def _is_smaller(
    told: Diagnostic, before: list[Diagnostic], after: list[Diagnostic], written: tuple[int, int] = (0, 0)
) -> bool:
    """Whether a mistake is gone, no more are there, and none is in the form of what was written."""
    known = {(d.rule, d.message) for d in before} - {(told.rule, told.message)}
    for d in after:
        start = offset(d.span.source, d.span.line, d.span.column) or 0
        if d.rule == told.rule and (d.rule, d.message) not in known:
            return False
        if d.span.file == told.span.file and written[0] <= start < written[1] and d.rule.startswith(_FORMS):
            return False
    return len(after) <= len(before)


def named(case: Case) -> str:
    return next(word for word in case.arguments() if word in case.files)


def diagnostics(case: Case, folder: Path) -> list[Diagnostic]:
    path = folder / named(case)
    return list(examine(read(path, path.name), folder).diagnostics)


def advising() -> list[Case]:
    """The cases whose page shows a fix, or a help with a text to write."""
    return [
        case
        for case in cases()
        if case.rule not in _BY_HAND
        and not case.command
        and (case.fixed or any(advised(help) for help in re.findall(r"= help: (.*)", case.text)))
    ]


@pytest.mark.parametrize("case", advising(), ids=str)
def test_advice_leads_on(case: Case, tmp_path: Path) -> None:
    case.write(tmp_path)
    found = diagnostics(case, tmp_path)
    told = next(d for d in found if d.fix is not None or (d.help is not None and advised(d.help) is not None))
    assert leads_on(case, tmp_path, told, found)


def test_advice_that_does_not_is_found(tmp_path: Path) -> None:
    case = Case("yaml-indentation", "", "", {"spec.yaml": b"input: 8\nmodel:\n  - Linear:\n    10\n"})
    case.write(tmp_path)
    found = diagnostics(case, tmp_path)
    told = found[0]._replace(help="write `10:`", fix=None)
    assert not leads_on(case, tmp_path, told, found)

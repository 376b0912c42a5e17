"""The comments that accept a warning: `# allow: unused-output`."""

from __future__ import annotations

import re
from bisect import bisect_right

from yaml import YAMLError
from yaml.events import ScalarEvent, StreamEndEvent

from archspec.diagnostics import SourceFile, Span
from archspec.source.events import open_events
from archspec.source.tree import Locator

_ALLOW = re.compile(r"(?<![^\s])#[ \t]*allow[ \t]*:(?P<rules>[^#\r\n]*)")
_RULE = re.compile(r"[^\s,]+")


def allowed(source: SourceFile) -> list[tuple[str, Span]]:
    """Every rule that a comment names, and where; an empty name for a comment that names none."""
    locator = Locator(source)
    if "#" not in locator.text or "allow" not in locator.text:
        return []
    found: list[tuple[str, Span]] = []
    scalars = _scalars(locator.text)
    starts = [start for start, _ in scalars]
    for comment in _ALLOW.finditer(locator.text):
        before = bisect_right(starts, comment.start()) - 1
        if before >= 0 and comment.start() < scalars[before][1]:
            continue  # it is a part of a text
        rules = list(_RULE.finditer(locator.text, *comment.span("rules")))
        found += [(rule[0], locator.span(*rule.span())) for rule in rules]
        if not rules:
            found.append(("", locator.span(comment.start(), comment.end("rules"))))
    return found


def _scalars(text: str) -> list[tuple[int, int]]:
    """Where the scalars of a text start and end, in order; none where the text is wrong, and that is said."""
    found = []
    try:
        next_event = open_events(text).get_event
        while True:
            event = next_event()
            kind = event.__class__
            if kind is ScalarEvent:
                start, end = event.start_mark.index, event.end_mark.index
                if event.style and event.style in "|>":  # after its indicator a comment may stand
                    end = start + len(text[start:end].rstrip())
                    start = max(text.find("\n", start, end), start)
                found.append((start, end))
            elif kind is StreamEndEvent:
                return found
    except YAMLError:
        return []

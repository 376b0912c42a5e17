"""Whether a fix mends: the mended text is read again."""

from __future__ import annotations

from collections.abc import Iterable

from yaml import YAMLError
from yaml.error import MarkedYAMLError
from yaml.events import CollectionEndEvent, CollectionStartEvent, DocumentEndEvent, StreamEndEvent

from archspec.diagnostics import Edit
from archspec.source.events import open_events
from archspec.source.tree import Locator

_MAX_DEPTH = 200
_MAX_EVENTS = 100_000


def mends(locator: Locator, edits: Iterable[Edit]) -> bool:
    """Whether the text with these edits has no mistake in the edited lines, nor one that begins there."""
    text = locator.text
    first, last = len(text), 0
    for edit in sorted(edits, key=lambda edit: (edit.span.line, edit.span.column), reverse=True):
        start = locator.offset(edit.span.line, edit.span.column)
        end = locator.offset(edit.span.end_line, edit.span.end_column)
        text = text[:start] + edit.text + text[end:]
        first = start
        last = max(last + len(edit.text) - (end - start), start + len(edit.text))
    first = max(text.rfind("\n", 0, first), text.rfind("\r", 0, first)) + 1
    last = min((at for at in (text.find("\n", last), text.find("\r", last)) if at >= 0), default=len(text))
    error = _error(text)
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return error is None
    since = error.context_mark or error.problem_mark
    return error.problem_mark.index > last and not first <= since.index <= last


def _error(text: str) -> YAMLError | None:
    depth = 0
    next_event = open_events(text).get_event
    try:
        for _ in range(_MAX_EVENTS):
            event = next_event()
            depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
            if depth > _MAX_DEPTH or isinstance(event, DocumentEndEvent | StreamEndEvent):
                break
    except YAMLError as error:
        return error
    return None

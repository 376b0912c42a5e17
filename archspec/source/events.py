"""libyaml's event stream, or PyYAML's own where libyaml is missing."""

from __future__ import annotations

from typing import Any, Protocol

from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner


class EventStream(Protocol):
    def get_event(self) -> Any: ...  # one of yaml.events


class PythonParser(Reader, Scanner, Parser):
    """PyYAML's parser without what it builds from the events."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)


def open_events(text: str) -> EventStream:
    try:
        from yaml.cyaml import CParser  # type: ignore[attr-defined]  # its stub only imports it
    except ImportError:
        return PythonParser(text)
    return CParser(text)

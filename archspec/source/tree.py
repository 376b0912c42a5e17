"""The located tree: scalars, sequences and mappings that know their span."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable

from archspec.diagnostics import SourceFile, Span

Value = str | int | float | bool | None

_LINE_BREAK = re.compile(r"\r\n?|\n")
_BOM = "\ufeff"


class Locator:
    """Turns offsets into `text` into spans. `text` is the source's without a byte order mark, which has no column."""

    __slots__ = ("_lines", "source", "text")

    def __init__(self, source: SourceFile) -> None:
        self.source = source
        self.text = source.text.removeprefix(_BOM)
        self._lines = array("I")

    def span(self, start: int, end: int) -> Span:
        line, column = self.position(start)
        end_line, end_column = self.position(end)
        return Span(self.source, line, column, end_line, end_column)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1."""
        if offset == 0:
            return 1, 1
        lines = self._line_starts()
        line = bisect_right(lines, offset)
        return line, offset - lines[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        return self._line_starts()[line - 1] + column - 1

    def _line_starts(self) -> array[int]:
        if not self._lines:  # most trees are never asked where they stand
            self._lines.append(0)
            self._lines.extend(match.end() for match in _LINE_BREAK.finditer(self.text))
        return self._lines


class Node:
    """A value of the tree. An alias shares its anchor's node, so one node may stand at several places of a tree."""

    __slots__ = ("_end", "_locator", "_start")

    _locator: Locator
    _start: int
    _end: int

    @property
    def source(self) -> SourceFile:
        return self._locator.source

    @property
    def span(self) -> Span:
        """From the first character to the last: no anchor before it, no line break after it."""
        return self._locator.span(self._start, self._end)


class Scalar(Node):
    """A word, number or string. `text` is what stands in the file, unquoted; `value` is what a plain text means.

    The `value` of a key is its `text`, whatever it looks like.
    """

    __slots__ = ("plain", "text", "value")

    def __init__(self, locator: Locator, start: int, end: int, value: Value, text: str, plain: bool) -> None:
        self._locator = locator
        self._start = start
        self._end = end
        self.value = value
        self.text = text
        self.plain = plain

    def span_at(self, start: int, end: int) -> Span:
        """The span of `text[start:end]`; of the whole scalar where escapes or line folding hide the place."""
        first = self._start if self.plain else self._start + 1
        if first + end <= self._end and self._locator.text.startswith(self.text[:end], first):
            return self._locator.span(first + start, first + end)
        return self.span

    def __repr__(self) -> str:
        return f"Scalar({self.value!r})"


class Literal(Scalar):
    """A text that was given to a program, not written: it is neither an expression nor a template."""

    __slots__ = ()


class Sequence(Node):
    """A list."""

    __slots__ = ("items",)

    def __init__(self, locator: Locator, start: int) -> None:
        self._locator = locator
        self._start = self._end = start
        self.items: list[Node] = []

    def __repr__(self) -> str:
        return f"Sequence({len(self.items)})"


class Mapping(Node):
    """Keys and values in the order of the text. Merged entries stand where `<<` stands, with their own spans."""

    __slots__ = ("_by_name",)

    def __init__(self, locator: Locator, start: int) -> None:
        self._locator = locator
        self._start = self._end = start
        self._by_name: dict[str, tuple[Scalar, Node]] = {}

    @property
    def entries(self) -> list[tuple[Scalar, Node]]:
        return list(self._by_name.values())

    @property
    def in_braces(self) -> bool:
        """Whether it is written `{...}`."""
        return self._locator.text.startswith("{", self._start)

    def get(self, name: str) -> Node | None:
        """The value of a key, None if there is no such key."""
        entry = self._by_name.get(name)
        return None if entry is None else entry[1]

    def key(self, name: str) -> Scalar | None:
        """The key itself, as it stands in the text."""
        entry = self._by_name.get(name)
        return None if entry is None else entry[0]

    @classmethod
    def over(cls, name: str, node: Node) -> Mapping:
        """A mapping that is not in the text: a key above a node, at the node's place."""
        key = Scalar(node._locator, node._start, node._start, name, name, True)
        return cls(node._locator, node._start).with_entries([(key, node)])

    def with_entries(self, entries: Iterable[tuple[Scalar, Node]]) -> Mapping:
        """A mapping at the same place that holds these instead."""
        other = Mapping(self._locator, self._start)
        other._end = self._end
        other._by_name = {key.text: (key, value) for key, value in entries}
        return other

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __repr__(self) -> str:
        return f"Mapping({', '.join(self._by_name)})"

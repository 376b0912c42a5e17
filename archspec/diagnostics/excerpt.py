"""A diagnostic as a person reads it: the message, the lines of the spec with carets under what is wrong, what to do."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from archspec.diagnostics.lines import line_bounds
from archspec.diagnostics.model import Diagnostic, SourceFile, Span
from archspec.diagnostics.printable import printable

_COLUMNS = 120
"""A longer line is cut around the token."""
_CONTEXT = 20
"""How many of them are kept for what stands around a token that is longer than a line."""
_TAB = "    "
_CUT = "..."
_MARKS = 4
"""How many combining marks one letter may carry; more are shown as escapes."""

_STYLES = {"error": "1;31", "warning": "1;33", "note": "1;34", "frame": "1;34", "bold": "1"}


def render(diagnostic: Diagnostic, color: bool = False) -> str:
    """The diagnostic with its source excerpts; no line break at the end. With `color`, styled for a terminal."""
    paint = _Paint(color)
    blocks = _blocks(diagnostic)
    digits = max((len(str(label.span.line)) for block in blocks for label in block.labels), default=1)
    frame = _Frame(digits, paint)
    severity = diagnostic.severity
    head = paint(severity, f"{severity}[{printable(diagnostic.rule)}]")
    lines = [head + paint("bold", f": {printable(diagnostic.message)}".rstrip())]
    for number, block in enumerate(blocks):
        if number:
            lines.append(frame.bar())
        place = f"{printable(block.source.name)}:{block.line}:{block.column}"
        lines.append(" " * digits + paint("frame", " ┌─") + f" {place}")
        if block.labels:
            lines.append(frame.bar())
            lines.extend(_excerpt(block, frame))
    help = diagnostic.help or (diagnostic.fix.description if diagnostic.fix is not None else "")
    remarks = [("module", [diagnostic.module or ""]), ("help", help.splitlines())]
    remarks = [(name, texts) for name, texts in remarks if any(texts)]
    if remarks:
        lines.append(frame.bar())
    for name, (first, *more) in remarks:
        lines.append(" " * digits + paint("frame", " =") + " " + paint("bold", f"{name}:") + " " + printable(first))
        lines.extend(" " * (digits + len(f" = {name}: ")) + printable(text) for text in more)
    return "\n".join(line.rstrip() for line in lines)


def render_all(diagnostics: Iterable[Diagnostic], color: bool = False) -> str:
    """Every diagnostic, with an empty line between two."""
    return "\n\n".join(render(diagnostic, color) for diagnostic in diagnostics)


class _Paint:
    """Styles a text for a terminal, or leaves it alone."""

    def __init__(self, color: bool) -> None:
        self.color = color

    def __call__(self, style: str, text: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self.color and text else text


class _Frame:
    """What stands to the left of the spec's lines."""

    def __init__(self, digits: int, paint: _Paint) -> None:
        self.digits = digits
        self.paint = paint
        self.room = _COLUMNS - digits - len(" │ ")

    def bar(self, number: int | None = None, text: str = "") -> str:
        digits = "" if number is None else str(number)
        return self.paint("frame", f"{digits:>{self.digits}} │") + (f" {text}" if text else "")

    def gap(self) -> str:
        return self.paint("frame", f"{'':{self.digits}} ·")


@dataclass(frozen=True, slots=True)
class _Label:
    """An underlined piece of one line. `start` and `end` are offsets into the line's text; `end` is beyond `start`."""

    span: Span
    start: int
    end: int
    message: str | None
    style: str


@dataclass(frozen=True, slots=True)
class _Block:
    """What is shown of one file."""

    source: SourceFile
    line: int
    column: int
    labels: list[_Label]


def _blocks(diagnostic: Diagnostic) -> list[_Block]:
    """The file of the diagnostic, then those of its notes, each with its labels in the order of the text."""
    blocks: list[_Block] = []
    places: list[tuple[Span, str | None, str]] = [(diagnostic.span, diagnostic.label, diagnostic.severity)]
    places += [(note.span, note.message, "note") for note in diagnostic.notes]
    for span, message, style in places:
        source = span.source
        block = next((b for b in blocks if b.source is source or _same(b.source, source)), None)
        if block is None:
            block = _Block(source, span.line, span.column, [])
            blocks.append(block)
        if source.text or message:  # of an empty file, or one that could not be read, there is nothing to show
            block.labels.append(_label(span, message, style))
    for block in blocks:
        block.labels.sort(key=lambda label: (label.span.line, label.start))
    return blocks


def _same(a: SourceFile, b: SourceFile) -> bool:
    return a.name == b.name and a.text == b.text


def _label(span: Span, message: str | None, style: str) -> _Label:
    """The part of a span that is underlined: all of it, or what stands on the first of its lines."""
    first, last = line_bounds(span.source, span.line)
    length = last - first
    start = min(max(span.column - 1, 0), length)
    if span.end_line == span.line:
        end = min(span.end_column - 1, length)
    else:
        end = start + len(span.source.text[first + start : last].rstrip())
    return _Label(span, start, max(end, start + 1), message, style)


def _excerpt(block: _Block, frame: _Frame) -> list[str]:
    """The lines of a block, each above the carets of its labels."""
    lines = []
    previous = None
    for labels in _pieces(block.labels, frame.room):
        number = labels[0].span.line
        if previous is not None and number == previous + 2:
            lines.append(frame.bar(number - 1, _View(block.source, number - 1, 0, 1, frame.room).text))
        elif previous is not None and number > previous + 2:
            lines.append(frame.gap())
        previous = number
        view = _View(block.source, number, labels[0].start, max(label.end for label in labels), frame.room)
        lines.append(frame.bar(number, view.text))
        for label in labels:
            before, carets = view.columns(label.start, label.end)
            text = "^" * carets + (f" {printable(label.message)}" if label.message else "")
            lines.append(frame.bar(text=" " * before + frame.paint(label.style, text)))
    return lines


def _pieces(labels: Sequence[_Label], room: int) -> list[list[_Label]]:
    """The labels of one line together, unless they stand too far from one another to be shown in one view."""
    pieces: list[list[_Label]] = []
    for label in labels:
        if pieces and pieces[-1][0].span.line == label.span.line and label.end - pieces[-1][0].start <= room // 2:
            pieces[-1].append(label)
        else:
            pieces.append([label])
    return pieces


class _View:
    """A line of a file as it is printed: all of it, or what fits around the piece from `start` to `end`."""

    def __init__(self, source: SourceFile, number: int, start: int, end: int, room: int) -> None:
        first, last = line_bounds(source, number)
        # Enough on both sides to fill the view, whatever the line's length.
        self._offset = max(start - room, 0)
        stop = min(max(end, start + 1) + room, start + 2 * room, last - first)
        self._cells = _cells(source.text[first + self._offset : first + stop])
        self._widths = [_width(cell) for cell in self._cells]
        whole = self._offset == 0 and stop == last - first and sum(self._widths) <= room
        self._low, self._high = (
            (0, len(self._cells)) if whole else self._around(start - self._offset, end - self._offset, room)
        )
        self._prefix = _CUT if self._offset + self._low > 0 else ""
        suffix = _CUT if self._offset + self._high < last - first else ""
        self.text = self._prefix + "".join(self._cells[self._low : self._high]) + suffix

    def _around(self, start: int, end: int, room: int) -> tuple[int, int]:
        """The cells to show of a long line: what fits of the token, then as much on both sides."""
        widths, count = self._widths, len(self._widths)
        room -= 2 * len(_CUT)
        low = high = min(start, count)
        while high < min(end, count) and widths[high] <= room - _CONTEXT:
            room -= widths[high]
            high += 1
        grows = True
        while grows:
            grows = False
            if low > 0 and widths[low - 1] <= room:
                low -= 1
                room -= widths[low]
                grows = True
            if high < count and widths[high] <= room:
                room -= widths[high]
                high += 1
                grows = True
        return low, high

    def columns(self, start: int, end: int) -> tuple[int, int]:
        """How many columns stand before a piece of the line, and how many it takes, at least one."""
        start = min(max(start - self._offset, self._low), self._high)
        end = min(max(end - self._offset, start), self._high)
        while start > self._low and start < len(self._widths) and self._widths[start] == 0:
            start -= 1  # a combining mark stands on the letter before it
        before = len(self._prefix) + sum(self._widths[self._low : start])
        return before, max(sum(self._widths[start:end]), 1)


def _cells(text: str) -> list[str]:
    """What is printed for each character: itself, spaces for a tab, an escape for what could steer the terminal."""
    if text.isascii() and text.isprintable():
        return list(text)
    cells = []
    marks = _MARKS  # there is no letter yet to stand on
    for character in text:
        if character == "\t":
            cell = _TAB
        elif _combines(character):
            marks += 1
            cell = character if marks <= _MARKS else character.encode("unicode_escape").decode("ascii")
        else:
            marks = 0
            cell = printable(character)
        cells.append(cell)
    return cells


def _width(cell: str) -> int:
    if len(cell) != 1 or cell.isascii():
        return len(cell)
    if _combines(cell):
        return 0
    return 2 if unicodedata.east_asian_width(cell) in "WF" else 1


def _combines(character: str) -> bool:
    """Whether a character takes no column of its own."""
    return unicodedata.category(character) in ("Mn", "Me") or "\u1160" <= character <= "\u11ff"  # vowels of Hangul

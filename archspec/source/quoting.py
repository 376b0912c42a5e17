"""Texts that should have been quoted: inside braces and brackets YAML ends a word at a comma or a bracket.

`{kernel_size: max(k, 3)}` is read as the keys `kernel_size` and `3)`; `{c: dims[s]}` cannot be read at all. This reads
such a collection again, as its author meant it: a bracket opened within a text is closed within it.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass

from archspec.diagnostics import Diagnostic, Edit, Fix
from archspec.source.tree import Locator

_REACH = 20_000
_EFFORT = 100_000
"""How far a collection is read again, and how many brackets are looked at: a person's mistake needs little of it."""

_CLOSERS = {"(": ")", "[": "]", "{": "}"}
_FLOW = frozenset(",[]{}")
_SPACES = " \t\r\n"

_BLANKS = re.compile(r"(?:[ \t\r\n]++|#[^\r\n]*+)*+")
_PROPERTY = re.compile(r"[&!][^ \t\r\n,\[\]{}]*+")
_QUOTED = re.compile(r""" "(?:[^"\\]++|\\.)*+" | '(?:[^']++|'')*+' """, re.VERBOSE | re.DOTALL)
_STOPS = re.compile(r"""[\[\](){},:#"']""")
_PLAIN_END = re.compile(r"[,\[\]{}]|:(?=[ \t\r\n,\[\]{}]|\Z)|\Z")
_GOES_ON = re.compile(
    r"""
      (?<=[\]}]) [\w\[{(]  # [a][i], {i}_x
    | (?<=["']) \[
    | [ \t]*+ (?: [-+*/%<>=.] | != | (?:if|in|and|or|not|for|is)\b )
    """,
    re.VERBOSE,
)
_FOR_TARGETS = re.compile(r"[A-Za-z_(][\w \t,()]{0,200}?[ \t)]in[ \t]")
_COMPREHENSION = re.compile(r"\sfor\s.+\sin\s", re.DOTALL)
_TUPLE = re.compile(r"\(([^()\[\]{}'\"]+,[^()\[\]{}'\"]*)\)")
_OPERATOR_LAST = re.compile(r"(?:[-+*/%<>=(,]|\b(?:if|else|in|and|or|not|for|is))\Z")
_ARGUMENTS = re.compile(r"\{\s*\w+\s*:\s")
_LINE_FOLD = re.compile(r"[ \t]*(?:\r\n?|\n)[ \t\r\n]*")


@dataclass(frozen=True, slots=True)
class Unquoted:
    """A text that YAML cuts at `cut`. Where it is `certain`, `better` is what to write instead."""

    start: int
    end: int
    cut: int
    better: str
    certain: bool = True


def quoted(text: str) -> str:
    """A text as a YAML string on one line."""
    text = _LINE_FOLD.sub(" ", text)
    return "'" + text.replace("'", "''") + "'" if '"' in text or "\\" in text else f'"{text}"'


def shortened(text: str, width: int = 60) -> str:
    """A text for a message: one line, not too long."""
    line = " ".join(text[: 4 * width].split())
    return line if len(line) <= width else line[: width - 3] + "..."


def replacement(locator: Locator, start: int, end: int, text: str, description: str = "") -> Fix:
    """The fix that writes `text` between two offsets."""
    return Fix(description or f"write {shortened(text, 200)}", (Edit(locator.span(start, end), text),))


def goes_on(text: str, end: int | None) -> bool:
    """Whether a collection or string that ends there is only the start of an expression or a name: `[a] * n`."""
    return end is not None and _GOES_ON.match(text, end) is not None


def closing(text: str, start: int) -> int | None:
    """The offset after the bracket or quote that closes the one at `start`, None if nothing near does."""
    with suppress(_TooMuch):
        return _Reader(text, start).closing(start)
    return None


def explain_unquoted(locator: Locator, found: Unquoted) -> Diagnostic:
    seen = shortened(locator.text[found.start : found.cut].rstrip())
    message = f"YAML reads only `{seen}` of this text"
    span = locator.span(found.start, found.end)
    if not found.certain:
        help = f"quote it, or write the colon or comma that is missing before `{locator.text[found.cut]}`"
        return Diagnostic("yaml-quote", message, span, help=help)
    advice = "write a list" if found.better.startswith("[") else "quote it"
    fix = replacement(locator, found.start, found.end, found.better)
    return Diagnostic("yaml-quote", message, span, help=f"{advice}: {shortened(found.better, 200)}", fix=fix)


def find_unquoted(text: str, start: int) -> list[Unquoted]:
    """The texts to quote in the collection whose bracket is at `start`, as far as it can be read."""
    if text[start] not in "[{":
        return []
    reader = _Reader(text, start)
    with suppress(_TooMuch):
        reader.read()
    return reader.found


class _TooMuch(Exception):
    """More brackets than a person writes."""


class _Reader:
    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.start = start
        self.limit = min(len(text), start + _REACH)
        self.effort = _EFFORT
        self.found: list[Unquoted] = []
        self.opened: list[tuple[str, int]] = []  # what closes each open collection, and where it starts
        self.key = ""  # before the value that is read

    def read(self) -> None:
        at = self.start
        while True:
            at = self.skip(_BLANKS, at)
            character = self.text[at : self.limit][:1]
            if not character:
                return
            if character in "]}":
                if self.opened.pop()[0] != character or not self.opened:
                    return
                at += 1
            elif character in ",:":
                self.key = "" if character == "," else self.key
                at += 1
            elif character in "&!":
                at = self.skip(_PROPERTY, at)
            elif character in "[{" and (at == self.start or not goes_on(self.text, self.closing(at))):
                self.opened.append((_CLOSERS[character], at))
                self.key = ""
                at += 1
            elif character in "\"'" and not goes_on(self.text, end := self.closing(at)):
                if end is None:
                    return
                self.key, at = self.text[at + 1 : end - 1], end
            else:
                end = self.element(at)
                if end == at:
                    return
                self.key, at = self.text[at:end].strip(), end

    def element(self, start: int) -> int:
        """Reads the text at `start`, notes it if YAML would cut it, and gives its end."""
        ends = self.ends(start)
        if ends is None:  # its brackets do not match: as YAML reads it
            plain = _PLAIN_END.search(self.text, start, self.limit)
            return self.limit if plain is None else plain.start()
        end, cut = ends
        if cut is None:
            return end
        found = self.unquoted(start, end, cut)
        self.found.append(found)
        return found.end

    def ends(self, start: int) -> tuple[int, int | None] | None:
        """Where a text ends, brackets respected, and where YAML would cut it; None if its brackets do not match."""
        text = self.text
        cut: int | None = None
        at = start
        if self.key == "for" and (match := _FOR_TARGETS.match(text, start, self.limit)):
            at = match.end()
            comma = text.find(",", start, at)
            cut = comma if comma >= 0 else None
        end = self.limit
        while (stop := self.next_stop(at)) is not None:
            character = text[stop]
            at = stop + 1
            if (
                character in ",]}"
                or (character == ":" and (text[at : at + 1] or " ") in _SPACES + ",[]{}")
                or (character == "#" and text[stop - 1] in _SPACES)
            ):
                end = stop
                break
            if character in "([{" or (character in "\"'" and self.opens_string(start, stop)):
                closed = self.closing(stop)
                if closed is None:
                    return None
                if cut is None and stop == start and character != "(":
                    cut = self.skip(_BLANKS, closed)  # YAML reads a collection or a string, and cannot go on
                elif cut is None:
                    cut = next((i for i in range(stop, closed) if text[i] in _FLOW), None)
                at = closed
        return start + len(text[start:end].rstrip()), cut

    def unquoted(self, start: int, end: int, cut: int) -> Unquoted:
        """The text, or the list around it where it is all of a comprehension."""
        closer, opener = self.opened[-1]
        whole = self.text[start:end]
        if closer == "]" and _COMPREHENSION.search(whole) and not self.text[opener + 1 : start].strip():
            after = self.skip(_BLANKS, end)
            if self.text[after : self.limit][:1] == "]":
                return Unquoted(opener, after + 1, cut, quoted(self.text[opener : after + 1]))
        if self.key != "for" and (match := _TUPLE.fullmatch(whole)):
            return Unquoted(start, end, cut, f"[{match[1].strip().rstrip(',')}]")
        return Unquoted(start, end, cut, quoted(whole), self.is_one_text(start, cut))

    def is_one_text(self, start: int, cut: int) -> bool:
        """Whether a bracket belongs to what stands before it: `dims[s]`, `2 * [s]`; not `Conv2d {stride: 2}`."""
        before, bracket = self.text[start:cut], self.text[cut]
        if not before or bracket not in "[{":
            return True
        if before[-1] in _SPACES:
            return _OPERATOR_LAST.search(before.rstrip()) is not None
        return bracket == "[" or _ARGUMENTS.match(self.text, cut) is None

    def closing(self, start: int) -> int | None:
        """The offset after the bracket or quote that closes the one at `start`."""
        brackets: list[str] = []
        at = start
        while (stop := self.next_stop(at)) is not None:
            character = self.text[stop]
            at = stop + 1
            if character in _CLOSERS:
                brackets.append(_CLOSERS[character])
            elif character in ")]}":
                if not brackets or brackets.pop() != character:
                    return None
            elif character in "\"'" and self.opens_string(start, stop):
                match = _QUOTED.match(self.text, stop, self.limit)
                if match is None:
                    return None
                at = match.end()
            elif character == "#" and self.text[stop - 1] in _SPACES:
                at = self.skip(_BLANKS, stop)
            if not brackets:
                return at
        return None

    def opens_string(self, start: int, at: int) -> bool:
        """Whether a quote opens a string; an apostrophe within a word does not."""
        before = self.text[at - 1]
        return at == start or not (before.isalnum() or before in "_)]}\"'")

    def next_stop(self, at: int) -> int | None:
        self.effort -= 1
        if self.effort < 0:
            raise _TooMuch
        match = _STOPS.search(self.text, at, self.limit)
        return None if match is None else match.start()

    def skip(self, pattern: re.Pattern[str], at: int) -> int:
        match = pattern.match(self.text, at, self.limit)
        return at if match is None else match.end()

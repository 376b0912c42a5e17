"""Where YAML cannot be read: libyaml's complaint, told in the words of someone who looks at the line."""

from __future__ import annotations

import re
from dataclasses import dataclass

from yaml import YAMLError
from yaml.error import MarkedYAMLError
from yaml.parser import ParserError

from archspec.diagnostics import Diagnostic, Fix, Label
from archspec.source.quoting import Unquoted, closing, explain_unquoted, goes_on, quoted, replacement, shortened
from archspec.source.tree import Locator

_REACH = 2_000
"""How much of a line is looked at."""
_LONGEST_KEY = 1_024
"""Of a key without quotes, in YAML."""
_BLANK = " \t"
_BULLETS = ("*", "\u2013", "\u2014", "\u2022", "\u00b7")
_CLOSERS = {"[": "]", "{": "}"}

_LINE = re.compile(r"([ \t]*)([^\r\n]*)(?:\r\n?|\n|\Z)")
_MARKED_WORD = re.compile(r"\S\S")
_COMMENT = re.compile(r"(?:\A|[ \t]+)#.*", re.DOTALL)
_INDENT = re.compile(r"[ \t]*")
_DASHES = re.compile(r"(?:[-?] +)*")
_OPENER = re.compile(r"(?<![^ \t\r\n])[\[{\"']")
_WORD = re.compile(r"[\w.\-]+|[^\r\n]|")
_KEY = re.compile(r"[\w.\-]+:(?=\s|\Z)")
_TIGHT_KEY = re.compile(r"[\w.\-]+:(?=[^\s:])")
_TIGHT_DASH = re.compile(r"-[^\s\-0-9.]")
_NO_COLON = re.compile(r"([\w.\-]+)[ \t]*(?=[{\[])")
_TIMES = re.compile(r"[x*\u00d7] ?(\d{1,6})\b")
_LONE_KEY = re.compile(r"[\w.]{1,60}:")
_LONE_VALUE = re.compile(r"[\w.+\-*/() ]{1,60}|\[[^\[\]]{0,100}\]|\{[^{}]{0,100}\}")
_SIMPLE_VALUE = re.compile(r"(?!-\s)[\w.+\-](?:(?!:\s)[^,\[\]{}\r\n]){0,500}(?:[,}\]\r\n]|\Z)|[,}]")
_LAST_WORD = re.compile(r"[ \t]+[\w.\-]+\Z")
_COLON = re.compile(r":(?=\s|\Z)")
_FLOW_END = re.compile(r"[,\[\]{}]|:(?=\s|\Z)")


@dataclass(frozen=True, slots=True)
class Complaint:
    """What libyaml said, and what had been read before."""

    context: str
    problem: str
    by_parser: bool
    """The words could be told apart; their order is wrong."""
    at: int
    """Where reading stopped."""
    since: int
    """Where what could not be read began."""
    flow: int | None
    """The outermost open bracket."""
    last: tuple[int, int]
    """Where the last complete value or key starts and ends."""

    @classmethod
    def of(cls, error: YAMLError, flow: int | None, last: tuple[int, int]) -> Complaint:
        if not isinstance(error, MarkedYAMLError):
            return cls("", str(error), False, 0, 0, flow, last)
        at = 0 if error.problem_mark is None else error.problem_mark.index
        since = at if error.context_mark is None else error.context_mark.index
        by_parser = isinstance(error, ParserError)
        return cls(error.context or "", error.problem or "", by_parser, at, since, flow, last)

    @property
    def may_need_quotes(self) -> bool:
        """Whether a text may have been cut at a bracket: what follows is of the wrong kind, or can start nothing."""
        if self.by_parser:
            return "tag" not in self.problem
        words = self.context + self.problem
        return any(word in words for word in ("anchor", "alias", "cannot start any token", "unexpected ':'"))

    def opener(self, text: str) -> int | None:
        """The outermost open bracket; if none is known, the first bracket or quote that opens a value on the line.

        libyaml complains of what it cannot start a word with before it tells of the brackets on the same line.
        """
        if self.flow is not None or self.by_parser:
            return self.flow
        start = max(text.rfind("\n", 0, self.at), text.rfind("\r", 0, self.at)) + 1
        match = _OPENER.search(text, start, self.at)
        return None if match is None else match.start()


def explain(locator: Locator, complaint: Complaint) -> Diagnostic:
    return _Explainer(locator, complaint).explain()


def after_root(locator: Locator, root: int, at: int) -> Diagnostic:
    """Of what stands at `at`, behind the end of the root, which starts at `root`."""
    complaint = Complaint("", "", True, at, root, None, (root, root))
    return _Explainer(locator, complaint).after_root()


def wrong_key(locator: Locator, start: int, key: str) -> Diagnostic | None:
    """What is wrong with a plain key that a colon or a bracket fell into, None if nothing is."""
    if _TIGHT_KEY.match(key):
        return _missing_space(locator, start, key)
    word = _NO_COLON.match(key)
    if word is not None and any(key.count(left) > key.count(right) for left, right in _CLOSERS.items()):
        return _missing_colon(locator, start, start + len(word[1]))
    return None


def _missing_space(locator: Locator, start: int, key: str) -> Diagnostic:
    """`kernel_size:3`"""
    colon = start + key.index(":")
    help = "write a space after the colon"
    fix = replacement(locator, colon, colon + 1, ": ", help) if _is_value(locator.text, colon + 1) else None
    span = locator.span(colon, colon + 1)
    return Diagnostic("yaml-colon", "a space is missing after this colon", span, help=help, fix=fix)


def _missing_colon(locator: Locator, start: int, end: int) -> Diagnostic:
    """`Conv2d {stride: 2}`"""
    bracket = end
    while locator.text[bracket] in _BLANK:
        bracket += 1
    word = shortened(locator.text[start:end])
    help = f"write `{word}: {locator.text[bracket]}`"
    fix = replacement(locator, end, bracket, ": ", help) if _is_value(locator.text, bracket) else None
    span = locator.span(start, end)
    return Diagnostic("yaml-colon", f"a colon is missing after `{word}`", span, help=help, fix=fix)


def _is_value(text: str, start: int) -> bool:
    """Whether a value starts here, and ends on its line; if not, more than a colon or a space is wrong."""
    if text[start : start + 1] in _CLOSERS:
        end = closing(text, start)
        return end is not None and len(text[start:end].splitlines()) == 1
    return _SIMPLE_VALUE.match(text, start) is not None


class _Explainer:
    def __init__(self, locator: Locator, complaint: Complaint) -> None:
        self.locator = locator
        self.text = locator.text
        self.context = complaint.context
        self.problem = complaint.problem
        self.at = min(complaint.at, len(self.text))
        self.since = complaint.since
        self.flow = complaint.flow
        self.last = complaint.last
        self.opener = complaint.opener(self.text)
        self.character = self.text[self.at : self.at + 1]  # empty at the end

    def explain(self) -> Diagnostic:
        context, problem = self.context, self.problem
        bad_start = "cannot start any token" in problem
        cases = (
            ("tag" in context or "tag" in problem.split(), self.tag),
            ("tab character" in problem or (bad_start and self.character == "\t"), self.tab),
            (bad_start, self.bad_start),
            ("quoted scalar" in context or "double-quoted" in context, self.string),
            ("block scalar" in context, self.block_text),
            ("anchor" in context or "alias" in context, self.anchor),
            ("directive" in context or "directive" in problem or "document" in problem, self.directive),
            ("could not find expected ':'" in problem, self.no_colon),
            ("unexpected ':'" in problem, self.tight_colon),
            (problem.startswith("mapping values"), self.unexpected_colon),
            (problem.startswith(("block sequence", "sequence")), self.unexpected_dash),
            ("flow sequence" in context, self.in_list),
            ("flow mapping" in context, self.in_mapping),
            ("node" in context, self.no_value),
            ("block" in context, self.in_block),
        )
        return next((explain() for applies, explain in cases if applies), None) or self.syntax("YAML cannot go on here")

    # What a value starts with

    def tag(self) -> Diagnostic:
        help = "quote text that starts with `!`"
        return self.report("yaml-tag", "a YAML tag has no place here", self.since, self.since + 1, help=help)

    def tab(self) -> Diagnostic:
        start = self.line_start(self.at)
        content = self.content_start(start)
        tab = self.text.find("\t", start, content)
        if tab < 0:
            return self.report("yaml-tab", "a tab cannot stand here", self.at, self.at + 1, help="write spaces")
        end = content - len(self.text[tab:content].lstrip("\t"))
        help = "write spaces, two for each level"
        return self.report("yaml-tab", "YAML is indented with spaces, not with tabs", tab, end, help=help)

    def bad_start(self) -> Diagnostic:
        if self.character in "|>":
            return self.syntax("a block of text cannot stand inside brackets", help="quote the text")
        if (cut := self.cut_value()) is not None:
            return cut
        if self.text.startswith("```", self.at):
            end = self.content_end(self.at)
            return self.syntax("this line is Markdown, and no YAML", self.at, end, help="take it out")
        message = f"a text that starts with {self.named(self.character)} must be quoted"
        return self.to_quote(self.at, self.plain_end(self.at), message)

    def anchor(self) -> Diagnostic:
        if self.since == self.content_start(self.line_start(self.since)):
            bullet = self.bullet(self.since)
            if bullet is not None:
                return bullet
        if (cut := self.cut_value()) is not None:
            return cut
        what = "an alias (`*name`)" if self.text[self.since] == "*" else "an anchor (`&name`)"
        message = f"YAML reads {what} here, and its name holds only letters, digits, `_` and `-`"
        return self.to_quote(self.since, self.plain_end(self.since), message)

    def cut_value(self) -> Diagnostic | None:
        """`[x] * n`, where YAML takes the star for an alias."""
        if self.opener is None or self.flow is not None:
            return None
        end = closing(self.text, self.opener)
        if end is None or end > self.at or not goes_on(self.text, end):
            return None
        stop = self.plain_end(self.opener, end)
        return explain_unquoted(self.locator, Unquoted(self.opener, stop, end, quoted(self.text[self.opener : stop])))

    def string(self) -> Diagnostic:
        if "unexpected" in self.problem:
            return self.unclosed(self.since, self.content_end(self.since))
        start = self.text.rfind("\\", self.since, self.at + 1)
        escape = self.text[start : start + 2]
        help = "write `\\\\` for a backslash, or single quotes around the text"
        return self.syntax(f"YAML has no escape `{shortened(escape)}`", start, start + 2, help=help)

    def block_text(self) -> Diagnostic:
        help = "write the text on the lines below, or quote it"
        return self.syntax("a block of text starts on the line below its `|` or `>`", help=help)

    def directive(self) -> Diagnostic:
        return self.syntax(
            "this cannot start a document", help="remove lines that start with `%`; put `---` below them"
        )

    # Colons

    def no_colon(self) -> Diagnostic:
        """A line among keys that has no colon."""
        start, end = self.since, self.content_end(self.since)
        line = self.text[start:end]
        if (bullet := self.bullet(start)) is not None:
            return bullet
        if (below := self.value_below(start, end)) is not None:
            return below
        if _TIGHT_KEY.match(line):
            return _missing_space(self.locator, start, line)
        if _TIGHT_DASH.match(line):
            return self.missing_dash_space(start)
        first, _, rest = line.partition(" ")
        help = f"write `{first}: {rest.strip()}`" if rest and _WORD.fullmatch(first) else f"write `{line}:`"
        help = help if len(line) <= 60 else "write a colon and a space behind the key"
        return self.report("yaml-colon", "this line stands among keys, and has no colon", start, end, help=help)

    def value_below(self, start: int, end: int) -> Diagnostic | None:
        """`Linear:`, and its `10` on the next line, as far in as the key."""
        above = self.line_above(start)
        if above is None or not _LONE_KEY.fullmatch(self.text[above[0] : above[1]]):
            return None
        value = self.text[start:end]
        if self.column(above[0]) != self.column(start) or not _LONE_VALUE.fullmatch(value):
            return None
        key = self.text[above[0] : above[1] - 1]
        fix = replacement(self.locator, above[1], end, f" {value}", f"write `{key}: {value}`")
        message = f"the value of {shortened(key)} stands on a line of its own"
        return self.report("yaml-indentation", message, start, end, help=fix.description, fix=fix)

    def tight_colon(self) -> Diagnostic:
        """`{ReLU:, b: 1}`"""
        return _missing_space(self.locator, self.at, ":")

    def bullet(self, start: int) -> Diagnostic | None:
        """A list item after a dash or a dot that is not YAML's."""
        if self.text[start : start + 1] not in _BULLETS or self.text[start + 1 : start + 2] not in _BLANK:
            return None
        message = f"a list item starts with `-` and a space, not with {self.text[start]}"
        return self.syntax(message, start, start + 1, help="write `- `")

    def missing_dash_space(self, dash: int) -> Diagnostic:
        return self.syntax("a space is missing after this dash", dash, dash + 1, help="write `- `")

    def unexpected_colon(self) -> Diagnostic:
        start = self.content_start(self.line_start(self.at))
        line = self.text[start : self.at][:_REACH]
        if self.at - start > _LONGEST_KEY and _COLON.search(line) is None:
            message = f"a key has at most {_LONGEST_KEY:,} characters, not {self.at - start:,}"
            return self.report("yaml-key", message, start, self.at)
        if _TIGHT_KEY.match(line):
            return _missing_space(self.locator, start, line)
        first_colon = _COLON.search(line)
        word = _NO_COLON.match(line)
        if word is not None and (first_colon is None or first_colon.start() > word.end()):
            return _missing_colon(self.locator, start, start + len(word[1]))
        if first_colon is not None:
            return self.second_colon(start + first_colon.end())
        above = self.line_above(start)
        if above is None:
            return self.syntax("a colon cannot stand here", help="quote the text that it belongs to")
        above_start, above_end = above
        text = self.text[above_start:above_end]
        if (bullet := self.bullet(above_start)) is not None:
            return bullet
        if _TIGHT_DASH.match(text):
            return self.missing_dash_space(above_start)
        if _TIGHT_KEY.match(text):
            return _missing_space(self.locator, above_start, text)
        first, above_first = self.indentation_end(start), self.indentation_end(above_start)
        if _COLON.search(text) is None and self.column(first) < self.column(above_start):
            return self.indentation(first, above_first, "the line above")
        if _COLON.search(text) is None:
            insert = replacement(self.locator, above_end, above_end, ":", f"write `{shortened(text)}:`")
            fix = insert if _WORD.fullmatch(text) else None
            message = "keys stand below this line, and it has no colon"
            return self.report("yaml-colon", message, above_start, above_end, help=insert.description, fix=fix)
        return self.indentation(start, above_start, "the line above")

    def second_colon(self, value: int) -> Diagnostic:
        """`a: b: c`"""
        while self.text[value] in _BLANK:
            value += 1
        text = self.text[value : self.content_end(value)]
        help = f"quote the value: {shortened(quoted(text), 100)}"
        if _KEY.match(text):
            help = f"write {{{shortened(text, 100)}}}, or if it is one text, {shortened(quoted(text), 100)}"
        return self.syntax("a second colon on this line", help=help)

    # Brackets

    def in_list(self) -> Diagnostic:
        return self.in_brackets("[")

    def in_mapping(self) -> Diagnostic:
        return self.in_brackets("{")

    def in_brackets(self, bracket: str) -> Diagnostic:
        opener = self.since
        end = self.unclosed_at(opener)
        if end is not None:
            return self.unclosed(opener, end)
        if self.character in "]}":
            note = Label(self.locator.span(opener, opener + 1), f"open, and closed by `{_CLOSERS[bracket]}`")
            message = f"`{self.character}` does not close `{bracket}`"
            help = f"write `{_CLOSERS[bracket]}`"
            return self.report("yaml-unclosed", message, self.at, self.at + 1, help=help, notes=(note,))
        start, end = self.last
        if self.is_apostrophe(end):
            return self.apostrophe()
        text = self.text[start:end]
        first_line = text.splitlines()[0].rstrip() if text else ""
        if self.character == ":" and len(first_line) < len(text):
            return self.missing_comma(start + len(_COMMENT.sub("", first_line)))
        if self.character == ":" and (gap := _LAST_WORD.search(text)) is not None:
            return self.missing_comma(start + gap.start())
        if self.character == ":":
            return self.syntax("a second colon without a comma before", help="write the comma, or quote the text")
        if _KEY.match(self.text, self.at) or self.line_start(self.at) > end:
            return self.missing_comma(end)
        token = self.word(self.at)
        return self.syntax(f"a comma is missing before {self.named(token)}", help="write it, or quote all of the text")

    def missing_comma(self, at: int) -> Diagnostic:
        fix = replacement(self.locator, at, at, ",", "write the comma")
        return self.report("yaml-syntax", "a comma is missing here", at, at, help=fix.description, fix=fix)

    def unclosed_at(self, opener: int) -> int | None:
        """Where a bracket should have been closed: before the first line that is not indented below the bracket's."""
        first = _LINE.match(self.text, self.line_start(opener))
        end = self.content_end(opener)
        at, indent = (0, 0) if first is None else (first.end(), len(first[1]))
        while at <= self.at and (line := _LINE.match(self.text, at)) is not None and line[0]:
            if line[2] and line[2][0] not in "#]}":
                if len(line[1]) <= indent:
                    return end
                end = self.content_end(line.start(2))
            at = line.end()
        return None if self.character else end

    def unclosed(self, opener: int, end: int) -> Diagnostic:
        mark = self.text[opener]
        closer = _CLOSERS.get(mark, mark)
        note = Label(self.locator.span(opener, opener + 1), "opened here")
        message = f"`{closer}` is missing" if mark in _CLOSERS else f"the closing `{closer}` is missing"
        return self.report("yaml-unclosed", message, end, end, help=f"write `{closer}`", notes=(note,))

    def no_value(self) -> Diagnostic:
        if self.character == ",":
            return self.syntax("there is no value before this comma", help="remove it, or write `null`")
        if self.character in ("]", "}"):
            return self.stray_closer()
        if self.character == "-":
            return self.unexpected_dash()
        if self.character == ":":
            return self.no_key()
        return self.syntax("there is no value here")

    def no_key(self) -> Diagnostic:
        help = "quote the text if it starts with the colon"
        return self.report("yaml-key", "there is no key before this colon", self.at, self.at + 1, help=help)

    def stray_closer(self) -> Diagnostic:
        help = "remove it, or write what opens it"
        return self.report("yaml-unclosed", f"`{self.character}` closes nothing", self.at, self.at + 1, help=help)

    # Blocks

    def unexpected_dash(self) -> Diagnostic:
        start = self.content_start(self.line_start(self.at))
        if self.flow is not None:
            return self.syntax("a list with dashes cannot stand inside brackets", help="write [a, b]")
        if _COLON.search(self.text, start, min(self.at, start + _REACH)):
            return self.syntax("a list cannot start on the line of its key", help="write it on the lines below")
        return self.syntax("a list item cannot stand here", help="indent it as the items before it")

    def in_block(self) -> Diagnostic:
        start, end = self.last
        if start < end <= self.at and not self.text[end : self.at].strip(_BLANK):
            return self.after_value(start, end)
        if self.character in ("]", "}"):
            return self.stray_closer()
        if self.character == ":":
            return self.no_key()
        here, there = self.column(self.at), self.column(self.since)
        block = Label(self.locator.span(self.since, self.since + len(self.word(self.since))), "")
        if here != there:
            return self.misfit()
        if self.character == "-":
            note = Label(block.span, "the mapping starts here")
            help = "indent the list below its key"
            return self.syntax("a list item stands among the keys of a mapping", help=help, notes=(note,))
        note = Label(block.span, "the list starts here")
        help = "write `- ` before it, or indent it as what it belongs to"
        return self.syntax("this line stands among list items, and has no dash", help=help, notes=(note,))

    def misfit(self) -> Diagnostic:
        """A line whose indentation lies between those of the blocks above."""
        others = [self.since]
        above = self.line_above(self.at)
        if above is not None and self.character == "-":  # dashes stand below dashes
            start = self.line_start(above[0])
            above = start + len(_INDENT.match(self.text, start)[0]), above[1]  # type: ignore[index]
        if above is not None and self.line_start(above[0]) != self.line_start(self.since):
            others.append(above[0])
        notes = tuple(self.indented(other) for other in others)
        message = f"this line is indented by {_spaces(self.column(self.at) - 1)}, which fits no line above it"
        end = self.at + len(self.word(self.at))
        help = "indent what belongs together alike"
        return self.report("yaml-indentation", message, self.at, end, help=help, notes=notes)

    def after_value(self, start: int, end: int) -> Diagnostic:
        """Something stands behind a quoted text or a closed bracket."""
        opener, value = self.text[start], self.text[start:end]
        if opener in "\"'" and len(value.splitlines()) > 1:
            return self.unclosed(start, self.content_end(start))
        if self.character in "]}":
            return self.stray_closer()
        if self.character == "," or opener not in "\"'[{":
            help = "a list is written [a, b]"
            return self.syntax(f"{self.named(self.character)} cannot follow this value", help=help)
        if self.is_apostrophe(end):
            return self.apostrophe()
        stop = self.plain_end(start, end)
        whole = self.text[start:stop]
        if goes_on(self.text, end):
            return explain_unquoted(self.locator, Unquoted(start, stop, end, quoted(whole)))
        message = f"{self.named(self.word(self.at))} cannot follow this value"
        times = _TIMES.match(self.text, self.at)
        if times is not None and opener == "{":
            return self.syntax(message, help=f"write `repeat: {times[1]}` beside the kind, without a dash")
        return self.syntax(message, help=f"if all of it is one text, quote it: {shortened(quoted(whole), 200)}")

    def is_apostrophe(self, end: int) -> bool:
        """`'it's a net'`, whose last value ends at `end`."""
        return self.at == end and self.text[end - 1 : end] == "'" and self.character.isalpha()

    def apostrophe(self) -> Diagnostic:
        help = "an apostrophe in single quotes is written twice: ''"
        return self.syntax("the text ends at the quote before this", help=help)

    def after_root(self) -> Diagnostic:
        start = self.line_start(self.at)
        if not self.text[start : self.at].strip(_BLANK) and self.column(self.at) < self.column(self.since):
            return self.indentation(self.at, self.since, "the first line")
        return self.syntax("nothing can follow what stands before")

    def indentation(self, start: int, other: int, what: str) -> Diagnostic:
        here, there = self.column(start), self.column(other)
        how = "as" if here == there else "more than" if here > there else "less than"
        message = f"this line is indented by {_spaces(here - 1)}, {how} {what}"
        help = "indent what belongs together alike"
        end = start + len(self.word(start))
        return self.report("yaml-indentation", message, start, end, help=help, notes=(self.indented(other),))

    def indented(self, at: int) -> Label:
        message = f"indented by {_spaces(self.column(at) - 1)}"
        return Label(self.locator.span(at, at + len(self.word(at))), message)

    # Text

    def line_start(self, at: int) -> int:
        return max(self.text.rfind("\n", 0, at), self.text.rfind("\r", 0, at)) + 1

    def content_start(self, line_start: int) -> int:
        """Behind the indentation and the dashes of a line."""
        line = _LINE.match(self.text, line_start)
        start = line_start if line is None else line.start(2)
        dashes = _DASHES.match(self.text, start, start + _REACH)
        return start if dashes is None else dashes.end()

    def indentation_end(self, at: int) -> int:
        """Where the first character of the line of `at` stands."""
        line = _LINE.match(self.text, self.line_start(at))
        return at if line is None else line.start(2)

    def content_end(self, at: int) -> int:
        """Where the line of `at` ends, without a comment."""
        line = _LINE.match(self.text, at)
        rest = "" if line is None else (line[1] + line[2])
        if len(rest) > _REACH:
            return at + len(rest)
        return at + len(_COMMENT.sub("", rest).rstrip())

    def line_above(self, at: int) -> tuple[int, int] | None:
        """Where the content of the line above starts and ends. Empty lines and comments are passed over, a few."""
        start = self.line_start(at)
        for _ in range(20):
            if start == 0:
                return None
            line_break = 2 if self.text[start - 2 : start] == "\r\n" else 1
            start = self.line_start(start - line_break)
            first = self.content_start(start)
            end = self.content_end(first)
            if end > first:
                return first, end
        return None

    def plain_end(self, start: int, after: int | None = None) -> int:
        """Where a text ends that cannot be read: at a colon, a comment or its line's end; in brackets at a comma."""
        end = self.content_end(start)
        stops = _FLOW_END if self.is_in_brackets(start) else _COLON
        stop = stops.search(self.text, start + 1 if after is None else after, end)
        return end if stop is None else start + len(self.text[start : stop.start()].rstrip())

    def is_in_brackets(self, at: int) -> bool:
        before = self.text[max(self.line_start(at), at - _REACH) : at]
        return self.flow is not None or any(before.count(a) > before.count(b) for a, b in _CLOSERS.items())

    def column(self, at: int) -> int:
        return at - self.line_start(at) + 1

    def word(self, at: int) -> str:
        match = _WORD.match(self.text, at)
        return "" if match is None else match[0]

    def named(self, token: str) -> str:
        return "a backtick" if token == "`" else f"`{shortened(token, 20)}`" if token.strip() else "what follows"

    # Diagnostics

    def to_quote(self, start: int, end: int, message: str) -> Diagnostic:
        better = quoted(self.text[start:end])
        is_word = _MARKED_WORD.match(self.text, start, end) is not None
        fix = replacement(self.locator, start, end, better) if is_word and len(better) <= _REACH else None
        return self.report("yaml-quote", message, start, end, help=f"quote it: {shortened(better, 200)}", fix=fix)

    def syntax(
        self,
        message: str,
        start: int | None = None,
        end: int | None = None,
        *,
        help: str | None = None,
        notes: tuple[Label, ...] = (),
    ) -> Diagnostic:
        start = self.at if start is None else start
        end = start + len(self.word(start)) if end is None else end
        return self.report("yaml-syntax", message, start, end, help=help, notes=notes)

    def report(
        self,
        rule: str,
        message: str,
        start: int,
        end: int,
        *,
        help: str | None = None,
        notes: tuple[Label, ...] = (),
        fix: Fix | None = None,
    ) -> Diagnostic:
        span = self.locator.span(start, min(end, len(self.text)))
        return Diagnostic(rule, message, span, help=help, notes=notes, fix=fix)


def _spaces(count: int) -> str:
    return "1 space" if count == 1 else f"{count} spaces"

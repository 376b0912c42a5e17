"""The text of an expression: its tokens, and what is wrong where Python's parser says no.

Python's own grammar is the language's; this module only keeps from it what it must never see, and explains in the
language's own words what it refuses.
"""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from archspec.expressions.error import ExpressionError, quote
from archspec.expressions.values import MAX_DEPTH

MAX_TEXT = 1000

_TOKEN = re.compile(
    r"""
      (?P<space>[ \t\n\r]+)
    | (?P<number>(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9_]+)?\w*)
    | (?P<name>[^\W\d]\w*)
    | (?P<string>'[^'\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\\]*'|"[^"\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\\]*")
    | (?P<wrong>===|!==|<>|=>|=<|:=|->|\.\.\.|<<|>>|&&|\|\||\$\{)
    | (?P<op>\*\*|//|[=!<>]=|[-+*/%<>()\[\],:.=])
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_NUMBER = re.compile(
    r"0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|0(?:_?0)*|[1-9](?:_?[0-9])*"
    r"|(?:[0-9](?:_?[0-9])*\.(?:[0-9](?:_?[0-9])*)?|\.[0-9](?:_?[0-9])*)(?:[eE][+-]?[0-9](?:_?[0-9])*)?"
    r"|[0-9](?:_?[0-9])*[eE][+-]?[0-9](?:_?[0-9])*"
)

# Signs of other languages and of word processors: what to write for them here.
_INSTEAD: Mapping[str, str] = dict(
    pair.split()
    for pair in (
        *("=== ==", "= ==", "!== !=", "<> !=", "=> >=", "=< <=", "&& and", "|| or", "! not"),
        *("& and", "| or", "~ not", "^ **", "@ *", "≤ <=", "≥ >=", "≠ !=", "· *", "÷ /"),
        *("× *", "− -", "– -", '“ "', '” "', "‘ '", "’ '"),  # noqa: RUF001
    )
)
_CHOICE = "write `a if condition else b`"
_HELP: Mapping[str, str] = {
    "${": "no `${...}` is needed, write the expression itself",
    "$": "write the name alone, without the `$`",
    "?": _CHOICE,
    ":=": "a value gets its name under `let`",
    "->": "an expression cannot define a function",
    "...": "write a slice, such as `x[1:]`",
    "<<": "write `x * 2 ** n`",
    ">>": "write `x // 2 ** n`",
    "{": "there are no sets or dicts, write a list, `[a, b]`; `{...}` is for templates in text",
    "}": "there are no sets or dicts, write a list, `[a, b]`; `{...}` is for templates in text",
    "#": "there are no comments inside an expression",
    ";": "an expression is one value",
    "\\": "there are no escapes, write the character itself",
    "\xa0": "this is a no-break space, write a plain one",
}
_CONSTANTS = frozenset({"True", "False", "None"})
_OPERATORS = frozenset({"and", "or", "not", "in", "is", "if", "else", "for"})
_PREFIXES = frozenset({"b", "br", "f", "fr", "r", "rb", "rf", "rt", "t", "tr", "u"})
_BEFORE_NOT = frozenset({"(", "[", ",", ":", "=", "and", "or", "not", "if", "else", "is"})
_WHERE: Mapping[str, str] = {"if": _CHOICE, "else": _CHOICE, "for": "write `[x for x in list]`"}
_CLOSES: Mapping[str, str] = {")": "(", "]": "["}
_WRECK = "close it; and where it stands inside YAML's own `{...}` or `[...]`, quote the whole expression"


class Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int

    @property
    def operand(self) -> bool:
        """Whether a value can begin and end with it."""
        return self.kind in ("number", "string") or (self.kind == "name" and self.text not in _OPERATORS)

    def error(self, message: str, help: str | None = None) -> ExpressionError:
        return ExpressionError(message, self.start, self.end, help)


class Source:
    """An expression's text, and the way back to it from the columns of Python's parser.

    `offset` is where the text begins in the one that the author wrote: every place is counted there.
    """

    def __init__(self, text: str, offset: int = 0) -> None:
        self.text = text
        self.offset = offset
        # The parser takes one line without blanks in front, and counts UTF-8 bytes.
        self._line = text.replace("\n", " ").replace("\r", " ").lstrip()
        self._blanks = len(text) - len(self._line)
        self._bytes = b"" if text.isascii() else self._line.encode(errors="replace")

    def tree(self) -> ast.expr:
        try:
            return self._tree()
        except ExpressionError as error:
            raise error.moved(self.offset) from None

    def _tree(self) -> ast.expr:
        tokens = scan(self.text)
        if not tokens:
            raise ExpressionError("an expression is missing", 0, len(self.text))
        try:
            return ast.parse(self._line, mode="eval").body
        except SyntaxError as error:
            place = self._blanks + max((error.offset or 1) - 1, 0)
        except (RecursionError, MemoryError):
            raise too_deep(0, len(self.text)) from None
        raise explain(tokens, place)

    def span(self, node: ast.expr | ast.keyword) -> tuple[int, int]:
        return self._place(node.col_offset), self._place(node.end_col_offset or 0)

    def written(self, node: ast.expr) -> str:
        """A part of the expression as the author wrote it."""
        start, end = self.span(node)
        return self.text[start - self.offset : end - self.offset]

    def _place(self, column: int) -> int:
        return self.offset + self._blanks + (len(self._bytes[:column].decode()) if self._bytes else column)


def too_deep(start: int, end: int) -> ExpressionError:
    message = f"the expression is nested too deeply, {MAX_DEPTH} levels is the most"
    return ExpressionError(message, start, end, "name parts of it under `let`", rule="expression-bounds")


def scan(text: str) -> list[Token]:
    """The tokens of an expression; whatever Python would read and the language does not know is refused here."""
    if len(text) > MAX_TEXT:
        message = f"an expression of {len(text):,} characters is too long, {MAX_TEXT:,} is the most"
        raise ExpressionError(message, 0, len(text), "name parts of it under `let`", rule="expression-bounds")
    tokens: list[Token] = []
    opened: list[Token] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind == "space":
            continue
        token = Token(kind, match[0], match.start(), match.end())
        if kind in ("wrong", "other"):
            raise _unknown(token, text)
        if kind == "number":
            _check_number(token)
        elif kind == "name":
            _check_word(token)
        elif kind == "string":
            _check_string(token, tokens)
        elif token.text in "([":
            opened.append(token)
            if len(opened) > MAX_DEPTH:
                raise too_deep(token.start, token.end)
        elif token.text in _CLOSES:
            if not opened:
                raise token.error(f"{quote(token.text)} closes no bracket")
            last = opened.pop()
            if last.text != _CLOSES[token.text]:
                raise token.error(f"{quote(token.text)} cannot close {quote(last.text)}")
        elif token.text == "=" and not _is_keyword(tokens, opened):
            raise _unknown(token, text)
        tokens.append(token)
    if opened:
        raise opened[-1].error(f"{quote(opened[-1].text)} is never closed", _WRECK)
    return tokens


def _unknown(token: Token, text: str) -> ExpressionError:
    if token.text in "'\"":
        end = text.find(token.text, token.end)
        if end < 0:
            return token.error("the string is never closed")
        inside = next(
            m for m in re.finditer(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\\]", text) if m.start() > token.start
        )
        token = Token("other", inside[0], inside.start(), inside.end())
    shown = quote(token.text) if token.text.isprintable() else f"U+{ord(token.text):04X}"
    instead = _INSTEAD.get(token.text)
    return token.error(
        f"{shown} has no place in an expression", f"write `{instead}`" if instead else _HELP.get(token.text)
    )


def _check_number(token: Token) -> None:
    if _NUMBER.fullmatch(token.text):
        return
    if token.text.isdecimal():
        raise token.error(f"{quote(token.text)} begins with a zero", f"write {quote(token.text.lstrip('0'))}")
    sizes = token.text.split("x")
    help = None
    if all(size.isdecimal() for size in sizes if size) and len(token.text) <= 40:  # 3x3, and the 3x of `repeat: 3x`
        help = f"write [{', '.join(sizes)}]" if all(sizes) else f"write {sizes[0]}"
    raise token.error(f"{quote(token.text)} is neither a number nor a name", help)


def _check_word(token: Token) -> None:
    word = token.text
    if not word.isascii():
        raise token.error(f"{quote(word)} is no name", "a name has ASCII letters, digits and `_`")
    if keyword.iskeyword(word) and word not in _CONSTANTS and word not in _OPERATORS:
        raise token.error(f"{quote(word)} has no place in an expression", "it is a word of Python's own, and no name")


def _check_string(token: Token, before: list[Token]) -> None:
    last = before[-1] if before else None
    if last is None:
        return
    if last.kind == "string":
        raise token.error("two strings stand side by side", "write one string, or `+` between them")
    if last.end == token.start and last.text.lower() in _PREFIXES:
        raise last.error("a string has no prefix", f"leave out {quote(last.text)}")


def _is_keyword(before: list[Token], opened: list[Token]) -> bool:
    """Whether the `=` after these tokens gives a function an argument by name."""
    return bool(
        opened
        and opened[-1].text == "("
        and len(before) > 2
        and before[-1].kind == "name"
        and before[-2].text in ("(", ",")
    )


@dataclass(slots=True, eq=False, repr=False)
class _Bracket:
    """An open bracket, or the whole expression, while `explain` is in it."""

    text: str
    # Directly after a value it is a call or an index.
    after_value: bool
    # The `if`s that still want their `else`.
    ifs: list[Token] = field(default_factory=list)
    # Whether a `for` was in it, and whether its `in` is still to come.
    loops: bool = False
    in_target: bool = False

    @property
    def slices(self) -> bool:
        return self.text == "[" and self.after_value


def explain(tokens: Sequence[Token], place: int) -> ExpressionError:
    """Why Python's parser refuses these tokens; `place` is where it stopped, for what is not understood here.

    Values and operators take turns: the first token out of turn is the mistake.
    """
    brackets = [_Bracket("", False)]
    value = False  # whether a value has just ended
    last: Token | None = None
    for i, token in enumerate(tokens):
        word, inner = token.text, brackets[-1]
        if word in _CLOSES:
            if inner.ifs:
                return _without_else(inner.ifs[-1])
            if not value and not _may_end(last, inner):
                return _expected(last, token)
            brackets.pop()
            value = True
        elif word in ("(", "["):
            brackets.append(_Bracket(word, value))
            value = False
        elif value and last is not None:
            problem = _after_value(token, last, tokens[i + 1 :], inner)
            if problem is not None:
                return problem
            value = word == "not"  # of `not in`
        elif token.operand:
            value = True
        elif word == "not" and last is not None and last.text not in _BEFORE_NOT:
            return token.error(f"`not` cannot follow {quote(last.text)}", "write `(not ...)`")
        elif word not in ("+", "-", "not") and not (word == ":" and inner.slices):
            return _expected(last, token)
        last = token
    if brackets[0].ifs:
        return _without_else(brackets[0].ifs[-1])
    if not value and last is not None and last.text != ",":
        return _expected(last, None)
    stop = next((token for token in tokens if token.end > place), tokens[-1])
    return stop.error(f"{quote(stop.text)} cannot stand here")


def _after_value(token: Token, last: Token, rest: Sequence[Token], inner: _Bracket) -> ExpressionError | None:
    """What is wrong with a token that follows a value, if anything is; keeps account of the bracket it is in."""
    word, after = token.text, rest[0].text if rest else ""
    if token.operand or (word == "not" and after != "in"):
        return _side_by_side(last, token)
    if word == "if" and not inner.loops:
        inner.ifs.append(token)
    elif word == "else":
        if inner.ifs:
            inner.ifs.pop()
        elif not inner.loops:
            return token.error("`else` has no `if`", _CHOICE)
    elif word == "for":
        if inner.ifs:
            return _without_else(inner.ifs[-1], "a condition on the elements stands last: `[x for x in list if x]`")
        if not inner.text:
            return token.error("a `for` wants brackets", "write `[x for x in list]`")
        if not any(other.text == "in" for other in rest):
            return token.error("`for` has no `in`", "write `for x in list`")
        inner.loops = inner.in_target = True
    elif word == "in":
        inner.in_target = False
    elif word == ",":
        if inner.ifs:
            return _without_else(inner.ifs[-1])
        if inner.loops and not inner.in_target:
            return token.error("a comprehension stands alone in its brackets", "write `[x for x in list]`")
    elif word == ":" and not inner.slices:
        return token.error("`:` stands only in slices, `x[1:3]`")
    elif word == "=" and not inner.after_value:
        return _unknown(token, "")
    elif word == "." and not after.isidentifier():
        return _expected(token, rest[0] if rest else None)
    return None


def _may_end(last: Token | None, inner: _Bracket) -> bool:
    """Whether a bracket may close after `last`, which is no value: `()`, `[a, ]`, `x[1:]`."""
    if last is None or last.text not in ("(", "[", ",", ":"):
        return False
    return not (last.text == "[" and inner.slices)


def _expected(last: Token | None, found: Token | None) -> ExpressionError:
    """A value was expected after `last`, and something else, or nothing, is there."""
    after = f" after {quote(last.text)}" if last else ""
    if found is None:
        assert last is not None
        return last.error(f"expected an expression{after}")
    return found.error(f"expected an expression{after}, found {quote(found.text)}", _WHERE.get(found.text))


def _side_by_side(last: Token, found: Token) -> ExpressionError:
    if found.text.lower() in _OPERATORS:
        hint: str | None = f"write `{found.text.lower()}`, in lower case" if found.text not in _OPERATORS else None
    else:
        hint = "write `*` to multiply" if found.text in ("x", "X") else None
    return found.error(f"expected an operator after {quote(last.text)}, found {quote(found.text)}", hint)


def _without_else(token: Token, help: str = _CHOICE) -> ExpressionError:
    return token.error("`if` has no `else`", help)

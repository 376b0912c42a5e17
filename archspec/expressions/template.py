"""Text with `{expression}` parts: `layer{i + 1}`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from archspec.budget import OPERATION, Budget
from archspec.expressions.compiler import Scope
from archspec.expressions.error import ExpressionError, quote
from archspec.expressions.expression import Expression, parse_at
from archspec.expressions.values import MAX_INTEGER, MAX_STRING, describe

_BRACE = re.compile(r"[{}]")
# What stands between braces: a quoted string may hold braces of its own.
_INSIDE = re.compile(r"""(?:[^{}'"]|'[^']*'|"[^"]*")*""")
# What may follow an expression in Python's f-strings.
_FORMAT = re.compile(r"(?:![rsa])?(?::[<>^+,]?[0-9]*(?:\.[0-9]+)?[a-z]?)?$")


class Template:
    """`constant` tells that the text is the same in every scope; `names` are the names that a scope must know.

    `operations` tells how large its expressions are.
    """

    __slots__ = ("_parts", "constant", "names", "operations", "text")

    def __init__(self, text: str, parts: Sequence[str | tuple[Expression, int, int]]) -> None:
        self.text: Final = text
        self._parts = parts
        self.names: Final = frozenset().union(*(part[0].names for part in parts if not isinstance(part, str)))
        self.constant: Final = not self.names
        self.operations: Final = sum(1 if isinstance(part, str) else 1 + part[0].operations for part in parts)

    def evaluate(self, scope: Scope, budget: Budget) -> str:
        out = []
        length = 0
        for part in self._parts:
            if isinstance(part, str):
                out.append(part)
            else:
                expression, start, end = part
                out.append(_written(expression.evaluate(scope, budget), start, end))
            length += len(out[-1])
            if length > MAX_STRING:
                message = f"the text is too long, {MAX_STRING:,} characters is the most"
                raise ExpressionError(message, 0, len(self.text), rule="expression-bounds")
        if not budget.spend(len(self._parts) * OPERATION + length // 4):
            message = f"the texts of this document are too long, {budget.limit:,} steps of work is the most"
            raise ExpressionError(message, 0, len(self.text), rule="expression-bounds")
        return "".join(out)

    def __repr__(self) -> str:
        return f"Template({self.text!r})"


def _written(value: object, start: int, end: int) -> str:
    """A value as it stands in text."""
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < MAX_INTEGER:
        return str(int(value))
    if isinstance(value, int | float):
        return repr(value)
    message = f"{describe(value)} cannot stand in a text"
    hint = "take one element of it" if isinstance(value, list) else None
    raise ExpressionError(message, start, end, hint, rule="expression-type")


@lru_cache(maxsize=8192)
def parse_template(text: str) -> Template:
    """Parse a text with `{expression}` parts; `{{` and `}}` are braces. ExpressionError, with offsets in this text."""
    if len(text) > MAX_STRING:
        message = f"a text of {len(text):,} characters is too long, {MAX_STRING:,} is the most"
        raise ExpressionError(message, 0, len(text), rule="expression-bounds")
    parts: list[str | tuple[Expression, int, int]] = []
    at = 0
    while brace := _BRACE.search(text, at):
        start = brace.start()
        parts.append(text[at:start])
        if text[start : start + 2] in ("{{", "}}"):
            parts.append(text[start])
            at = start + 2
            continue
        if brace[0] == "}":
            raise ExpressionError("`}` closes no brace", start, start + 1, "write `}}` for the brace itself")
        inside = _INSIDE.match(text, start + 1)
        assert inside is not None
        end = inside.end()
        if text[end : end + 1] != "}":
            raise _unclosed(text, start, end)
        if not inside[0].strip():
            message = "there is no expression between the braces"
            raise ExpressionError(message, start, end + 1, "write `{name}`, or `{{}}` for the braces themselves")
        if text[start - 1 : start] == "$":
            raise ExpressionError("a `$` stands before the brace", start - 1, start, "write `{name}` alone")
        parts.append((_parse_part(inside[0], start + 1), start + 1, end))
        at = end + 1
    parts.append(text[at:])
    return Template(text, parts)


def _parse_part(text: str, offset: int) -> Expression:
    try:
        return parse_at(text, offset)
    except ExpressionError:
        habit = _FORMAT.search(text)
        if not habit or not habit[0]:
            raise
        message = f"a template has no formats, found {quote(habit[0])}"
        raise ExpressionError(
            message, offset + habit.start(), offset + len(text), "write the expression alone"
        ) from None


def _unclosed(text: str, start: int, end: int) -> ExpressionError:
    if text[end : end + 1] in ("'", '"'):
        return ExpressionError("the string is never closed", end, end + 1)
    if text[end : end + 1] == "{":
        return ExpressionError("a brace cannot stand inside `{...}`", end, end + 1, "write `{{` for the brace itself")
    return ExpressionError("`{` is never closed", start, start + 1, "write `}`, or `{{` for the brace itself")

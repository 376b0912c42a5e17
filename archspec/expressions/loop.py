"""The clause of a `for`: `i, n in enumerate(depths)`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from archspec.budget import Budget
from archspec.expressions.compiler import Scope
from archspec.expressions.error import ExpressionError, Refused, quote
from archspec.expressions.expression import Expression, parse_at
from archspec.expressions.syntax import Source, Token, scan
from archspec.expressions.targets import Target, read_target
from archspec.expressions.values import charge, elements

_EXAMPLE = "write `i in range(3)`, or `i, x in enumerate(list)`"


class ForClause(NamedTuple):
    """A loop's target and what it runs over, which is text from `start` on. All errors count in the whole text."""

    text: str
    target: Target
    iterable: Expression
    start: int

    @property
    def operations(self) -> int:
        """How large it is: its names, and those and the operators of what it runs over."""
        return len(self.targets) + self.iterable.operations

    @property
    def targets(self) -> tuple[str, ...]:
        """The names that the loop gives values to, in the order of the text."""
        return tuple(leaf.name for leaf in self.target.leaves())

    @property
    def target_spans(self) -> tuple[tuple[int, int], ...]:
        """Where each of `targets` stands in the text."""
        return tuple((leaf.start, leaf.end) for leaf in self.target.leaves())

    def values(self, scope: Scope, budget: Budget) -> list[object]:
        """What the loop runs over; a string is no list."""
        value = self.iterable.evaluate(scope, budget)
        try:
            items = elements(value)
            charge(budget, len(items))
        except Refused as refused:
            end = self.start + len(self.iterable.text)
            raise ExpressionError(refused.message, self.start, end, refused.help, rule=refused.rule) from None
        return items

    def bind(self, value: object) -> dict[str, object]:
        """The names' values for one element."""
        variables: dict[str, object] = {}
        self.target.assign(value, variables)
        return variables


@lru_cache(maxsize=8192)
def parse_for(text: str) -> ForClause:
    """Parse the clause of a `for`. ExpressionError where it is none."""
    sign = _sign(text)
    if not text[: sign.start].strip():
        raise sign.error("expected the name of a loop variable before `in`", _EXAMPLE)
    start = len(text) - len(text[sign.end :].lstrip())
    if start == len(text):
        raise sign.error("expected a list after `in`", _EXAMPLE)
    source = Source(text[: sign.start])
    try:
        tree = source.tree()
    except ExpressionError as error:
        message = f"expected names before `in`, with commas between them, found {quote(text[error.start : error.end])}"
        raise ExpressionError(message, error.start, error.end, _EXAMPLE) from None
    return ForClause(text, read_target(tree, source), parse_at(text[start:].rstrip(), start), start)


def _sign(text: str) -> Token:
    """The `in` of a loop."""
    missing = ExpressionError("expected `in` between the names of a loop and its list", 0, len(text), _EXAMPLE)
    # Before all else: in `i = range(3)` the `=` is not the mistake.
    if not re.search(r"\bin\b", text):
        raise missing
    opened = 0
    for token in scan(text):
        if token.text == "for" and not token.start:
            raise token.error("`for` stands in front already", _EXAMPLE)
        opened += (token.text in ("(", "[")) - (token.text in (")", "]"))
        if token.text == "in" and not opened:
            return token
    raise missing

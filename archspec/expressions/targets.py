"""The targets of loops: `i`, or `s, (k, c)`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, MutableMapping
from typing import NamedTuple

from archspec.expressions.error import ExpressionError, quote
from archspec.expressions.names import reserved
from archspec.expressions.syntax import Source
from archspec.expressions.values import describe


class Target(NamedTuple):
    """What a loop gives each element to: a name, kept under `key`, or several targets."""

    name: str
    key: str
    parts: tuple[Target, ...]
    start: int
    end: int

    def leaves(self) -> Iterator[Target]:
        """The targets that are names, in the order of the text."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()

    def assign(self, value: object, into: MutableMapping[str, object]) -> None:
        """Give a value to the name, or its elements to the parts."""
        if not self.parts:
            into[self.key] = value
            return
        names = f"{len(self.parts)} name{'s' if len(self.parts) > 1 else ''}"
        if not isinstance(value, list):
            raise ExpressionError(f"{describe(value)} for {names}", self.start, self.end, rule="expression-type")
        if len(value) != len(self.parts):
            message = f"{len(value)} value{'' if len(value) == 1 else 's'} for {names}"
            raise ExpressionError(message, self.start, self.end, rule="expression-value")
        for part, item in zip(self.parts, value, strict=True):
            part.assign(item, into)


def read_target(node: ast.expr, source: Source, key: Callable[[str], str] = str) -> Target:
    """A loop's target from its syntax tree; names that are reserved, or there twice, are refused."""
    target = _read(node, source, key)
    seen: set[str] = set()
    for leaf in target.leaves():
        reason = reserved(leaf.name)
        if reason:
            message = f"{quote(leaf.name)} {reason}"
            raise ExpressionError(message, leaf.start, leaf.end, "choose another name", rule="expression-name")
        if leaf.name in seen and leaf.name != "_":
            message = f"the loop has {quote(leaf.name)} twice"
            raise ExpressionError(message, leaf.start, leaf.end, "write `_` for what is not needed")
        seen.add(leaf.name)
    return target


def _read(node: ast.expr, source: Source, key: Callable[[str], str]) -> Target:
    start, end = source.span(node)
    if isinstance(node, ast.Tuple | ast.List) and node.elts:
        return Target("", "", tuple(_read(item, source, key) for item in node.elts), start, end)
    name = source.written(node)
    # A constant is let through here, for the caller to say that it is reserved.
    if isinstance(node, ast.Name | ast.Constant) and name.isidentifier():
        return Target(name, key(name), (), start, end)
    message = f"expected the name of a loop variable, found {quote(name)}"
    raise ExpressionError(message, start, end, "write `i in list`, or `i, x in enumerate(list)`")

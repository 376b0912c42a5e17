"""Python's syntax trees, made in short: what the source says before it is printed."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def name(id: str) -> ast.Name:
    return ast.Name(id, ast.Load())


def constant(value: Any) -> ast.expr:
    """A number, a text, a truth value or None; of a list, the tuple."""
    if isinstance(value, list | tuple):
        return ast.Tuple([constant(each) for each in value], ast.Load())
    if isinstance(value, float) and not math.isfinite(value):
        return call(name("float"), [ast.Constant(repr(value))])
    if isinstance(value, int | float) and not isinstance(value, bool) and value < 0:
        return ast.UnaryOp(ast.USub(), ast.Constant(-value))
    if isinstance(value, int) and not isinstance(value, bool):
        value = int(value)
    return ast.Constant(value)


def attribute(owner: ast.expr, attr: str) -> ast.Attribute:
    return ast.Attribute(owner, attr, ast.Load())


def dotted(path: str) -> ast.expr:
    """`nn.Conv2d`."""
    first, *rest = path.split(".")
    found: ast.expr = name(first)
    for part in rest:
        found = attribute(found, part)
    return found


def call(function: ast.expr, args: Iterable[ast.expr] = (), keywords: Mapping[str, ast.expr] | None = None) -> ast.Call:
    return ast.Call(function, list(args), [ast.keyword(key, value) for key, value in (keywords or {}).items()])


def method(owner: ast.expr, attr: str, *args: ast.expr) -> ast.Call:
    return call(attribute(owner, attr), args)


def subscript(owner: ast.expr, index: ast.expr) -> ast.Subscript:
    return ast.Subscript(owner, index, ast.Load())


def binary(left: ast.expr, op: ast.operator, right: ast.expr) -> ast.BinOp:
    return ast.BinOp(left, op, right)


def compare(left: ast.expr, op: ast.cmpop, right: ast.expr) -> ast.Compare:
    return ast.Compare(left, [op], [right])


def text(parts: Sequence[str | ast.expr]) -> ast.expr:
    """A text with values in it."""
    merged: list[str | ast.expr] = []
    for part in parts:
        if isinstance(part, ast.Constant):
            part = _written(part.value)
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        elif part != "":
            merged.append(part)
    if all(isinstance(part, str) for part in merged):
        return ast.Constant("".join(part for part in merged if isinstance(part, str)))
    return ast.JoinedStr(
        [ast.Constant(part) if isinstance(part, str) else ast.FormattedValue(part, -1) for part in merged]
    )


def _written(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def said(node: ast.expr) -> str:
    """The text of a name that is known."""
    assert isinstance(node, ast.Constant)
    return str(node.value)


def parts_of(node: ast.expr) -> list[str | ast.expr]:
    """What `text` was given."""
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    assert isinstance(node, ast.JoinedStr)
    return [each.value if isinstance(each, ast.FormattedValue) else str(each.value) for each in node.values]  # type: ignore[attr-defined]


def names_in(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def keys_in(node: ast.AST) -> set[str]:
    """The variables of a program that a tree reads."""
    return {each for each in names_in(node) if each.startswith("%")}


class _Rename(ast.NodeTransformer):
    def __init__(self, found: Mapping[str, ast.expr]) -> None:
        self.found = found

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.found.get(node.id, node)


def replace(node: ast.expr, found: Mapping[str, ast.expr]) -> ast.expr:
    """A tree with others in the place of names."""
    if not found or not names_in(node) & found.keys():
        return node
    from copy import deepcopy

    return _Rename(found).visit(deepcopy(node))  # type: ignore[no-any-return]


class _Fold(ast.NodeTransformer):
    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Subscript(value=ast.Tuple(elts=items), slice=ast.Constant(value=int() as i)) if (
                0 <= i < len(items)
            ):
                return items[i]
        return node


def folded(node: ast.expr) -> ast.expr:
    """A tree with elements in the place of lists that they are taken from: `(96, 128)[1]` is 128."""
    return _Fold().visit(node)  # type: ignore[no-any-return]


def same(a: ast.expr, b: ast.expr) -> bool:
    return a is b or ast.dump(a) == ast.dump(b)


def negated(test: ast.expr) -> ast.expr:
    """The opposite of a condition."""
    opposite: dict[type[ast.cmpop], type[ast.cmpop]] = {
        ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt,
        ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    }  # fmt: skip
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        return ast.Compare(test.left, [opposite[type(test.ops[0])]()], test.comparators)
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    return ast.UnaryOp(ast.Not(), test)


def equalities(test: ast.expr, *, holds: bool) -> list[tuple[ast.expr, ast.expr]]:
    """What is equal where a condition holds, or does not."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return equalities(operand, holds=not holds)
        case ast.BoolOp(op=op, values=values) if isinstance(op, ast.And) is holds:
            return [pair for value in values for pair in equalities(value, holds=holds)]
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]) if holds:
            return [(left, right)]
        case ast.Compare(left=left, ops=[ast.NotEq()], comparators=[right]) if not holds:
            return [(left, right)]
    return []

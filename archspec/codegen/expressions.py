"""Expressions of a spec in Python."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any, Literal

from archspec.codegen import trees
from archspec.expressions import CONSTANTS
from archspec.expressions.syntax import Source
from archspec.expressions.template import parse_template

Sort = Literal["int", "float", "bool", "str", "list", "kind", "none", "?"]
"""What an expression makes, as far as it tells."""

_INTS = frozenset({"len", "int", "ceil", "floor", "make_divisible"})
_LISTS = frozenset({"range", "enumerate", "zip", "reversed"})
_LAZY = frozenset({"enumerate", "zip", "reversed"})
"""Lists in a spec, and iterators in Python, which can be gone through once."""


def sort_of_value(value: Any) -> Sort:
    match value:
        case None:
            return "none"
        case bool():
            return "bool"
        case int():
            return "int"
        case float():
            return "float"
        case str():
            return "str"
        case list() | tuple():
            return "list"
    return "kind"


class Translator(ast.NodeTransformer):
    """Translates one expression. `find` gives a name's tree and its sort.

    Lists become tuples, which are no defaults that change; `needed` are the names to import or define.
    """

    def __init__(self, find: Callable[[str], tuple[ast.expr, Any]], needed: set[str]) -> None:
        self.find = find
        self.needed = needed
        self._local: dict[str, Any] = {}

    def text(self, text: str) -> ast.expr:
        return self.tree(Source(text).tree())

    def tree(self, node: ast.expr, *, iterated: bool = False) -> ast.expr:
        """`iterated`: it is only gone through, so it may be an iterator."""
        match node:
            case ast.Constant():
                return trees.constant(node.value)
            case ast.Name(id=id):
                if id in self._local:
                    return trees.name(id)
                return trees.constant(CONSTANTS[id]) if id in CONSTANTS else self.find(id)[0]
            case ast.List(elts=items) | ast.Tuple(elts=items):
                return ast.Tuple([self.tree(item) for item in items], ast.Load())
            case ast.BinOp(left=left, op=ast.Add(), right=right) if self.sort(node) == "list":
                parts = [each for side in (left, right) for each in self._spread(side)]
                return ast.Tuple(parts, ast.Load())
            case ast.BinOp(left=left, op=op, right=right):
                return ast.BinOp(self.tree(left), op, self.tree(right))
            case ast.UnaryOp(op=op, operand=operand):
                tree = self.tree(operand)
                return trees.negated(tree) if isinstance(op, ast.Not) else ast.UnaryOp(op, tree)
            case ast.BoolOp(op=op, values=values):
                return ast.BoolOp(op, [self.tree(value) for value in values])
            case ast.Compare(left=left, ops=ops, comparators=others):
                operands = [self.tree(each) for each in (left, *others)]
                ops = [self._comparison(op, a, b) for op, a, b in zip(ops, operands, operands[1:], strict=False)]
                return ast.Compare(operands[0], ops, operands[1:])
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return ast.IfExp(self.tree(test), self.tree(body), self.tree(orelse))
            case ast.Subscript(value=value, slice=ast.Slice(lower=lower, upper=upper, step=step)):
                bounds = [self._whole(each) if each is not None else None for each in (lower, upper, step)]
                return trees.subscript(self.tree(value), ast.Slice(*bounds))
            case ast.Subscript(value=value, slice=index):
                return trees.subscript(self.tree(value), self._whole(index))
            case ast.ListComp() | ast.GeneratorExp():
                made = self._comprehension(node)
                return made if iterated else trees.call(trees.name("tuple"), [made])
            case ast.Call(func=ast.Name(id=function), args=args, keywords=keywords):
                return self._call(function, args, keywords, iterated=iterated)
        raise TypeError(f"no expression has {type(node).__name__}")

    def _comparison(self, op: ast.cmpop, a: ast.expr, b: ast.expr) -> ast.cmpop:
        if isinstance(op, ast.Eq | ast.NotEq) and any(isinstance(x, ast.Constant) and x.value is None for x in (a, b)):
            return ast.Is() if isinstance(op, ast.Eq) else ast.IsNot()
        if isinstance(op, ast.Eq | ast.NotEq) and any(
            isinstance(x, ast.Constant) and isinstance(x.value, bool) for x in (a, b)
        ):
            return ast.Is() if isinstance(op, ast.Eq) else ast.IsNot()
        return op

    def _spread(self, side: ast.expr) -> list[ast.expr]:
        tree = self.tree(side, iterated=True)
        return tree.elts if isinstance(tree, ast.Tuple) else [ast.Starred(tree, ast.Load())]

    def _whole(self, node: ast.expr) -> ast.expr:
        """An index, a bound: a float that is whole is an integer in a spec."""
        tree = self.tree(node)
        return trees.call(trees.name("int"), [tree]) if self.sort(node) == "float" else tree

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp) -> ast.expr:
        before, self._local = self._local, dict(self._local)
        generators = []
        for each in node.generators:
            iterable = self.tree(each.iter, iterated=True)
            self._local |= dict.fromkeys((n.id for n in ast.walk(each.target) if isinstance(n, ast.Name)), "?")
            generators.append(ast.comprehension(each.target, iterable, [self.tree(test) for test in each.ifs], 0))
        made = ast.GeneratorExp(self.tree(node.elt), generators)
        self._local = before
        return made

    def _call(self, function: str, args: list[ast.expr], keywords: list[ast.keyword], *, iterated: bool) -> ast.expr:
        if function in ("ceil", "floor", "sqrt", "exp", "log"):
            self.needed.add("math")
            return trees.call(trees.dotted(f"math.{function}"), [self.tree(arg) for arg in args])
        if function == "make_divisible":
            self.needed.add(function)
        through = function in ("sum", "enumerate", "zip", "min", "max") or (function == "reversed")
        given = [
            self._whole(arg) if function == "range" else self.tree(arg, iterated=through and self.sort(arg) == "list")
            for arg in args
        ]
        if function == "reversed" and isinstance(args[0], ast.Call | ast.GeneratorExp | ast.ListComp):
            inner = args[0].func.id if isinstance(args[0], ast.Call) and isinstance(args[0].func, ast.Name) else ""
            if inner != "range":
                given[0] = trees.call(trees.name("list"), [given[0]])
        named = {each.arg or "": self.tree(each.value) for each in keywords}
        if function == "zip":
            named["strict"] = trees.constant(False)
        made = trees.call(trees.name(function), given, named)
        if function in _LAZY and not iterated:
            return trees.call(trees.name("tuple"), [made])
        return made

    def sort(self, node: ast.expr) -> Sort:
        match node:
            case ast.Constant(value=value):
                return sort_of_value(value)
            case ast.Name(id=id):
                if id in self._local:
                    return "?"
                return sort_of_value(CONSTANTS[id] if id in CONSTANTS else self.find(id)[1])
            case ast.List() | ast.Tuple() | ast.ListComp() | ast.GeneratorExp():
                return "list"
            case ast.Subscript(value=value, slice=ast.Slice()):
                return self.sort(value)
            case ast.BinOp(left=left, op=op, right=right):
                sides = {self.sort(left), self.sort(right)}
                if "list" in sides or "str" in sides:
                    return "list" if "list" in sides else "str"
                if isinstance(op, ast.Div) or "float" in sides:
                    return "float"
                return "int" if sides <= {"int", "bool"} else "?"
            case ast.UnaryOp(op=op, operand=operand):
                return "bool" if isinstance(op, ast.Not) else self.sort(operand)
            case ast.Compare():
                return "bool"
            case ast.IfExp(body=body, orelse=orelse):
                return self._either(self.sort(body), self.sort(orelse))
            case ast.BoolOp(values=values):
                return self._either(*map(self.sort, values))
            case ast.Call(func=ast.Name(id=function), args=args):
                if function in _INTS or (function == "round" and len(args) == 1):
                    return "int"
                if function in _LISTS:
                    return "list"
                if function in ("float", "sqrt", "exp", "log", "round"):
                    return "float"
                if function == "bool":
                    return "bool"
                if function in ("min", "max") and len(args) > 1:
                    return self._either(*map(self.sort, args))
                if function == "abs":
                    return self.sort(args[0])
        return "?"

    def _either(self, *sorts: Sort) -> Sort:
        if "float" in sorts:
            return "float"
        return sorts[0] if len({*sorts}) == 1 else "?"


def template(text: str, translator: Translator) -> ast.expr:
    """A text with values in it, as a constant or an f-string."""
    parts: list[str | ast.expr] = []
    for part in parse_template(text)._parts:
        if isinstance(part, str):
            parts.append(part)
            continue
        source = Source(part[0].text).tree()
        tree = translator.tree(source)
        if translator.sort(source) == "float":
            tree = trees.call(trees.name("int"), [tree])
        parts.append(tree)
    return trees.text(parts)


HELPERS: Mapping[str, str] = {
    "make_divisible": '''
def make_divisible(v: float, divisor: int = 8, min_value: int | None = None) -> int:
    """The multiple of the divisor that is nearest, and not more than a tenth below."""
    least = divisor if min_value is None else min_value
    result = max(least, int(v + divisor / 2) // divisor * divisor)
    return result + divisor if result < 0.9 * v else result
'''
}
"""Functions of a spec that Python does not have."""

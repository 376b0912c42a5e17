"""Sizes as expressions over keys, and back: what the shape rules say in Python."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from archspec.codegen import trees
from archspec.shapes.expression import Expression, Floor, Scaled, Variable
from archspec.shapes.size import Size


class Terms:
    """The keys of a file. An expression that is no arithmetic of integers has a key of its own, and a definition."""

    def __init__(self) -> None:
        self.hints: dict[str, str] = {}
        self.definitions: dict[str, ast.expr] = {}
        self.aliases: dict[str, ast.expr] = {}
        """Keys that turned out to be another expression."""
        self._opaque: dict[str, str] = {}

    def key(self, hint: str, sort: str = "") -> str:
        """A new variable, with the name that it would like."""
        key = f"%{sort}{len(self.hints)}"
        self.hints[key] = hint
        return key

    def size(self, value: int, tree: ast.expr) -> int:
        """A size that says itself as `tree`; of a number, the number."""
        expression = self.expression(tree)
        if expression.number is not None:
            return int(value)
        return Size(int(value), expression)

    def expression(self, tree: ast.expr) -> Expression:
        match tree:
            case ast.Constant(value=int() as value):
                return Expression.of(int(value))
            case ast.Name(id=id) if id in self.aliases:
                return self.expression(self.aliases[id])
            case ast.Name(id=id):
                return Expression.of(id)
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.FloorDiv() as op, right=right):
                a, b = self.expression(left), self.expression(right)
                match op:
                    case ast.Add():
                        return a + b
                    case ast.Sub():
                        return a - b
                    case ast.Mult():
                        return a * b
                if b.number is not None and b.number > 0:
                    return a // b
        text = ast.dump(self.resolved(tree))
        if text not in self._opaque:
            self._opaque[text] = f"#{len(self._opaque)}"
            self.definitions[self._opaque[text]] = tree
        return Expression.of(self._opaque[text])

    def tree(self, size: int) -> ast.expr:
        """A size as Python."""
        if not isinstance(size, Size):
            return trees.constant(size)
        return self._sum(size.expression)

    def resolved(self, tree: ast.expr) -> ast.expr:
        """A tree without keys that turned out to be something else."""
        for _ in range(100):
            found = trees.names_in(tree) & self.aliases.keys()
            if not found:
                return tree
            tree = trees.replace(tree, {key: self.aliases[key] for key in found})
        return tree

    def same(self, a: int, b: int) -> bool:
        """Whether two sizes say the same."""
        return self.resolved_expression(a) == self.resolved_expression(b)

    def resolved_expression(self, size: int) -> Expression:
        if not isinstance(size, Size):
            return Expression.of(int(size))
        expression = size.expression
        for _ in range(100):
            found: Mapping[str, ast.expr] = {
                name: self.aliases[name] for name in expression.variables if name in self.aliases
            }
            if not found:
                return expression
            expression = expression.replace({name: self.expression(tree) for name, tree in found.items()})
        return expression

    def _sum(self, expression: Expression) -> ast.expr:
        terms = sorted(expression.terms, key=lambda term: (term[1] < 0, not term[0]))
        total: ast.expr | None = None
        for product, coefficient in terms:
            factors = [self._atom(atom) for atom in product]
            if abs(coefficient) != 1 or not factors:
                factors.insert(0, trees.constant(abs(coefficient)))
            term = factors[0]
            for factor in factors[1:]:
                term = trees.binary(term, ast.Mult(), factor)
            if total is None:
                total = term if coefficient >= 0 else ast.UnaryOp(ast.USub(), term)
            else:
                total = trees.binary(total, ast.Sub() if coefficient < 0 else ast.Add(), term)
        return total if total is not None else trees.constant(0)

    def _atom(self, atom: Variable | Floor | Scaled) -> ast.expr:
        match atom:
            case Variable(name):
                return self.definitions.get(name) or trees.name(name)
            case Floor(numerator, denominator):
                return trees.binary(self._sum(numerator), ast.FloorDiv(), self._sum(denominator))
            case Scaled(size, factor):
                product = trees.binary(self._sum(size), ast.Mult(), trees.constant(factor))
                return trees.call(trees.name("int"), [product])

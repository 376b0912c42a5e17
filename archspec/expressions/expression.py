"""An expression: parsed once, evaluated in many scopes."""

from __future__ import annotations

import ast
import keyword
from functools import lru_cache
from typing import Final

from archspec.budget import OPERATION, Budget
from archspec.expressions.compiler import Code, Compiler, Run, Scope, located
from archspec.expressions.error import Refused
from archspec.expressions.syntax import MAX_TEXT, Source
from archspec.expressions.values import spend


class Expression:
    """`names` are the names that the scope must know: no constants, functions or loop variables of the expression.

    `operations` tells how large it is: the names, numbers and operators in it.
    """

    __slots__ = ("_code", "_start", "names", "operations", "text")

    def __init__(self, text: str, start: int, compiler: Compiler, code: Code) -> None:
        self.text: Final = text
        self.names: Final = frozenset(compiler.names)
        self.operations: Final = compiler.operations
        self._start = start
        self._code = code

    def evaluate(self, scope: Scope, budget: Budget) -> object:
        """The value: None, bool, int, float, str, list, or an object of the scope's own, a kind.

        Lists may be the scope's own and may share their elements, so that they have more leaves than can be visited:
        never change one, and never print or walk one without a bound.
        """
        try:
            spend(budget, OPERATION * self.operations)
        except Refused as refused:
            raise located(refused, (self._start, self._start + len(self.text))) from None
        return self._code(Run(scope, budget))

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"


def parse(text: str) -> Expression:
    """Parse an expression. ExpressionError where it is none."""
    return parse_at(text, 0)


@lru_cache(maxsize=8192)
def parse_at(text: str, offset: int) -> Expression:
    """Parse an expression whose text begins at `offset` of what the author wrote; its errors count from there."""
    source = Source(text, offset)
    compiler = Compiler(source)
    code = compiler.compile(ast.Name(text, col_offset=0, end_col_offset=len(text)) if _is_name(text) else source.tree())
    return Expression(text, offset, compiler, code)


def _is_name(text: str) -> bool:
    """Whether this is a word alone, the most frequent expression: it needs no parser."""
    return text.isascii() and text.isidentifier() and not keyword.iskeyword(text) and len(text) <= MAX_TEXT

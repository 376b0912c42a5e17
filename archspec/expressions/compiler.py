"""Syntax trees to functions that call each other: what an expression does, decided once."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from archspec.budget import ELEMENT, OPERATION, Budget
from archspec.diagnostics.suggest import certain, did_you_mean
from archspec.expressions.error import ExpressionError, Refused, quote
from archspec.expressions.functions import FUNCTIONS, INSTEAD, Function
from archspec.expressions.names import CONSTANTS
from archspec.expressions.syntax import Source, too_deep
from archspec.expressions.targets import Target, read_target
from archspec.expressions.values import (
    MAX_DEPTH,
    Operator,
    add,
    bounded,
    charge,
    contains,
    cut,
    divide,
    elements,
    equal,
    floor_divide,
    greater,
    greater_or_equal,
    index,
    lacks,
    less,
    less_or_equal,
    modulo,
    multiply,
    negative,
    positive,
    power,
    spend,
    subtract,
    truth,
    unequal,
)


class Scope(Protocol):
    """Where an expression finds the values of its names."""

    def lookup(self, name: str) -> object:
        """The value of a name; KeyError where there is none. Any other exception goes through `evaluate` untouched."""

    def names(self) -> Iterable[str]:
        """Every name there is, for did-you-mean."""


class Run:
    """One evaluation. `local` holds the variables of comprehensions."""

    __slots__ = ("budget", "local", "scope")

    def __init__(self, scope: Scope, budget: Budget) -> None:
        self.scope = scope
        self.budget = budget
        self.local: dict[str, object] = {}


Code = Callable[[Run], object]
_Loop = Callable[[Run, list[object]], None]
_Span = tuple[int, int]

_BINARY: Mapping[type[ast.operator], Operator] = {
    ast.Add: add,
    ast.Sub: subtract,
    ast.Mult: multiply,
    ast.Div: divide,
    ast.FloorDiv: floor_divide,
    ast.Mod: modulo,
    ast.Pow: power,
}
_COMPARE: Mapping[type[ast.cmpop], Operator] = {
    ast.Eq: equal,
    ast.NotEq: unequal,
    ast.Lt: less,
    ast.LtE: less_or_equal,
    ast.Gt: greater,
    ast.GtE: greater_or_equal,
    ast.In: contains,
    ast.NotIn: lacks,
    # The compiler sees to it that one side is null.
    ast.Is: lambda a, b, budget: a is b,
    ast.IsNot: lambda a, b, budget: a is not b,
}
_NAMED_HELP: Mapping[str, str] = {
    "shape": "the shape of the tensor that arrives is `in_shape`",
    "append": "write `list + [x]`",
    "index": "write `[i for i, x in enumerate(list) if x == y][0]`",
}


class Compiler:
    """Makes a function of each node of a syntax tree, and refuses what the language does not have.

    `names` are the names that the scope must know, `operations` how many names, numbers and operators there are.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.names: set[str] = set()
        # The variables of the comprehensions around the node, and the keys of their values in `Run.local`.
        self._visible: dict[str, str] = {}
        self._variables = 0
        self.operations = 0
        self._depth = 0

    def compile(self, node: ast.expr) -> Code:
        if self._depth >= MAX_DEPTH:
            raise too_deep(*self.source.span(node))
        self.operations += 1
        self._depth += 1
        try:
            return self._compile(node)
        finally:
            self._depth -= 1

    def _compile(self, node: ast.expr) -> Code:
        match node:
            case ast.Name():
                return self._name(node)
            case ast.Constant():
                return self._constant(node)
            case ast.BinOp():
                return self._binary(node)
            case ast.UnaryOp():
                return self._unary(node)
            case ast.Compare():
                return self._compare(node)
            case ast.BoolOp():
                return self._logic(node)
            case ast.IfExp():
                return self._choice(node)
            case ast.Subscript(slice=ast.Slice() as piece):
                return self._slice(node, piece)
            case ast.Subscript():
                return self._index(node)
            case ast.List() | ast.Tuple():
                return self._list(node)
            case ast.ListComp() | ast.GeneratorExp():
                return self._comprehension(node)
            case ast.Call():
                return self._call(node)
            case ast.Attribute():
                raise self._attribute(node)
            case ast.Starred():
                raise self._error(node, "`*` before a list cannot take it apart here", help="join lists by `+`")
        raise self._error(node, f"{quote(self.source.written(node))} has no place in an expression")

    def _error(
        self, node: ast.expr, message: str, rule: str = "expression-syntax", help: str | None = None
    ) -> ExpressionError:
        return ExpressionError(message, *self.source.span(node), help, rule=rule)

    # Values

    def _constant(self, node: ast.Constant) -> Code:
        value = node.value
        if isinstance(value, int | float):
            try:
                bounded(value)
            except Refused as refused:
                raise located(refused, self.source.span(node)) from None
        return lambda run: value

    def _name(self, node: ast.Name) -> Code:
        name = self.source.written(node)
        span = self.source.span(node)
        if name in CONSTANTS:
            value = CONSTANTS[name]
            return lambda run: value
        if name in self._visible:
            key = self._visible[name]
            return lambda run: run.local[key]
        if name in FUNCTIONS:
            message = f"{quote(name)} is a function, and no value"
            raise self._error(node, message, "expression-name", f"write {FUNCTIONS[name].signature}")
        self.names.add(name)
        visible = tuple(self._visible)

        def lookup(run: Run) -> object:
            try:
                found = run.scope.lookup(name)
            except KeyError:
                raise _unknown_name(name, [*visible, *run.scope.names()], span) from None
            return list(found) if type(found) is tuple else found

        return lookup

    def _list(self, node: ast.List | ast.Tuple) -> Code:
        codes = [self.compile(item) for item in node.elts]
        span = self.source.span(node)

        def build(run: Run) -> object:
            try:
                charge(run.budget, len(codes))
            except Refused as refused:
                raise located(refused, span) from None
            return [code(run) for code in codes]

        return build

    # Operators

    def _binary(self, node: ast.BinOp) -> Code:
        # A long sum leans to the left: it is one level, and one loop.
        chain = [node]
        while isinstance(chain[-1].left, ast.BinOp):
            chain.append(chain[-1].left)
        chain.reverse()
        self.operations += len(chain) - 1
        first = self.compile(chain[0].left)
        steps = []
        for step in chain:
            parts = (self.source.span(step.left), self.source.span(step.right))
            steps.append((_BINARY[type(step.op)], self.compile(step.right), self.source.span(step), parts))

        def binary(run: Run) -> object:
            value = first(run)
            for operate, code, whole, parts in steps:
                right = code(run)
                try:
                    value = operate(value, right, run.budget)
                except Refused as refused:
                    raise located(refused, whole, parts) from None
            return value

        return binary

    def _unary(self, node: ast.UnaryOp) -> Code:
        operand = self.compile(node.operand)
        if isinstance(node.op, ast.Not):
            return lambda run: not truth(operand(run))
        operate = negative if isinstance(node.op, ast.USub) else positive
        span = self.source.span(node)

        def unary(run: Run) -> object:
            value = operand(run)
            try:
                return operate(value)
            except Refused as refused:
                raise located(refused, span) from None

        return unary

    def _compare(self, node: ast.Compare) -> Code:
        operands = [node.left, *node.comparators]
        first = self.compile(node.left)
        links = []
        for op, left, right in zip(node.ops, operands, node.comparators, strict=False):
            parts = (self.source.span(left), self.source.span(right))
            whole = (parts[0][0], parts[1][1])
            if isinstance(op, ast.Is | ast.IsNot) and not (_is_null(left) or _is_null(right)):
                help = f"write `{'==' if isinstance(op, ast.Is) else '!='}`"
                raise ExpressionError("`is` compares with null only", *whole, help)
            links.append((_COMPARE[type(op)], self.compile(right), whole, parts))

        def compare(run: Run) -> object:
            left = first(run)
            for holds, code, whole, parts in links:
                right = code(run)
                try:
                    if not holds(left, right, run.budget):
                        return False
                except Refused as refused:
                    raise located(refused, whole, parts) from None
                left = right
            return True

        return compare

    def _logic(self, node: ast.BoolOp) -> Code:
        *firsts, last = [self.compile(value) for value in node.values]
        decides = isinstance(node.op, ast.Or)

        def logic(run: Run) -> object:
            for code in firsts:
                value = code(run)
                if truth(value) is decides:
                    return value
            return last(run)

        return logic

    def _choice(self, node: ast.IfExp) -> Code:
        condition, then, otherwise = self.compile(node.test), self.compile(node.body), self.compile(node.orelse)
        return lambda run: then(run) if truth(condition(run)) else otherwise(run)

    # Elements

    def _index(self, node: ast.Subscript) -> Code:
        container, position = self.compile(node.value), self.compile(node.slice)
        whole, parts = self.source.span(node), (self.source.span(node.value), self.source.span(node.slice))

        def element(run: Run) -> object:
            items, i = container(run), position(run)
            try:
                return index(items, i, run.budget)
            except Refused as refused:
                raise located(refused, whole, parts) from None

        return element

    def _slice(self, node: ast.Subscript, piece: ast.Slice) -> Code:
        container = self.compile(node.value)
        start, stop, step = (self.compile(x) if x else _null for x in (piece.lower, piece.upper, piece.step))
        whole = self.source.span(node)
        given = (node.value, piece.lower, piece.upper, piece.step)
        parts = [self.source.span(x) if x else whole for x in given]

        def elements_of(run: Run) -> object:
            items, bounds = container(run), (start(run), stop(run), step(run))
            try:
                return cut(items, bounds, run.budget)
            except Refused as refused:
                raise located(refused, whole, parts) from None

        return elements_of

    # Comprehensions

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp) -> Code:
        outer, self._visible = self._visible, dict(self._visible)
        span = self.source.span(node)
        clauses = []
        for generator in node.generators:
            iterable = self.compile(generator.iter)
            before = self.operations
            target = read_target(generator.target, self.source, self._declare)
            conditions = [self.compile(condition) for condition in generator.ifs]
            clauses.append((iterable, self.source.span(generator.iter), target, conditions, before))
        item = self.compile(node.elt)
        self._visible = outer

        def collect(run: Run, out: list[object]) -> None:
            value = item(run)
            try:
                charge(run.budget, 1, len(out) + 1)
            except Refused as refused:
                raise located(refused, span) from None
            out.append(value)

        loop: _Loop = collect
        after = self.operations
        for iterable, place, target, conditions, before in reversed(clauses):
            loop = _loop(iterable, place, target, conditions, loop, after - before + 1)
            after = before

        def comprehension(run: Run) -> object:
            out: list[object] = []
            loop(run, out)
            return out

        return comprehension

    def _declare(self, name: str) -> str:
        """A key of its own for each variable: an inner loop may name one as an outer does."""
        self._variables += 1
        self.operations += 1
        key = f"{name} {self._variables}"
        self._visible[name] = key
        return key

    # Calls

    def _call(self, node: ast.Call) -> Code:
        name, function = self._function(node.func)
        codes = [self.compile(argument) for argument in node.args]
        spans = [self.source.span(argument) for argument in node.args]
        whole = self.source.span(node)
        parts = [*spans, *[whole] * (len(function.parameters) - len(spans))]
        named = {}
        for keyword in node.keywords:
            parameter = self._keyword(keyword, name, function, len(codes))
            parts[function.parameters.index(parameter)] = self.source.span(keyword.value)
            named[parameter] = self.compile(keyword.value)
        self._check_count(node, name, function)
        call = function.call

        def run_call(run: Run) -> object:
            values = [code(run) for code in codes]
            given = {parameter: code(run) for parameter, code in named.items()}
            try:
                return call(run.budget, *values, **given)
            except Refused as refused:
                raise located(refused, whole, parts) from None

        return run_call

    def _function(self, node: ast.expr) -> tuple[str, Function]:
        name = self.source.written(node)
        if isinstance(node, ast.Attribute):
            raise self._attribute(node)
        if not isinstance(node, ast.Name) or name in CONSTANTS or name in self._visible:
            help = "write `*` to multiply" if isinstance(node, ast.Constant | ast.BinOp) else "an element is `list[0]`"
            raise self._error(node, f"{quote(name)} is no function", "expression-name", help)
        if name in FUNCTIONS:
            return name, FUNCTIONS[name]
        near = None if name in INSTEAD else did_you_mean(name, FUNCTIONS)
        help = INSTEAD.get(name) or near or f"the functions are {', '.join(FUNCTIONS)}; an element is `list[0]`"
        error = self._error(node, f"there is no function {quote(name)}", "expression-name", help)
        error.replacement = certain(name, FUNCTIONS) if near else None
        raise error

    def _check_count(self, node: ast.Call, name: str, function: Function) -> None:
        count = len(node.args) + len(node.keywords)
        least, most = function.required, len(function.parameters) or None
        if len(node.args) >= least and (most is None or count <= most):
            return
        wanted = f"{least}" if least == most else f"{least} to {most}" if most else f"at least {least}"
        plural = "" if wanted in ("1", "at least 1") else "s"
        message = f"{quote(name)} takes {wanted} argument{plural}, not {count if node.args else 'none'}"
        raise self._error(node, message, "expression-type", f"write {function.signature}")

    def _keyword(self, keyword: ast.keyword, name: str, function: Function, given: int) -> str:
        parameter = keyword.arg
        if parameter is None:
            raise self._error(keyword.value, "`**` before an argument is not possible here")
        if parameter in function.keywords and function.parameters.index(parameter) >= given:
            return parameter
        start, _ = self.source.span(keyword)
        help = f"write {function.signature}; to compare, write `==`"
        message = f"{quote(name)} takes no argument {quote(parameter)} here"
        raise ExpressionError(message, start, start + len(parameter), help, rule="expression-name")

    def _attribute(self, node: ast.Attribute) -> ExpressionError:
        _, end = self.source.span(node)
        name = node.attr
        help = f"write {FUNCTIONS[name].signature}" if name in FUNCTIONS else _NAMED_HELP.get(name)
        if isinstance(node.value, ast.Name) and node.value.id in ("params", "let", "self"):
            help = f"write {name}"
        return ExpressionError(
            f"an expression has no attributes, found {quote('.' + name)}", end - len(name), end, help
        )


def _null(run: Run) -> object:
    return None


def _is_null(node: ast.expr) -> bool:
    return (isinstance(node, ast.Constant) and node.value is None) or (isinstance(node, ast.Name) and node.id == "null")


def _loop(iterable: Code, place: _Span, target: Target, conditions: Sequence[Code], inner: _Loop, weight: int) -> _Loop:
    """One `for` of a comprehension. `weight` is what a step of it costs: the size of what is evaluated in each."""

    def loop(run: Run, out: list[object]) -> None:
        value = iterable(run)
        try:
            items = elements(value)
            spend(run.budget, (ELEMENT + OPERATION * weight) * len(items))
        except Refused as refused:
            raise located(refused, place) from None
        local = run.local
        for item in items:
            target.assign(item, local)
            for condition in conditions:
                if not truth(condition(run)):
                    break
            else:
                inner(run, out)

    return loop


def located(refused: Refused, whole: _Span, parts: Sequence[_Span] = ()) -> ExpressionError:
    """What an operation refused, at its place."""
    part = refused.part
    start, end = whole if part is None or part >= len(parts) else parts[part]
    return ExpressionError(refused.message, start, end, refused.help, rule=refused.rule)


_SWITCHES = {"on": "true", "yes": "true", "off": "false", "no": "false"}
"""What YAML 1.1 takes for a boolean."""


def _unknown_name(name: str, known: Iterable[str], span: _Span) -> ExpressionError:
    names = [*known, "true", "false", "null"]
    near = did_you_mean(name, [*names, *FUNCTIONS])
    switch = _SWITCHES.get(name.lower())
    if switch is not None and near is None:
        help = f"YAML 1.2 reads it as a text: write {switch}"
        return ExpressionError(f"unknown name {quote(name)}", *span, help, rule="expression-name", replacement=switch)
    help = near or f"declare it under `params` or `let`; text is written in quotes, {quote(repr(name))}"
    message = f"unknown name {quote(name)}"
    return ExpressionError(message, *span, help, rule="expression-name", replacement=certain(name, names))

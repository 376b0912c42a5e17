"""The statements of a class, constructor and `forward` in one: each class has one list of them, for both methods.

Variables are keys until the class is whole; an `ast.Name` in an expression holds a key. What no phase reads is dropped
from it, so a size that may be needed costs nothing where it is not.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from archspec.codegen import trees

Phase = Literal["init", "forward"]
BOTH: tuple[Phase, ...] = ("init", "forward")


@dataclass(slots=True, eq=False)
class Assign:
    """`target = value`. Without `effect` it is dropped where nothing reads the target; `target` "": the value alone."""

    target: str | tuple[str, ...]
    value: ast.expr
    phases: tuple[Phase, ...] = BOTH
    effect: bool = False
    comment: str = ""
    nests: bool = False
    """A call that may stand within the next one: norm, activation, dropout after a convolution."""

    @property
    def targets(self) -> tuple[str, ...]:
        if isinstance(self.target, tuple):
            return self.target
        return (self.target,) if self.target else ()


@dataclass(slots=True, eq=False)
class Make:
    """A child of the module: `self.name = value`, or what `register` says."""

    name: ast.expr
    value: ast.expr
    owner: ast.expr | None = None
    """A container: `self.convs`."""
    style: Literal["attribute", "add", "list", "dict", "parameter"] = "attribute"
    """`self.a = `, `self.add_module("a-b", ...)`, `self.a.append(...)`, `self.a["b"] = `, `register_parameter`."""
    origin: tuple[ast.expr, ...] = ()
    """The sizes whose product a number in it is."""
    optional: bool = False
    """None where it is not made."""
    untyped: bool = False
    """A container whose children a type checker does not know."""


@dataclass(slots=True, eq=False)
class Chain:
    """`self.name = nn.Sequential(...)`: a child that calls its own children in order."""

    make: Make | None
    """None: the class itself is the chain."""
    body: list[Statement]
    named: bool
    list: str
    """The key of the list, or mapping, that its children are collected in."""
    nested: bool = False
    """A child of a chain, as `name` there."""
    name: ast.expr | None = None


@dataclass(slots=True, eq=False)
class Append:
    """A child of a chain."""

    value: ast.expr
    name: ast.expr | None = None
    origin: tuple[ast.expr, ...] = ()


@dataclass(slots=True, eq=False)
class For:
    targets: ast.expr
    iterable: ast.expr
    body: list[Statement]


@dataclass(slots=True, eq=False)
class If:
    """`training`: only in forward, where the module is in training mode."""

    test: ast.expr
    body: list[Statement]
    orelse: list[Statement] = field(default_factory=list)
    asked: ast.expr | None = None
    """What forward asks instead: whether a child is there."""
    phases: tuple[Phase, ...] = BOTH
    training: bool = False
    """Children are made in any case; forward runs it in training mode only."""

    def orelse_makes(self) -> bool:
        return any(isinstance(each, Make | Chain) for each in walk(self.orelse))


@dataclass(slots=True, eq=False)
class Store:
    """`mapping[index] = value`, or without an index `list.append(value)`; dropped where nothing reads it."""

    collection: str
    index: ast.expr | None
    value: ast.expr
    phases: tuple[Phase, ...] = BOTH
    spread: bool = False
    """`list += value`."""


@dataclass(slots=True, eq=False)
class Refuse:
    """`raise ValueError(message)`."""

    message: str


Statement = Assign | Make | Chain | Append | For | If | Store | Refuse


def reads(node: ast.expr | None) -> set[str]:
    if node is None:
        return set()
    return trees.keys_in(node)


def walk(statements: Iterable[Statement]) -> Iterator[Statement]:
    """All statements, those within others after them."""
    for statement in statements:
        yield statement
        if isinstance(statement, For | Chain):
            yield from walk(statement.body)
        elif isinstance(statement, If):
            yield from walk(statement.body)
            yield from walk(statement.orelse)


def bound(targets: ast.expr) -> set[str]:
    return {each.id for each in ast.walk(targets) if isinstance(each, ast.Name) and each.id.startswith("%")}


def _pure(statements: Sequence[Statement]) -> list[Statement]:
    """The statements that only work with numbers."""
    found: list[Statement] = []
    for statement in statements:
        if isinstance(statement, Assign) and statement.phases == BOTH and not statement.effect:
            found.append(statement)
        elif isinstance(statement, For):
            found.append(For(statement.targets, statement.iterable, _pure(statement.body)))
        elif isinstance(statement, If) and not statement.training:
            found.append(
                If(statement.test, _pure(statement.body), _pure(statement.orelse), statement.asked, statement.phases)
            )
    return found


def is_child(statement: Statement) -> bool:
    """Whether a statement is one child of a chain, said in an expression."""
    return isinstance(statement, Append) or (isinstance(statement, Chain) and statement.nested and is_simple(statement))


def is_comprehension(statement: Statement) -> bool:
    return isinstance(statement, For) and len(statement.body) == 1 and isinstance(statement.body[0], Append)


def is_simple(chain: Chain) -> bool:
    """Whether all children of a chain can be said in one expression."""
    if chain.named:
        return all(map(is_child, chain.body))
    return all(is_child(s) or is_comprehension(s) for s in chain.body)


def _read(statement: Statement) -> set[str]:
    names = ["value", "name", "owner", "test", "iterable", "index"]
    if isinstance(statement, Make) and statement.style == "list":
        names.remove("name")  # it is its place
    return {key for name in names for key in reads(getattr(statement, name, None) or None)} | (
        {
            key
            for part in ("name", "owner")
            if statement.make is not None
            for key in reads(getattr(statement.make, part))
        }
        if isinstance(statement, Chain)
        else set()
    )


def _unread(targets: ast.expr, iterable: ast.expr, used: set[str]) -> tuple[ast.expr, ast.expr]:
    """A loop without the variables that nothing reads."""

    def drop(node: ast.expr) -> ast.expr:
        if isinstance(node, ast.Name):
            return node if node.id in used else ast.Name("_", ast.Store())
        assert isinstance(node, ast.Tuple)
        items = [drop(item) for item in node.elts]
        if all(isinstance(item, ast.Name) and item.id == "_" for item in items):
            return ast.Name("_", ast.Store())
        return ast.Tuple(items, ast.Store())

    found = drop(targets)
    enumerated = (
        isinstance(iterable, ast.Call) and isinstance(iterable.func, ast.Name) and iterable.func.id == "enumerate"
    )
    if (
        enumerated
        and isinstance(iterable, ast.Call)
        and len(iterable.args) == 1
        and not iterable.keywords
        and isinstance(found, ast.Tuple)
    ):
        index, element = found.elts
        over = iterable.args[0]
        if (
            isinstance(element, ast.Name)
            and element.id == "_"
            and isinstance(over, ast.Name | ast.Attribute | ast.Tuple)
        ):
            return index, trees.call(trees.name("range"), [trees.call(trees.name("len"), [over])])
        if isinstance(index, ast.Name) and index.id == "_":
            return element, over
    return found, iterable


class Phased:
    """The statements of one phase, without what nothing reads, and what they need from outside."""

    def __init__(
        self, statements: Sequence[Statement], phase: Phase, live: Iterable[str] = (), skip: Iterable[str] = ()
    ) -> None:
        self.phase = phase
        self.skip = frozenset(skip)
        self.statements, self.free = self._block(statements, set(live))

    def _block(self, statements: Sequence[Statement], live: set[str]) -> tuple[list[Statement], set[str]]:
        """What is kept, and what is live before it."""
        kept: list[Statement] = []
        for statement in reversed(statements):
            if isinstance(statement, If) and statement.training and self.phase == "init":
                inner, live = self._block(statement.body, live)
                kept += reversed(inner)
                continue
            found, live = self._statement(statement, live)
            if found is not None:
                kept.append(found)
        return kept[::-1], live

    def _statement(self, statement: Statement, live: set[str]) -> tuple[Statement | None, set[str]]:
        match statement:
            case Assign(targets=targets, value=value, phases=phases, effect=effect):
                if (
                    self.phase not in phases
                    or not (effect or live & {*targets})
                    or (targets and targets[0] in self.skip)
                ):
                    return None, live
                return statement, (live - {*targets}) | reads(value)
            case Store(collection=collection, index=index, value=value, phases=phases):
                if self.phase not in phases or collection not in live:
                    return None, live
                return statement, live | reads(index) | reads(value)
            case Refuse():
                return (statement, live) if self.phase == "init" else (None, live)
            case Make(value=value):
                return (statement, live | _read(statement)) if self.phase == "init" else (None, live)
            case Append(name=name, value=value):
                return (statement, live | reads(name) | reads(value)) if self.phase == "init" else (None, live)
            case Chain(make=make, body=body):
                if self.phase != "init":
                    return None, live
                kept, live = self._block(body, live)
                if make is not None:
                    live = live | reads(make.name) | reads(make.owner)
                nested, name = statement.nested, statement.name
                return Chain(make, kept, statement.named, statement.list, nested, name), live | reads(name)
            case If(test=test, body=body, orelse=orelse, asked=asked, phases=phases):
                if self.phase not in phases:
                    return None, live
                if statement.training:  # what is counted in it is counted in any case
                    orelse = _pure(body)
                then, after_then = self._block(body, live)
                other, after_other = self._block(orelse, live)
                if not then and not other:
                    return None, live
                asks = asked if asked is not None and self.phase == "forward" else test
                return If(asks, then, other, asked, phases, statement.training), after_then | after_other | reads(asks)
            case For(targets=targets, iterable=iterable, body=body):
                around = live
                while True:
                    kept, before = self._block(body, around)
                    before = before - bound(targets)
                    if before <= around:
                        break
                    around = around | before
                if not kept:
                    return None, live
                used = {key for each in walk(kept) for key in _read(each)}
                targets, iterable = _unread(targets, iterable, used)
                return For(targets, iterable, kept), around | reads(iterable)
        raise AssertionError

"""`for`, `repeat` and `when`: how often a node stands at its place, and with which variables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, NoReturn

from archspec.budget import ITERATION, MAX_NODES, NODE, VARIABLE, TooLarge
from archspec.diagnostics import Span
from archspec.document import Block, Document
from archspec.document.nodes import Call, Item
from archspec.document.schema import shown
from archspec.document.variables import variable_problem
from archspec.elaborate.evaluate import Evaluator
from archspec.elaborate.reporter import Place, Reporter, brief
from archspec.elaborate.scope import Scope, View
from archspec.elaborate.values import Flow, KindValue, Unknown
from archspec.elaborate.weight import Weights
from archspec.source import Node, Scalar


class Loops:
    """Expands nodes in place, within the bounds of the language."""

    def __init__(self, document: Document, report: Reporter, evaluate: Evaluator) -> None:
        self.document = document
        self.report = report
        self.evaluate = evaluate
        self.budget = report.budget
        self.weights = Weights()

    def elements(self, item: Item, arriving: Callable[[], Flow], scope: Scope) -> Iterator[Scope | None]:
        """The scopes in which a node stands: one for each element of its `for` or `repeat` that its `when` lets in.

        None: whether it stands there is not known, so neither is what comes after it.
        """
        try:
            if item.broken:
                yield None
            elif item.loop is not None:
                yield from self._for(item, arriving, scope)
            elif item.repeat is not None:
                yield from self._repeat(item, item.repeat, arriving, scope)
            else:
                self.report.charge(ITERATION, item)
                if self._admitted(item, View(scope, arriving())):
                    yield scope
        except Unknown:
            yield None

    def check_weight(self, items: list[Item]) -> None:
        """Refuse a network that is surely too large before any of it is expanded."""
        if self.weights.total(items, self.document) > MAX_NODES:
            heavy = max(items, key=lambda item: self.weights.of(item, self.document))
            self._too_many(heavy.repeat.span if heavy.repeat is not None else heavy.token)

    def _for(self, item: Item, arriving: Callable[[], Flow], scope: Scope) -> Iterator[Scope]:
        assert item.loop is not None
        clause, elements = self.evaluate.clause(item.loop, View(scope, arriving()))
        for target, place in zip(clause.targets, clause.target_spans, strict=True):
            problem = variable_problem(target, scope.document.blocks)
            if problem is not None:
                message = f"a loop variable cannot be called {target}: {problem}"
                self.report.error(
                    "reserved-name", message, item.loop.span_at(*place), help="choose another name for it"
                )
                raise Unknown
        self._weigh(item, len(elements), item.loop, scope)
        self.report.charge(len(elements) * (ITERATION + VARIABLE * len(clause.targets)), item.loop)
        span = item.loop.span
        for i, element in enumerate(elements):
            variables = self.evaluate.bind(clause, element, item.loop, View(scope, None))
            with self._iteration(span, partial(_bound, variables), i):
                inner = scope.inner(variables)
                if self._admitted(item, View(inner, arriving())):
                    yield inner

    def _repeat(self, item: Item, raw: Node, arriving: Callable[[], Flow], scope: Scope) -> Iterator[Scope]:
        count = self._count(raw, View(scope, arriving()))
        self._weigh(item, count, raw, scope)
        self.report.charge(count * ITERATION, raw)
        span = raw.span
        for i in range(count):
            with self._iteration(span, partial("in round {}".format, i + 1), i):
                if self._admitted(item, View(scope, arriving())):
                    yield scope

    @contextmanager
    def _iteration(self, span: Span, words: Callable[[], str], index: int) -> Iterator[None]:
        """Errors name the iteration, unless the first one has them already."""
        if index == 0:
            yield
            return
        self.report.calls.append(Place(span, words))
        try:
            yield
        finally:
            self.report.calls.pop()

    def _count(self, raw: Node, view: View) -> int:
        if not isinstance(raw, Scalar):
            message = f"`repeat` must be a whole number, 0 or more, not {shown(raw)}"
            self.report.error(
                "expression-type", message, raw.span, help="write `repeat: 3`, and the node itself beside it"
            )
            raise Unknown
        value: Any = self.evaluate.value(raw, view)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            help = f"write `for: n in {raw.text}`" if isinstance(value, list) else None
            self.report.error(
                "expression-type",
                f"`repeat` must be a whole number, 0 or more, not {brief(value)}",
                raw.span,
                help=help or "write `repeat: 3`",
            )
            raise Unknown
        return int(value)

    def _weigh(self, item: Item, count: int, raw: Node, scope: Scope) -> None:
        """Refuse a loop that would make too many nodes, before it is run."""
        block = None
        if isinstance(item, Call) and scope.has(item.kind):
            with suppress(Unknown):
                value = scope.find(item.kind)
                block = value.home.blocks.get(value.kind) if isinstance(value, KindValue) and value.home else None
        self.check_room(count * self.weights.of(item, scope.document, block), raw.span)

    def check_block(self, item: Call, block: Block) -> None:
        """Refuse a call, by a variable, of a block that would make too many nodes, before it is expanded."""
        self.check_room(self.weights.of(item, block.home, block), item.token)

    def expand(self, item: Item, nodes: int = 1) -> None:
        """Count nodes that are expanded; refuse them where they are too many."""
        self.budget.nodes -= nodes
        if self.budget.nodes < 0:
            self._too_many(item.token)
        self.report.charge(NODE * nodes, item)

    def check_room(self, nodes: int, span: Span) -> None:
        """Refuse what would make so many nodes more, where they are too many."""
        if nodes > self.budget.nodes:
            self._too_many(span)

    def _too_many(self, span: Span) -> NoReturn:
        self.report.error(
            "bounds",
            "the network is too large",
            span,
            label=f"this makes more than {MAX_NODES:,} nodes",
            help=f"a network has at most {MAX_NODES:,} nodes after loops and blocks are expanded",
        )
        raise TooLarge

    def _admitted(self, item: Item, view: View) -> bool:
        return item.when is None or bool(self.evaluate.value(item.when, view))


def _bound(variables: dict[str, Any]) -> str:
    """The iteration, by the variables of the loop."""
    return f"where {', '.join(f'{name} = {brief(value)}' for name, value in variables.items())}"

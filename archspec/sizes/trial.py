"""One elaboration with letters for sizes: whether the network takes these, and which others fare alike."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from archspec.budget import MAX_NODES, Budget, TooLarge
from archspec.diagnostics import Collector, Diagnostic, Span
from archspec.document import Document
from archspec.document.nodes import Item, Structure
from archspec.elaborate import Overrides, expand
from archspec.elaborate.evaluate import Evaluator
from archspec.elaborate.frame import Frame
from archspec.elaborate.infer import Inferred
from archspec.elaborate.scope import Scope, View
from archspec.elaborate.symbolic import SymbolicInference
from archspec.elaborate.values import Flow
from archspec.elaborate.walk import Walk
from archspec.expressions import ExpressionError, parse
from archspec.graph import Graph, TensorType
from archspec.layers.base import Layer
from archspec.shapes.expression import Expression
from archspec.shapes.size import Comparison, Recorder, Size
from archspec.source import Node, Scalar

_STEPS = 250
"""Steps of the budget that take as long as a node."""


class Place(NamedTuple):
    """Where in the network something was relied on."""

    span: Span
    module: str


class Call(NamedTuple):
    """A layer and what it was called on."""

    place: Place
    layer: Layer
    inputs: tuple[TensorType, ...]


class Trial(NamedTuple):
    """What came out. A trial ends at the first mistake: all sizes for which the comparisons hold end there."""

    values: Mapping[str, int]
    comparisons: tuple[Comparison, ...]
    error: Diagnostic | None
    graph: Graph | None
    frozen: Mapping[Expression, Place]
    """Sizes that became plain numbers, and where."""
    work: int
    """What it took, in nodes."""
    calls: tuple[Call, ...]
    """The layers that were called, in order, the one that failed left out."""


Input = tuple[int | str, ...]
"""The shape of an input: numbers, and the names of letters."""


class Question(NamedTuple):
    """A document, and what it is elaborated with."""

    document: Document
    params: Mapping[str, Node]
    inputs: Mapping[str, tuple[Input, str]]
    """Shapes and dtypes."""
    training: bool = True
    """Whether aux branches are run too."""

    @property
    def letters(self) -> dict[str, None]:
        """The letters of all inputs, each once, in their order."""
        return {size: None for shape, _ in self.inputs.values() for size in shape if isinstance(size, str)}

    def types(self, values: Mapping[str, int], lettered: Recorder | None = None) -> dict[str, TensorType]:
        """The inputs with these numbers in the place of the letters, or with sizes that are called so."""

        def size(written: int | str) -> int:
            if isinstance(written, int):
                return written
            return values[written] if lettered is None else Size(values[written], written, lettered)

        return {name: TensorType(tuple(map(size, shape)), dtype) for name, (shape, dtype) in self.inputs.items()}

    def with_numbers(self, values: Mapping[str, int]) -> Question:
        """The same with numbers for some letters."""
        return self._with(values)

    def with_letter(self, letters: Iterable[str], one: str) -> Question:
        """The same with one letter for several."""
        return self._with(dict.fromkeys(letters, one))

    def _with(self, sizes: Mapping[str, int | str]) -> Question:
        inputs = {
            name: (tuple(sizes.get(size, size) if isinstance(size, str) else size for size in shape), dtype)
            for name, (shape, dtype) in self.inputs.items()
        }
        return self._replace(inputs=inputs)


def attempt(question: Question, values: Mapping[str, int], limit: int = MAX_NODES) -> Trial:
    """Elaborate with the letters, which stand for these values; a network of more nodes counts as one that is wrong."""
    recorder = _Recorder()
    collector = _First()
    walks: list[_Walk] = []

    def walk(document: Document, collector: Collector) -> Walk:
        walks.append(_Walk(document, collector, recorder, limit, training=question.training))
        return walks[0]

    overrides = Overrides(question.params, question.types(values, recorder))
    graph = expand(question.document, collector, overrides, walk)
    error = next((d for d in collector.diagnostics if d.severity == "error"), None)
    return Trial(
        values,
        tuple(recorder.comparisons),
        error,
        graph if error is None else None,
        recorder.frozen,
        walks[0].work,
        tuple(walks[0].calls),
    )


class _First(Collector):
    """Ends what it is told of at the first mistake."""

    def add(self, diagnostic: Diagnostic) -> None:
        super().add(diagnostic)
        if self.failed:
            raise TooLarge


class _Recorder(Recorder):
    """Knows which sizes became plain numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.frozen: dict[Expression, Place] = {}

    def freeze(self, expression: Expression, value: int) -> None:
        super().freeze(expression, value)
        if self.place is not None:
            self.frozen.setdefault(expression, self.place)


class _Walk(Walk):
    def __init__(
        self, document: Document, collector: Collector, recorder: Recorder, limit: int, *, training: bool
    ) -> None:
        self.calls: list[Call] = []
        super().__init__(document, collector, _Inference(recorder, self.calls), _Evaluator)
        self.recorder = recorder
        self.limit = limit
        self.training = training
        self.evaluate.budget = Budget(limit * _STEPS)
        self.count = 0

    @property
    def work(self) -> int:
        budget = self.evaluate.budget
        return self.count + (budget.limit - budget.left) // _STEPS

    def node(self, item: Item, arriving: Flow, scope: Scope | None, frame: Frame) -> Flow:
        if not self.training and isinstance(item, Structure) and item.kind == "aux":
            return arriving
        before, self.recorder.place = self.recorder.place, Place(item.token, self.report.module)
        self.count += 1
        if self.count > self.limit:
            raise TooLarge
        try:
            return super().node(item, arriving, scope, frame)
        finally:
            self.recorder.place = before


class _Inference(SymbolicInference):
    """Knows what was called."""

    def __init__(self, recorder: Recorder, calls: list[Call]) -> None:
        super().__init__()
        self.recorder = recorder
        self.calls = calls

    def infer(self, layer: Layer, inputs: tuple[TensorType, ...]) -> Inferred:
        found = super().infer(layer, inputs)
        self.calls.append(Call(self.recorder.place, layer, inputs))
        return found


class _Evaluator(Evaluator):
    """Follows sizes through the arithmetic of integers; other expressions get plain numbers, and that is noted."""

    def _expression(self, raw: Scalar, view: View, words: Any) -> Any:
        return super()._expression(raw, _followed(raw.text, view), words)

    def text(self, raw: Node, view: View) -> str:
        return super().text(raw, _Plain(view))


class _Plain(View):
    """Sees numbers where there are sizes."""

    __slots__ = ()

    def __init__(self, view: View) -> None:
        super().__init__(view.scope, view.flow)

    def lookup(self, name: str) -> Any:
        return _plain(super().lookup(name))


def _plain(value: Any) -> Any:
    if isinstance(value, Size):
        return value.frozen()
    return [_plain(each) for each in value] if isinstance(value, list) else value


def _followed(text: str, view: View) -> View:
    """The view that an expression may have: floating point numbers lose sizes without a word."""
    names = _integers_only(text)
    if names is None or any(_has_float(view, name) for name in names):
        return _Plain(view)
    return view


def _has_float(view: View, name: str) -> bool:
    try:
        value = view.scope.find(name)
    except KeyError:
        return False
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, float):
            return True
        if isinstance(each, list):
            pending += each[:1_000]
    return False


_EXACT = frozenset({"min", "max", "sum", "len", "abs", "enumerate", "zip", "reversed", "bool", "int", "floor", "ceil"})


@lru_cache(maxsize=1024)
def _integers_only(text: str) -> frozenset[str] | None:
    """The names in an expression of nothing but integer arithmetic; None of any other."""
    try:
        names = parse(text).names
        tree = ast.parse(text.strip(), mode="eval")
    except (ExpressionError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.Div | ast.Pow) or (isinstance(node, ast.Constant) and isinstance(node.value, float)):
            return None
        if isinstance(node, ast.Call) and not (isinstance(node.func, ast.Name) and node.func.id in _EXACT):
            return None
    return names

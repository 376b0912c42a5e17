"""Document to Graph in one walk that expands and infers together: `out_channels: in_channels // 2` needs both."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from archspec.budget import PROPOSALS, VARIABLE, TooLarge
from archspec.diagnostics import Collector, Label
from archspec.document import Block, Document
from archspec.document.inputs import read_shape
from archspec.document.nodes import STRUCTURES, Call, Item, Reuse, Structure, Tensor, is_chain
from archspec.elaborate import references
from archspec.elaborate.arguments import Arguments
from archspec.elaborate.branches import warn_of_chain, warn_of_one
from archspec.elaborate.evaluate import Evaluator
from archspec.elaborate.frame import Frame
from archspec.elaborate.infer import Inference
from archspec.elaborate.join import Branch, join, joined_residual
from archspec.elaborate.layer_call import LayerCalls
from archspec.elaborate.loops import Loops
from archspec.elaborate.reporter import ASSERTED, Place, Reporter, Wrong, brief
from archspec.elaborate.reuse import retype
from archspec.elaborate.scope import Scope, View
from archspec.elaborate.sources import Sources
from archspec.elaborate.trace import Record
from archspec.elaborate.values import NOWHERE, Argument, Flow, KindValue, Unknown
from archspec.elaborate.variables import Variables
from archspec.expressions import MAX_LIST
from archspec.graph import CallStep, Leaf, Module, Value
from archspec.layers.base import LayerError
from archspec.source import Node, Sequence

MAX_DEPTH = 200
"""Levels of blocks and structures within each other, after expansion."""


class Walk:
    """The state of one elaboration."""

    def __init__(
        self,
        document: Document,
        collector: Collector,
        inference: Inference | None = None,
        evaluator: type[Evaluator] = Evaluator,
    ) -> None:
        self.document = document
        self.report = Reporter(collector)
        self.evaluate = evaluator(self.report)
        self.variables = Variables(document, self.report, self.evaluate)
        self.arguments = Arguments(self.report, self.evaluate, self.variables)
        self.loops = Loops(document, self.report, self.evaluate)
        self.inference = inference or Inference(self.report.budget)
        self.layers = LayerCalls(self.report, self.evaluate, self.arguments, self.inference)
        self.sources = Sources(document, self.report, self.evaluate)
        self.depth = 0
        self.lost = False
        """Whether a node's output is not known, because of a mistake that was reported."""
        self.training_only = False
        self.active: list[Block] = []
        self.records: list[Record] = []
        self.frames: dict[int, Frame] = {}
        """By the id of a module, what it was made of."""
        self._counted: dict[int, tuple[int, Module]] = {}

    # sequences

    def sequence(self, items: list[Item], flow: Flow, scope: Scope, frame: Frame) -> Flow:
        """Nodes one after another."""

        def arriving() -> Flow:
            return flow

        for item in items:
            if item.stands_once:
                flow = self.node(item, flow, scope, frame)
                continue
            for inner in self.loops.elements(item, arriving, scope):
                flow = self.node(item, flow, inner, frame)
        return flow

    def parallel(self, items: list[Item], flow: Flow, scope: Scope, frame: Frame) -> list[Branch]:
        """Nodes that all get the same input."""
        branches = []
        for item in items:
            for inner in self.loops.elements(item, lambda: flow, scope):
                branches.append(Branch(item, self.node(item, flow, inner, frame)))
        return branches

    # one node

    def node(self, item: Item, arriving: Flow, scope: Scope | None, frame: Frame) -> Flow:
        """A node in one of the scopes of `elements`: `from`, name, the kind itself, `shape`."""
        self.loops.expand(item)
        if scope is None:
            self._declare_names(item, frame)
            return NOWHERE
        self.depth += 1
        module = self.report.module
        name = None
        try:
            if self.depth > MAX_DEPTH:
                message = f"the network has more than {MAX_DEPTH} levels of blocks and structures"
                self.report.error("bounds", message, item.token)
                raise TooLarge
            flows = self.sources.of(item, arriving, scope, frame)
            if item.source is not None:
                self.report.charge((VARIABLE + 2 * self.depth) * len(flows), item)
            if item.name is not None:
                name = self.evaluate.text(item.name, View(scope, flows[0] if flows else arriving))
                references.check_name(name, item.name, scope, self.report)
                references.declare(name, item.name.span, frame, self.report)
            steps = len(frame.steps)
            flow = self._kind(item, name, flows, arriving, scope, frame)
            if item.shape is not None:
                self._assert_shape(item.shape, flow, scope)
            if name is not None and (named := frame.names.get(name)) is not None:
                named.flow = flow
            if flow.value is not None:
                self._record(item, scope, frame, arriving, flows, flow.value, name, steps)
            return flow
        except Unknown:
            self._declare_names(item, frame)
            if name is not None and (named := frame.names.get(name)) is not None and named.flow is None:
                named.flow = NOWHERE
            return NOWHERE
        finally:
            self.depth -= 1
            self.report.module = module

    def _record(
        self,
        item: Item,
        scope: Scope,
        frame: Frame,
        arriving: Flow,
        flows: list[Flow],
        output: Value,
        name: str | None,
        steps: int,
    ) -> None:
        """Keep what a node did. `steps`: how many its module had before."""
        made = frame.steps[-1] if len(frame.steps) > steps else None
        step = made if isinstance(made, CallStep) and (name is not None or isinstance(item, Call)) else None
        inputs = tuple(flow.value for flow in flows if flow.value is not None)
        self.records.append(Record(item, scope, frame, arriving.value, inputs, output, name, step))

    def _declare_names(self, item: Item, frame: Frame) -> None:
        """What a broken node was to be called is known, so that a `from` to it is no second mistake."""
        self.lost = True
        frame.lose(item)

    def _assert_shape(self, raw: Node, flow: Flow, scope: Scope) -> None:
        value = flow.require()
        declared = read_shape(raw)
        if declared is None:
            evaluated = self.evaluate.value(raw, View(scope, flow))
            sizes = evaluated if isinstance(evaluated, list) else [evaluated]
            sizes = [int(s) if isinstance(s, float) and s.is_integer() else s for s in sizes]
            if not all(isinstance(s, int) and not isinstance(s, bool) for s in sizes):
                self.report.error(
                    "shape",
                    f"`shape` must be a shape, not {brief(evaluated)}",
                    raw.span,
                    help="write 512x7x7 or [512, 7, 7]",
                )
                raise Unknown
            declared = tuple(sizes)
        actual = value.type.shape
        as_written = f"[{', '.join(map(str, actual))}]" if isinstance(raw, Sequence) else "x".join(map(str, actual))
        if declared == actual:
            self.report.size(raw, as_written, None)
            return
        wanted = "x".join(map(str, declared))
        notes = self.report.labels(flow, at=raw.span)
        help = f"write {as_written}, if the node is as it should be"
        if not self.report.sized_wrong(raw):
            from archspec.elaborate import advice

            self.report.charge(PROPOSALS, raw)
            way = advice.for_shape(flow.maker, actual, declared)
            help = help if way is None else f"{way}; or {help}"
        message = f"the shape is {value.type}, not {wanted}"
        self.report.size(raw, as_written, Wrong("shape", message, help, notes, ASSERTED))

    # kinds

    def _kind(
        self, item: Item, name: str | None, flows: list[Flow], arriving: Flow, scope: Scope, frame: Frame
    ) -> Flow:
        if isinstance(item, Call):
            return self._call(item, name, flows, scope, frame)
        if item.broken:
            raise Unknown
        if isinstance(item, Reuse):
            return self._reuse(item, flows, scope, frame)
        flow = self.sources.single(item, flows)
        if isinstance(item, Tensor):
            flow.require()
            return flow
        assert isinstance(item, Structure)
        if item.kind == "aux":
            return self._aux(item, name, flow, arriving, scope, frame)
        if name is None:
            return self._structure(item, flow, scope, frame)
        return self._named_structure(item, name, flow, scope, frame)

    def _structure(self, item: Structure, flow: Flow, scope: Scope, frame: Frame) -> Flow:
        """The data flow of a structure within the module `frame`."""
        match item.kind:
            case "sequential":
                return self.sequence(item.children, flow, scope, frame)
            case "residual":
                return self._residual(item, flow, scope, frame)
            case "dense":
                return self._dense(item, flow, scope, frame)
        branches = self.parallel(item.children, flow, scope, frame)
        dim = self._dim(item.dim, View(scope, flow)) if item.kind == "concat" else 1
        flow = join(item, branches, dim, frame, self.report)
        warn_of_chain(item, branches, frame, self.report)
        warn_of_one(item, self.report)
        return flow

    def _dim(self, raw: Node | None, view: View) -> int:
        if raw is None:
            return 1
        value = self.evaluate.value(raw, view)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            self.report.error("argument-type", f"dim must be a whole number, not {brief(value)}", raw.span)
            raise Unknown
        return value

    def _residual(self, item: Structure, flow: Flow, scope: Scope, frame: Frame) -> Flow:
        if flow.absent:
            self.sources.no_arriving(item)
        body = self.sequence(item.children, flow, scope, frame)
        shortcut = flow if item.shortcut is None else self.sequence(item.shortcut, flow, scope, frame)
        return joined_residual(item, flow, body, shortcut, frame, self.report)

    def _dense(self, item: Structure, flow: Flow, scope: Scope, frame: Frame) -> Flow:
        """Concatenates as it goes, which is fastest and keeps least."""
        if flow.absent:
            self.sources.no_arriving(item)

        def arriving() -> Flow:
            return flow

        for child in item.children:
            for inner in self.loops.elements(child, arriving, scope):
                new = self.node(child, flow, inner, frame)
                flow = join(item, [Branch(None, flow), Branch(child, new)], 1, frame, self.report)
        warn_of_one(item, self.report)
        return flow

    def _named_structure(self, item: Structure, name: str, flow: Flow, scope: Scope, frame: Frame) -> Flow:
        path = f"{frame.path}.{name}" if frame.path else name
        chain = item.kind == "sequential" and is_chain(item.children)
        inner = Frame(item.kind, item.kind, path, chain=chain, around=frame, span=item.token)  # type: ignore[arg-type]
        inner.items = item.children + (item.shortcut or [])
        self.report.module = path
        output = self._structure(item, inner.enter(flow), scope, inner)
        return self._place(inner, name, [flow] if flow.value is not None else [], output, frame, item)

    def _aux(self, item: Structure, name: str | None, flow: Flow, arriving: Flow, scope: Scope, frame: Frame) -> Flow:
        before, self.training_only = self.training_only, True
        try:
            if name is None:
                known = len(frame.names)
                result = self.sequence(item.children, flow, scope, frame)
                new = islice(reversed(frame.names), len(frame.names) - known)
                given = [n for n in new if frame.names[n].flow is not None]
                field = next((n for n in given if _same(frame.names[n].flow, result)), given[0] if given else "aux")
            else:
                path = f"{frame.path}.{name}" if frame.path else name
                inner = Frame("aux", "aux", path, chain=is_chain(item.children), around=frame, span=item.token)
                inner.items = item.children
                self.report.module = path
                output = self.sequence(item.children, inner.enter(flow), scope, inner)
                result, field = self._place(inner, name, [flow], output, frame, item), name
        finally:
            self.training_only = before
        frame.aux.append((field, result.require()))
        return arriving

    def _reuse(self, item: Reuse, flows: list[Flow], scope: Scope, frame: Frame) -> Flow:
        assert item.target is not None
        path = self.evaluate.text(item.target, View(scope, flows[0]))
        found = frame.find_module(path)
        if found is None:
            references.report_unknown(path, item.target, frame, self.report, "reuse")
            raise Unknown
        owner, target = found
        self.sources.check_count(item, path, target, flows)
        values = [flow.require() for flow in flows]
        self.loops.expand(item, self._calls(target))
        if isinstance(target, Module):
            values += self._captured_again(path, frame, owner, target.inputs[len(flows) :])
        try:
            again, output, macs = retype(target, tuple(values), self.inference)
        except LayerError as error:
            first = target.span
            notes = (Label(first, f"{path} is made here"),) if first is not None else ()
            self.report.error(
                "reuse-mismatch",
                f"{path} cannot be used again here: {error.message}",
                item.target.span,
                help=error.help,
                notes=(*notes, *self.report.labels(*flows, at=item.target.span)),
            )
            raise Unknown from None
        frame.steps.append(
            CallStep(
                again,
                path,
                owner,
                tuple(values),
                output,
                training_only=self.training_only,
                first=False,
                span=item.token,
                macs=macs,
            )
        )
        return Flow(output, self.report.made(item.token, path, values[0].type, output.type))

    def _calls(self, target: Module | Leaf) -> int:
        """How many modules a call of a module calls and tensors it joins, in those in it too."""
        if isinstance(target, Leaf):
            return 1
        known = self._counted.get(id(target))
        if known is None:
            calls = 1 + sum(
                self._calls(step.target) if isinstance(step, CallStep) else len(step.inputs) for step in target.steps
            )
            known = self._counted[id(target)] = (calls, target)
        return known[0]

    def _captured_again(self, path: str, frame: Frame, owner: int, captured: tuple[Value, ...]) -> list[Value]:
        """The outer tensors that a module reaches by `from`, as they are called where it is called again."""
        frames = list(frame.outwards())
        self.report.budget.spend(len(frames[owner].steps) // 2)
        first = next(s for s in frames[owner].steps if isinstance(s, CallStep) and s.path == path and s.owner == 0)
        values: list[Value] = []
        for value in first.inputs[len(first.inputs) - len(captured) :]:
            flow = Flow(value)
            for inner in reversed(frames[:owner]):
                flow = inner.capture(flow)
            values.append(flow.require())
        return values

    # layers and blocks

    def _call(self, item: Call, name: str | None, flows: list[Flow], scope: Scope, frame: Frame) -> Flow:
        kind, document, bound = item.kind, scope.document, {}
        if scope.has(kind):
            value = scope.find(kind)
            if not isinstance(value, KindValue):
                self.report.error(
                    "unknown-kind",
                    f"{kind} holds {brief(value)} here, not a layer or a block",
                    item.token,
                    help="leave the node out with `when:` where there is none"
                    if value is None
                    else f"give {kind} a kind, such as ReLU",
                )
                raise Unknown
            kind, document, bound = value.kind, value.home or document, dict(value.bound)
        if kind in STRUCTURES:
            return self._structure_by_variable(item, kind, name, flows, scope, frame)
        automatic = name is None
        if name is None:
            name = frame.automatic_name(kind)
            references.declare(name, item.token, frame, self.report, automatic=True)
        self.report.module = f"{frame.path}.{name}" if frame.path else name
        block = document.blocks.get(kind)
        flow = NOWHERE
        try:
            if block is not None:
                if kind != item.kind:
                    self.loops.check_block(item, block)
                flow = self._block(item, block, name, self.sources.entering(item, block, flows), bound, scope, frame)
            else:
                flow = self.layers.call(item, kind, name, flows, bound, scope, frame, training_only=self.training_only)
        finally:
            if automatic:
                frame.names[name].flow = flow
        return flow

    def _structure_by_variable(
        self, item: Call, kind: str, name: str | None, flows: list[Flow], scope: Scope, frame: Frame
    ) -> Flow:
        """`- join: [...]` where `join` holds `add`: its children are read now, since the text does not tell."""
        parser = scope.document.parser
        variables = dict.fromkeys(scope.names())
        assert parser is not None
        assert item.kind_token is not None
        structure = item.read.get(kind)
        if structure is None:
            structure = parser.structure(item.raw, item.kind_token, kind, item.arguments, variables)
            item.read[kind] = structure
        flow = self.sources.single(item, flows)
        if not isinstance(structure, Structure) or structure.broken:
            raise Unknown
        if name is None:
            return self._structure(structure, flow, scope, frame)
        return self._named_structure(structure, name, flow, scope, frame)

    def _block(
        self,
        item: Call,
        block: Block,
        name: str,
        flows: list[Flow],
        bound: Mapping[str, Argument],
        scope: Scope,
        frame: Frame,
    ) -> Flow:
        if block.broken:
            raise Unknown
        if block in self.active:
            self.report.error(
                "block-recursion",
                f"a block may not call itself: {block.name}",
                item.token,
                help="blocks are expanded in place",
            )
            raise Unknown
        path = self.report.module
        given = self.arguments.of_block(item, block, bound, View(scope, flows[0]))
        for argument in given.values():
            if isinstance(argument.value, list):
                self.evaluate.check_size(argument.value, MAX_LIST, argument.raw or item.raw)
        inner = Frame("block", block.name, path, chain=is_chain(block.body), span=item.token)
        inner.items = block.body
        inner.caller = frame
        if block.inputs:
            spans = {name: token.span for name, token in block.inputs.items()}
            entered = inner.enter_named(dict(zip(block.inputs, flows, strict=True)), spans)
        else:
            entered = inner.enter(flows[0])
        self.active.append(block)
        try:
            with self.report.inside(Place(item.token, lambda: f"in this {block.name}")):
                self.report.charge(VARIABLE * (len(block.params) + len(block.let)), item)
                inside = self.variables.of_block(block, given, entered)
                inner.arguments = {name: inside.variables.get(name) for name in block.params}
                inner.defaulted = frozenset(name for name in block.params if name not in given)
                inner.let = {name: inside.variables.get(name) for name in block.let}
                inner.scope = inside
                output = self.sequence(block.body, entered, inside, inner)
            if not inner.steps and output.value is entered.value and output.value is not None:
                message = f"this {block.name} does nothing: every node of it is left out"
                help = "leave the call out, or see what its `when`, `for` and `repeat` come to"
                self.report.warning("empty-block", message, item.token, help=help)
        finally:
            self.active.pop()
        return self.report.leaving(self._place(inner, name, flows, output, frame, item), item.token)

    def _place(self, inner: Frame, name: str, entering: list[Flow], output: Flow, frame: Frame, item: Item) -> Flow:
        """Make a module of a finished frame, and call it in the one around."""
        named = frame.names[name]
        if output.value is None or any(flow.value is None for flow in entering):
            return NOWHERE
        self.report.charge(VARIABLE * (1 + len(inner.aux) + len(inner.captured)) + len(inner.path), item)
        module = inner.finish(output.value)
        self.frames[id(module)] = inner
        frame.children[name] = module
        named.module = module
        result = Value(output.value.type, name, output.value.fields)
        aux = tuple(Value(value.type, field, value.fields) for field, value in inner.aux)
        frame.aux.extend(zip((field for field, _ in inner.aux), aux, strict=True))
        inputs = (*(flow.require() for flow in entering), *inner.captured)
        frame.steps.append(CallStep(module, name, 0, inputs, result, aux, self.training_only, span=item.token))
        return Flow(result, output.maker)


def _same(a: Flow | None, b: Flow) -> bool:
    return a is not None and a.value is b.value

"""The nodes of a document to the statements of classes: what each says, said in Python."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from archspec import layers
from archspec.codegen import joins, trees
from archspec.codegen.expressions import Translator, sort_of_value, template
from archspec.codegen.names import is_identifier
from archspec.codegen.program import Append, Assign, Chain, For, If, Make, Phase, Refuse, Statement, Store, walk
from archspec.codegen.sources import ClassSource, Parameter, dimension
from archspec.codegen.terms import Terms
from archspec.codegen.trace import Trace, auto_named
from archspec.document import Block, Document
from archspec.document.nodes import STRUCTURES, Call, Item, Reuse, Structure, Tensor, is_chain
from archspec.elaborate.frame import short_form
from archspec.elaborate.scope import Scope
from archspec.elaborate.trace import Record
from archspec.elaborate.values import KindValue
from archspec.expressions import parse_for
from archspec.expressions.syntax import Source
from archspec.expressions.targets import Target
from archspec.graph import Graph, Leaf, Module, TensorType, Value
from archspec.layers.base import Layer, LayerError
from archspec.shapes.expression import Variable
from archspec.shapes.size import Size
from archspec.source import Mapping as MappingNode
from archspec.source import Node, Scalar
from archspec.source import Sequence as SequenceNode

FORWARD: tuple[Phase, ...] = ("forward",)
INIT: tuple[Phase, ...] = ("init",)
_NESTING = ("Normalization", "Activation", "Dropout")


class Flow(NamedTuple):
    """A tensor: its variable, and its type with sizes that say themselves."""

    key: str
    shape: tuple[int, ...]
    dtype: str
    absent: bool = False


class _Carried(NamedTuple):
    """What a loop carries from round to round: the variables of the sizes, of the tensor, of the names' numbers."""

    before: Flow
    flow: Flow
    sizes: list[tuple[str, int]]
    tensor: str
    counts: dict[str, tuple[str, int]]


class Untranslatable(Exception):
    """A node that ran in no call, and whose shapes cannot be told."""


UNTOLD = (LayerError, Untranslatable, KeyError, TypeError, ValueError, IndexError, ZeroDivisionError)
"""What the rules raise for a part of the document that ran in no call."""
UNCALLED = "this part ran in no call of the network that the source was written for, and its sizes are not known"


class Env:
    """The variables that an expression sees, as trees. The values of a record's scope are beside it."""

    def __init__(self, document: Document, variables: Mapping[str, ast.expr], outer: Env | None = None) -> None:
        self.document = document
        self.variables = dict(variables)
        self.outer = outer

    def find(self, name: str) -> ast.expr | None:
        env: Env | None = self
        while env is not None:
            if name in env.variables:
                return env.variables[name]
            env = env.outer
        return None


@dataclass(slots=True, eq=False)
class Made:
    """A module that may be called again: how the class says it, and of what class it is."""

    cls: ClassSource
    tree: ast.expr
    shapes: tuple[tuple[int, ...], tuple[int, ...]]
    template: Callable[[list[ast.expr], ast.expr], ast.expr] | None = None
    captured: tuple[str, ...] = ()
    source: ClassSource | None = None


@dataclass(slots=True, eq=False)
class Place:
    """A module under construction, as names go: a class, or a chain within one."""

    cls: ClassSource
    roots: frozenset[int]
    chain: Chain | None = None
    numbered: bool = False
    around: Place | None = None
    entry: Flow | None = None
    names: dict[str, Flow] = field(default_factory=dict)
    modules: dict[str, Made] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    containers: dict[str, ast.expr] = field(default_factory=dict)
    saved: str | None = None
    """The key of the tensors by name, where a `from` is not known before."""
    saved_sizes: dict[int, str] = field(default_factory=dict)
    saves: bool = False
    looked: set[str] = field(default_factory=set)
    looped: list[str] = field(default_factory=list)
    """Patterns of the names that loops make."""
    """The names that a `from` has."""
    captured: dict[str, Flow] = field(default_factory=dict)
    captured_from: list[str] = field(default_factory=list)
    prelude: list[Statement] = field(default_factory=list)
    """What the class around works out before it makes this one."""
    listed: dict[str, str] = field(default_factory=dict)

    def may_loop(self, name: str) -> bool:
        """Whether a node of this name may be made in a loop."""
        return any(re.fullmatch(pattern, name) for pattern in self.looped)

    def outwards(self) -> Iterable[Place]:
        place: Place | None = self
        while place is not None:
            yield place
            place = place.around


class Site(NamedTuple):
    """A call of a block: the sizes that enter, and the classes that it may make."""

    sizes: tuple[int, ...]
    classes: list[ClassSource]


class Translation:
    """Translates one network: `classes` in the order in which they were finished, the network's last."""

    def __init__(self, graph: Graph, forced: dict[str, set[int]], exported: dict[str, set[int]]) -> None:
        self.graph = graph
        self.exported = exported
        self.exports: list[tuple[list[ClassSource], int]] = []
        """The sizes that callers read from a module, with its classes."""
        self.trace = Trace(graph.written)
        self.document = self.trace.document
        self.terms = Terms()
        self.forced = forced
        self.classes: list[ClassSource] = []
        self.needed: set[str] = set()
        """Functions and modules that the file needs."""
        self.layers: dict[str, type[Layer]] = {}
        self.sites: list[Site] = []
        self.values: dict[str, list[Any]] = {}
        """What variables hold in the calls that were made, for their types."""
        self._blocks: dict[tuple[Any, ...], ClassSource] = {}
        self._graph_modules: dict[str, list[Module]] = {}
        self._naming: dict[int, set[str]] = {}
        self._products: dict[str, tuple[ast.expr, ...]] = {}
        """What was flattened, by the size that it made."""
        self._statements: list[Statement] = []
        self._document_keys: dict[str, Parameter] = {}
        self._lets: dict[str, str] = {}
        self._depth = 0
        self._document_env = Env(self.document, {})
        self._facts: list[tuple[ast.expr, ast.expr]] = []

    # classes

    def network(self) -> ClassSource:
        graph, document = self.graph, self.document
        cls = ClassSource(self._class_key(), graph.name, is_network=True)
        self._statements = cls.statements
        self._graph_modules[cls.key] = [graph.root]
        scope = self.trace.scope
        inputs: dict[str, Flow] = {}
        for name, value in zip(graph.inputs, graph.root.inputs, strict=True):
            key = self.terms.key("x" if len(graph.inputs) == 1 else name)
            cls.inputs.append(key)
            inputs[name] = Flow(key, tuple(value.type.shape), value.type.dtype)
        first = next(iter(inputs.values()))
        arriving = first if len(inputs) == 1 else Flow("", (), "", absent=True)
        env = self._document_env
        for name in document.params:
            if name not in scope.variables:
                continue
            key = self.terms.key(name, "p")
            env.variables[name] = trees.name(key)
        for name, param in document.params.items():
            if name in scope.variables:
                self._parameter(cls, name, param, env, scope, arriving, overridden=True)
        for name, (_, raw) in document.let.items():
            if name in scope.variables:
                self._let(cls, name, raw, env, scope, arriving)
        roots = frozenset(
            self.trace.root(record.frame) for record in graph.written.records if record.frame.origin == "network"
        ) or frozenset({0})
        chain = (
            is_chain(document.model or [])
            and document.outputs is None
            and not self._may_have_aux(document.model or [], document)
            and self._plain(document.model or [], roots)
        )
        place = Place(cls, roots, entry=arriving)
        for name, flow in inputs.items():
            if len(inputs) > 1 or name != "input":
                place.names[name] = flow
        self._aux_mode(cls, document.model or [], [graph.root], document)
        self._saving(place, document.model or [])
        if chain:
            self._own_chain(cls, place, named=False)
        elif is_chain(document.model or []) and document.outputs is None:
            place.numbered = True
        output = self.sequence(document.model or [], arriving, env, place)
        cls.output = output
        if graph.outputs is not None:
            wanted = document.outputs
            pairs = list(wanted.items()) if isinstance(wanted, dict) else [(t.text, t) for t in wanted or []]
            found = [(name, self._resolve(ast.Constant(token.text), place, None).key) for name, token in pairs]
            cls.outputs = dict(found) if isinstance(wanted, dict) else [key for _, key in found]
        self._tie(cls, [graph.root])
        self.classes.append(cls)
        return cls

    def _class_key(self) -> str:
        return self.terms.key("class", "").replace("%", "@")

    def _parameter(
        self, cls: ClassSource, name: str, param: Any, env: Env, scope: Scope, flow: Flow, *, overridden: bool = False
    ) -> None:
        tree = env.variables[name]
        assert isinstance(tree, ast.Name)
        value = scope.variables.get(name)
        parameter = Parameter(tree.id, name, param.type, values=[value])
        self.values[tree.id] = parameter.values
        cls.parameters.append(parameter)
        if param.default is not None:
            default = self.written(param, param.default, env, scope, flow)
            if not trees.keys_in(default):
                parameter.default = self.value(value) if overridden else default
            elif overridden and name in self.graph.written.given:
                parameter.default = self.value(value)
            else:
                parameter.default = ast.Constant(None)
                parameter.values.append(None)
                body: list[Statement] = [Assign(tree.id, default)]
                self._emit(If(trees.compare(tree, ast.Is(), ast.Constant(None)), body, phases=INIT))
                cls.computed[tree.id] = default
        elif overridden:
            parameter.default = self.value(value)

    def _let(self, cls: ClassSource, name: str, raw: Node, env: Env, scope: Scope, flow: Flow) -> None:
        tree = self.any(raw, env, scope, flow)
        if isinstance(tree, ast.Name | ast.Constant):
            env.variables[name] = tree  # another name for what has one
            return
        key = self.terms.key(name, "n")
        self.values[key] = [scope.variables.get(name)]
        env.variables[name] = trees.name(key)
        self._emit(Assign(key, tree))
        cls.lets[key] = tree

    def block(self, block: Block, rank: int, kinds: Mapping[str, Any]) -> ClassSource:
        """The class of a block, for inputs of this rank."""
        calls = [call for call in self.trace.calls(block) if len(call.module.inputs[0].type.shape) == rank]
        calls = calls or list(self.trace.calls(block))
        stems = self._stems(block, kinds) if calls else ()
        if stems:
            calls = [call for call in calls if self._stems(block, call.module.arguments) == stems] or calls
        key = (id(block), len(calls[0].module.inputs[0].type.shape) if calls else rank, stems)
        if key not in self._blocks:
            before = (self._statements, self._facts)
            self._facts = []
            self._blocks[key] = self._block(block, calls, rank)
            self._statements, self._facts = before
        return self._blocks[key]

    def _stems(self, block: Block, arguments: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
        """What unnamed nodes are called after, of kinds that are params: where calls differ, so do the classes."""
        names = self._naming_params(block)
        found = {name: short_form(arguments[name].kind) for name in names if isinstance(arguments.get(name), KindValue)}
        return tuple(sorted(found.items()))

    def _naming_params(self, block: Block) -> set[str]:
        """The params that hold a kind after which a node is called, here or in a block that is called."""
        known = self._naming.get(id(block))
        if known is not None:
            return known
        names = self._naming[id(block)] = set()
        for body in _modules(block.body):
            names |= {item.kind for item in auto_named(body) if isinstance(item, Call) and item.kind in block.params}
        for item in _calls(block.body):
            called = block.home.blocks.get(item.kind)
            if called is None or not isinstance(item.arguments, MappingNode):
                continue
            passed = self._naming_params(called)
            names |= {
                raw.text
                for key, raw in item.arguments.entries
                if key.text in passed and isinstance(raw, Scalar) and raw.text in block.params
            }
        return names

    def _block(self, block: Block, calls: list[Any], rank: int) -> ClassSource:
        cls = ClassSource(self._class_key(), block.name)
        self._statements = cls.statements
        self._graph_modules[cls.key] = [call.module for call in calls]
        names = [*block.inputs] or ["x"]
        types = [value.type for value in calls[0].module.inputs] if calls else [TensorType((1,) * rank)] * len(names)
        cls.rank = len(types[0].shape)
        entering = []
        for i, (name, type) in enumerate(zip(names, types, strict=True)):
            prefix = f"{name}_" if i else "in_"
            dims = [
                self.terms.key(f"{prefix}{dimension(len(type.shape), axis)}", "d") for axis in range(len(type.shape))
            ]
            cls.dims += dims
            cls.inputs.append(self.terms.key(name, "t"))
            shape = tuple(self.terms.size(size, trees.name(dim)) for size, dim in zip(type.shape, dims, strict=True))
            entering.append(Flow(cls.inputs[-1], shape, type.dtype))
        flow = entering[0]
        outer = self._document_env if block.home is self.document else Env(block.home, {})
        env = Env(block.home, {}, outer)
        outside = self.trace.scopes.get(id(block.home))
        scope = calls[0].frame.scope if calls else Scope(block.home, {}, outside)
        if scope is None:
            scope = Scope(block.home, {}, outside)
        for name in block.params:
            env.variables[name] = trees.name(self.terms.key(name, "p"))
        for name, param in block.params.items():
            self._parameter(cls, name, param, env, scope, flow)
            cls.parameters[-1].values += [call.module.arguments.get(name) for call in calls]
        for name, (_, raw) in block.let.items():
            self._let(cls, name, raw, env, scope, flow)
        roots = frozenset(id(call.frame) for call in calls)
        place = Place(cls, roots, entry=flow)
        if block.inputs:
            place.names = dict(zip(names, entering, strict=True))
        self._aux_mode(cls, block.body, [call.module for call in calls], block.home)
        self._saving(place, block.body)
        with_aux = self._may_have_aux(block.body, block.home)
        if is_chain(block.body):
            if not with_aux and not block.inputs and self._plain(block.body, roots):
                self._own_chain(cls, place, named=False)
            else:
                place.numbered = True
        elif self._is_linear(block.body, roots) and not with_aux and not block.inputs:
            cls.base = "nn.Sequential"
            place.chain = None
        try:
            cls.output = self.sequence(block.body, flow, env, place, scope=scope)
        except UNTOLD:
            if calls:
                raise
            cls.output = flow
            cls.statements[:] = [Refuse(UNCALLED)]
        self._tie(cls, [call.module for call in calls])
        self.classes.append(cls)
        return cls

    def _tie(self, cls: ClassSource, modules: Sequence[Module]) -> None:
        """`self.head.weight = self.wte.weight`, once both are made."""
        if not modules:
            return
        ties = modules[0].ties
        if any(module.ties != ties for module in modules):
            raise Untranslatable("calls of one block tie other parameters")
        for tie in ties:
            own = _tied(tie.name)
            if not isinstance(own, ast.Attribute):
                raise Untranslatable("a parameter without a name of its own is tied")
            cls.statements.append(Make(ast.Constant(own.attr), _tied(tie.of), own.value))

    def _own_chain(self, cls: ClassSource, place: Place, *, named: bool) -> None:
        cls.base = "nn.Sequential"
        place.chain = Chain(None, [], named, self.terms.key("layers", "l"))
        self._emit(place.chain)
        self._statements = place.chain.body

    def _aux_mode(self, cls: ClassSource, items: list[Item], modules: Sequence[Module], document: Document) -> None:
        """Results of aux branches that are always there are returned by themselves, others in a list."""
        if not self._may_have_aux(items, document) and not any(module.aux for module in modules):
            return
        own = [item for item in items if isinstance(item, Structure) and item.kind == "aux" and item.stands_once]
        if not cls.is_network or len(own) != self._count_aux(items, document):
            self._aux_list(cls)

    def _aux_list(self, cls: ClassSource) -> str:
        if cls.aux_list is None:
            cls.aux_list = self.terms.key("aux", "m")
            cls.statements.insert(0, Assign(cls.aux_list, ast.List([], ast.Load()), FORWARD))
        return cls.aux_list

    def _may_have_aux(self, items: Iterable[Item], document: Document) -> bool:
        return self._count_aux(items, document) > 0

    def _count_aux(self, items: Iterable[Item], document: Document) -> int:
        """How many aux branches are written in nodes, those of the blocks that they call included."""
        total = 0
        for item in items:
            if isinstance(item, Structure):
                total += (item.kind == "aux") + self._count_aux([*item.children, *(item.shortcut or [])], document)
            if isinstance(item, Call):
                blocks = {id(b): b for b in [document.blocks.get(item.kind)] if b is not None}
                for record in self.trace.all_records(item):
                    held = record.scope.find(item.kind) if record.scope.has(item.kind) else None
                    if isinstance(held, KindValue):
                        block = (held.home or document).blocks.get(held.kind)
                        if block is not None:
                            blocks[id(block)] = block
                total += sum(self._count_aux(block.body, block.home) for block in blocks.values())
        return total

    # statements

    def _emit(self, statement: Statement) -> None:
        self._statements.append(statement)

    @contextmanager
    def _into(self, body: list[Statement]) -> Any:
        before, self._statements = self._statements, body
        try:
            yield body
        finally:
            self._statements = before

    # nodes

    def sequence(self, items: list[Item], flow: Flow, env: Env, place: Place, *, scope: Scope | None = None) -> Flow:
        for item in items:
            flow = self.item(item, flow, env, place, scope)
        return flow

    def item(self, item: Item, flow: Flow, env: Env, place: Place, scope: Scope | None) -> Flow:
        """A node with its loop and its condition."""
        if item.loop is not None or item.repeat is not None:
            return self._loop(
                item, flow, env, place, scope, lambda inner, env, scope: self._when(item, inner, env, place, scope)
            )
        return self._when(item, flow, env, place, scope)

    def _record(self, item: Item, place: Place) -> Record | None:
        found = self.trace.records(item, place.roots)
        return found[0] if found else None

    def _loop(
        self,
        item: Item,
        flow: Flow,
        env: Env,
        place: Place,
        scope: Scope | None,
        body: Callable[[Flow, Env, Scope | None], Flow],
    ) -> Flow:
        """A node that stands there several times: what changes from round to round is carried."""
        record = self._record(item, place)
        around = (
            record.scope.outer
            if record is not None and item.loop is not None
            else record.scope
            if record is not None
            else scope
        )
        around = around or self.trace.scope
        if record is not None and record.arriving is not None:
            flow = self._hinted(flow, record.arriving.type)
        if item.loop is not None:
            clause = parse_for(item.loop.text)
            translator = self.translator(env, around, flow)
            iterable = translator.tree(Source(clause.iterable.text).tree(), iterated=True)
            names: dict[str, ast.expr] = {}
            targets = self._targets(clause.target, names, self.trace.records(item, place.roots))
            inner_env = Env(env.document, names, env)
        else:
            assert item.repeat is not None
            count = self.any(item.repeat, env, around, flow)
            if self._sort(item.repeat, env, around, flow) == "float":
                count = trees.call(trees.name("int"), [count])
            iterable = trees.call(trees.name("range"), [count])
            targets = trees.name(self.terms.key("_", "v"))
            inner_env = env
        carried = self._carry(flow, item, place)
        statements: list[Statement] = []
        with self._into(statements):
            result = body(carried.flow, inner_env, record.scope if record is not None else scope)
            after = self._carried(carried, result, place)
        self._emit(For(targets, iterable, statements))
        if _surely_runs(iterable):  # then what leaves is what the last round made
            inside = {key for s in walk(statements) if isinstance(s, Assign) for key in s.targets} | trees.keys_in(
                targets
            )
            shape = [
                new if not trees.keys_in(self.terms.resolved(self.terms.tree(new))) & inside else old
                for old, new in zip(after.shape, result.shape, strict=True)
            ]
            after = after._replace(shape=tuple(shape))
        return after

    def _targets(self, target: Target, names: dict[str, ast.expr], records: list[Record]) -> ast.expr:
        if target.parts:
            return ast.Tuple([self._targets(part, names, records) for part in target.parts], ast.Store())
        key = self.terms.key(target.name, "v")
        self.values[key] = [record.scope.variables.get(target.name) for record in records]
        names[target.name] = trees.name(key)
        return ast.Name(key, ast.Store())

    def _carry(self, flow: Flow, item: Item | None, place: Place) -> _Carried:
        """Variables for all that may change in a loop."""
        sizes = []
        shape = []
        for i, size in enumerate(flow.shape):
            key = self.terms.key(f"in_{dimension(len(flow.shape), i)}")
            self._emit(Assign(key, self.terms.tree(size)))
            sizes.append((key, size))
            shape.append(self.terms.size(size, trees.name(key)))
        tensor = flow.key
        if flow.key:
            tensor = self.terms.key(self.terms.hints[flow.key], "t")
            self._emit(Assign(tensor, trees.name(flow.key), FORWARD))
        counts: dict[str, tuple[str, int]] = {}
        if item is not None and (place.chain is None or place.chain.named or place.numbered):
            for each in auto_named([item]):
                stem = self._stem(each, place)
                if stem not in counts:
                    before = place.counts.get(stem, -1 if place.numbered else 0)
                    key = self.terms.key(f"{stem}_count" if stem else "count")
                    self._emit(Assign(key, self.terms.tree(before)))
                    counts[stem] = (key, before)
                    place.counts[stem] = self.terms.size(before, trees.name(key))
        return _Carried(flow, Flow(tensor, tuple(shape), flow.dtype, flow.absent), sizes, tensor, counts)

    def _carried(self, carried: _Carried, result: Flow, place: Place) -> Flow:
        """At the end of a round: what the next one begins with. Returns what is there after the loop."""
        shape: list[int] = []
        updates: list[tuple[str, int, int]] = []
        if len(result.shape) != len(carried.sizes):
            raise Untranslatable("the rank changes from round to round")
        for (key, before), size in zip(carried.sizes, result.shape, strict=True):
            updates.append((key, before, size))
        for stem, (key, before) in carried.counts.items():
            updates.append((key, before, place.counts[stem]))
        changed = []
        for key, before, size in updates:
            own = self.terms.size(int(before), trees.name(key))
            if self.terms.same(size, own) or self.terms.same(size, before):
                self.terms.aliases[key] = self.terms.tree(before)
            else:
                changed.append((key, size))
        assigned: set[str] = set()
        for i, (key, size) in enumerate(changed):
            later = {name for _, other in changed[i + 1 :] for name in trees.names_in(self.terms.tree(other))}
            tree = self.terms.tree(size)
            if key in later:  # what comes after still needs the one before
                held = self.terms.key(self.terms.hints[key])
                self._emit(Assign(held, trees.name(key)))
                changed[i + 1 :] = [
                    (other, self.terms.size(int(s), trees.replace(self.terms.tree(s), {key: trees.name(held)})))
                    for other, s in changed[i + 1 :]
                ]
            self._emit(Assign(key, tree))
            assigned.add(key)
        for (key, _), size in zip(carried.sizes, result.shape, strict=True):
            shape.append(self.terms.size(int(size), trees.name(key)))
        for stem, (key, _) in carried.counts.items():
            place.counts[stem] = self.terms.size(int(place.counts[stem]), trees.name(key))
        if carried.tensor:
            self._emit(Assign(carried.tensor, trees.name(result.key), FORWARD))
        return Flow(carried.tensor, tuple(shape), result.dtype)

    def _when(self, item: Item, flow: Flow, env: Env, place: Place, scope: Scope | None) -> Flow:
        if item.when is None:
            return self._node(item, flow, env, place, scope)
        record = self._record(item, place)
        at = record.scope if record is not None else scope or self.trace.scope
        if record is not None and record.arriving is not None:
            flow = self._hinted(flow, record.arriving.type)
        test = self.condition(item.when, env, at, flow)
        return self._branch(
            test,
            flow,
            place,
            lambda: self._node(item, flow, env, place, scope),
            None,
            ran=record is not None,
        )

    def _branch(
        self,
        test: ast.expr,
        flow: Flow,
        place: Place,
        then: Callable[[], Flow],
        otherwise: Callable[[], Flow] | None,
        *,
        ran: bool,
    ) -> Flow:
        """`if test: then`. Where the tensors differ after it, variables say which it is."""
        counts = dict(place.counts)
        body: list[Statement] = []
        orelse: list[Statement] = []
        with self._into(body):
            try:
                one = then()
            except UNTOLD:
                if ran:
                    raise
                body[:] = [Refuse(UNCALLED)]
                one = flow
        then_counts, place.counts = place.counts, counts
        with self._into(orelse):
            two = otherwise() if otherwise is not None else flow
        if len(one.shape) != len(two.shape) or one.dtype != two.dtype:
            taken = one if ran else two
            (orelse if ran else body).append(Refuse("the network would have another number of dimensions here"))
            self._emit(If(test, body, orelse))
            return taken
        shape: list[int] = []
        facts = trees.equalities(self._inlined(test), holds=False)
        positive = trees.equalities(self._inlined(test), holds=True)
        for i, (a, b) in enumerate(zip(one.shape, two.shape, strict=True)):
            shape.append(
                self._either(a, b, f"in_{dimension(len(one.shape), i)}", body, orelse, facts, positive, ran=ran)
            )
        for stem in {*then_counts, *counts}:
            missing = -1 if place.numbered else 0
            a, b = then_counts.get(stem, missing), place.counts.get(stem, missing)
            place.counts[stem] = self._either(a, b, f"{stem}_count", body, orelse, [], [], ran=ran)
        key = one.key
        if one.key != two.key and one.key and two.key:
            key = self.terms.key(self.terms.hints[two.key], "t")
            body.append(Assign(key, trees.name(one.key), FORWARD))
            orelse.append(Assign(key, trees.name(two.key), FORWARD))
        self._emit(If(test, body, orelse))
        return Flow(key, tuple(shape), one.dtype)

    def _inlined(self, test: ast.expr) -> ast.expr:
        for _ in range(20):
            found = {}
            for id in trees.names_in(test):
                for cls in (self._current,):
                    if id in cls.lets:
                        found[id] = cls.lets[id]
            if not found:
                break
            test = trees.replace(test, found)
        return self.terms.resolved(test)

    _current: ClassSource = None  # type: ignore[assignment]

    def _either(
        self,
        a: int,
        b: int,
        hint: str,
        body: list[Statement],
        orelse: list[Statement],
        facts: list[tuple[ast.expr, ast.expr]],
        positive: list[tuple[ast.expr, ast.expr]],
        *,
        ran: bool,
    ) -> int:
        """A size that is `a` in one branch, and `b` in the other."""
        if self.terms.same(a, b):
            return a
        left, right = (self._inlined(self.terms.tree(each)) for each in (a, b))
        inside = {key for s in walk(body) if isinstance(s, Assign) for key in s.targets}
        inside |= {"self"} if "self" in trees.names_in(left) else set()
        outlives = not trees.names_in(self.terms.resolved(self.terms.tree(a))) & inside
        for x, y in facts:
            if not outlives:
                break
            if (trees.same(x, left) and trees.same(y, right)) or (trees.same(x, right) and trees.same(y, left)):
                return a if isinstance(a, Size) else b
        for x, y in positive:
            if (trees.same(x, left) and trees.same(y, right)) or (trees.same(x, right) and trees.same(y, left)):
                return b
        key = self.terms.key(hint)
        body.append(Assign(key, self.terms.tree(a)))
        orelse.append(Assign(key, self.terms.tree(b)))
        return self.terms.size(int(a if ran else b), trees.name(key))

    def _hinted(self, flow: Flow, type: TensorType) -> Flow:
        """The tensor with the numbers of a record."""
        if flow.absent or len(type.shape) != len(flow.shape):
            return flow
        shape = [
            Size(int(actual), size.expression) if isinstance(size, Size) else size
            for size, actual in zip(flow.shape, type.shape, strict=True)
        ]
        return flow._replace(shape=tuple(shape))

    def _node(self, item: Item, flow: Flow, env: Env, place: Place, scope: Scope | None) -> Flow:
        self._current = place.cls
        record = self._record(item, place)
        at = record.scope if record is not None else scope or self.trace.scope
        flows = [flow]
        if item.source is not None:
            flows = self._sources(item, item.source, flow, env, place, at, record)
        if record is not None:
            types = [value.type for value in record.inputs]
            if len(types) == len(flows):
                flows = [self._hinted(each, type) for each, type in zip(flows, types, strict=True)]
        name = self.text(item.name, env, at, flows[0]) if item.name is not None else None
        output = self._kind(item, name, flows, flow, env, place, at, record)
        if record is not None:
            output = self._hinted(output, record.output.type)
            self._comment(record.output.type, place)
        if name is not None:
            self._save(name, output, place)
        return output

    def _sources(
        self, item: Item, raw: Node, arriving: Flow, env: Env, place: Place, scope: Scope, record: Record | None
    ) -> list[Flow]:
        """The tensors of a `from`, in the order in which they are taken."""
        names: list[Node | None] = [*raw.items] if isinstance(raw, SequenceNode) else [raw]
        if isinstance(raw, MappingNode):
            given = {key.text: value for key, value in raw.entries}
            block = self._block_of(item, env, scope)
            names = [given.get(name) for name in (block.inputs if block is not None else given)]
        return [
            self._resolve(self.text(name, env, scope, arriving), place, record, i) if name is not None else arriving
            for i, name in enumerate(names)
        ]

    def _block_of(self, item: Item, env: Env, scope: Scope) -> Block | None:
        if not isinstance(item, Call):
            return None
        kind, document = item.kind, env.document
        if scope.has(kind) and isinstance(held := scope.find(kind), KindValue):
            kind, document = held.kind, held.home or document
        return document.blocks.get(kind)

    def _comment(self, type: TensorType, place: Place) -> None:
        """The shape that a statement of the network makes, for the reader."""
        last = self._statements[-1] if self._statements else None
        if (
            place.cls.is_network
            and self._statements is place.cls.statements
            and isinstance(last, Assign)
            and last.effect
        ):
            last.comment = str(type)

    def _save(self, name: ast.expr, flow: Flow, place: Place) -> None:
        if isinstance(name, ast.Constant):
            place.names[str(name.value)] = flow
            if flow.key and str(name.value) in place.looked and self.terms.hints[flow.key] == "x":
                self.terms.hints[flow.key] = str(name.value)
        sample = "".join(part if isinstance(part, str) else "0" for part in trees.parts_of(name))
        if place.saves and flow.key and any(re.fullmatch(_pattern(text), sample) for text in place.looked):
            keys = self._saved(place, len(flow.shape))
            self._emit(Store(keys[0], name, trees.name(flow.key), FORWARD))
            for i, size in enumerate(flow.shape):
                self._emit(Store(keys[1 + i], name, self.terms.tree(size)))

    def _saved(self, place: Place, rank: int) -> list[str]:
        assert place.saved is not None
        return [place.saved, *(place.saved_sizes[i] for i in range(rank))]

    def _saving(self, place: Place, items: list[Item]) -> None:
        """Tensors are kept by their names where a `from` has values in it, or names what a loop makes."""
        looked = set()
        looped: list[str] = []

        def visit(items: Iterable[Item], in_loop: bool) -> None:
            for item in items:
                looping = in_loop or item.loop is not None or item.repeat is not None
                for raw in _written_sources(item):
                    if isinstance(raw, Scalar):
                        looked.add(raw.text)
                if item.name is not None and "{" in item.name.text:
                    looped.append(item.name.text)
                if isinstance(item, Structure) and item.name is None:
                    visit([*item.children, *(item.shortcut or [])], looping)
                elif isinstance(item, Structure):
                    visit_sources(item)

        def visit_sources(item: Structure) -> None:
            for child in [*item.children, *(item.shortcut or [])]:
                for raw in _written_sources(child):
                    if isinstance(raw, Scalar):
                        looked.add(raw.text)
                if isinstance(child, Structure):
                    visit_sources(child)

        visit(items, False)
        if self.document.outputs is not None and place.cls.is_network:
            wanted = self.document.outputs
            looked |= {token.text for token in (wanted.values() if isinstance(wanted, dict) else wanted)}
        place.looked = looked
        written = {item.name.text for item in _named_items(items) if item.name is not None}
        place.looped = [_pattern(text) for text in looped]
        if looped and any("{" in text or (text not in written and place.may_loop(text)) for text in looked):
            place.saves = True
            place.saved = self.terms.key("saved", "m")
            self._emit(Assign(place.saved, ast.Dict([], []), FORWARD))
            for i in range(4):
                place.saved_sizes[i] = self.terms.key(("channels", "heights", "widths", "depths")[i], "m")
                self._emit(Assign(place.saved_sizes[i], ast.Dict([], [])))

    def _resolve(self, name: ast.expr, place: Place, record: Record | None, index: int = 0) -> Flow:
        """The tensor of a node that ran earlier, brought into this class."""
        path: list[Place] = []
        hint = "".join(part for part in trees.parts_of(name) if isinstance(part, str)).strip("._-") or "skip"
        for around in place.outwards():
            found: Flow | None = None
            if isinstance(name, ast.Constant):
                found = around.names.get(str(name.value))
                if found is None and name.value == "input" and around.around is None:
                    found = around.entry
            may_be = not isinstance(name, ast.Constant) or around.may_loop(str(name.value))
            if found is None and around.saves and may_be and record is not None and index < len(record.inputs):
                type = record.inputs[index].type
                keys = self._saved(around, len(type.shape))
                key = self.terms.key(hint, "t")
                taken = Assign(key, trees.subscript(trees.name(keys[0]), name), FORWARD)
                if path and path[-1].cls is not around.cls:
                    path[-1].prelude.append(taken)
                else:
                    self._emit(taken)
                shape = tuple(
                    self.terms.size(size, trees.subscript(trees.name(k), name))
                    for size, k in zip(type.shape, keys[1:], strict=True)
                )
                found = Flow(key, shape, type.dtype)
            if found is not None:
                for inner in reversed(path):
                    if inner.cls is not around.cls:
                        found = self._capture(inner, found, hint)
                    around = inner
                return found
            path.append(around)
        raise Untranslatable(f"no node {ast.dump(name)}")

    def _capture(self, place: Place, flow: Flow, hint: str = "skip") -> Flow:
        if place.entry is not None and flow.key == place.captured_from[0]:
            return place.entry
        if flow.key not in place.captured:
            key = self.terms.key(hint, "t")
            place.captured[flow.key] = self._brought(flow, place)._replace(key=key)
            place.captured_from.append(flow.key)
            place.cls.inputs.append(key)
        return place.captured[flow.key]

    def _brought(self, flow: Flow, place: Place) -> Flow:
        """A tensor as an inner class sees it: sizes that are read from modules outside are handed to it."""
        shape = []
        for i, size in enumerate(flow.shape):
            tree = self.terms.resolved(self.terms.tree(size))
            if "self" in trees.names_in(tree):
                key = self.terms.key(f"in_{dimension(len(flow.shape), i)}")
                place.prelude.append(Assign(key, tree, INIT))
                size = self.terms.size(int(size), trees.name(key))
            shape.append(size)
        return flow._replace(shape=tuple(shape))

    # kinds

    def _kind(
        self,
        item: Item,
        name: ast.expr | None,
        flows: list[Flow],
        arriving: Flow,
        env: Env,
        place: Place,
        scope: Scope,
        record: Record | None,
    ) -> Flow:
        if isinstance(item, Call):
            return self._call(item, name, flows, env, place, scope, record)
        flow = flows[0]
        if isinstance(item, Tensor):
            return flow
        if isinstance(item, Reuse):
            return self._reuse(item, flows, env, place, scope, record)
        assert isinstance(item, Structure)
        if item.kind == "aux":
            return self._aux(item, name, flow, arriving, env, place, scope, record)
        if name is None:
            return self._structure(item, flow, env, place, scope)
        return self._named_structure(item, name, flow, env, place, scope, record)

    def _structure(self, item: Structure, flow: Flow, env: Env, place: Place, scope: Scope) -> Flow:
        match item.kind:
            case "sequential":
                return self.sequence(item.children, flow, env, place, scope=scope)
            case "residual":
                body = self.sequence(item.children, flow, env, place, scope=scope)
                shortcut = (
                    flow if item.shortcut is None else self.sequence(item.shortcut, flow, env, place, scope=scope)
                )
                return self._join("add", [body, shortcut], 1)
            case "dense":
                for child in item.children:
                    flow = self._dense(child, flow, env, place, scope)
                return flow
        dim = 1
        if item.dim is not None:
            tree = self.any(item.dim, env, scope, flow)
            if not isinstance(tree, ast.Constant | ast.UnaryOp):
                raise Untranslatable("the dimension of a concat")
            dim = int(ast.literal_eval(tree))
            dim = dim % (len(flow.shape) + 1) if flow.shape else dim
        return self._parallel(item, flow, dim, env, place, scope)

    def _dense(self, child: Item, flow: Flow, env: Env, place: Place, scope: Scope) -> Flow:
        def grow(flow: Flow, env: Env, scope: Scope | None) -> Flow:
            def one() -> Flow:
                return self._join("concat", [flow, self._node(child, flow, env, place, scope)], 1)

            if child.when is None:
                return one()
            record = self._record(child, place)
            at = record.scope if record is not None else scope or self.trace.scope
            return self._branch(
                self.condition(child.when, env, at, flow), flow, place, one, None, ran=record is not None
            )

        if child.loop is not None or child.repeat is not None:
            return self._loop(child, flow, env, place, scope, grow)
        return grow(flow, env, scope)

    def _parallel(self, item: Structure, flow: Flow, dim: int, env: Env, place: Place, scope: Scope) -> Flow:
        """Nodes that all get the same input, joined."""
        children = item.children
        looped = [child for child in children if child.loop is not None or child.repeat is not None]
        optional = [child for child in children if child.when is not None]
        if not looped and not optional:
            results = [self._node(child, flow, env, place, scope) for child in children]
            return results[0] if len(results) == 1 else self._join(item.kind, results, dim)
        if not looped and len(optional) == 1 and len(children) == 2:
            return self._perhaps(item, flow, dim, env, place, scope)
        return self._collected(item, flow, dim, env, place, scope)

    def _perhaps(self, item: Structure, flow: Flow, dim: int, env: Env, place: Place, scope: Scope) -> Flow:
        """Two nodes, one of them under a condition: the other alone, or both joined."""
        first, second = item.children
        child = first if first.when is not None else second
        record = self._record(child, place)
        at = record.scope if record is not None else scope
        seen = self._hinted(flow, record.arriving.type) if record is not None and record.arriving is not None else flow
        assert child.when is not None
        test = self.condition(child.when, env, at, seen)
        results: dict[int, Flow] = {}

        def optional() -> None:
            body: list[Statement] = []
            counts = dict(place.counts)
            with self._into(body):
                try:
                    results[0] = self._node(child, flow, env, place, scope)
                except UNTOLD:
                    if record is not None:
                        raise
                    body[:] = [Refuse(UNCALLED)]
                    results[0] = results.get(1, flow)
            orelse: list[Statement] = []
            after, place.counts = place.counts, counts
            for stem in {*after, *counts}:
                missing = -1 if place.numbered else 0
                place.counts[stem] = self._either(
                    after.get(stem, missing), counts.get(stem, missing), f"{stem}_count", body, orelse, [], [],
                    ran=record is not None,
                )  # fmt: skip
            if body or orelse:
                self._emit(If(test, body, orelse))

        if child is first:
            optional()
            results[1] = self._node(second, flow, env, place, scope)
        else:
            results[1] = self._node(first, flow, env, place, scope)
            optional()
        ordered = [results[0], results[1]] if child is first else [results[1], results[0]]
        return self._branch(
            test, results[1], place, lambda: self._join(item.kind, ordered, dim), None, ran=record is not None
        )

    def _collected(self, item: Structure, flow: Flow, dim: int, env: Env, place: Place, scope: Scope) -> Flow:
        """Any number of nodes: their results in a list, which is joined."""
        outs = self.terms.key("outs", "m")
        self._emit(Assign(outs, ast.List([], ast.Load()), FORWARD))
        axis = dim - 1
        total = self.terms.key(dimension(max(len(flow.shape), 1), min(axis, max(len(flow.shape) - 1, 0))))
        self._emit(Assign(total, ast.Constant(0)))
        last: list[Flow] = []

        def add(flow: Flow, env: Env, scope: Scope | None, child: Item) -> Flow:
            def one() -> Flow:
                result = self._node(child, flow, env, place, scope)
                self._emit(Store(outs, None, trees.name(result.key), FORWARD))
                if item.kind == "concat":
                    summed = trees.binary(trees.name(total), ast.Add(), self.terms.tree(result.shape[axis]))
                    self._emit(Assign(total, summed))
                last.append(result)
                return flow

            if child.when is None:
                return one()
            record = self._record(child, place)
            at = record.scope if record is not None else scope or self.trace.scope
            return self._branch(
                self.condition(child.when, env, at, flow), flow, place, one, None, ran=record is not None
            )

        for child in item.children:
            if child.loop is not None or child.repeat is not None:
                self._loop(child, flow, env, place, scope, lambda f, e, s, child=child: add(f, e, s, child))  # type: ignore[misc]
            else:
                add(flow, env, scope, child)
        key = self.terms.key("x", "t")
        self._emit(
            Assign(
                key, joins.joined_list(item.kind, trees.name(outs), dim, self.needed), FORWARD, effect=True, nests=True
            )
        )
        first = last[0]
        shape = list(first.shape)
        if item.kind == "concat":
            shape[axis] = self.terms.size(sum(int(each.shape[axis]) for each in last), trees.name(total))
        return Flow(key, tuple(shape), first.dtype)

    def _join(self, op: str, flows: list[Flow], dim: int) -> Flow:
        """The one place where tensors meet."""
        key = self.terms.key("x", "t")
        tree = joins.joined(op, [trees.name(flow.key) for flow in flows], dim, self.needed)
        self._emit(Assign(key, tree, FORWARD, effect=True, nests=True))
        types = [TensorType(flow.shape, flow.dtype) for flow in flows]
        type = joins.joined_type(op, types, dim, lambda size: len(ast.dump(self.terms.tree(size))))
        return Flow(key, type.shape, type.dtype)

    def _aux(
        self,
        item: Structure,
        name: ast.expr | None,
        flow: Flow,
        arriving: Flow,
        env: Env,
        place: Place,
        scope: Scope,
        record: Record | None,
    ) -> Flow:
        statements: list[Statement] = []
        with self._into(statements):
            if name is None:
                result = self.sequence(item.children, flow, env, place, scope=scope)
            else:
                result = self._named_structure(item, name, flow, env, place, scope, record, kind="sequential")
            if place.cls.aux_list is not None:
                self._emit(Store(place.cls.aux_list, None, trees.name(result.key), FORWARD))
            else:
                place.cls.aux.append(("", result.key))
        self._emit(If(trees.dotted("self.training"), statements, training=True))
        return arriving

    # named structures

    def _named_structure(
        self,
        item: Structure,
        name: ast.expr,
        flow: Flow,
        env: Env,
        place: Place,
        scope: Scope,
        record: Record | None,
        kind: str | None = None,
    ) -> Flow:
        kind = kind or item.kind
        with_aux = self._may_have_aux(item.children, env.document)
        plain = is_chain(item.children) and self._plain(item.children, place.roots)
        if kind == "sequential" and not with_aux and (plain or self._is_linear(item.children, place.roots)):
            return self._chain(item, name, flow, env, place, scope)
        return self._inner_class(item, kind, name, flow, env, place, scope)

    def _plain(self, items: list[Item], roots: frozenset[int]) -> bool:
        """Whether an nn.Sequential can call all of them: they take one tensor, and give one."""
        for item in items:
            if isinstance(item, Structure) and not self._plain(item.children, roots):
                return False
            for record in self.trace.records(item, roots):
                target = record.step.target if record.step is not None else None
                if isinstance(target, Module) and target.aux:
                    return False
                if isinstance(target, Leaf) and (target.layer.bare or target.layer.call(*target.inputs) is not None):
                    return False
            cls = layers.lookup(item.kind) if isinstance(item, Call) and item.kind in layers.KINDS else None
            if cls is not None and (cls.bare or "call" in cls.__dict__) and not self.trace.records(item, roots):
                return False
        return True

    def _is_linear(self, items: list[Item], roots: frozenset[int]) -> bool:
        """Whether children simply follow each other, each under its name: a Sequential of an OrderedDict."""
        for item in items:
            if item.source is not None or isinstance(item, Tensor | Reuse) or item.broken:
                return False
            if item.name is not None and (
                "." in item.name.text or item.name.text in ("append", "extend", "insert", "pop", "self")
            ):
                return False
            for record in self.trace.records(item, roots):
                if record.step is not None and isinstance(record.step.target, Module) and record.step.target.aux:
                    return False
                if record.step is not None and isinstance(record.step.target, Leaf):
                    leaf = record.step.target
                    if leaf.layer.bare or leaf.layer.call(*leaf.inputs) is not None:
                        return False
            if isinstance(item, Call):
                if item.name is None and item.kind[:1].islower():
                    return False
                cls = layers.lookup(item.kind) if item.kind in layers.KINDS else None
                if cls is not None and (cls.bare or cls.call is not Layer.call):
                    return False
                continue
            assert isinstance(item, Structure)
            if item.name is None and (item.kind != "sequential" or not self._is_linear(item.children, roots)):
                return False
            if item.kind == "aux" or _reaches_out([*item.children, *(item.shortcut or [])]):
                return False
        return True

    def _chain(self, item: Structure, name: ast.expr, flow: Flow, env: Env, place: Place, scope: Scope) -> Flow:
        """`nn.Sequential(...)`."""
        named = not is_chain(item.children)
        if place.chain is not None:
            ref: ast.expr = ast.Constant(None)
            chain = Chain(
                None, [], named, self.terms.key("modules" if named else "layers", "l"), nested=True, name=name
            )
        else:
            make, ref, _ = self._child(name, place, ast.Constant(None))
            chain = Chain(make, [], named, self.terms.key("modules" if named else "layers", "l"))
        inner = Place(place.cls, place.roots, chain=chain, around=place, entry=flow)
        self._emit(chain)
        with self._into(chain.body):
            output = self.sequence(item.children, flow._replace(key=""), env, inner, scope=scope)
        key = self.terms.key("x", "t")
        if place.chain is None and place.cls.base != "nn.Sequential":
            self._emit(Assign(key, trees.call(ref, [trees.name(flow.key)]), FORWARD, effect=True))
        else:
            key = ""
        if isinstance(name, ast.Constant) and place.chain is None:
            place.modules[str(name.value)] = Made(place.cls, ref, (flow.shape, output.shape))
        return output._replace(key=key)

    def _inner_class(
        self, item: Structure, kind: str, name: ast.expr, flow: Flow, env: Env, place: Place, scope: Scope
    ) -> Flow:
        """A named structure with a `forward` of its own."""
        words = "".join(part for part in trees.parts_of(name) if isinstance(part, str))
        cls = ClassSource(self._class_key(), words or kind)
        before = self._statements
        self._statements = cls.statements
        key = self.terms.key("x")
        inner = Place(cls, place.roots, around=place)
        if not flow.absent:
            flow = self._brought(flow, inner)
            cls.inputs.append(key)
            inner.entry = flow._replace(key=key)
            inner.captured_from.append(flow.key)
        else:
            inner.captured_from.append("")
        inner.numbered = kind == "sequential" and is_chain(item.children)
        modules = [
            r.step.target
            for r in self.trace.records(item, place.roots)
            if r.step is not None and isinstance(r.step.target, Module)
        ]
        self._graph_modules[cls.key] = modules
        self._aux_mode(cls, item.children, modules, env.document)
        self._saving(inner, [*item.children, *(item.shortcut or [])])
        entered = flow._replace(key=key) if not flow.absent else flow
        structure = item
        if kind != item.kind:
            output = self.sequence(item.children, entered, env, inner, scope=scope)
        else:
            output = self._structure(structure, entered, env, inner, scope)
        cls.output = output
        self.classes.append(cls)
        self._statements = before
        self._current = place.cls
        self._statements.extend(inner.prelude)
        made = trees.call(trees.name(cls.key))
        defined = {key for s in walk(cls.statements) if isinstance(s, Assign) for key in s.targets}
        defined |= {key for s in walk(cls.statements) if isinstance(s, For) for key in trees.keys_in(s.targets)}
        shape = list(output.shape)
        defined.add("self")
        asked = [
            i for i, size in enumerate(shape) if trees.names_in(self.terms.resolved(self.terms.tree(size))) & defined
        ]
        ref, said = self._held(name, made, place, bool(asked), words or kind)
        for i in asked:
            shape[i] = self._asked([cls], said, i, shape)
        output = output._replace(shape=tuple(shape))
        arguments = [trees.name(each) for each in ([flow.key] if not flow.absent else [])]
        arguments += [trees.name(each) for each in inner.captured_from[1:]]
        result = self._invoke(ref, arguments, cls, place)
        if isinstance(name, ast.Constant):
            place.modules[str(name.value)] = Made(
                place.cls, ref, (flow.shape, output.shape), captured=tuple(inner.captured_from[1:]), source=cls
            )
        return output._replace(key=result)

    def _invoke(
        self,
        ref: ast.expr,
        arguments: Sequence[ast.expr],
        cls: ClassSource | None,
        place: Place,
        *,
        nests: bool = False,
    ) -> str:
        """Call a module in `forward`. One with aux branches gives their results beside its own."""
        key = self.terms.key("x", "t")
        if place.chain is not None:
            return ""
        if cls is not None:
            arguments = [*arguments, *(self._module(place, made) for _, made in cls.modules)]
        call = trees.call(ref, arguments)
        if cls is not None and (cls.aux_list is not None):
            more = self.terms.key("more", "t")
            self._emit(Assign((key, more), call, FORWARD, effect=True))
            self._emit(Store(self._aux_list(place.cls), None, trees.name(more), FORWARD, spread=True))
            return key
        self._emit(Assign(key, call, FORWARD, effect=True, nests=nests))
        return key

    # reuse

    def _reuse(
        self, item: Reuse, flows: list[Flow], env: Env, place: Place, scope: Scope, record: Record | None
    ) -> Flow:
        assert item.target is not None
        flow = flows[0]
        name = self.text(item.target, env, scope, flow)
        found: Made | None = None
        if isinstance(name, ast.Constant):
            for around in place.outwards():
                found = around.modules.get(str(name.value))
                if found is not None:
                    break
        if found is None and not isinstance(name, ast.Constant):
            ref = self._reference(name, place)
            found = Made(place.cls, ref, ((), ()))
        if found is None:
            raise Untranslatable("no module of this name")
        ref = self._module(place, found)
        arguments: list[ast.expr] = [trees.name(each.key) for each in flows]
        for captured in found.captured:
            outer = Flow(captured, (), "float32")
            classes: list[Place] = []
            for around in place.outwards():
                if around.cls is found.cls:
                    break
                if not classes or classes[-1].cls is not around.cls:
                    classes.append(around)
            for around in reversed(classes):
                outer = self._capture(around, outer)
            arguments.append(trees.name(outer.key))
        if found.template is not None:
            key = self.terms.key("x", "t")
            self._emit(Assign(key, found.template([trees.name(each.key) for each in flows], ref), FORWARD, effect=True))
        else:
            key = self._invoke(ref, arguments, found.source, place)
        shape: tuple[int, ...] = flow.shape
        dtype = flow.dtype
        before, after = found.shapes
        if record is not None:
            type = record.output.type
            dtype = type.dtype
            if before and len(before) == len(flow.shape) and all(map(self.terms.same, before, flow.shape)):
                shape = after
            elif tuple(record.inputs[0].type.shape) != tuple(type.shape):
                shape = tuple(type.shape)
        return Flow(key, shape, dtype)

    def _module(self, place: Place, made: Made) -> ast.expr:
        """A module as this class says it: its own, or one that forward takes."""
        if place.cls is made.cls:
            return made.tree
        for key, other in place.cls.modules:
            if other is made:
                return trees.name(key)
        hint = made.tree.attr if isinstance(made.tree, ast.Attribute) else "module"
        key = self.terms.key(hint)
        place.cls.modules.append((key, made))
        return trees.name(key)

    # children

    def _stem(self, item: Item, place: Place) -> str:
        if place.numbered:
            return ""
        assert isinstance(item, Call)
        kind = item.kind
        records = self.trace.records(item, place.roots) or list(self.trace.all_records(item))
        if records and records[0].scope.has(kind):
            held = records[0].scope.find(kind)
            kind = held.kind if isinstance(held, KindValue) else kind
        return short_form(kind)

    def _automatic(self, kind: str, place: Place) -> ast.expr:
        """The name of an unnamed child: its number, or its kind and its count."""
        stem = "" if place.numbered else short_form(kind)
        count = place.counts.get(stem, -1 if place.numbered else 0) + 1
        place.counts[stem] = count
        return trees.text([f"{stem}_" if stem[-1:].isdigit() else stem, self.terms.tree(count)])

    def _child(
        self, name: ast.expr, place: Place, value: ast.expr, *, bare: bool = False
    ) -> tuple[Make, ast.expr, ast.expr | None]:
        """How a child is made, and how the class says it afterwards."""
        owner: ast.expr = trees.name("self")
        parts = _split(name)
        for i, part in enumerate(parts[:-1]):
            owner = self._container(owner, part, parts, i, place)
        last = parts[-1]
        if isinstance(owner, ast.Name):
            ref = self._attribute(owner, last)
            if isinstance(ref, ast.Attribute):
                place.cls.children.add(ref.attr)
                return Make(last, value), ref, None
            return Make(last, value, style="parameter" if bare else "add"), ref, None
        style = place.listed.get(ast.unparse(owner), "add")
        if style == "list":
            index = last.values[0].value if isinstance(last, ast.JoinedStr) else ast.Constant(int(str(last.value)))  # type: ignore[attr-defined]
            return Make(last, value, owner, "list"), trees.subscript(owner, index), owner
        if style == "dict":
            return Make(last, value, owner, "dict"), trees.subscript(owner, last), owner
        return Make(last, value, owner, "parameter" if bare else "add"), self._attribute(owner, last), owner

    def _attribute(self, owner: ast.expr, name: ast.expr) -> ast.expr:
        if isinstance(name, ast.Constant) and is_identifier(str(name.value)):
            return trees.attribute(owner, str(name.value))
        return trees.call(trees.name("getattr"), [owner, name])

    def _reference(self, name: ast.expr, place: Place) -> ast.expr:
        owner: ast.expr = trees.name("self")
        parts = _split(name)
        for part in parts[:-1]:
            style = place.listed.get(ast.unparse(owner))
            owner = trees.subscript(owner, part) if style == "dict" else self._attribute(owner, part)
        style = place.listed.get(ast.unparse(owner))
        last = parts[-1]
        if style == "list":
            index = last.values[0].value if isinstance(last, ast.JoinedStr) else ast.Constant(int(str(last.value)))  # type: ignore[attr-defined]
            return trees.subscript(owner, index)
        return trees.subscript(owner, last) if style == "dict" else self._attribute(owner, last)

    def _container(self, owner: ast.expr, name: ast.expr, parts: list[ast.expr], level: int, place: Place) -> ast.expr:
        """A module that only holds others: `convs` of `convs.{i}`."""
        in_dict = place.listed.get(ast.unparse(owner)) == "dict"
        ref = trees.subscript(owner, name) if in_dict else self._attribute(owner, name)
        text = ast.unparse(ref)
        if text in place.containers:
            return ref
        place.containers[text] = ref
        style, kind = self._container_style(parts, level, place)
        place.listed[text] = style
        made = trees.call(trees.dotted(kind))
        untyped = style == "add" or level + 2 < len(parts) or self._has_containers(parts, level, place)
        inside = None if isinstance(owner, ast.Name) else owner
        if isinstance(ref, ast.Attribute) and inside is None:
            place.cls.children.add(ref.attr)
            self._first(Make(name, made, untyped=untyped), place)
        else:
            self._first(Make(name, made, inside, "dict" if in_dict else "add"), place)
        return ref

    def _first(self, make: Make, place: Place) -> None:
        """Containers are made before the loop or the condition that fills them."""
        if trees.keys_in(make.name) or (make.owner is not None and trees.keys_in(make.owner)):
            self._emit(make)
            return
        statements = place.cls.statements
        outermost = next(
            (
                i
                for i, s in enumerate(statements)
                if not isinstance(s, Chain) and self._statements is not statements and _holds(s, self._statements)
            ),
            None,
        )
        if outermost is None and self._statements is not statements:
            statements.append(make)  # the statement around is emitted after its body
        else:
            self._emit(make)

    def _container_style(self, parts: list[ast.expr], level: int, place: Place) -> tuple[str, str]:
        """A list where the names count from 0, else a mapping, unless a name is one that neither can have."""
        if any(trees.keys_in(part) for part in parts[: level + 1]):
            return "add", "nn.Module"
        prefix = "".join(f"{trees.said(part)}." for part in parts[: level + 1] if isinstance(part, ast.Constant))
        every: list[list[str]] = []
        bare = leaves = 0
        modules = self._modules_of(place)
        for module in modules:
            names = [name for name in module.children if name.startswith(prefix)]
            every.append(list(dict.fromkeys(name[len(prefix) :].partition(".")[0] for name in names)))
            nested = any("." in name[len(prefix) :] for name in names)
            for name in names:
                child = module.children[name]
                leaves += 1
                bare += isinstance(child, Leaf) and child.layer.bare
            if nested:
                leaves += 1
        counted = all(names == [str(i) for i in range(len(names))] for names in every) and any(every)
        last = parts[level + 1] if level + 2 == len(parts) else None
        single = isinstance(last, ast.Constant) or (isinstance(last, ast.JoinedStr) and len(last.values) == 1)
        if bare and bare < leaves:
            return "add", "nn.Module"
        if counted and single and leaves == sum(map(len, every)):
            return "list", "nn.ParameterList" if bare else "nn.ModuleList"
        if bare or any(name in _DICT_NAMES for names in every for name in names):
            return "add", "nn.Module"
        return "dict", "nn.ModuleDict"

    def _has_containers(self, parts: list[ast.expr], level: int, place: Place) -> bool:
        prefix = "".join(f"{trees.said(part)}." for part in parts[: level + 1] if isinstance(part, ast.Constant))
        names = [name for module in self._modules_of(place) for name in module.children if name.startswith(prefix)]
        return any("." in name[len(prefix) :] for name in names)

    def _modules_of(self, place: Place) -> list[Module]:
        """The modules of the graph that a class was made from."""
        return self._graph_modules.get(place.cls.key, [])

    # calls

    def _call(
        self,
        item: Call,
        name: ast.expr | None,
        flows: list[Flow],
        env: Env,
        place: Place,
        scope: Scope,
        record: Record | None,
    ) -> Flow:
        kind, document = item.kind, env.document
        variable = env.find(kind)
        candidates: list[KindValue] = []
        if variable is not None:
            records = self.trace.records(item, place.roots)
            for each in [r.scope for r in records] or [scope]:
                held = each.find(item.kind) if each.has(item.kind) else None
                if isinstance(held, KindValue) and held not in candidates:
                    candidates.append(held)
            if not candidates:
                raise Untranslatable(f"no kind is known for {item.kind}")
            kind, document = candidates[0].kind, candidates[0].home or document
        elif scope.has(kind) and isinstance(held := scope.find(kind), KindValue):
            # a param of the file that an imported block is from: no argument of the class
            candidates, kind, document = [held], held.kind, held.home or document
        if kind in STRUCTURES:
            structure = item.read.get(kind)
            assert isinstance(structure, Structure)
            if name is None:
                return self._structure(structure, flows[0], env, place, scope)
            return self._named_structure(structure, name, flows[0], env, place, scope, record)
        if name is None and (place.chain is None or place.chain.named):
            name = self._automatic(kind, place)
        block = document.blocks.get(kind)
        if block is not None:
            return self._block_call(item, block, name, flows, env, place, scope, record, variable, candidates)
        return self._layer_call(item, kind, name, flows, env, place, scope, record, variable, candidates)

    def _make(self, name: ast.expr | None, value: ast.expr, place: Place, *, bare: bool = False) -> ast.expr:
        """A child, and how the class says it."""
        if place.chain is not None:
            self._emit(Append(value, name))
            return ast.Constant(None)
        assert name is not None
        if place.cls.base == "nn.Sequential":
            make, ref, _ = self._child(name, place, value, bare=bare)
            self._emit(make)
            return ref
        make, ref, _ = self._child(name, place, value, bare=bare)
        self._emit(make)
        return ref

    def _given(
        self, item: Call, kind: str, names: Sequence[str], direct: str | None, env: Env
    ) -> dict[str, tuple[Node, Env, bool]]:
        """The arguments of a call as they are written: its own over the document's defaults."""
        given: dict[str, tuple[Node, Env, bool]] = {}
        for name, (_, raw) in self.document.defaults.get(kind, {}).items():
            given[name] = (raw, self._document_env, True)
        own = item.arguments
        if isinstance(own, MappingNode):
            for key, raw in own.entries:
                given[key.text] = (raw, env, False)
        elif own is not None and direct is not None:
            given[direct] = (own, env, False)
        return {name: given[name] for name in names if name in given}

    def _layer_call(
        self,
        item: Call,
        kind: str,
        name: ast.expr | None,
        flows: list[Flow],
        env: Env,
        place: Place,
        scope: Scope,
        record: Record | None,
        variable: ast.expr | None,
        candidates: list[KindValue],
    ) -> Flow:
        cls = layers.lookup(kind)
        assert cls is not None
        leaf = record.step.target if record is not None and record.step is not None else None
        types = tuple(TensorType(flow.shape, flow.dtype) for flow in flows)
        fields = cls.fields()
        written: dict[str, ast.expr] = {}
        hints: dict[str, Any] = {}
        bound = {n or (cls.direct or ""): a.value for n, a in candidates[0].bound.items()} if candidates else {}
        if variable is None:
            written |= {argument: self.value(value) for argument, value in bound.items()}
            hints |= bound
            bound = {}
        layer = leaf.layer if isinstance(leaf, Leaf) else None
        updates: dict[str, Any] = {}
        for argument, (raw, where, is_default) in self._given(item, kind, list(fields), cls.direct, env).items():
            if variable is not None and is_default:
                continue  # the kind brings them
            at = self.trace.scope if is_default else scope
            tree = self.field(raw, where, at, flows[0], fields[argument].words)
            hints[argument] = (
                layer._values()[argument]
                if layer is not None
                else self._evaluated(raw, at, flows[0], fields[argument].words)
            )
            if layer is not None:
                sort = "?" if _constant(tree) else self._sort(raw, where, at, flows[0])
                tree = _as_validated(tree, hints[argument], sort)
            written[argument] = tree
        if layer is None:
            layer = cls.model_validate(bound | hints)
        names = {field.alias or own: own for own, field in cls.model_fields.items()}
        for argument, tree in written.items():
            said = self._sized(tree, layer._values()[argument])
            if said is not layer._values()[argument]:
                updates[names[argument]] = said
        said_layer = layer.model_copy(update=updates) if updates else layer
        own_written = [*written]
        sizes = said_layer.sizes(*types)
        for argument, size in sizes.items():
            if argument not in written and argument not in bound:
                made = [self.terms.tree(each) for each in size] if isinstance(size, tuple) else None
                written[argument] = ast.Tuple(made, ast.Load()) if made is not None else self.terms.tree(size)
        given = self._said_arguments(cls, said_layer, types, written, bound, own_written)
        origin = self._origin(sizes)
        value = self._construction(cls, said_layer, types, given, written, variable)
        key, ref = self._called(cls, said_layer, types, written, name, value, flows, place, variable, origin)
        if name is not None and isinstance(name, ast.Constant) and place.chain is None:
            template = self._template(cls, said_layer, types)
            place.modules[str(name.value)] = Made(
                place.cls,
                ref,
                (flows[0].shape, ()),
                (lambda arguments, ref: _filled(template, arguments, ref)) if template is not None else None,
            )
        output = self._bind(said_layer.output(*types), place)
        if kind == "Flatten" and len(types[0].shape) > len(output.shape):
            merged = [size for size in types[0].shape if _int(size) != 1]
            if len(merged) > 1:
                product = ast.dump(self.terms.resolved(self.terms.tree(output.shape[-1])))
                self._products[product] = tuple(map(self.terms.tree, merged))
        if name is not None and isinstance(name, ast.Constant) and place.chain is None:
            place.modules[str(name.value)].shapes = (flows[0].shape, output.shape)
        return Flow(key, tuple(output.shape), output.dtype)

    def _said_arguments(
        self,
        cls: type[Layer],
        layer: Layer,
        types: tuple[TensorType, ...],
        written: Mapping[str, ast.expr],
        bound: Mapping[str, Any],
        own_written: Collection[str],
    ) -> dict[str, ast.expr]:
        """What the constructor is given: what the layer says, and every expression that was written."""
        positional, keywords = layer.arguments(*types)
        values = dict(zip(cls.positional, positional, strict=False)) | keywords
        own = layer._values()
        said = {
            name: written[name]
            if name in written and (name not in own or own[name] is None or own[name] == value)
            else self._value_tree(value)
            for name, value in values.items()
        }
        said |= {
            name: written[name]
            for name in own_written
            if name not in said and name not in cls.own and not _constant(written[name])
        }
        order = [*cls.positional, *cls.fields()]
        return {name: said[name] for name in dict.fromkeys(order) if name in said and name not in bound}

    def _value_tree(self, value: Any) -> ast.expr:
        if isinstance(value, tuple):
            return ast.Tuple([self._value_tree(each) for each in value], ast.Load())
        return self.terms.tree(value) if isinstance(value, Size) else trees.constant(value)

    def _bind(self, type: TensorType, place: Place) -> TensorType:
        """Sizes that are long to say have a variable."""
        if self._statements is not place.cls.statements:
            return type
        shape = list(type.shape)
        known: dict[str, Size] = {}
        for i, size in enumerate(shape):
            if i == 0 or not isinstance(size, Size) or not _is_long(size):
                continue
            tree = self.terms.resolved(self.terms.tree(size))
            text = ast.dump(tree)
            if text not in known:
                key = self.terms.key(f"in_{dimension(len(shape), i)}", "n")
                self._emit(Assign(key, tree))
                place.cls.lets[key] = tree
                self.values[key] = [1]
                known[text] = Size(int(size), key)
            shape[i] = Size(int(size), known[text].expression)
        return TensorType(tuple(shape), type.dtype)

    def _origin(self, sizes: Mapping[str, Any]) -> tuple[ast.expr, ...]:
        """The sizes whose product an inferred one is."""
        for size in sizes.values():
            tree = self.terms.resolved(self.terms.tree(size)) if isinstance(size, int) else ast.Constant(None)
            if not isinstance(tree, ast.Name) and (found := self._products.get(ast.dump(tree))) is not None:
                return found
        return ()

    def _construction(
        self,
        cls: type[Layer],
        layer: Layer,
        types: tuple[TensorType, ...],
        given: Mapping[str, ast.expr],
        written: Mapping[str, ast.expr],
        variable: ast.expr | None,
    ) -> ast.expr:
        plain_types = tuple(TensorType(tuple(map(_int, type.shape)), type.dtype) for type in types)
        construct = self._alternatives(layer, cls, written, lambda one: one.construction(*plain_types))
        if variable is None and any(text is not None for _, text in construct):
            if cls.source:  # the template may name it
                self.target(cls)
            return self._choice(
                [
                    (
                        test,
                        _parsed(text, self._every(cls, layer, given, written))
                        if text is not None
                        else self._plain_construction(cls, given, variable),
                    )
                    for test, text in construct
                ]
            )
        return self._plain_construction(cls, given, variable)

    def _every(
        self, cls: type[Layer], layer: Layer, given: Mapping[str, ast.expr], written: Mapping[str, ast.expr]
    ) -> dict[str, ast.expr]:
        values = layer._values()
        return (
            {name: _plain(values[name]) for name in cls.fields() if not isinstance(values[name], Size)}
            | dict(written)
            | dict(given)
        )

    def _plain_construction(
        self, cls: type[Layer], given: Mapping[str, ast.expr], variable: ast.expr | None
    ) -> ast.expr:
        arguments = dict(given)
        leading: list[ast.expr] = []
        for argument in cls.positional if variable is None else [n for n in cls.fields() if n in cls.inferred]:
            if argument not in arguments:
                break
            leading.append(arguments.pop(argument))
        order = list(cls.fields())
        if leading and variable is None and order[: len(leading)] == [*cls.positional][: len(leading)]:
            for argument in order[len(leading) :]:  # `kernel_size, stride`, as people do
                tree = arguments.get(argument)
                if not isinstance(tree, ast.Name) or self.terms.hints.get(tree.id) != argument:
                    break
                leading.append(arguments.pop(argument))
        return trees.call(variable if variable is not None else self.target(cls), leading, arguments)

    def target(self, cls: type[Layer]) -> ast.expr:
        """The class that a layer kind is in Python."""
        self.layers.setdefault(cls.target, cls)
        return trees.dotted(cls.target)

    def _alternatives(
        self, layer: Layer, cls: type[Layer], written: Mapping[str, ast.expr], ask: Callable[[Layer], str | None]
    ) -> list[tuple[ast.expr | None, str | None]]:
        """What a layer says of itself, for both values of an argument that is a condition."""
        names = {field.alias or own: own for own, field in cls.model_fields.items()}
        for argument in cls.own:
            tree = written.get(argument)
            value = layer._values()[argument]
            if tree is None or _constant(tree) or not isinstance(value, bool):
                continue
            yes, no = (ask(layer.model_copy(update={names[argument]: each})) for each in (True, False))
            if yes != no:
                return [(tree, yes), (None, no)]
        return [(None, ask(layer))]

    def _choice(self, options: Sequence[tuple[ast.expr | None, ast.expr]]) -> ast.expr:
        (test, tree), *others = options
        if test is None:
            return tree
        return ast.IfExp(test, tree, self._choice(others))

    def _template(self, cls: type[Layer], layer: Layer, types: tuple[TensorType, ...]) -> str | None:
        plain_types = tuple(TensorType(tuple(map(_int, type.shape)), type.dtype) for type in types)
        return layer.call(*plain_types)

    def _called(
        self,
        cls: type[Layer],
        layer: Layer,
        types: tuple[TensorType, ...],
        written: Mapping[str, ast.expr],
        name: ast.expr | None,
        value: ast.expr,
        flows: list[Flow],
        place: Place,
        variable: ast.expr | None,
        origin: tuple[ast.expr, ...],
    ) -> tuple[str, ast.expr]:
        ref = self._make(name, value, place, bare=cls.bare)
        made = self._statements[-1]
        if isinstance(made, Make | Append) and {key for tree in origin for key in trees.keys_in(tree)} <= trees.keys_in(
            value
        ):
            made.origin = origin
        if place.chain is not None or place.cls.base == "nn.Sequential":
            return "", ref
        plain_types = tuple(TensorType(tuple(map(_int, type.shape)), type.dtype) for type in types)
        options = self._alternatives(layer, cls, written, lambda one: one.call(*plain_types))
        key = self.terms.key("x", "t")
        arguments = [trees.name(flow.key) for flow in flows]
        nests = cls.family in _NESTING
        calls = [
            (test, _filled(text, arguments, ref) if text is not None else trees.call(ref, arguments))
            for test, text in options
        ]
        for _, text in options:
            if text is not None and "torch." in text:
                self.needed.add("torch")
        if len(calls) == 1:
            self._emit(
                Assign(key, calls[0][1], FORWARD, effect=True, nests=nests and calls[0][1].__class__ is ast.Call)
            )
        else:
            (test, yes), (_, no) = calls
            assert test is not None
            self._emit(If(test, [Assign(key, yes, FORWARD, effect=True)], [Assign(key, no, FORWARD, effect=True)]))
        return key, ref

    def _sized(self, tree: ast.expr, hint: Any) -> Any:
        """An argument for the shape rules: the number, with its tree where that says more."""
        if isinstance(hint, bool) or _constant(tree):
            return hint
        if isinstance(hint, int):
            return self.terms.size(hint, tree)
        if isinstance(hint, tuple) and all(isinstance(each, int) and not isinstance(each, bool) for each in hint):
            if (
                isinstance(tree, ast.Tuple)
                and len(tree.elts) == len(hint)
                and not any(isinstance(e, ast.Starred) for e in tree.elts)
            ):
                return tuple(self._sized(each, one) for each, one in zip(tree.elts, hint, strict=True))
            return tuple(self.terms.size(one, trees.subscript(tree, ast.Constant(i))) for i, one in enumerate(hint))
        return hint

    # blocks

    def _block_call(
        self,
        item: Call,
        block: Block,
        name: ast.expr | None,
        flows: list[Flow],
        env: Env,
        place: Place,
        scope: Scope,
        record: Record | None,
        variable: ast.expr | None,
        candidates: list[KindValue],
    ) -> Flow:
        flow = flows[0]
        rank = len(flow.shape)
        target = record.step.target if record is not None and record.step is not None else None
        arguments = target.arguments if isinstance(target, Module) else {}
        cls = self.block(block, rank, arguments)
        self._current = place.cls
        others = [cls]
        for held in candidates[1:]:
            document = held.home or env.document
            other = document.blocks.get(held.kind)
            if other is not None:
                others.append(self.block(other, rank, {}))
                self._current = place.cls
        direct = next(iter(block.params), None)
        given: dict[str, ast.expr] = {}
        for argument, (raw, where, is_default) in self._given(
            item, block.name, list(block.params), direct, env
        ).items():
            if variable is not None and is_default:
                continue
            at = self.trace.scope if is_default else scope
            given[argument] = self.written(block.params[argument], raw, where, at, flow)
        own = {parameter.name: parameter for parameter in cls.parameters}
        call = trees.call(variable if variable is not None else trees.name(cls.key), [], {})
        call.keywords = [ast.keyword(own[argument].key, tree) for argument, tree in given.items() if argument in own]
        call.site = len(self.sites)  # type: ignore[attr-defined]
        self.sites.append(Site(tuple(size for each in flows for size in each.shape), others))
        shape, attributes = self._made_shape(cls, given, flows, variable, record, candidates)
        hint = "layer" if variable is not None else short_form(block.name)
        ref, said = self._held(name, call, place, bool(attributes), hint)
        for i in attributes:
            shape[i] = self._asked(others, said, i, shape)
        if place.chain is not None or place.cls.base == "nn.Sequential":
            key = ""
        else:
            key = self._invoke(ref, [trees.name(each.key) for each in flows], cls, place)
        output = Flow(key, tuple(shape), cls.output.dtype)
        if isinstance(name, ast.Constant) and place.chain is None:
            place.modules[str(name.value)] = Made(place.cls, ref, (flow.shape, output.shape), source=cls)
        return output

    def _held(
        self, name: ast.expr | None, value: ast.expr, place: Place, asked: bool, hint: str
    ) -> tuple[ast.expr, ast.expr]:
        """Make a child, and how it is called, and asked for its sizes: a variable where it is no plain attribute."""
        if not asked or (place.chain is None and not _is_getattr(name)):
            ref = self._make(name, value, place)
            return ref, ref
        key = self.terms.key(hint, "h")
        self._emit(Assign(key, value, INIT))
        ref = self._make(name, trees.name(key), place)
        if place.chain is None:
            self._emit(Assign(key, ref, FORWARD))
        return ref, trees.name(key)

    def _asked(self, classes: list[ClassSource], ref: ast.expr, i: int, shape: Sequence[int]) -> int:
        """A size that is read from a module."""
        said = trees.attribute(ref, f"out_{dimension(len(shape), i)}")
        said.export = len(self.exports)  # type: ignore[attr-defined]
        self.exports.append((classes, i))
        return self.terms.size(int(shape[i]), said)

    def _made_shape(
        self,
        cls: ClassSource,
        given: Mapping[str, ast.expr],
        flows: list[Flow],
        variable: ast.expr | None,
        record: Record | None,
        candidates: list[KindValue],
    ) -> tuple[list[int], list[int]]:
        """The output's sizes as the caller says them, and the dimensions that it must ask the module for."""
        found: dict[str, ast.expr] = {}
        for dim, size in zip(cls.dims, [size for flow in flows for size in flow.shape], strict=False):
            found[dim] = self.terms.tree(size)
        for parameter in cls.parameters:
            if parameter.name in given:
                found[parameter.key] = given[parameter.name]
            elif parameter.key in cls.computed:
                found[parameter.key] = trees.replace(cls.computed[parameter.key], found)
            elif parameter.default is not None:
                found[parameter.key] = parameter.default
        for key, tree in cls.lets.items():
            found[key] = trees.replace(self.terms.resolved(tree), found)
        shape: list[int] = []
        attributes: list[int] = []
        actual = record.output.type.shape if record is not None else tuple(map(int, cls.output.shape))
        documents = self._document_env_keys()
        for i, size in enumerate(cls.output.shape):
            hint = actual[i] if i < len(actual) else int(size)
            if not isinstance(size, Size):
                shape.append(int(size))
                continue
            expression = self.terms.resolved_expression(size)
            tree = self.terms.resolved(self.terms._sum(expression))
            unchanged = trees.same(tree, trees.name(cls.dims[i])) if i < len(cls.dims) else False
            unknown = trees.keys_in(tree) - found.keys() - documents | (trees.names_in(tree) & {"self"})
            shape.append(self.terms.size(hint, trees.folded(trees.replace(tree, found))) if not unknown else int(hint))
            if unknown or (variable is not None and not unchanged and i == 0 and len(candidates) < 2):
                attributes.append(i)
        return shape, attributes

    def _document_env_keys(self) -> set[str]:
        return {tree.id for tree in self._document_env.variables.values() if isinstance(tree, ast.Name)}

    # what is written

    def translator(self, env: Env, scope: Scope, flow: Flow | None) -> Translator:
        def find(name: str) -> tuple[ast.expr, Any]:
            tree = env.find(name)
            if tree is not None:
                try:
                    return tree, scope.find(name)
                except KeyError:
                    return tree, 0
            if name in ("in_channels", "in_features", "in_shape"):
                if flow is None or flow.absent:
                    raise Untranslatable(name)
                sizes = [self.terms.tree(size) for size in flow.shape]
                if name == "in_shape":
                    return ast.Tuple(sizes, ast.Load()), [0]
                return (sizes[0] if name == "in_channels" else sizes[-1]), 1
            if scope.has(name):  # of a file that is imported, which nobody can change
                value = scope.find(name)
                return self.value(value), value
            document = env.document
            if name in document.blocks or name in layers.KINDS or name in STRUCTURES:
                held = KindValue(name, document)
                return self.kind(held, {}), held
            other = Env(document, {}).find(name)
            if other is None:
                outside = self.trace.scopes.get(id(document))
                if outside is not None and outside.has(name):
                    value = outside.find(name)
                    return self.value(value), value
            raise Untranslatable(f"unknown name {name}")

        return Translator(find, self.needed)

    def any(self, raw: Node, env: Env, scope: Scope, flow: Flow | None) -> ast.expr:
        """A value: a literal as it is, a string as an expression, a mapping as a kind."""
        if isinstance(raw, Scalar):
            if not isinstance(raw.value, str):
                return trees.constant(raw.value)
            return self.translator(env, scope, flow).text(raw.text)
        if isinstance(raw, SequenceNode):
            return ast.Tuple([self.any(each, env, scope, flow) for each in raw.items], ast.Load())
        assert isinstance(raw, MappingNode)
        ((key, inner),) = raw.entries
        translator = self.translator(env, scope, flow)
        _, held = translator.find(key.text)
        if not isinstance(held, KindValue):
            raise Untranslatable(key.text)
        given: dict[str, ast.expr] = {}
        if isinstance(inner, MappingNode):
            given = {name.text: self._loosely(value, env, scope, flow) for name, value in inner.entries}
        elif not (isinstance(inner, Scalar) and inner.value is None):
            given = {"": self._loosely(inner, env, scope, flow)}
        return self.kind(held, given, tree=env.find(key.text))

    def _loosely(self, raw: Node, env: Env, scope: Scope, flow: Flow | None) -> ast.expr:
        if isinstance(raw, Scalar) and isinstance(raw.value, str) and raw.text.isidentifier():
            try:
                return self.translator(env, scope, flow).find(raw.text)[0]
            except Untranslatable:
                return ast.Constant(raw.text)
        return self.any(raw, env, scope, flow)

    def field(self, raw: Node, env: Env, scope: Scope, flow: Flow, words: Any) -> ast.expr:
        """An argument of a layer, which may be a word."""
        if isinstance(raw, Scalar) and isinstance(raw.value, str) and words:
            if raw.text in words:
                return ast.Constant(raw.text)
            if "{" in raw.text:
                return self.text(raw, env, scope, flow)
        return self.any(raw, env, scope, flow)

    def written(self, param: Any, raw: Node, env: Env, scope: Scope, flow: Flow | None) -> ast.expr:
        """What is given for a param."""
        if param.type == "str":
            return self.text(raw, env, scope, flow)
        tree = self.any(raw, env, scope, flow)
        if param.type == "int" and self._sort(raw, env, scope, flow) == "float":
            if isinstance(tree, ast.Constant) and isinstance(tree.value, float):
                return ast.Constant(int(tree.value))
            return trees.call(trees.name("int"), [tree])
        return tree

    def text(self, raw: Node, env: Env, scope: Scope, flow: Flow | None) -> ast.expr:
        assert isinstance(raw, Scalar)
        if "{" not in raw.text and "}" not in raw.text:
            return ast.Constant(raw.text)
        return template(raw.text, self.translator(env, scope, flow))

    def condition(self, raw: Node, env: Env, scope: Scope, flow: Flow) -> ast.expr:
        return self.any(raw, env, scope, flow)

    def _sort(self, raw: Node, env: Env, scope: Scope, flow: Flow | None) -> str:
        if not isinstance(raw, Scalar):
            return "list"
        if not isinstance(raw.value, str):
            return sort_of_value(raw.value)
        return self.translator(env, scope, flow).sort(Source(raw.text).tree())

    def _evaluated(self, raw: Node, scope: Scope, flow: Flow, words: Any = ()) -> Any:
        """The value of an argument of a node that ran in no call."""
        from archspec.elaborate.scope import View
        from archspec.elaborate.values import Flow as Arriving
        from archspec.expressions import Budget, parse

        if isinstance(raw, SequenceNode):
            return [self._evaluated(each, scope, flow) for each in raw.items]
        if not isinstance(raw, Scalar) or not isinstance(raw.value, str):
            return raw.value if isinstance(raw, Scalar) else None
        value = Value(TensorType(tuple(map(_int, flow.shape)), flow.dtype))
        try:
            return parse(raw.text).evaluate(View(scope, Arriving(value)), Budget())
        except Exception:
            return raw.text if raw.text in words else 1

    def value(self, value: Any) -> ast.expr:
        """A value as Python."""
        if isinstance(value, KindValue):
            return self.kind(value, {})
        if isinstance(value, list | tuple):
            return ast.Tuple([self.value(each) for each in value], ast.Load())
        return trees.constant(value)

    def kind(self, held: KindValue, given: Mapping[str, ast.expr], tree: ast.expr | None = None) -> ast.expr:
        """A kind as a value: its class, with `partial` where arguments come with it."""
        if held.kind in STRUCTURES:
            return ast.Constant(held.kind)
        document = held.home or self.document
        block = document.blocks.get(held.kind)
        cls = layers.lookup(held.kind) if block is None else None
        if block is not None:
            names, direct = list(block.params), next(iter(block.params), None)
            rank = self._rank_of(block)
            target: ast.expr = trees.name(self.block(block, rank, {}).key)
        else:
            assert cls is not None
            names, direct = list(cls.fields()), cls.direct
            target = self.target(cls)
        every: dict[str, ast.expr] = {}
        for name, (_, raw) in self.document.defaults.get(held.kind, {}).items():
            words = cls.fields()[name].words if cls is not None else ()
            every[name] = self.field(raw, self._document_env, self.trace.scope, Flow("", (), "", True), words)
        for name, argument in held.bound.items():
            every[name or direct or ""] = self.value(argument.value)
        for name, said in given.items():
            every[name or direct or ""] = said
        if not every:
            return tree if tree is not None else target
        leading: list[ast.expr] = []
        for name in names:
            if name not in every:
                break
            leading.append(every.pop(name))
        self.needed.add("partial")
        if tree is not None and not held.bound:
            target = tree
        return trees.call(trees.name("partial"), [target, *leading], every)

    def _rank_of(self, block: Block) -> int:
        calls = self.trace.calls(block)
        return len(calls[0].module.inputs[0].type.shape) if calls else 3


def _is_getattr(name: ast.expr | None) -> bool:
    """Whether a child is no attribute that can be written."""
    return not (isinstance(name, ast.Constant) and is_identifier(str(name.value)))


_DICT_NAMES = frozenset({"clear", "items", "keys", "pop", "update", "values", "type", "forward", "training"})


def _is_long(size: Size) -> bool:
    """Whether an expression has a division in it, or several products."""
    terms = size.expression.terms
    return (
        any(not isinstance(atom, Variable) for product, _ in terms for atom in product)
        or sum(len(p) > 1 for p, _ in terms) > 1
    )


def _surely_runs(iterable: ast.expr) -> bool:
    match iterable:
        case ast.Call(func=ast.Name(id="range"), args=[ast.Constant(value=int() as count)]):
            return count > 0
        case ast.Call(func=ast.Name(id="enumerate" | "reversed" | "list"), args=[inner]):
            return _surely_runs(inner)
        case ast.Tuple(elts=items):
            return any(not isinstance(item, ast.Starred) for item in items)
    return False


def _int(size: int) -> int:
    return size.plain if isinstance(size, Size) else size


def _constant(tree: ast.expr) -> bool:
    match tree:
        case ast.Constant():
            return True
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant()):
            return True
        case ast.Tuple(elts=items):
            return all(map(_constant, items))
    return False


def _plain(value: Any) -> ast.expr:
    return trees.constant(value)


def _as_validated(tree: ast.expr, value: Any, sort: str) -> ast.expr:
    """An argument as the layer has it: literal numbers as it read them, whole floats as integers."""
    if _constant(tree):
        return trees.constant(value) if not isinstance(value, str) or isinstance(tree, ast.Constant) else tree
    if isinstance(value, int) and not isinstance(value, bool) and sort == "float":
        return trees.call(trees.name("int"), [tree])
    return tree


def _tied(path: str) -> ast.expr:
    """A parameter of the class by its name in the state_dict: `self.wte.weight`."""
    *parts, last = path.split(".")
    if not is_identifier(last):
        return trees.call(trees.attribute(trees.name("self"), "get_parameter"), [ast.Constant(path)])
    owner: ast.expr = trees.name("self")
    if all(map(is_identifier, parts)):
        for part in parts:
            owner = trees.attribute(owner, part)
    else:
        owner = trees.call(trees.attribute(owner, "get_submodule"), [ast.Constant(".".join(parts))])
    return trees.attribute(owner, last)


def _split(name: ast.expr) -> list[ast.expr]:
    """A name at its dots."""
    parts: list[list[str | ast.expr]] = [[]]
    for part in trees.parts_of(name):
        if not isinstance(part, str):
            parts[-1].append(part)
            continue
        first, *others = part.split(".")
        parts[-1].append(first)
        parts += [[other] for other in others]
    return [trees.text(part) for part in parts]


def _parsed(text: str, given: Mapping[str, ast.expr]) -> ast.expr:
    """A template of a layer kind with its arguments."""
    names = {name: f"argument_{name}" for name in given}
    tree = ast.parse(text.format(**names), mode="eval").body
    return trees.replace(tree, {names[name]: value for name, value in given.items()})


def _filled(text: str, arguments: Sequence[ast.expr], ref: ast.expr) -> ast.expr:
    names = [f"input_{i}" for i in range(len(arguments))]
    tree = ast.parse(text.format(*names, module="module_"), mode="eval").body
    return trees.replace(tree, {**dict(zip(names, arguments, strict=True)), "module_": ref})


def _reaches_out(items: Iterable[Item]) -> bool:
    """Whether a node in them may take what is outside."""
    return any(
        item.source is not None
        or isinstance(item, Reuse)
        or (isinstance(item, Structure) and _reaches_out([*item.children, *(item.shortcut or [])]))
        for item in items
    )


def _calls(items: Iterable[Item]) -> Iterable[Call]:
    """Every call that is written in nodes."""
    for item in items:
        if isinstance(item, Call):
            yield item
        elif isinstance(item, Structure):
            yield from _calls([*item.children, *(item.shortcut or [])])


def _modules(body: list[Item]) -> Iterable[list[Item]]:
    """The nodes of each module that is written in a body, where their names are not mere numbers."""
    if not is_chain(body):
        yield body
    pending = list(body)
    while pending:
        item = pending.pop()
        if isinstance(item, Structure):
            inner = [*item.children, *(item.shortcut or [])]
            if item.name is None:
                pending += inner
            elif item.kind != "sequential" or not is_chain(item.children):
                yield from _modules(inner)


def _pattern(template: str) -> str:
    """The names that a template may come to."""
    return re.sub(r"\\\{.*?\\\}", ".*", re.escape(template))


def _written_sources(item: Item) -> list[Node]:
    if isinstance(item.source, SequenceNode):
        return [*item.source.items]
    if isinstance(item.source, MappingNode):
        return [value for _, value in item.source.entries]
    return [item.source] if item.source is not None else []


def _named_items(items: Iterable[Item]) -> Iterable[Item]:
    """The nodes of a module, those in unnamed structures and loops included, that have a name of their own."""
    for item in items:
        if item.name is not None and item.loop is None and item.repeat is None:
            yield item
        elif item.name is None and isinstance(item, Structure) and item.loop is None and item.repeat is None:
            yield from _named_items([*item.children, *(item.shortcut or [])])


def _holds(statement: Statement, body: list[Statement]) -> bool:
    return any(
        getattr(each, "body", None) is body or getattr(each, "orelse", None) is body for each in walk([statement])
    )

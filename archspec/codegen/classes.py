"""Which modules share a class, and the classes as text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from archspec.codegen.blueprint import Blueprint, NumberedItem, blueprint
from archspec.codegen.construct import SEQUENTIAL_METHODS, Constructor, child
from archspec.codegen.forward import Writer
from archspec.codegen.layout import INDENT, WIDTH, Brackets, layout
from archspec.codegen.names import TAKEN, camel_case, unique, variable
from archspec.codegen.parameters import Parameters
from archspec.codegen.parts import Need, Part, place
from archspec.codegen.programs import LoopOp, Merged
from archspec.codegen.slots import MISSING
from archspec.codegen.statements import Assign, Nester, Node, Rounds, Statement, role_of
from archspec.codegen.templates import Mismatch
from archspec.codegen.values import quote
from archspec.codegen.variables import Namer
from archspec.graph import Graph

MAX_VARIANTS = 12
"""How many kinds of one block are compared with each other."""
MAX_INLINE = 3
"""Levels of nn.Sequential within an expression."""
TUPLE_METHODS = frozenset({"count", "index"})
"""What no field of a named tuple should be called."""
MANY_PLACES = 3
LONG = 3
"""A chain of so many children that stands in so many places is a class rather than written in place."""


@dataclass(eq=False, slots=True)
class ModuleClass:
    """A class of the file."""

    name: str
    parameters: Parameters
    index: Mapping[int, int]
    """The place of each part among those that the class was made for."""
    lines: list[str]

    def arguments_of(self, parts: Sequence[Part | None]) -> list[tuple[str, list[Any], Any, bool]]:
        places = [None if part is None else self.index[id(part)] for part in parts]
        return [
            (p.name, [MISSING if i is None else p.values[i] for i in places], p.default, p.positional)
            for p in self.parameters.ordered()
        ]


@dataclass(slots=True)
class Classes:
    """Makes the classes of a network, each after those that it uses."""

    graph: Graph
    root_name: str
    made: list[ModuleClass] = field(default_factory=list)
    imports: set[str] = field(default_factory=set)
    outputs: list[str] = field(default_factory=list)
    """The lines of the named tuple that a network with aux branches returns."""
    _names: set[str] = field(default_factory=set)
    _of: dict[int, ModuleClass] = field(default_factory=dict)

    def make(self, parts: Sequence[Part], reserved: Iterable[str] = ()) -> None:
        """`reserved` are names that the file gives to something else."""
        self._names = {self.root_name, f"{self.root_name}Output", *reserved}
        for group in _in_order(_groups(parts)):
            for members in self._clusters(group):
                self._add(members)

    # which share a class

    def _clusters(self, group: list[Part]) -> Iterator[Blueprint]:
        """The modules of a block as few classes: all in one, if one can make them, else variant by variant."""
        try:
            yield blueprint(group, self._of)
            return
        except Mismatch:
            pass
        variants: dict[Any, list[Part]] = {}
        for part in group:
            variants.setdefault(self._skeleton(part), []).append(part)
        clusters: list[list[Part]] = []
        for variant in sorted(variants.values(), key=lambda members: -len(members[0].program.ops)):
            for i, cluster in enumerate(clusters[:MAX_VARIANTS]):
                try:
                    both = sorted([*cluster, *variant], key=group.index)
                    blueprint(both, self._of)
                    clusters[i] = both
                    break
                except Mismatch:
                    pass
            else:
                clusters.append(variant)
        for cluster in sorted(clusters, key=lambda members: group.index(members[0])):
            yield blueprint(cluster, self._of)

    def _skeleton(self, part: Part) -> Any:
        """What a class cannot vary: the children, their classes, the program."""
        children = tuple(
            (name, id(self._of.get(id(c), c.name)) if isinstance(c, Part) else c.layer.target)
            for name, c in part.children.items()
        )
        return (children, part.program.ops, part.program.output, part.needs)

    # a class as text

    def _add(self, plan: Blueprint) -> None:
        is_root = plan.leader.parent is None
        name = self.root_name if is_root else self._class_name(plan)
        self._names.add(name)
        parameters = Parameters(plan.parts, set(TAKEN) | self._names)
        comments = self._chain_shapes(plan) if is_root and plan.chain is not None else ()
        constructor = Constructor(plan, parameters, comments)
        flags = _flags(plan, parameters)
        lines = constructor.write([(flag, present) for flag, present in flags.values()])
        if plan.merged is not None:
            says = {output: f"self.{flag}" for output, (flag, _) in flags.items()}
            lines += [*([""] if lines else []), *_Forward(self, plan, plan.merged, says, is_root).lines()]
        self.imports |= constructor.imports | parameters.imports()
        base = "nn.Sequential" if plan.chain is not None else "nn.Module"
        index = {id(part): i for i, part in enumerate(plan.parts)}
        cls = ModuleClass(name, parameters, index, [f"class {name}({base}):", *lines])
        self.made.append(cls)
        for part in plan.parts:
            self._of[id(part)] = cls

    def _class_name(self, plan: Blueprint) -> str:
        module = plan.leader.module
        if module.origin == "block":
            wanted = camel_case(module.kind, "Block")
        else:
            stems = {part.name.replace(".", "_").rstrip("_0123456789") for part in plan.parts}
            wanted = camel_case(stems.pop() if len(stems) == 1 else module.kind, camel_case(module.kind, "Part"))
        if wanted in TAKEN or wanted in (self.root_name, f"{self.root_name}Output"):
            wanted += "Block"
        return unique(wanted, self._names, "")

    def _chain_shapes(self, plan: Blueprint) -> list[str]:
        """The shapes that the layers of a chain make, where they change."""
        program = plan.leader.program
        before = program.values[0].type
        comments = []
        for op in program.ops:
            type = program.values[op.output].type
            comments.append(str(type) if type != before else "")
            before = type
        return comments


def _flags(plan: Blueprint, parameters: Parameters) -> dict[int, tuple[str, list[bool]]]:
    """By the output of a join that some modules do not have: the attribute that says so, and which have it."""
    flags: dict[int, tuple[str, list[bool]]] = {}
    if plan.merged is None:
        return flags
    taken = {name.partition(".")[0] for part in plan.parts for name in part.children}
    for number, (_, present) in plan.merged.operands.items():
        step = plan.merged.folded.steps[number]
        assert not isinstance(step, LoopOp)
        name = unique(parameters.let_name(present) or "skip", taken)
        taken.add(name)
        flags[step.output] = (name, present)
    return flags


class _Forward:
    """The `forward` of one class."""

    def __init__(self, classes: Classes, plan: Blueprint, merged: Merged, flags: dict[int, str], is_root: bool) -> None:
        self.classes = classes
        self.graph = classes.graph
        self.plan = plan
        self.merged = merged
        self.flags = flags
        self.is_root = is_root
        self.program = merged.folded.program
        self.part = plan.leader
        self.children = list(self.part.children)
        self.reserved = set(TAKEN)
        self.names: dict[int, str] = {}
        self.needed: dict[Need, str] = {}

    def lines(self) -> list[str]:
        parameters = self._parameters()
        statements = self._statements()
        self._name_loops(statements)
        results = self._results()
        output = self.program.output if (self.is_root and self.graph.outputs is None) or not self.is_root else None
        names = Namer(self.program.values, statements, results, output, dict(self.names), self.reserved).run()
        self.names = names
        ending, returns, untyped = self._ending(statements)
        writer = Writer(
            self.program,
            names,
            self._call,
            self.flags,
            self._loop,
            shapes=self.is_root,
            untyped=untyped,
            aux_in_eval=not self.is_root and bool(self.program.aux),
        )
        body = writer.lines(statements, 8)
        if ending is not None:
            body += layout(writer.expression(ending), 8, "return ")
        signature = Brackets("def forward(", ["self", *parameters], f") -> {returns}:")
        return [*layout(signature, INDENT), *body, *([] if ending is not None else self._return())]

    def _parameters(self) -> list[str]:
        items = []
        for i in range(self.program.inputs):
            names = {part.program.values[i].name for part in self.plan.parts}
            wanted = "x" if i == 0 and not self.is_root else names.pop() if len(names) == 1 else "other"
            name = unique(variable(wanted), self.reserved)
            self.reserved.add(name)
            self.names[i] = name
            items.append(f"{name}: Tensor")
        for need in self.part.needs:
            name = unique(variable(need[1]), self.reserved)
            self.reserved.add(name)
            self.needed[need] = name
            items.append(f"{name}: nn.Module")
        self.reserved -= set(self.names.values())  # their tensors may be replaced
        return items

    def _statements(self) -> list[Statement]:
        def fits(node: Node) -> bool:
            return self._width(node) <= WIDTH - 8 - len("branch = ")

        nester = Nester(lambda op: role_of(self._owner(), op), fits, self.merged.optional, self.merged.operands)
        return nester.run(self.merged.folded.steps, self._results())

    def _owner(self) -> Part:
        return self.part

    def _width(self, node: Node) -> int:
        width = len(self._call((node.op.owner, node.op.child))) + 2 if node.op.verb == "call" else 20
        for operand in node.operands:
            width += self._width(operand) if isinstance(operand, Node) else len(self.program.values[operand].name) or 3
        return width

    def _results(self) -> list[int]:
        numbers = {id(value): i for i, value in enumerate(self.program.values)}
        outputs = self.graph.outputs if self.is_root else None
        if outputs is None:
            own = [self.program.output]
        else:
            own = [numbers[id(v)] for v in (outputs.values() if isinstance(outputs, Mapping) else outputs)]
        return [*own, *(value for _, value in self.program.aux)]

    def _call(self, need: Need) -> str:
        level, path = need
        return child(path, self.children) if level == 0 else self.needed[need]

    # loops

    def _name_loops(self, statements: list[Statement]) -> None:
        for statement in statements:
            if isinstance(statement, Rounds):
                self.reserved |= set(self._loop(statement.loop.runs)[1])
            else:
                self.reserved |= {name for run in _each(statement.node) for name in self._loop((run,))[1]}

    def _loop(self, runs: tuple[str, ...]) -> tuple[str, list[str]]:
        if runs == ("",):
            item = next(item for item in self.plan.items if isinstance(item, NumberedItem))
            stem = variable(item.before or item.after, "child")
            name = next((word for word in ("layer", "block") if stem.endswith(word)), stem)
            name = unique(name, {"x", "out"})
            return f"for {name} in self.children()", [name]
        names: list[str] = []
        for run in runs:
            stem = run[:-1] if run.endswith("s") and len(run) > 2 else run
            names.append(unique(stem, {"x", "out", *names}))
        over = f"self.{runs[0]}" if len(runs) == 1 else f"zip({', '.join(f'self.{run}' for run in runs)}, strict=True)"
        return f"for {', '.join(names)} in {over}", names

    # the end

    def _ending(self, statements: list[Statement]) -> tuple[Node | None, str, set[str]]:
        """What is returned as an expression, the type of `forward`, the variables that need a type for it."""
        outputs = self.graph.outputs if self.is_root else None
        aux = self.program.aux
        if outputs is not None:
            plain = (
                f"tuple[{', '.join('Tensor' for _ in outputs)}]" if isinstance(outputs, tuple) else "dict[str, Tensor]"
            )
            return None, (f"{self.classes.root_name}Output | {plain}" if aux else plain), set()
        if aux and not self.is_root:
            return None, f"tuple[Tensor, {', '.join('Tensor | None' for _ in aux)}]", set()
        if not aux and statements:
            last = statements[-1]
            simple = isinstance(last, Assign) and not last.asks and last.operand is None and len(last.values) == 1
            if (
                simple
                and isinstance(last, Assign)
                and last.values[0] == self.program.output
                and last.node.op.verb == "concat"
            ):
                statements.pop()
                return last.node, "Tensor", set()
        name = self.names[self.program.output]
        arguments = {self.names[i] for i in range(self.program.inputs)}
        return None, (f"{self.classes.root_name}Output | Tensor" if aux else "Tensor"), {name} - arguments

    def _return(self) -> list[str]:
        pad = " " * 8
        values = [self.names[value] for value in self._results()]
        aux = [self.names[value] for _, value in self.program.aux]
        own = values[: len(values) - len(aux)]
        outputs = self.graph.outputs if self.is_root else None
        if outputs is None:
            result = own[0]
        elif isinstance(outputs, tuple):
            result = f"{own[0]}," if len(own) == 1 else ", ".join(own)
        else:
            result = "{" + ", ".join(f"{quote(key)}: {name}" for key, name in zip(outputs, own, strict=True)) + "}"
        if not aux:
            return [f"{pad}return {result}"]
        if not self.is_root:
            return [f"{pad}return {', '.join([result, *aux])}"]
        kind = f"{self.classes.root_name}Output"
        self._define_output(kind, outputs)
        first = f"({result})" if isinstance(outputs, tuple) else result
        call = Brackets(f"{kind}(", [first, *reversed(aux)])
        return [f"{pad}if self.training:", *layout(call, 12, "return "), f"{pad}return {result}"]

    def _define_output(self, kind: str, outputs: Any) -> None:
        fields = {"output"}
        type = "Tensor"
        if outputs is not None:
            type = (
                f"tuple[{', '.join('Tensor' for _ in outputs)}]" if isinstance(outputs, tuple) else "dict[str, Tensor]"
            )
        self.classes.outputs = [f"class {kind}(NamedTuple):", f"    output: {type}"]
        for name, _ in reversed(self.program.aux):
            own = variable(name, "aux")
            own = unique(f"{own}_" if own in TUPLE_METHODS else own, fields)
            fields.add(own)
            self.classes.outputs.append(f"    {own}: Tensor")


def _each(node: Node) -> list[str]:
    """The runs that are gone through within an expression."""
    own = [node.op.child] if node.op.each else []
    return own + [run for operand in node.operands if isinstance(operand, Node) for run in _each(operand)]


# groups


def _groups(parts: Sequence[Part]) -> list[list[Part]]:
    """Modules that should share a class: the calls of a block, a structure wherever its node is expanded."""
    keys = {id(part): _origin(part) for part in parts}
    inline = _inline(parts, keys)
    _join_equal(parts, keys)
    groups: dict[Any, list[Part]] = {}
    for part in parts:
        if id(part) not in inline:
            groups.setdefault(keys[id(part)], []).append(part)
    return list(groups.values())


def _join_equal(parts: Sequence[Part], keys: dict[int, Any]) -> None:
    """Structures that are written in several places, but alike, get one key."""
    alike: dict[Any, Any] = {}
    renamed: dict[Any, Any] = {}
    for part in parts:
        if part.module.origin in ("block", "network"):
            continue
        children = tuple(
            (name, keys[id(child)] if isinstance(child, Part) else child.layer.target) for name, child in part.children.items()
        )
        first = alike.setdefault((children, part.module.origin, part.program.ops, part.needs), keys[id(part)])
        renamed.setdefault(keys[id(part)], first)
        keys[id(part)] = renamed[keys[id(part)]]


def _inline(parts: Sequence[Part], keys: Mapping[int, Any]) -> dict[int, int]:
    """The chains that are written in place, as an nn.Sequential, each with the levels of it within each other."""
    places: dict[Any, set[Any]] = {}
    for part in parts:
        if part.parent is not None:
            places.setdefault(keys[id(part)], set()).add((keys[id(part.parent)], part.name))
    levels: dict[int, int] = {}
    for part in parts:
        if part.parent is None or part.module.origin == "block" or not part.straight:
            continue
        level = 1 + max((levels.get(id(inner), 0) for inner in part.inner()), default=0)
        often = len(places[keys[id(part)]]) >= MANY_PLACES and len(set(map(place, part.children.values()))) >= LONG
        if level <= MAX_INLINE and not often and SEQUENTIAL_METHODS.isdisjoint(part.children):
            levels[id(part)] = level
    return levels


def _origin(part: Part) -> Any:
    module = part.module
    if module.origin in ("block", "network"):
        span = next(map(place, part.children.values()), None)
        return (module.origin, module.kind, span.source if span is not None else None)
    return (module.origin, module.span)


def _in_order(groups: list[list[Part]]) -> list[list[Part]]:
    """The groups, each after those of the modules within its own."""
    of = {id(part): i for i, group in enumerate(groups) for part in group}
    ordered: list[list[Part]] = []
    state = [0] * len(groups)

    def visit(i: int) -> bool:
        if state[i]:
            return state[i] == 2
        state[i] = 1
        for part in groups[i]:
            pending = list(part.inner())
            while pending:
                inner = pending.pop(0)
                if id(inner) in of:
                    if not visit(of[id(inner)]):
                        return False
                else:
                    pending += inner.inner()
        state[i] = 2
        ordered.append(groups[i])
        return True

    if all(visit(i) for i in range(len(groups))):
        return ordered
    split: dict[tuple[int, int], list[Part]] = {}
    for i, group in enumerate(groups):
        for part in group:
            split.setdefault((part.height, i), []).append(part)
    return [split[key] for key in sorted(split)]

"""The modules of a graph as parts: who stands in whom, what each does with numbered tensors, what it must be handed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from archspec.diagnostics import Span
from archspec.graph import CallStep, Graph, JoinStep, Leaf, Module, Value

Need = tuple[int, str]
"""A module of an outer module: how many modules outwards it is owned, and its name there."""

Verb = Literal["call", "concat", "add", "multiply"]


@dataclass(frozen=True, slots=True)
class Op:
    """A step over numbered tensors."""

    verb: Verb
    inputs: tuple[int, ...]
    output: int
    child: str = ""
    owner: int = 0
    needs: tuple[Need, ...] = ()
    """The modules to hand to the child, as the caller knows them."""
    aux: tuple[int, ...] = ()
    dim: int = 1
    training: bool = False
    each: bool = False
    """Whether it calls every child of a run: its output is a list."""
    call: str = ""
    """How a layer is called, where it is not `layer(x)`: a template."""
    spread: int | None = None
    """The operand of a join that is such a list."""

    @property
    def kind(self) -> tuple[object, ...]:
        """What it does, whatever the tensors."""
        flags = (self.training, self.each, self.call, self.spread)
        return (self.verb, self.child, self.owner, self.needs, self.dim, flags, len(self.inputs), len(self.aux))


@dataclass(frozen=True, slots=True)
class Program:
    """What a module does. The first tensors are its inputs."""

    values: tuple[Value, ...]
    inputs: int
    ops: tuple[Op, ...]
    output: int
    aux: tuple[tuple[str, int], ...]


@dataclass(eq=False, slots=True)
class Part:
    """A module where it is made."""

    module: Module
    parent: Part | None
    name: str
    in_training: bool
    """Whether it only runs in training mode: what is in it then needs no asking."""
    children: dict[str, Part | Leaf] = field(default_factory=dict)
    program: Program = field(init=False)
    needs: tuple[Need, ...] = ()
    height: int = 0
    straight: bool = False
    """Whether its children simply follow each other, as in nn.Sequential."""

    def inner(self) -> Iterator[Part]:
        return (child for child in self.children.values() if isinstance(child, Part))

    def ancestor(self, levels: int) -> Part:
        part = self
        for _ in range(levels):
            assert part.parent is not None
            part = part.parent
        return part


def place(child: Part | Leaf) -> Span | None:
    """Where the node is written: the same for every round of a loop, and every call of a block."""
    return child.span if isinstance(child, Leaf) else child.module.span


def is_bare(child: Part | Leaf) -> bool:
    """Whether the child is a learnable tensor and no module."""
    return isinstance(child, Leaf) and child.layer.bare


def parts_of(graph: Graph) -> list[Part]:
    """All parts, each after those within it. The language bounds the depth of nesting, so this may recurse."""
    found: list[Part] = []
    root = _collect(graph.root, None, "", False, found, _outputs(graph))
    root.straight = root.straight and graph.outputs is None
    return found


def _outputs(graph: Graph) -> tuple[Value, ...]:
    """What the network returns in eval mode."""
    if graph.outputs is None:
        return (graph.root.output,)
    return tuple(graph.outputs.values()) if isinstance(graph.outputs, Mapping) else graph.outputs


def _collect(
    module: Module,
    parent: Part | None,
    name: str,
    in_training: bool,
    found: list[Part],
    outputs: tuple[Value, ...],
) -> Part:
    part = Part(module, parent, name, in_training)
    training = {s.path: s.training_only for s in module.steps if isinstance(s, CallStep) and s.owner == 0 and s.first}
    for path, child in module.children.items():
        if isinstance(child, Module):
            inner = _collect(child, part, path, training.get(path, False), found, (child.output,))
            part.height = max(part.height, inner.height + 1)
            part.children[path] = inner
        else:
            part.children[path] = child
    part.program, part.needs = _program(part, outputs)
    part.straight = _is_straight(part)
    found.append(part)
    return part


def _program(part: Part, outputs: tuple[Value, ...]) -> tuple[Program, tuple[Need, ...]]:
    module = part.module
    values: list[Value] = list(module.inputs)
    numbers = {id(value): i for i, value in enumerate(values)}
    needs: dict[Need, None] = {}

    def number(value: Value) -> int:
        values.append(value)
        numbers[id(value)] = len(values) - 1
        return len(values) - 1

    ops: list[Op] = []
    for step in module.steps:
        inputs = tuple(numbers[id(value)] for value in step.inputs)
        if isinstance(step, JoinStep):
            ops.append(Op(step.op, inputs, number(step.output), dim=step.dim))
            continue
        target = part.ancestor(step.owner).children[step.path]
        handed: tuple[Need, ...] = ()
        results = step.aux
        if isinstance(target, Part):
            handed = tuple((level - 1 + step.owner, path) for level, path in target.needs)
            # called again, it makes its aux results again, and nobody wants them
            results = step.aux or tuple(Value(target.program.values[i].type) for _, i in target.program.aux)
        call = target.layer.call(*(v.type for v in step.inputs)) or "" if isinstance(target, Leaf) else ""
        needs |= dict.fromkeys(need for need in ((step.owner, step.path), *handed) if need[0] > 0)
        training = step.training_only and not part.in_training
        output = number(step.output)
        aux = tuple(map(number, results))
        ops.append(Op("call", inputs, output, step.path, step.owner, handed, aux, training=training, call=call))
    named = tuple((name, numbers[id(value)]) for name, value in module.aux)
    if named and not part.in_training:
        ops = _joins_in_training(ops, {numbers[id(value)] for value in outputs})
    return Program(tuple(values), len(module.inputs), tuple(ops), numbers[id(module.output)], named), tuple(needs)


def _joins_in_training(ops: list[Op], outputs: set[int]) -> list[Op]:
    """The ops, with the joins marked too that only aux branches need."""
    needed = set(outputs)
    found: list[Op] = []
    for op in reversed(ops):
        if op.verb != "call" and op.output not in needed:
            op = replace(op, training=True)
        if not op.training:
            needed.update(op.inputs)
        found.append(op)
    return found[::-1]


def _is_straight(part: Part) -> bool:
    program = part.program
    if program.inputs != 1 or program.aux or part.needs or len(program.ops) != len(part.children):
        return False
    current = 0
    for op, (name, child) in zip(program.ops, part.children.items(), strict=True):
        plain = op.verb == "call" and op.owner == 0 and op.child == name and op.inputs == (current,)
        if not plain or op.training or op.aux or op.needs or op.call or "." in name or is_bare(child):
            return False
        current = op.output
    return program.output == current

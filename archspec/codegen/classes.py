"""Which modules share a class, and the classes as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from archspec.codegen.blueprint import Blueprint, blueprint
from archspec.codegen.construct import Constructor
from archspec.codegen.grouping import groups_of, in_order
from archspec.codegen.method import Method
from archspec.codegen.names import TAKEN, camel_case, unique, variable
from archspec.codegen.parameters import Parameters
from archspec.codegen.parts import Part
from archspec.codegen.programs import LoopOp
from archspec.codegen.slots import MISSING
from archspec.codegen.templates import Mismatch
from archspec.document.names import MODULE_ATTRIBUTES
from archspec.graph import Graph, Leaf

MAX_VARIANTS = 12
"""How many kinds of one block are compared with each other."""


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
        for group in in_order(groups_of(parts)):
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
        """What a class cannot vary: the children, their classes, the program; and so of what is written in place."""
        children = tuple((name, self._made_as(child)) for name, child in part.children.items())
        return (children, part.program.ops, part.program.output, part.needs)

    def _made_as(self, child: Part | Leaf) -> Any:
        if isinstance(child, Leaf):
            return child.layer.target
        cls = self._of.get(id(child))
        return id(cls) if cls is not None else self._skeleton(child)

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
            graph = self.graph if is_root else None
            method = Method(plan, plan.merged, says, graph, f"{self.root_name}Output")
            lines += [*([""] if lines else []), *method.lines()]
            self.outputs = method.outputs
            self.imports |= method.imports
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
    taken = MODULE_ATTRIBUTES | {name.partition(".")[0] for part in plan.parts for name in part.children}
    for number, (_, present) in plan.merged.operands.items():
        step = plan.merged.folded.steps[number]
        assert not isinstance(step, LoopOp)
        name = unique(variable(parameters.let_name(present) or "skip"), taken)
        taken |= {name}
        flags[step.output] = (name, present)
    return flags

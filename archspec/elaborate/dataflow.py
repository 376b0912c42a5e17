"""What a graph computes, as one list of operations: which tensors each takes and makes, across all modules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from archspec.diagnostics import Span
from archspec.graph import Graph, JoinStep, Leaf, Module, Value

Tensor = int
"""A tensor of the run, by its number."""


@dataclass(eq=False, slots=True)
class Ran:
    """A module that holds others, as it runs: the network (`within` None), a block call or a named structure."""

    module: Module
    name: str
    span: Span | None
    within: Ran | None
    output: Tensor = -1

    @property
    def kind(self) -> str:
        return self.module.kind

    @property
    def is_block(self) -> bool:
        return self.module.origin == "block"

    def outwards(self) -> Iterator[Ran]:
        """This one and those around it, innermost first, but for the network."""
        ran = self
        while ran.within is not None:
            yield ran
            ran = ran.within


@dataclass(eq=False, slots=True)
class Operation:
    """A call of a layer on its inputs, or a join: then there is neither `leaf` nor `span`."""

    kind: str
    name: str
    leaf: Leaf | None
    span: Span | None
    inputs: tuple[Tensor, ...]
    output: Tensor
    within: Ran

    @property
    def family(self) -> str | None:
        family: str | None = self.leaf.layer.family if self.leaf is not None else None
        return family


class Dataflow:
    """The operations of a graph in the order of execution, and the tensors that it returns, aux results included."""

    def __init__(self, graph: Graph) -> None:
        self.operations: list[Operation] = []
        self._made = 0
        root = graph.root
        tensors = self._run(Ran(root, "", None, None), [self._tensor() for _ in root.inputs], ())
        outputs = graph.outputs if graph.outputs is not None else (root.output,)
        values = [*(outputs.values() if isinstance(outputs, Mapping) else outputs), *(value for _, value in root.aux)]
        self.results = tuple(tensors[value] for value in values)

    def follow(
        self, starts: Callable[[Operation], bool], keeps: Callable[[Operation], bool]
    ) -> dict[Tensor, Operation]:
        """Tensors that come from operations that start something, through such only that keep it; and from which."""
        found: dict[Tensor, Operation] = {}
        for operation in self.operations:
            if starts(operation):
                found[operation.output] = operation
            elif keeps(operation):
                start = next((found[tensor] for tensor in operation.inputs if tensor in found), None)
                if start is not None:
                    found[operation.output] = start
        return found

    def _tensor(self) -> Tensor:
        self._made += 1
        return self._made

    def _run(self, ran: Ran, inputs: Iterable[Tensor], prefixes: tuple[str, ...]) -> dict[Value, Tensor]:
        module = ran.module
        prefixes = (*prefixes, f"{ran.name}." if ran.name else "")
        tensors = dict(zip(module.inputs, inputs, strict=True))
        for step in module.steps:
            taken = tuple(tensors[value] for value in step.inputs)
            if isinstance(step, JoinStep):
                output = self._tensor()
                self.operations.append(Operation(step.op, "", None, None, taken, output, ran))
            elif isinstance(step.target, Leaf):
                output = self._tensor()
                name = prefixes[-1 - step.owner] + step.path
                leaf = step.target
                self.operations.append(Operation(leaf.kind, name, leaf, step.span, taken, output, ran))
            else:
                inner = Ran(step.target, prefixes[-1 - step.owner] + step.path, step.span, ran)
                inside = self._run(inner, taken, prefixes)
                inner.output = output = inside[step.target.output]
                for value, (_, result) in zip(step.aux, step.target.aux, strict=False):
                    tensors[value] = inside[result]
            tensors[step.output] = output
        return tensors

"""A graph as a scene: every layer, module and join a box, in the order of execution."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from archspec.diagram.grouping import Looks, fold, stack
from archspec.diagram.labels import cut, layer_label, layer_values, module_label, written_arguments
from archspec.diagram.scene import Box, Call, Diagram, Edge, End, Row, Scene, cost
from archspec.graph import CallStep, Graph, JoinStep, Leaf, Module, Step, TensorType, Value
from archspec.report import numbers

JOINS = {"concat": "concat", "add": "+", "multiply": "x"}


def build(graph: Graph) -> Diagram:
    """The picture of a network: repetitions folded, layers that belong together in one box."""
    inputs = ", ".join(str(type) if name == "input" else f"{name} {type}" for name, type in graph.inputs.items())
    costs = f"{numbers.count(graph.params)} parameters, {numbers.count(graph.macs)} MACs"
    return Diagram(graph.name, f"input {inputs}; {costs}", _Builder().network(graph))


class _Builder:
    def __init__(self) -> None:
        self.looks = Looks()

    def network(self, graph: Graph) -> Scene:
        """The scene of the network; what enters and leaves it are boxes, too."""
        boxes: list[Box] = []
        ends: dict[Value, End] = {}
        for value, (name, type) in zip(graph.root.inputs, graph.inputs.items(), strict=True):
            ends[value] = End(len(boxes))
            boxes.append(Box("input", text=cut(_typed(name, type))))
        edges = self.steps(graph.root.steps, boxes, ends, ("",), first=True, training_only=False)
        for name, value in (*_outputs(graph), *graph.root.aux):
            edges.append(Edge(ends[value], End(len(boxes)), value.type))
            training_only = any(value is result for _, result in graph.root.aux)
            boxes.append(Box("output", text=cut(name), training_only=training_only))
        return fold(stack(Scene(tuple(boxes), tuple(edges)), self.looks), self.looks)

    def scene(
        self, module: Module, prefixes: tuple[str, ...], *, first: bool, training_only: bool
    ) -> tuple[Scene, int]:
        """What is in a module, and its structure; its ports are what enters and what leaves."""
        boxes: list[Box] = []
        ends = {value: End(None, port) for port, value in enumerate(module.inputs)}
        edges = self.steps(module.steps, boxes, ends, prefixes, first=first, training_only=training_only)
        results = (module.output, *(value for _, value in module.aux))
        edges += [Edge(ends[value], End(None, port), value.type) for port, value in enumerate(results)]
        scene = stack(Scene(tuple(boxes), tuple(edges), len(module.inputs)), self.looks)
        return fold(scene, self.looks), self.looks.structure_of(scene)

    def steps(
        self,
        steps: Iterable[Step],
        boxes: list[Box],
        ends: dict[Value, End],
        prefixes: tuple[str, ...],
        *,
        first: bool,
        training_only: bool,
    ) -> list[Edge]:
        """Append a box a step, note in `ends` where its results are, and return the edges between them."""
        edges: list[Edge] = []
        for step in steps:
            index = len(boxes)
            if not _takes_nothing(step):
                edges += [Edge(ends[value], End(index, port), value.type) for port, value in enumerate(step.inputs)]
            ends[step.output] = End(index)
            if isinstance(step, JoinStep):
                boxes.append(self.join(step))
                continue
            name = prefixes[-1 - step.owner] + step.path
            own_first, training = first and step.first, training_only or step.training_only
            if isinstance(step.target, Leaf):
                box = self.layer(step, step.target, name, first=own_first, training_only=training)
            else:
                box = self.module(step, step.target, name, prefixes, first=own_first, training_only=training)
            boxes.append(box)
            ends.update((value, End(index, port)) for port, value in enumerate(step.aux, 1))
        return edges

    def join(self, step: JoinStep) -> Box:
        text = JOINS[step.op]
        if step.op == "concat" and step.dim != 1:
            text = f"concat, dim {step.dim}"
        look = self.looks.number("join", text, step.output.type, *(value.type for value in step.inputs))
        return Box("join", text=text, look=look, structure=self.looks.number("join", text))

    def layer(self, step: CallStep, leaf: Leaf, name: str, *, first: bool, training_only: bool) -> Box:
        params = leaf.parameter_count if first else 0
        call = _call(step, name, params, step.macs, training_only)
        arguments = written_arguments(layer_values(leaf))
        row = Row(leaf.kind, layer_label(leaf) + _shared(first), leaf.layer.family, (call,), arguments, not first)
        look = self.looks.number(leaf.kind, arguments, call.inputs, call.output, params, not first, training_only)
        structure = self.looks.number(leaf.kind)
        return Box("layers", (row,), training_only=training_only, look=look, structure=structure)

    def module(
        self,
        step: CallStep,
        module: Module,
        name: str,
        prefixes: tuple[str, ...],
        *,
        first: bool,
        training_only: bool,
    ) -> Box:
        inside, structure = self.scene(module, (*prefixes, f"{name}."), first=first, training_only=training_only)
        params, macs = cost(inside, training_only=training_only)
        block = module.origin == "block"
        short = "" if step.path.rpartition(".")[2].isdigit() else step.path
        label = module_label(module) if block else cut(short or module.kind)
        arguments = written_arguments(module.arguments)
        call = _call(step, name, params, macs, training_only)
        label += _shared(first)
        row = Row(module.kind, label, "Block" if block else "Structure", (call,), arguments, not first)
        look = self.looks.number(module.kind, arguments, call.inputs, params, not first, self.looks.of(inside))
        return Box(
            "module",
            (row,),
            name=cut(short) if block else "",
            block=block,
            inside=inside,
            outputs=1 + len(step.aux),
            training_only=training_only,
            look=look,
            structure=self.looks.number(module.kind, structure),
        )


def _shared(first: bool) -> str:
    return "" if first else " (shared)"


def _takes_nothing(step: Step) -> bool:
    """Whether it is a learnable tensor by itself, which only stands at a place."""
    return isinstance(step, CallStep) and isinstance(step.target, Leaf) and step.target.kind == "Parameter"


def _call(step: CallStep, name: str, params: int, macs: int, training_only: bool) -> Call:
    inputs = tuple(value.type for value in step.inputs)
    span = step.span or step.target.span
    return Call(name, inputs, step.output.type, params, macs, step.output.fields, span, training_only)


def _outputs(graph: Graph) -> list[tuple[str, Value]]:
    if graph.outputs is None:
        return [("output", graph.root.output)]
    if isinstance(graph.outputs, Mapping):
        return list(graph.outputs.items())
    return [(value.name or "output", value) for value in graph.outputs]


def _typed(name: str, type: TensorType) -> str:
    return name if type.dtype == "float32" else f"{name} ({type.dtype})"

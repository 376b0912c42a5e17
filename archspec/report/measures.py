"""What tells networks apart at a glance: how deep they are, and how much of the input they see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from archspec.graph import CallStep, Graph, JoinStep, Leaf, Module, Value
from archspec.receptive_field import sizes


def depth(graph: Graph) -> int:
    """The most convolutions (transposed ones, too) and linear layers on a path from an input to an output.

    Those of blocks and of layers such as TransformerEncoder count as well, and a layer that is called twice on the path
    counts twice. It is how papers count: ResNet-18, VGG-16. Aux branches lie on no such path.
    """
    found = _depths(graph.root, [0] * len(graph.root.inputs))
    if graph.outputs is None:
        return found[graph.root.output]
    ends = graph.outputs.values() if isinstance(graph.outputs, Mapping) else graph.outputs
    return max(found[end] for end in ends)


def _depths(module: Module, entering: Sequence[int]) -> dict[Value, int]:
    """How deep each tensor of a module lies. Modules are bounded in depth by the language."""
    found = dict(zip(module.inputs, entering, strict=True))
    for step in module.steps:
        arriving = [found[value] for value in step.inputs]
        if isinstance(step, JoinStep):
            found[step.output] = max(arriving)
        elif isinstance(step.target, Leaf):
            layer = step.target.layer
            found[step.output] = max((n + layer.weight_layers(i) for i, n in enumerate(arriving)), default=0)
        else:
            found[step.output] = _depths(step.target, arriving)[step.target.output]
    return found


def receptive_field(graph: Graph) -> tuple[int | None, ...] | None:
    """Input pixels that the last map sees, per axis; None where it sees all, or the network has no map.

    It is the last tensor that has an axis, other than the single place that a global pooling leaves.
    """
    last = _last_map(graph.root)
    return None if last is None else sizes(last.fields)


def _last_map(module: Module) -> Value | None:
    for step in reversed(module.steps):
        if isinstance(step, CallStep) and step.training_only:
            continue
        made: Value = step.output
        axes = [(field, size) for field, size in zip(made.fields or (), made.type.shape, strict=False) if field]
        if any(size > 1 or field.size is not None for field, size in axes):
            return made
        inner = step.target if isinstance(step, CallStep) else None
        if isinstance(inner, Module) and (found := _last_map(inner)) is not None:
            return found
    return None

"""What tells networks apart at a glance: how deep they are, and how much of the input they see."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from archspec.graph import Graph, JoinStep, Leaf, Module, Value


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


def receptive_field(graph: Graph) -> tuple[int | float, ...] | None:
    """Input pixels that the features see, per axis: the largest field of a layer that does not see all of the input.

    Of a network that ends with a global pooling or with linear layers it is that of the last features before them. None
    where every layer sees all.
    """
    fields = [layer.receptive_field for layer in graph.layers if not layer.training_only]
    return max((field for field in fields if field), key=math.prod, default=None)

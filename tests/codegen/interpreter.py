"""Runs a graph step by step, as it says, with the layers of a network that was built of it."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from archspec.graph import CallStep, Graph, JoinStep, Leaf, Module, Value

Tensors = dict[Value, Tensor | None]
"""The tensors of a module. None: made in training mode only."""


def interpret(graph: Graph, network: nn.Module, inputs: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
    """The output, or the outputs, and the results of aux branches, the last one first."""
    tensors, aux = _run(graph.root, [""], inputs, network)
    outputs = graph.outputs if graph.outputs is not None else (graph.root.output,)
    values = outputs if isinstance(outputs, tuple) else tuple(outputs.values())
    return [_present(tensors[value]) for value in values], [t for t in reversed(aux) if t is not None]


def _run(
    module: Module, prefixes: list[str], inputs: list[Any], network: nn.Module
) -> tuple[Tensors, list[Tensor | None]]:
    tensors: Tensors = dict(zip(module.inputs, inputs, strict=True))
    for step in module.steps:
        given = [tensors[value] for value in step.inputs]
        if isinstance(step, JoinStep):
            tensors[step.output] = _join(step, given)
        elif step.training_only and not network.training:
            tensors.update(dict.fromkeys((step.output, *step.aux)))
        elif isinstance(step.target, Leaf):
            tensors[step.output] = _call(step, prefixes, [_present(t) for t in given], network)
        else:
            owners = prefixes[: len(prefixes) - step.owner]
            inner, aux = _run(step.target, [*owners, f"{owners[-1]}{step.path}."], given, network)
            tensors[step.output] = inner[step.target.output]
            tensors.update(zip(step.aux, aux, strict=False))
    return tensors, [tensors[value] for _, value in module.aux]


def _join(step: JoinStep, given: list[Tensor | None]) -> Tensor | None:
    tensors = [tensor for tensor in given if tensor is not None]
    if len(tensors) < len(given):
        return None
    if step.op == "concat":
        return torch.cat(tensors, dim=step.dim)
    first, *others = tensors
    for other in others:
        first = first + other if step.op == "add" else first * other
    return first


def _call(step: CallStep, prefixes: list[str], tensors: list[Tensor], network: nn.Module) -> Tensor:
    assert isinstance(step.target, Leaf)
    owner, _, name = f"{prefixes[len(prefixes) - 1 - step.owner]}{step.path}".rpartition(".")
    module = getattr(network.get_submodule(owner), name)
    template = step.target.layer.call(*(value.type for value in step.inputs))
    if template is None:
        return _present(module(*tensors))
    names = {f"x{i}": tensor for i, tensor in enumerate(tensors)}
    scope = {"torch": torch, "nn": nn, "module": module, **names}
    return _present(eval(template.format(*names, module="module"), scope))


def _present(tensor: Any) -> Tensor:
    assert isinstance(tensor, Tensor)
    return tensor

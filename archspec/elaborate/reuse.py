"""A module called again, perhaps on another shape: the same children, steps typed anew."""

from __future__ import annotations

from archspec.elaborate.infer import Inference, fields_after
from archspec.elaborate.join import promote
from archspec.graph import JoinStep, Leaf, Module, Step, TensorType, Value
from archspec.layers.base import LayerError
from archspec.receptive_field import unite
from archspec.shapes import broadcast


def retype(target: Module | Leaf, values: tuple[Value, ...], inference: Inference) -> tuple[Module | Leaf, Value, int]:
    """The target for other inputs, its output, and the MACs of a layer. Raises LayerError where it does not fit."""
    if isinstance(target, Leaf):
        output, macs = _leaf(target, values, inference)
        return target, output, macs
    types: dict[int, Value] = {
        id(local): local._replace(type=value.type, fields=value.fields)
        for local, value in zip(target.inputs, values, strict=True)
    }
    steps: list[Step] = []
    for step in target.steps:
        inputs = tuple(types.get(id(v), v) for v in step.inputs)
        if isinstance(step, JoinStep):
            output = _join(step, inputs)
            steps.append(step._replace(inputs=inputs, output=output))
        elif isinstance(step.target, Leaf):
            output, macs = _leaf(step.target, inputs, inference)
            steps.append(step._replace(inputs=inputs, output=output, macs=macs))
        else:
            again, output, _ = retype(step.target, inputs, inference)
            steps.append(step._replace(target=again, inputs=inputs, output=output))
        types[id(step.output)] = output
    entered = tuple(types.get(id(v), v) for v in target.inputs)
    output = types.get(id(target.output), target.output)
    return (
        target._replace(inputs=entered, steps=tuple(steps), output=output, aux=()),
        output._replace(name=output.name),
        0,
    )


def _leaf(leaf: Leaf, inputs: tuple[Value, ...], inference: Inference) -> tuple[Value, int]:
    types = tuple(value.type for value in inputs)
    inferred = inference.infer(leaf.layer, types)
    sizes = leaf.layer.fixed_sizes(*types)
    for name, made_for in leaf.layer.fixed_sizes(*leaf.inputs).items():
        if sizes[name] != made_for:
            raise LayerError(f"{leaf.kind} was made for {name} {made_for}, and gets {sizes[name]}")
    if dict(inferred.parameters) != dict(leaf.parameters):
        raise LayerError(f"{leaf.kind} was made for {leaf.inputs[0]}, and has other parameters for {types[0]}")
    return Value(inferred.output, leaf.kind.lower(), fields_after(inferred, inputs)), inferred.macs


def _join(step: JoinStep, inputs: tuple[Value, ...]) -> Value:
    first = inputs[0].type
    dtype = first.dtype
    shape: tuple[int, ...] | None = first.shape
    for value in inputs[1:]:
        dtype = promote(dtype, value.type.dtype)
    if step.op == "concat":
        axis = step.dim - 1
        rest = [v.type.shape[:axis] + v.type.shape[axis + 1 :] for v in inputs]
        shape = (
            (*first.shape[:axis], sum(v.type.shape[axis] for v in inputs), *first.shape[axis + 1 :])
            if all(each == rest[0] for each in rest)
            else None
        )
    else:
        shape = broadcast([value.type.shape for value in inputs])
    if shape is None:
        raise LayerError(f"its branches make {' and '.join(str(v.type) for v in inputs)}, which do not join")
    along = step.dim - 1 if step.op == "concat" else None
    fields = unite([(v.fields, v.type.shape) for v in inputs], shape, along=along)
    return step.output._replace(type=TensorType(shape, dtype), fields=fields)

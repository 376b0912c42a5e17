"""One layer on one tensor: its output, costs and receptive field, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from pydantic import ValidationError

from archspec.budget import INFERENCE, Budget
from archspec.document.inputs import MAX_ELEMENTS
from archspec.graph import TensorType, Value
from archspec.layers.base import Layer, LayerError
from archspec.receptive_field import Fields, Windows, see, unite


class Inferred(NamedTuple):
    """What a layer makes of its inputs."""

    output: TensorType
    sizes: dict[str, Any]
    parameters: dict[str, tuple[int, ...]]
    buffers: dict[str, tuple[int, ...]]
    macs: int
    windows: Windows
    wrong_sizes: tuple[LayerError, ...]
    """Declared sizes that the input contradicts; inference goes on with the right ones."""
    passes_on: bool
    """Whether what comes out looks like what went in: an activation, a normalization."""


class Inference:
    """Validates and infers, each distinct layer on each distinct input once; charges for it, refuses none."""

    def __init__(self, budget: Budget | None = None) -> None:
        self.budget = budget or Budget()
        self._layers: dict[Any, Layer | tuple[LayerError, ...]] = {}
        self._inferred: dict[tuple[int, tuple[TensorType, ...]], Inferred | LayerError] = {}

    def layer(self, kind: type[Layer], arguments: dict[str, Any]) -> Layer:
        """The validated layer. Raises an ExceptionGroup of LayerErrors, one for each wrong argument."""
        key = (kind, _freeze(arguments))
        found = self._layers.get(key)
        if found is None:
            self.budget.spend(INFERENCE // 3)
            try:
                found = kind.model_validate(arguments)
            except ValidationError as error:
                found = tuple(kind.complaints(error, arguments))
            self._layers[key] = found
        if isinstance(found, tuple):
            raise ExceptionGroup("wrong arguments", list(found))
        return found

    def infer(self, layer: Layer, inputs: tuple[TensorType, ...]) -> Inferred:
        """Raises LayerError where the layer cannot take the inputs."""
        key = (id(layer), inputs)
        found = self._inferred.get(key)
        if found is None:
            try:
                found = _infer(layer, inputs)
                self.budget.spend(INFERENCE + INFERENCE // 20 * (len(found.parameters) + len(found.output.shape)))
            except LayerError as error:
                found = error
                self.budget.spend(INFERENCE)
            self._inferred[key] = found
        if isinstance(found, LayerError):
            raise found
        return found


def _infer(layer: Layer, inputs: tuple[TensorType, ...]) -> Inferred:
    output = layer.output(*inputs)
    if output.elements > MAX_ELEMENTS:
        raise LayerError(f"{layer.kind} makes {output}, more than 10^12 elements", rule="bounds")
    parameters, macs = layer.parameters(*inputs), layer.macs(*inputs)
    return Inferred(
        output,
        layer.sizes(*inputs),
        parameters,
        layer.buffers(*inputs),
        macs,
        layer.windows(*(TensorType(tuple(map(int.__pos__, type.shape)), type.dtype) for type in inputs)),
        tuple(layer.check(*inputs)),
        len(inputs) == 1 and output == inputs[0] and not macs,
    )


def _freeze(value: Any) -> Any:
    """A value as a key that tells 1 from 1.0 and True."""
    if isinstance(value, dict):
        return tuple((name, _freeze(inner)) for name, inner in value.items())
    if isinstance(value, list):
        return tuple(map(_freeze, value))
    return (type(value), value)


def fields_after(inferred: Inferred, inputs: Sequence[Value]) -> Fields:
    """The receptive fields behind a layer: of its first input, and of others with as many dimensions."""
    shape, rank = inferred.output.shape, len(inputs[0].type.shape)
    seen = [see(inferred.windows, value.fields, len(shape)) for value in inputs if len(value.type.shape) == rank]
    return seen[0] if len(seen) == 1 else unite([(fields, shape) for fields in seen], shape)

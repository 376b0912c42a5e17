"""One layer on one tensor: its output, costs and receptive field, or what is wrong with it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

from pydantic import ValidationError

from archspec.document.inputs import MAX_ELEMENTS
from archspec.graph import Field, TensorType
from archspec.layers.base import Layer, LayerError, Window


class Inferred(NamedTuple):
    """What a layer makes of its inputs."""

    output: TensorType
    sizes: dict[str, Any]
    parameters: dict[str, tuple[int, ...]]
    buffers: dict[str, tuple[int, ...]]
    macs: int
    windows: tuple[Window, ...] | None
    wrong_sizes: tuple[LayerError, ...]
    """Declared sizes that the input contradicts; inference goes on with the right ones."""


class Inference:
    """Validates and infers, each distinct layer on each distinct input once."""

    def __init__(self) -> None:
        self._layers: dict[Any, Layer | tuple[LayerError, ...]] = {}
        self._inferred: dict[tuple[int, tuple[TensorType, ...]], Inferred | LayerError] = {}

    def layer(self, kind: type[Layer], arguments: dict[str, Any]) -> Layer:
        """The validated layer. Raises an ExceptionGroup of LayerErrors, one for each wrong argument."""
        key = (kind, _freeze(arguments))
        found = self._layers.get(key)
        if found is None:
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
            except LayerError as error:
                found = error
            self._inferred[key] = found
        if isinstance(found, LayerError):
            raise found
        return found


def _infer(layer: Layer, inputs: tuple[TensorType, ...]) -> Inferred:
    output = layer.output(*inputs)
    if output.elements > MAX_ELEMENTS:
        raise LayerError(f"{layer.kind} makes {output}, more than 10^12 elements", rule="bounds")
    parameters = layer.parameters(*inputs)
    return Inferred(
        output,
        layer.sizes(*inputs),
        parameters,
        layer.buffers(*inputs),
        layer.macs(*inputs),
        layer.windows(*inputs),
        tuple(layer.check(*inputs)),
    )


def _freeze(value: Any) -> Any:
    """A value as a key that tells 1 from 1.0 and True."""
    if isinstance(value, dict):
        return tuple((name, _freeze(inner)) for name, inner in value.items())
    if isinstance(value, list):
        return tuple(map(_freeze, value))
    return (type(value), value)


def see(fields: tuple[Field, ...] | None, windows: tuple[Window, ...] | None) -> tuple[Field, ...] | None:
    """The receptive field after a layer: `size` grows by (window - 1) strides, strides multiply.

    Source: https://distill.pub/2019/computing-receptive-fields/
    """
    if fields is None or windows is None:
        return None
    if not windows:
        return fields
    return tuple(
        Field(_whole(f.size + (w.size - 1) * f.stride), _whole(f.stride * w.stride))
        for f, w in zip(fields, windows, strict=True)
    )


def join_fields(all_fields: list[tuple[Field, ...] | None]) -> tuple[Field, ...] | None:
    """The receptive field where branches meet: the largest counts."""
    known = [fields for fields in all_fields if fields is not None]
    if len(known) < len(all_fields):
        return None
    return tuple(Field(max(f.size for f in axis), max(f.stride for f in axis)) for axis in zip(*known, strict=True))


def _whole(value: int | Fraction) -> int | Fraction:
    return int(value) if isinstance(value, Fraction) and value.denominator == 1 else value

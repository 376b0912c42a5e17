"""What archspec has against a node, for tables of messages."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from archspec.graph import TensorType
from archspec.layers import LayerError, lookup


def complaint(kind: str, arguments: dict[str, Any], shape: tuple[int, ...], dtype: str = "float32") -> LayerError:
    """The one error of this node."""
    return refusal(kind, arguments, TensorType(shape, dtype))


def refusal(kind: str, arguments: dict[str, Any], *inputs: TensorType) -> LayerError:
    """The one error of this node, which may have several inputs."""
    layer = lookup(kind)
    assert layer is not None
    try:
        node = layer.model_validate(arguments)
    except ValidationError as invalid:
        (error,) = layer.complaints(invalid, arguments)
        return error
    try:
        node.output(*inputs)
    except LayerError as refused:
        return refused
    (declared,) = node.check(*inputs)
    return declared


def output(kind: str, arguments: dict[str, Any], shape: tuple[int, ...], dtype: str = "float32") -> TensorType:
    """What comes out of this node."""
    layer = lookup(kind)
    assert layer is not None
    y: TensorType = layer.model_validate(arguments).output(TensorType(shape, dtype))
    return y

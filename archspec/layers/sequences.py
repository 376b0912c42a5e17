"""What the kinds over `length x features` share: which dimensions there are, and that the batch comes first."""

from typing import Annotated

from pydantic import Field

from archspec.graph import TensorType
from archspec.layers.base import Layer, LayerError
from archspec.shapes import format_shape

BatchFirst = Annotated[bool, Field(description="must be true: the batch comes first, and is never written")]


def features_of(layer: Layer, x: TensorType) -> int:
    """The features of an input, its last dimension."""
    if not x.shape:
        raise LayerError(f"{layer.kind} takes length x features, not a single number", rule="input-rank")
    return x.shape[-1]


def require_sequences(layer: Layer, *inputs: TensorType) -> None:
    """Refuse what is not `length x features`, in float32."""
    for x in inputs:
        if len(x.shape) != 2:
            raise LayerError(f"{layer.kind} takes length x features, not {format_shape(x.shape)}", rule="input-rank")
        layer.require_dtype(x, "float32")


def require_batch_first(batch_first: bool) -> None:
    if not batch_first:
        raise LayerError(
            "batch_first must be true: the batch is the first dimension everywhere",
            rule="batch-dimension",
            argument="batch_first",
            correct=True,
            help="leave batch_first out, or write true",
        )

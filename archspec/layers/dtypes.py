"""Which dtypes a kind takes, in words, and which numbers a dtype holds."""

import math

from archspec.graph import TensorType
from archspec.layers.arguments import alternatives
from archspec.layers.base import Layer, LayerError

_SORTS = {"bfloat": "float", "int": "integer", "uint": "integer"}
_ORDER = (
    *("bool", "uint8", "int8", "int16", "int32", "int64"),
    *("float16", "bfloat16", "float32", "float64", "complex64", "complex128"),
)
_LARGEST = {
    "float16": 65504.0,
    "bfloat16": 2.0**128 - 2.0**120,
    "float32": 2.0**128 - 2.0**104,
    "complex64": 2.0**128 - 2.0**104,
}


def sort(dtype: str) -> str:
    """`float`, `complex`, `integer` or `bool`."""
    stem = dtype.rstrip("0123456789")
    return _SORTS.get(stem, stem)


def require_sort(layer: Layer, x: TensorType, *sorts: str) -> None:
    """Refuse an input whose dtype is of none of these sorts."""
    if sort(x.dtype) not in sorts:
        raise LayerError(f"{layer.kind} takes a {alternatives(sorts)} tensor, not {x.dtype}", rule="dtype")


def limits(dtype: str) -> tuple[float, float]:
    """The least and the largest number of a dtype."""
    if sort(dtype) != "integer":
        largest = _LARGEST.get(dtype, math.inf)
        return -largest, largest
    bits = int(dtype.lstrip("uint"))
    return (0, 2**bits - 1) if dtype.startswith("u") else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


def holds(dtype: str, value: float) -> bool:
    """Whether torch converts `value` to the dtype: a fraction is cut off, but nothing may overflow."""
    if not math.isfinite(value):
        return sort(dtype) != "integer"
    least, largest = limits(dtype)
    return least <= value <= largest


def promote(a: str, b: str) -> str:
    """The dtype of `a + b` in torch, for tensors that both have dimensions.

    Source: https://docs.pytorch.org/docs/stable/tensor_attributes.html#type-promotion-doc
    """
    special = {("int8", "uint8"): "int16", ("bfloat16", "float16"): "float32", ("complex64", "float64"): "complex128"}
    low, high = sorted((a, b))
    return special.get((low, high)) or max(a, b, key=_ORDER.index)

"""Numbers, sizes and shapes as people read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from archspec.graph import TensorType


def count(value: int) -> str:
    """128806154 -> 128,806,154."""
    return f"{value:,}"


def size(value: int) -> str:
    """Bytes as decimal megabytes, the unit of file sizes: 515224616 -> 515.2 MB."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if value >= factor:
            return f"{value / factor:.1f} {unit}"
    return f"{value} bytes"


def shape(types: TensorType | Sequence[TensorType] | Mapping[str, TensorType]) -> str:
    """A shape, or several: `10`, `64x7x7 and 10`, `fine: 64x7x7, coarse: 10`."""
    if isinstance(types, TensorType):
        return str(types)
    if isinstance(types, Mapping):
        return ", ".join(f"{name}: {type}" for name, type in types.items())
    return " and ".join(map(str, types))


def inputs(types: Mapping[str, TensorType]) -> str:
    """What enters: `3x224x224`; by name where there are several: `image 3x224x224, tokens 16`."""
    return ", ".join(str(type) if name == "input" else f"{name} {type}" for name, type in types.items())


def per_axis(values: Sequence[int | None] | None) -> str:
    """A receptive field or stride: `3`, `3x5`; `all` where every element sees all of the input or of an axis."""
    if values is None:
        return "all"
    words = ["all" if value is None else str(value) for value in values]
    return words[0] if len(set(words)) == 1 else "x".join(words)

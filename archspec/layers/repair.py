"""What would make a layer fit its input: a sibling, another order of the axes, another argument.

Every proposal is tried by the layer's own rules before it is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import permutations, product
from math import prod
from typing import Any, NamedTuple

from pydantic import ValidationError

from archspec.graph import TensorType
from archspec.layers import KINDS, lookup
from archspec.layers.arguments import written
from archspec.layers.base import Layer, LayerError
from archspec.shapes import Shape, span

_STEM = re.compile(r"(.*?)([1-3]d)?")
_TRANSPOSED = ("Conv", "ConvTranspose")
_WIDTHS = {"out_channels": 0, "out_features": -1, "hidden_size": -1, "embedding_dim": -1}
"""Arguments that are a size of the output, and of which dimension."""
_SIDES = (7, 4, 8, 6, 5, 3, 2)
"""Sizes of a map that a decoder starts with, the most usual first."""


class Before(NamedTuple):
    """What may stand before a layer: nodes as they are written, and what brings the axes back behind it."""

    nodes: tuple[str, ...]
    back: str | None = None

    def __str__(self) -> str:
        return " and ".join(f"`{node}`" for node in self.nodes)


class Change(NamedTuple):
    """A kind, and an argument of it as it is written; none where the kind is what changes."""

    kind: str
    argument: str


FLATTEN = "Flatten"


def sibling(layer: Layer, *inputs: TensorType, exact: bool) -> str | None:
    """The kind of the same family that takes the inputs: BatchNorm1d for BatchNorm2d.

    With `exact` its declared sizes are right, too. One for as many axes as the input has comes first.
    """
    inputs = _plain(inputs)
    stem, rank = _stem(layer.kind), len(inputs[0].shape)
    kinds = [kind for kind in KINDS if kind != layer.kind and _stem(kind) == stem]
    for kind in sorted(kinds, key=lambda kind: kind != f"{stem}{rank - 1}d"):
        cls = lookup(kind)
        other = _like(layer, cls) if cls is not None else None
        if other is not None and _fits(other, inputs, exact=exact):
            return kind
    return None


def before(layer: Layer, *inputs: TensorType) -> Before | None:
    """What makes an input of these axes one that the layer takes, with every declared size right."""
    inputs = _plain(inputs)
    if len(set(inputs)) > 1:
        return None
    for way, shape in _ways(layer, inputs[0].shape):
        if _fits(layer, (TensorType(shape, inputs[0].dtype),) * len(inputs), exact=True):
            keeps = len(way.nodes) == 1 and _keeps(layer, TensorType(shape, inputs[0].dtype))
            return way if keeps else way._replace(back=None)
    return None


def swapped(layer: Layer, *inputs: TensorType) -> bool:
    """Whether several inputs are right in another order."""
    inputs = _plain(inputs)
    return any(order != inputs and _fits(layer, order, exact=True) for order in permutations(inputs))


def measured(layer: Layer, argument: str, *inputs: TensorType) -> TensorType | None:
    """The input whose last dimension an inferred argument is, if it is that."""
    inputs = _plain(inputs)
    for i, x in enumerate(inputs):
        longer = TensorType((*x.shape[:-1], x.shape[-1] + 1), x.dtype) if x.shape else x
        other = (*inputs[:i], longer, *inputs[i + 1 :])
        try:
            if layer.sizes(*other).get(argument) != layer.sizes(*inputs).get(argument):
                return x
        except LayerError:  # the layer takes no tensor of so many dimensions
            return None
    return None


def changed(layer: Layer, x: TensorType, wanted: Shape) -> Change | None:
    """The arguments, or the kind, with which the output would have this shape."""
    (x,) = _plain((x,))
    wanted = tuple(map(int.__pos__, wanted))  # what is proposed says nothing on which sizes are right
    for argument, value in _changes(layer, wanted):
        if isinstance(value, tuple) and layer.fields()[argument].length not in (None, len(value)):
            continue  # padding kinds have two numbers for each axis
        if _makes(layer.model_copy(update={argument: value}), x) == wanted:
            return Change(layer.kind, f"{argument}: {written(value)}")
    for kind, other in _transposes(layer):
        for values in ({}, *({name: value} for name, value in _changes(other, wanted))):
            if _makes(other.model_copy(update=values), x) == wanted:
                return Change(kind, ", ".join(f"{name}: {written(value)}" for name, value in values.items()))
    return None


def behind(made: Shape, wanted: Shape) -> str | None:
    """The node that makes one shape of another: a Flatten, a Permute."""
    if len(made) > 1 and wanted == (prod(made),):
        return FLATTEN
    if len(made) == len(wanted) <= 4:
        for order in permutations(range(len(made))):
            if tuple(made[axis] for axis in order) == wanted:
                return _permute(order)
    return None


def _ways(layer: Layer, shape: Shape) -> Iterator[tuple[Before, Shape]]:
    """What may be done with a tensor, what is done most often first, and the shapes that it makes."""
    rank = len(shape)
    if rank == 1:
        yield from _unflattened(layer, shape[0])
    if rank > 1:
        yield Before((FLATTEN,)), (prod(shape),)
    if 2 <= rank <= 4:
        last, first = (rank - 1, *range(rank - 1)), (*range(1, rank), 0)
        ends = (first, last) if _measures_last(layer, shape) else (last, first)
        orders = dict.fromkeys([*ends, *permutations(range(rank))])
        for order in orders:
            back = tuple(order.index(axis) for axis in range(rank))
            yield Before((_permute(order),), f"`{_permute(back)}`"), tuple(shape[axis] for axis in order)
    if rank > 2:
        yield Before(("Flatten: 2", _permute((1, 0)))), (prod(shape[1:]), shape[0])
    if rank == 3:
        for order in ((2, 0, 1), (1, 0, 2)):  # a sequence along the width, or the height, of a map
            length, *rest = (shape[axis] for axis in order)
            yield Before((_permute(order), "Flatten: 2")), (length, prod(rest))
        yield Before(("Flatten: 2",)), (shape[0], prod(shape[1:]))


def _measures_last(layer: Layer, shape: Shape) -> bool:
    """Whether a size that may be declared is that of the last dimension."""
    return any(measured(layer, name, TensorType(shape)) is not None for name in layer.inferred)


def _unflattened(layer: Layer, size: int) -> Iterator[tuple[Before, Shape]]:
    """A map of a row of features, its sides equal: of the channels that are declared, else an image or a small map."""
    if not layer.dims:
        return
    declared = [channels for name in layer.inferred if (channels := getattr(layer, name))]
    if not declared and layer.kind.startswith("ConvTranspose"):
        declared = [size]  # a generator starts from a single pixel
    maps = [(channels, round((size / channels) ** (1 / layer.dims))) for channels in declared or (1, 3)]
    if not declared:
        maps += [(size // side**layer.dims, side) for side in _SIDES]
    for channels, side in maps:
        if channels * side**layer.dims == size and (declared or side > 1):
            shape = (channels, *(side,) * layer.dims)
            yield Before((f"Unflatten: {{dim: 1, unflattened_size: {written(shape)}}}",)), shape


def _permute(order: tuple[int, ...]) -> str:
    return f"Permute: {[0, *(axis + 1 for axis in order)]}"


def _changes(layer: Layer, wanted: Shape) -> Iterator[tuple[str, Any]]:
    """One argument of the layer with another value, the smallest first."""
    fields = type(layer).model_fields
    for name, axis in _WIDTHS.items():
        if name in fields and wanted:
            yield name, wanted[axis]
    if "output_padding" in fields:
        most = max(*layer.per_axis(getattr(layer, "stride", 1)), *layer.per_axis(_dilation(layer)))
        yield from (("output_padding", value) for value in _each(layer, range(most)))
    if "ceil_mode" in fields:
        yield "ceil_mode", True
    if "padding" in fields:
        reach = max(map(span, layer.per_axis(getattr(layer, "kernel_size", 1)), layer.per_axis(_dilation(layer))))
        yield from (("padding", value) for value in _each(layer, range(reach // 2 + 1)))
    if "stride" in fields:
        yield from (("stride", value) for value in range(1, 5))
    if "scale_factor" in fields and len(wanted) > 1:
        yield from (("scale_factor", value) for value in (2, 3, 4, 8))


def _dilation(layer: Layer) -> Any:
    return getattr(layer, "dilation", 1)


def _each(layer: Layer, values: range) -> Iterator[Any]:
    """A value for all axes, or one for each."""
    yield from values
    if 1 < layer.dims <= 2:
        yield from product(values, repeat=layer.dims)


def _transposes(layer: Layer) -> Iterator[tuple[str, Layer]]:
    """The transposed convolution of a convolution with a stride, and the reverse."""
    stem = _stem(layer.kind)
    if stem in _TRANSPOSED and any(stride > 1 for stride in layer.per_axis(getattr(layer, "stride", 1))):
        kind = layer.kind.replace(stem, _TRANSPOSED[1 - _TRANSPOSED.index(stem)])
        cls = lookup(kind)
        other = _like(layer, cls) if cls is not None else None
        if other is not None:
            yield kind, other


def _like(layer: Layer, cls: type[Layer]) -> Layer | None:
    """A layer of another kind, with the arguments of this one that it has; of a value for each axis the first."""
    fields = cls.fields()
    names = {field.alias or name for name, field in type(layer).model_fields.items() if name in layer.model_fields_set}
    given = {name: value for name, value in layer._values().items() if name in names and name in fields}
    for name, value in given.items():
        if isinstance(value, tuple) and fields[name].length not in (None, len(value)):
            given[name] = value[0]
    try:
        return cls.model_validate({name: list(v) if isinstance(v, tuple) else v for name, v in given.items()})
    except ValidationError:
        return None


def _fits(layer: Layer, inputs: tuple[TensorType, ...], *, exact: bool) -> bool:
    """Whether a layer takes the inputs; with `exact` also by its declared sizes."""
    try:
        layer.output(*inputs)
        return not exact or not layer.check(*inputs)
    except LayerError as error:
        return not exact and error.rule != "input-rank"


def _makes(layer: Layer, x: TensorType) -> Shape | None:
    try:
        return layer.output(x).shape
    except LayerError:
        return None


def _keeps(layer: Layer, x: TensorType) -> bool:
    """Whether what comes out has the axes of what went in, as after a normalization."""
    return _makes(layer, x) == x.shape and not layer.macs(x)


def fits(layer: Layer, *inputs: TensorType) -> bool:
    """Whether the layer takes the inputs as they are, with every declared size."""
    return _fits(layer, _plain(inputs), exact=True)


def _stem(kind: str) -> str:
    """A kind without its number of axes."""
    match = _STEM.fullmatch(kind)
    assert match is not None
    return match[1]


def _plain(inputs: tuple[TensorType, ...]) -> tuple[TensorType, ...]:
    """The inputs with plain numbers: what is tried here is nothing that a size relies on."""
    return tuple(TensorType(tuple(int.__pos__(size) for size in x.shape), x.dtype) for x in inputs)

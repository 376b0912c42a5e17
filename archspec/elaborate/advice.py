"""What to write where a tensor does not fit: asked only after a mistake, and tried by the layers' own rules."""

from __future__ import annotations

from math import prod
from typing import NamedTuple

from archspec import layers
from archspec.elaborate.values import Maker
from archspec.graph import TensorType
from archspec.layers import repair
from archspec.layers.base import Layer, LayerError
from archspec.shapes import Shape, format_shape


class Astray(NamedTuple):
    """A declared size that is no wrong number: the tensor is not the one that was meant."""

    message: str
    help: str
    unfixed: str
    """Why no edit changes the number."""


def for_rank(layer: Layer, inputs: tuple[TensorType, ...], maker: Maker | None) -> str | None:
    """What to write where a layer gets a tensor with too few or too many dimensions."""
    x = inputs[0]
    found = _for_rank(layer, inputs, maker)
    if maker is None or maker.kind != "input" or len(inputs) > 1 or len(x.shape) < 2:
        return found
    if not repair.fits(layer, TensorType(x.shape[1:], x.dtype)):
        return found
    batch = f"leave the {x.shape[0]} out of the input if it is the batch"
    if found is None:
        return batch
    return f"{found}, or {batch}" if found.startswith("write") else f"{batch}, or {found}"


def _for_rank(layer: Layer, inputs: tuple[TensorType, ...], maker: Maker | None) -> str | None:
    exact = repair.sibling(layer, *inputs, exact=True)
    if exact is not None:
        return f"write {exact}"
    flattened = _flattened(inputs, maker)
    if flattened is not None and repair.fits(layer, flattened):
        return f"leave out the Flatten before it: {layer.kind} takes {flattened}"
    way = repair.before(layer, *inputs)
    if way is not None:
        return f"put {way} before it"
    near = repair.sibling(layer, *inputs, exact=False)
    return f"write {near}" if near is not None else None


def for_size(
    layer: Layer, error: LayerError, declared: object, inputs: tuple[TensorType, ...], maker: Maker | None
) -> Astray | None:
    """What to write where a declared size is that of other dimensions; None where the number is what is wrong."""
    if error.correct is None or error.argument is None or not isinstance(declared, int):
        return None
    if repair.swapped(layer, *inputs):
        return Astray(error.message, "name the tensors of its `from` in the other order", "the tensors are swapped")
    kind = repair.sibling(layer, *inputs, exact=True)
    if kind is not None:
        return Astray(error.message, f"write {kind}: with it {declared} is right for {inputs[0]}", f"{kind} is meant")
    way = repair.before(layer, *inputs)
    if way is not None:
        return _other_axes(layer, error, declared, inputs[0], way, maker)
    if not layer.weight_layers():
        return None
    flattened = _flattened(inputs, maker)
    if flattened is not None and declared in flattened.shape:
        return _flattened_too_soon(layer, error, declared, flattened)
    x = repair.measured(layer, error.argument, *inputs)
    if x is not None and len(x.shape) > 1 and _is_map(x, maker):
        product = f"{' x '.join(map(str, x.shape))} = {prod(x.shape)}"
        help = f"put a Flatten before the {layer.kind}: then it gets {product} {layer.size_noun}"
        return Astray(error.message, help, "a Flatten is missing")
    return None


def wrong_sizes(layer: Layer, inputs: tuple[TensorType, ...]) -> list[LayerError]:
    """The declared sizes that the inputs of a layer contradict, where the layer cannot take them for another reason."""
    try:
        return layer.check(*inputs)
    except LayerError:
        return []


def _other_axes(
    layer: Layer, error: LayerError, declared: int, x: TensorType, way: repair.Before, maker: Maker | None
) -> Astray:
    """The declared size is that of another dimension, or of several."""
    if way.nodes == (repair.FLATTEN,):
        message = f"{layer.kind} gets {x}, not {declared} {layer.size_noun}: a Flatten is missing"
        return Astray(message, f"put a Flatten before the {layer.kind}", "a Flatten is missing")
    after = f", and {'again' if way.back == str(way) else way.back} after it" if way.back is not None else ""
    help = f"put {way} before it{after}"
    pool = _pooling(x)
    pooled = repair.fits(layer, TensorType(x.shape[:1], x.dtype))
    if len(way.nodes) == 1 and pool is not None and pooled and _is_map(x, maker):
        help = f"put `{pool}: 1` and `Flatten` before it, or {way} for each pixel by itself"
    elif x.shape.count(declared) > 1:
        help = f"{help}; or write {error.correct}, if the number is wrong"
    first = repair.measured(layer, error.argument or "", x) is None
    takes = f"{layer.kind} takes the {layer.size_noun} {'first' if first else 'last'}"
    return Astray(error.message, f"{takes}: {help}", f"{declared} is another size of {x}")


def _flattened_too_soon(layer: Layer, error: LayerError, declared: int, flattened: TensorType) -> Astray:
    """The declared size is one of those that a Flatten put together."""
    help = error.help or ""
    pool = _pooling(flattened)
    if repair.fits(layer, flattened):
        help = f"leave out the Flatten before it, or write {error.correct}"
    elif pool is not None and declared == flattened.shape[0]:
        help = f"put `{pool}: 1` before the Flatten, or write {error.correct}"
    return Astray(error.message, help, f"{declared} is a size of the {flattened} that is flattened")


def for_shape(maker: Maker | None, made: Shape, wanted: Shape) -> str | None:
    """What makes of a node's output the shape that was wanted, as ``padding: 1` makes 8x32x32`."""
    change = _change(maker, made, wanted)
    if change is not None:
        return f"{change} makes {format_shape(wanted)}"
    behind = repair.behind(made, wanted)
    return f"`{behind}` behind it makes {format_shape(wanted)}" if behind is not None else None


def for_branches(*branches: tuple[Maker | None, Shape, Shape]) -> str | None:
    """What makes one of several branches fit: each with the shape that it makes and the one that is wanted."""
    for maker, made, wanted in branches:
        change = _change(maker, made, wanted)
        if change is not None:
            inner = _innermost(maker)
            assert inner is not None
            where = "in" if change.startswith("`") else "in place of"
            return f"{change} {where} the {inner.kind} makes {format_shape(wanted)}"
    return None


def _change(maker: Maker | None, made: Shape, wanted: Shape) -> str | None:
    """The argument that the node which made a tensor needs for a shape, or the kind."""
    maker = _innermost(maker)
    if maker is None or maker.layer is None or maker.input is None or maker.output.shape != made:
        return None
    change = repair.changed(maker.layer, maker.input, wanted)
    if change is None:
        return None
    argument = f"`{change.argument}`" if change.argument else ""
    if change.kind == maker.kind:
        return argument
    return f"{change.kind} with {argument}" if argument else change.kind


def _innermost(maker: Maker | None) -> Maker | None:
    while maker is not None and maker.inside is not None:
        maker = maker.inside
    return maker


def _flattened(inputs: tuple[TensorType, ...], maker: Maker | None) -> TensorType | None:
    """What was flattened, where the input is what a Flatten made."""
    maker = _innermost(maker)
    if maker is None or maker.kind != "Flatten" or maker.input is None or len(inputs) > 1 or len(inputs[0].shape) > 1:
        return None
    return maker.input


def _is_map(x: TensorType, maker: Maker | None) -> bool:
    """Whether a tensor is made by a layer over pixels, or is an image that enters."""
    maker = _innermost(maker)
    if maker is None or maker.kind == "input":
        return len(x.shape) > 2
    cls = layers.lookup(maker.kind)
    return cls is not None and cls.dims > 0


def _pooling(x: TensorType) -> str | None:
    """The pooling that makes one pixel of a map."""
    axes = len(x.shape) - 1
    return f"AdaptiveAvgPool{axes}d" if 1 <= axes <= 3 else None

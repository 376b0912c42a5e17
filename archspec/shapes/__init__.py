"""Shapes, as they are written, and the arithmetic that many rules share. No shape holds the batch."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import prod

Shape = tuple[int, ...]

_WRITTEN = re.compile(r"[0-9]{1,19}(x[0-9]{1,19})*", re.ASCII)


def format_shape(shape: Sequence[int]) -> str:
    """`64x7x7`; the shape of a single number is `()`."""
    return "x".join(map(str, shape)) or "()"


def parse_shape(text: str) -> Shape:
    """The shape that `64x7x7` says. Raises ValueError, with a sentence, where it says none."""
    if not _WRITTEN.fullmatch(text):
        raise ValueError(f"{text!r} is no shape: a shape is written 3x224x224")
    shape = tuple(map(int, text.split("x")))
    if 0 in shape:
        raise ValueError(f"{text} has no elements: every size must be at least 1")
    return shape


def span(kernel: int, dilation: int) -> int:
    """How many pixels a dilated kernel reaches over."""
    return dilation * (kernel - 1) + 1


def slide(size: int, reach: int, stride: int, padding: int = 0, *, ceil: bool = False) -> int:
    """How many windows of `reach` pixels fit `size` pixels with `padding` on both sides; under 1 where none does.

    With `ceil` a last window may hang over the end, but it must start inside the input or the padding before it.
    """
    free = size + 2 * padding - reach
    if not ceil:
        return free // stride + 1
    windows = -(-free // stride) + 1
    return windows - 1 if (windows - 1) * stride >= size + padding else windows


def spread(size: int, reach: int, stride: int, padding: int = 0, extra: int = 0) -> int:
    """The inverse of `slide`: how many pixels `size` windows cover, less the padding, and `extra` at the end."""
    return (size - 1) * stride - 2 * padding + reach + extra


def flatten(shape: Shape, start: int, end: int) -> Shape:
    """`shape` with the dimensions from `start` to `end` (inclusive) as one."""
    return (*shape[:start], prod(shape[start : end + 1]), *shape[end + 1 :])


def broadcast(shapes: Sequence[Shape]) -> Shape | None:
    """The shape of the sum of tensors of these shapes; None where they do not fit.

    Shapes of different length never fit: the batch of one would meet another dimension of the other.
    """
    if len({len(shape) for shape in shapes}) != 1:
        return None
    made = list(shapes[0])
    for shape in shapes[1:]:
        for axis, size in enumerate(shape):
            if size == made[axis] or size == 1:
                continue
            if made[axis] != 1:
                return None
            made[axis] = size
    return tuple(made)


def sliced(size: int, start: int = 0, stop: int | None = None, step: int = 1) -> int:
    """How many places `[start:stop:step]` keeps of so many, with a positive step: as Python counts them."""
    first = _place(size, start)
    last = size if stop is None else _place(size, stop)
    return max(-((first - last) // step), 0)


def _place(size: int, place: int) -> int:
    """A place that is counted from the end if it is negative, within 0 and `size`."""
    return min(place, size) if place >= 0 else max(size + place, 0)


def scaled(size: int, factor: float) -> int:
    """The product, rounded down, as upsampling computes it."""
    if type(size) is int:
        return int(size * factor)
    from archspec.shapes.size import Size

    assert isinstance(size, Size)
    return size.scaled(factor)

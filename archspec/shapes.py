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
    sizes = [set(each) - {1} for each in zip(*shapes, strict=True)]
    return tuple(max(size, default=1) for size in sizes) if all(len(size) < 2 for size in sizes) else None

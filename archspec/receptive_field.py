"""Receptive fields: which pixels of the input an element of a tensor depends on, axis by axis.

An axis is a dimension of an input that has places: all but the channels, and the positions of a row of tokens. Along
it place `j` of a tensor sees the pixels from `start + j * stride` on, `size` of them. Behind an upsampling several
places see the same pixel, so that a field jumps where its places step: the size is then that of the widest place. Two
conventions: a softmax along an axis and attention over it see all of it; the statistics of a normalization
(InstanceNorm, GroupNorm) do not count.

Source: https://distill.pub/2019/computing-receptive-fields/
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

Number = int | Fraction


class Window(NamedTuple):
    """Along a dimension of a layer's output place `j` sees `size` places of the input from `start + j * stride` on.

    Where these are fractions, it sees the whole places from `start + j * stride` to `size - 1 + slack` after that.
    """

    size: int | None = 1
    """None: all of the dimension."""
    stride: Number = 1
    start: Number = 0
    slack: Number = 0
    dim: int | tuple[int, ...] | None = None
    """The dimension of the input, without the batch, or several that are merged; None: that of the same number."""


WHOLE = Window(None)
Windows = tuple[Window | None, ...] | None
"""A window for each dimension of an output, None where it follows none of the input's.

`()`: every element sees its own place only. None in place of the tuple: every element sees all of the input. Where all
windows are None, nothing of the input is seen.
"""


class Field(NamedTuple):
    """What a tensor sees along an axis of the input; `size` None: all of it.

    Behind an upsampling what is seen reaches further by as many whole `step`s as fit `reach`.
    """

    size: Number | None
    stride: Number = 1
    start: Number = 0
    reach: Number = 0
    step: Number = 0

    @property
    def widest(self) -> Number:
        """The pixels that the widest place sees, from the first to the last."""
        assert self.size is not None
        return self.size + (self.reach // self.step * self.step if self.step else 0)


ALL = Field(None)
_MOST = 2**63
"""Pixels; a field of more sees all of any input."""
Fields = tuple[Field | None, ...] | None
"""A field for each dimension of a tensor, None for one that is no axis (channels, features, what was flattened).

None in place of the tuple: the tensor depends on no axis at all, as a learnable tensor does.
"""


def entering(shape: Sequence[int], *, tokens: bool) -> Fields:
    """The fields of an input: channels come first, and a row of `tokens` has none."""
    fields = tuple(None if dim == 0 and not tokens else Field(1) for dim in range(len(shape)))
    return fields if any(fields) else None


def see(windows: Windows, fields: Fields, rank: int) -> Fields:
    """The fields behind a layer: sizes grow by the strides so far, strides multiply. `rank`: of the output."""
    if fields is None:
        return None
    if windows is None or (windows == () and len(fields) != rank):
        return (None,) * rank
    if not windows:
        return fields
    if not any(windows):
        return None
    return tuple(None if window is None else _look(window, fields, dim) for dim, window in enumerate(windows))


def _look(window: Window, fields: tuple[Field | None, ...], dim: int) -> Field | None:
    if isinstance(window.dim, tuple):
        return ALL if all(fields[each] is not None for each in window.dim) else None
    field = fields[dim if window.dim is None else window.dim]
    if field is None or field.size is None:
        return field
    if window.size is None:
        return ALL
    start = _plain(field.start + window.start * field.stride)
    stride = _plain(field.stride * window.stride)
    more = (window.size - 1) * field.stride
    if max(stride.numerator, stride.denominator, field.size.numerator) > _MOST:
        return ALL
    if not field.step and not window.slack and window.stride % 1 == 0:
        return Field(_plain(field.size + more), stride, start)
    step, size, reach = field.step, field.size, field.reach + window.slack * field.stride
    if step:
        reach += more
    else:
        step, size = field.stride, size + more
    seen = Field(_plain(size), stride, start, _plain(reach), step)
    return seen if stride % step else Field(seen.widest, stride, start)


def unite(
    branches: Sequence[tuple[Fields, Sequence[int]]], shape: Sequence[int], *, along: int | None = None
) -> Fields:
    """The fields where tensors meet: of each place the span of the union. `branches`: fields and shape of each.

    `shape` is that of the result; `along` is a dimension whose places come from one branch each, as in a concatenation.
    """
    known = [(fields, tuple(map(_number, sizes))) for fields, sizes in branches if fields is not None]
    if not known:
        return None
    first, shape = known[0][0], tuple(map(_number, shape))
    if all(fields == first and sizes == shape for fields, sizes in known):
        return first
    return tuple(
        _span([(fields[dim], sizes[dim]) for fields, sizes in known], 1 if dim == along else shape[dim])
        for dim in range(len(shape))
    )


def _span(met: list[tuple[Field | None, int]], size: int) -> Field | None:
    """The union along a dimension of so many places. A branch without this axis has seen all of it before."""
    fields = [field for field, _ in met if field is not None]
    if not fields:
        return None
    if len(fields) < len(met) or any(field.size is None for field in fields):
        return ALL
    spread = [
        field if places == size or size == 1 else field._replace(stride=0)  # broadcast
        for field, places in met
        if field is not None
    ]
    outer = min(spread, key=_seen_by_each)
    if all(_within(other, outer) for other in spread):
        return outer
    low = min(field.start for field in spread)
    widest = max(  # the span is convex in the place, so it is widest at an end
        max(_last(field, place) for field in spread) - min(field.start + field.stride * place for field in spread) + 1
        for place in {0, size - 1}
    )
    return Field(_plain(widest), max(field.stride for field in spread), low)


def _last(field: Field, place: int) -> Number:
    """The last pixel that a place may see."""
    assert field.size is not None
    return field.start + field.stride * place + field.size - 1 + field.reach


def _seen_by_each(field: Field) -> tuple[Number, Number]:
    """The first pixel that the first place surely sees, wherever in its step it lies, and the negative of the last."""
    play = field.step - field.stride if field.step else 0
    return field.start + play, play - _last(field, 0)


def _within(inner: Field, outer: Field) -> bool:
    """Whether each place of one sees what that of the other does, wherever in its step it lies."""
    first, last = _seen_by_each(outer)
    return inner is outer or (inner.stride == outer.stride and first <= inner.start and _last(inner, 0) <= -last)


def sizes(fields: Fields) -> tuple[int | None, ...] | None:
    """Pixels of the input that an element sees, for each axis; None: all. None where that is so of every axis."""
    return _whole([None if field.size is None else field.widest for field in fields or () if field is not None])


def strides(fields: Fields) -> tuple[int | None, ...] | None:
    """Pixels of the input from an element's field to its neighbour's, for each axis; None as in `sizes`."""
    return _whole([None if field.size is None else field.stride for field in fields or () if field is not None])


def _whole(values: list[Number | None]) -> tuple[int | None, ...] | None:
    if all(value is None for value in values):
        return None
    return tuple(None if value is None else math.ceil(value) for value in values)


def _number(size: int) -> int:
    """A size as a plain number: what is seen says nothing on which sizes are right."""
    return int.__pos__(size)


def _plain(value: Number) -> Number:
    """A whole fraction as an integer."""
    return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else value


def regroup(before: Sequence[int], after: Sequence[int]) -> Windows:
    """The windows of a reshape: a dimension that stays one is followed, of what is merged or split all is seen."""
    windows: list[Window | None] = []
    for old, new in _groups(before, after):
        merged = [dim for dim in old if before[dim] > 1] or list(old[:1])
        stays = len(merged) == 1 and sum(after[dim] > 1 for dim in new) <= 1
        for dim in new:
            if stays and (after[dim] > 1 or len(new) == 1):
                windows.append(Window(dim=merged[0]))
            else:
                windows.append(Window(None, dim=tuple(merged)) if merged else None)
    return tuple(windows)


def _groups(before: Sequence[int], after: Sequence[int]) -> Iterator[tuple[range, range]]:
    """The dimensions of the one shape that hold the same elements as those of the other, as few at a time as can be."""
    i = j = 0
    while i < len(before) and j < len(after):
        first, second = (i, j)
        old, new = before[i], after[j]
        i, j = i + 1, j + 1
        while old != new:
            if old < new:
                old *= before[i]
                i += 1
            else:
                new *= after[j]
                j += 1
        yield range(first, i), range(second, j)
    yield range(i, len(before)), range(j, len(after))

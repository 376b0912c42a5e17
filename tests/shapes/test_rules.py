"""The arithmetic of shapes, against brute force."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archspec.shapes import broadcast, flatten, format_shape, parse_shape, slide, span, spread

SHAPES = st.lists(st.integers(1, 10**12), min_size=1, max_size=6).map(tuple)
SMALL = st.integers(1, 12)


@given(SHAPES)
def test_what_is_formatted_can_be_parsed(shape: tuple[int, ...]) -> None:
    assert parse_shape(format_shape(shape)) == shape


def test_formats() -> None:
    assert format_shape((64, 7, 7)) == "64x7x7"
    assert format_shape([10]) == "10"
    assert format_shape(()) == "()"


@pytest.mark.parametrize(
    "text", ["", "x", "3x", "x3", "3xx3", "3X4", "3 x 4", "-1x3", "3.0x4", "1e3", "٣x٤", "()", "9" * 20]
)
def test_no_shape(text: str) -> None:
    with pytest.raises(ValueError, match="is no shape: a shape is written 3x224x224"):
        parse_shape(text)


def test_no_elements() -> None:
    with pytest.raises(ValueError, match="3x0x4 has no elements"):
        parse_shape("3x0x4")


@given(SMALL, SMALL, SMALL, SMALL, st.integers(0, 6))
def test_windows_are_counted(size: int, kernel: int, dilation: int, stride: int, padding: int) -> None:
    reach = span(kernel, dilation)
    end = size + padding
    starts = range(-padding, end, stride)
    assert len(range(0, reach, dilation)) == kernel
    fitting = [start for start in starts if start + reach <= end]
    assert max(slide(size, reach, stride, padding), 0) == len(fitting)


@given(SMALL, SMALL, SMALL, SMALL, st.integers(0, 6))
def test_a_last_window_may_hang_over_the_end(size: int, kernel: int, dilation: int, stride: int, padding: int) -> None:
    reach, padding = span(kernel, dilation), min(padding, kernel // 2)
    ends = [start + reach for start in range(-padding, size, stride)]  # of all that start inside
    complete = [end for end in ends if end <= size + padding]
    if complete:
        hanging = len(ends) > len(complete) and complete[-1] < size + padding
        assert slide(size, reach, stride, padding, ceil=True) == len(complete) + hanging


@given(SMALL, SMALL, SMALL, st.integers(0, 6))
def test_spread_is_the_inverse_of_slide(windows: int, reach: int, stride: int, padding: int) -> None:
    covered = [spread(windows, reach, stride, padding, extra) for extra in range(stride)]
    assert [slide(size, reach, stride, padding) for size in covered] == [windows] * stride


@given(st.lists(SMALL, min_size=1, max_size=5).map(tuple), st.data())
def test_flatten_is_a_reshape(shape: tuple[int, ...], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(shape) - 1))
    end = data.draw(st.integers(start, len(shape) - 1))
    flat = flatten(shape, start, end)
    assert len(flat) == len(shape) - (end - start)
    assert np.prod(flat) == np.prod(shape)
    assert flat[:start] == shape[:start]
    assert flat[start + 1 :] == shape[end + 1 :]


@given(st.integers(0, 4).flatmap(lambda rank: st.lists(st.tuples(*[st.integers(1, 3)] * rank), min_size=1, max_size=4)))
def test_broadcast_is_numpys(shapes: list[tuple[int, ...]]) -> None:
    try:
        expected = np.broadcast_shapes(*shapes)
    except ValueError:
        expected = None
    assert broadcast(shapes) == expected


def test_broadcast_leaves_the_batch_alone() -> None:
    assert broadcast([(3, 4), (4,)]) is None

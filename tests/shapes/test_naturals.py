"""Sets of numbers against Python's own, as far as those go."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archspec.shapes.naturals import Interval, Naturals

FAR = 400
ENDS = st.integers(0, 12)


@st.composite
def sets(draw: st.DrawFn) -> Naturals:
    period = draw(st.integers(1, 6))
    classes = []
    for residue in range(period):
        ends = sorted(draw(st.sets(ENDS, max_size=5)))
        start = 0 if residue else 1
        intervals = [Interval(a, b) for a, b in itertools.pairwise(ends)][::2]
        if len(ends) % 2 == 1:
            intervals.append(Interval(ends[-1] + 1, None))
        classes.append(tuple(i for i in intervals if i.first >= start))
    return Naturals(period, tuple(classes))


def listed(numbers: Naturals) -> set[int]:
    return {n for n in range(1, FAR) if n in numbers}


@given(sets(), sets())
def test_operations(a: Naturals, b: Naturals) -> None:
    x, y, everything = listed(a), listed(b), set(range(1, FAR))
    assert listed(a & b) == x & y
    assert listed(a | b) == x | y
    assert listed(a - b) == x - y
    assert listed(~a) == everything - x
    assert 0 not in ~a
    assert bool(a) is bool(x)


@given(sets())
def test_what_there_is_to_know(numbers: Naturals) -> None:
    known = sorted(listed(numbers))
    assert numbers.least == (known[0] if known else None)
    bounded = not known or known[-1] < FAR - 50
    assert numbers.most == (known[-1] if known and bounded else None)
    assert list(itertools.islice(numbers, 5)) == known[:5]
    assert all((n - known[0]) % (numbers.step or 1) == 0 for n in known)
    assert numbers.step == 0 or any((n - known[0]) % (2 * numbers.step) for n in known)


@pytest.mark.parametrize(
    ("numbers", "least", "most", "step"),
    [
        (Naturals.all(), 1, None, 1),
        (Naturals.none(), None, None, 0),
        (Naturals.of([5]), 5, 5, 0),
        (Naturals.of(range(224, 256)), 224, 255, 1),
        (Naturals(16, ((Interval(1, None),), *((),) * 15)), 16, None, 16),
        (Naturals(16, (*((),) * 12, (Interval(11, None),), (), (), ())), 188, None, 16),
    ],
)
def test_bounds_and_step(numbers: Naturals, least: int | None, most: int | None, step: int) -> None:
    assert (numbers.least, numbers.most, numbers.step) == (least, most, step)

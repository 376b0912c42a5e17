"""For which values of a variable comparisons of sizes come out as they did: exactly, and for all values.

An expression of one variable, without products of what varies, goes up by the same amount from period to period, a
different one perhaps for each remainder: rounding down after a division keeps that, with a longer period. So for each
remainder a comparison is one of a line with 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import gcd, lcm
from typing import NamedTuple

from archspec.shapes.expression import Atom, Expression, Floor, Variable
from archspec.shapes.naturals import Interval, Naturals
from archspec.shapes.size import Comparison

MAX_PERIOD = 1 << 14
TRIED = 2_048
"""Up to here the values of what is no such expression are tried one by one."""


class Lines(NamedTuple):
    """The values of an expression at `r + period * t`: `starts[r] + slopes[r] * t`."""

    starts: tuple[int, ...]
    slopes: tuple[int, ...]

    @property
    def period(self) -> int:
        return len(self.starts)

    def spread(self, period: int) -> Lines:
        """The same with a multiple of the period."""
        times = period // self.period
        if times == 1:
            return self
        starts = [start + slope * turn for turn in range(times) for start, slope in zip(*self, strict=True)]
        return Lines(tuple(starts), tuple(slope * times for slope in self.slopes) * times)


def solve(comparisons: Iterable[Comparison], variable: str) -> Naturals:
    """The values of the only variable for which all of them come out the same, as far as that can be told."""
    found = Naturals.all()
    for each in comparisons:
        found = found & solution(each, variable)
    return found


def solution(comparison: Comparison, variable: str) -> Naturals:
    lines = lines_of(comparison.difference, variable)
    if lines is None:
        return Naturals.of(n for n in range(1, TRIED + 1) if comparison.at({variable: n}))
    find = _negative if comparison.relation == "<" else _zero
    classes = tuple(
        tuple(interval for interval in find(start, slope, 0 if residue else 1))
        for residue, (start, slope) in enumerate(zip(*lines, strict=True))
    )
    found = Naturals(lines.period, classes)
    return found if comparison.holds else ~found


def lines_of(expression: Expression, variable: str) -> Lines | None:
    """The expression as lines; None where it has none, or too many."""
    total = Lines((expression.constant,), (0,))
    for product, coefficient in expression.varying.terms:
        term: Lines | None = Lines((coefficient,), (0,))
        for atom in product:
            term = _times(term, _lines_of_atom(atom, variable))
        summed = _plus(total, term)
        if summed is None:
            return None
        total = summed
    return total


def _lines_of_atom(atom: Atom, variable: str) -> Lines | None:
    match atom:
        case Variable(name):
            return Lines((0,), (1,)) if name == variable else None
        case Floor(numerator, denominator):
            above = lines_of(numerator, variable)
            if above is None or denominator.number is None:
                return None
            return _floor(above, denominator.number)
    return None


def _plus(a: Lines | None, b: Lines | None) -> Lines | None:
    if a is None or b is None or (period := lcm(a.period, b.period)) > MAX_PERIOD:
        return None
    a, b = a.spread(period), b.spread(period)
    return Lines(
        tuple(x + y for x, y in zip(a.starts, b.starts, strict=True)),
        tuple(x + y for x, y in zip(a.slopes, b.slopes, strict=True)),
    )


def _times(a: Lines | None, b: Lines | None) -> Lines | None:
    if a is None or b is None or (period := lcm(a.period, b.period)) > MAX_PERIOD:
        return None
    a, b = a.spread(period), b.spread(period)
    pairs = list(zip(*a, *b, strict=True))
    if any(m and n for _, m, _, n in pairs):
        return None
    return Lines(tuple(x * y for x, _, y, _ in pairs), tuple(x * n + y * m for x, m, y, n in pairs))


def _floor(lines: Lines, divisor: int) -> Lines | None:
    times = lcm(*(divisor // gcd(divisor, slope) for slope in lines.slopes))
    if times * lines.period > MAX_PERIOD:
        return None
    lines = lines.spread(times * lines.period)
    return Lines(tuple(start // divisor for start in lines.starts), tuple(slope // divisor for slope in lines.slopes))


def _negative(start: int, slope: int, least: int) -> Iterable[Interval]:
    """Where `start + slope * t < 0`, from `least` on."""
    if slope == 0:
        return [Interval(least, None)] if start < 0 else []
    if slope < 0:  # t > start / -slope
        return [Interval(max(least, start // -slope + 1), None)]
    last = (-start - 1) // slope  # t < -start / slope
    return [Interval(least, last)] if last >= least else []


def _zero(start: int, slope: int, least: int) -> Iterable[Interval]:
    if slope == 0:
        return [Interval(least, None)] if start == 0 else []
    turn, rest = divmod(-start, slope)
    return [Interval(turn, turn)] if rest == 0 and turn >= least else []

"""Sets of natural numbers, from 1 on, of the kind that sizes have: periodic, but for a beginning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from math import gcd, lcm
from typing import NamedTuple


class Interval(NamedTuple):
    """The whole numbers from `first` to `last`; None: without end."""

    first: int
    last: int | None

    def __and__(self, other: Interval) -> Interval | None:
        first = max(self.first, other.first)
        last = other.last if self.last is None else self.last if other.last is None else min(self.last, other.last)
        return Interval(first, last) if last is None or first <= last else None


@dataclass(frozen=True)
class Naturals:
    """The numbers `residue + period * t`, with `t` in the intervals of `classes[residue]`."""

    period: int
    classes: tuple[tuple[Interval, ...], ...]

    @classmethod
    def all(cls) -> Naturals:
        return cls(1, ((Interval(1, None),),))

    @classmethod
    def none(cls) -> Naturals:
        return cls(1, ((),))

    @classmethod
    def of(cls, numbers: Iterable[int]) -> Naturals:
        """These numbers alone."""
        runs: list[Interval] = []
        for number in sorted(set(numbers)):
            if runs and runs[-1].last == number - 1:
                runs[-1] = Interval(runs[-1].first, number)
            else:
                runs.append(Interval(number, number))
        return cls(1, (tuple(runs),))

    @classmethod
    def up_to(cls, last: int) -> Naturals:
        return cls(1, ((Interval(1, last),),))

    @classmethod
    def every(cls, step: int, first: int) -> Naturals:
        """`first`, and every `step`th after it."""
        turn, residue = divmod(first, step)
        return cls(step, tuple((Interval(turn, None),) if r == residue else () for r in range(step)))

    def __contains__(self, number: int) -> bool:
        turn, residue = divmod(number, self.period)
        return any(first <= turn and (last is None or turn <= last) for first, last in self.classes[residue])

    def __bool__(self) -> bool:
        return any(self.classes)

    def __and__(self, other: Naturals) -> Naturals:
        period = lcm(self.period, other.period)
        pairs = zip(self._spread(period), other._spread(period), strict=True)
        return Naturals(
            period, tuple(tuple(both for a in one for b in two if (both := a & b) is not None) for one, two in pairs)
        )

    def __invert__(self) -> Naturals:
        return Naturals(
            self.period, tuple(tuple(_gaps(each, 0 if residue else 1)) for residue, each in enumerate(self.classes))
        )

    def __or__(self, other: Naturals) -> Naturals:
        return ~(~self & ~other)

    def __sub__(self, other: Naturals) -> Naturals:
        return self & ~other

    @cached_property
    def least(self) -> int | None:
        firsts = (residue + self.period * each[0].first for residue, each in enumerate(self.classes) if each)
        return min(firsts, default=None)

    @cached_property
    def most(self) -> int | None:
        """The largest; None where there is none, or the set is empty."""
        lasts = [(residue, each[-1].last) for residue, each in enumerate(self.classes) if each]
        if any(last is None for _, last in lasts):
            return None
        return max((residue + self.period * last for residue, last in lasts if last is not None), default=None)

    @cached_property
    def step(self) -> int:
        """The greatest number that divides the distances of all of them; 0 of a single one."""
        least, step = self.least or 0, 0
        for residue, intervals in enumerate(self.classes):
            for first, last in intervals:
                step = gcd(step, residue + self.period * first - least)
                if last != first:
                    step = gcd(step, self.period)
        return step

    def residues(self, period: int) -> Iterator[int]:
        """The remainders that the numbers leave; `period` is a multiple of the set's own."""
        return (residue for residue, intervals in enumerate(self._spread(period)) if intervals)

    def __iter__(self) -> Iterator[int]:
        """In ascending order; without end where the set has none."""
        number = self.least
        while number is not None:
            yield number
            number = (self - Naturals.up_to(number)).least

    def _spread(self, period: int) -> Iterator[tuple[Interval, ...]]:
        """The classes of a multiple of the period."""
        times = period // self.period
        if times == 1:
            yield from self.classes
            return
        for turn in range(times):
            for intervals in self.classes:
                yield tuple(
                    Interval(first, last)
                    for a, b in intervals
                    for first in (-((turn - a) // times),)
                    for last in (None if b is None else (b - turn) // times,)
                    if last is None or first <= last
                )


def _gaps(intervals: tuple[Interval, ...], start: int) -> Iterator[Interval]:
    """What lies between sorted intervals, from `start` on."""
    for first, last in intervals:
        if start < first:
            yield Interval(start, first - 1)
        if last is None:
            return
        start = max(start, last + 1)
    yield Interval(start, None)

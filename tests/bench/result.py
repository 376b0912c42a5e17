"""What a benchmark measures, and how two things are timed against each other."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """A number, and what it may be at most."""

    name: str
    value: float
    limit: float
    unit: str = "x"

    @property
    def passed(self) -> bool:
        return self.value <= self.limit


def ratio(ours: Callable[[], object], theirs: Callable[[], object], seconds: float = 20, least: int = 15) -> float:
    """The median of how many times as long ours takes as theirs.

    Each pair runs back to back, taking turns in going first, so that what slows the machine slows both. Processor time
    is taken, not the clock's: other programs then matter little. At least `least` pairs, for about `seconds`.
    """
    ours(), theirs()
    ratios: list[float] = []
    end = time.monotonic() + seconds
    while len(ratios) < least or time.monotonic() < end:
        if len(ratios) % 2:
            mine, their = _timed(ours), _timed(theirs)
        else:
            their, mine = _timed(theirs), _timed(ours)
        ratios.append(mine / their)
    return statistics.median(ratios)


def _timed(function: Callable[[], object]) -> float:
    start = time.process_time()
    function()
    return time.process_time() - start

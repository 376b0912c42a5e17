"""Work, counted in calls: the same on every machine, however slow or busy. `make bench` measures time."""

from __future__ import annotations

import cProfile
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def allocated() -> Iterator[Callable[[], int]]:
    """Yields what tells the most bytes that were taken at once."""
    tracemalloc.start()
    try:
        yield lambda: tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@contextmanager
def counted(active: bool = True) -> Iterator[Callable[[], int]]:
    """Yields what tells how many functions were called so far, those of Python itself among them.

    A million calls take from a tenth of a second to a second.
    """
    profile = cProfile.Profile()
    if active:
        profile.enable()
    try:
        yield lambda: sum(entry.callcount for entry in profile.getstats())
    finally:
        profile.disable()

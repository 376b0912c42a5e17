"""What `make test` leaves to `make test-all`: all but one or two of many alike, and most of what is drawn at random."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import pytest

WHOLE = True
"""Whether the slow tests run too; tests/conftest.py knows."""


def only(kept: Collection[str], names: Iterable[str]) -> list[Any]:
    """The names as parameters, those that are not kept for the slow run only."""
    every = list(names)
    assert set(kept) <= set(every), "what is kept is one of them"
    return [name if name in kept else pytest.param(name, marks=pytest.mark.slow) for name in every]


def examples(fast: int, whole: int) -> int:
    """How many examples hypothesis draws."""
    return whole if WHOLE else fast

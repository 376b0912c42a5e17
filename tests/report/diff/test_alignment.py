"""Alignment: right for every pair of sequences, the best there is for short ones, linear in time for long ones."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archspec.report.diff import alignment
from archspec.report.diff.alignment import align
from tests.work import counted

WORDS = st.text("abcd", max_size=30)


def longest(a: str, b: str) -> int:
    """The length of the longest common subsequence, from its definition."""

    @cache
    def of(i: int, j: int) -> int:
        if i == len(a) or j == len(b):
            return 0
        return 1 + of(i + 1, j + 1) if a[i] == b[j] else max(of(i + 1, j), of(i, j + 1))

    return of(0, 0)


def check(a: Sequence[object], b: Sequence[object]) -> int:
    """Every pair is of equal elements, and no two cross. Returns how many there are."""
    pairs = align(a, b)
    assert all(a[i] == b[j] for i, j in pairs)
    assert all(i < k and j < m for (i, j), (k, m) in pairwise(pairs))
    assert all(0 <= i < len(a) and 0 <= j < len(b) for i, j in pairs)
    return len(pairs)


@given(WORDS, WORDS)
def test_as_many_pairs_as_there_can_be(a: str, b: str) -> None:
    assert check(a, b) == longest(a, b)


@given(WORDS, WORDS, st.integers(1, 5))
def test_with_little_effort_it_is_still_right(a: str, b: str, effort: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alignment, "_EFFORT", effort)
        found = check(a, b)
    assert found >= (1 if set(a) & set(b) and len(set(a) | set(b)) == 1 else 0)


@pytest.mark.parametrize(
    ("a", "b", "pairs"),
    [
        ("", "", []),
        ("abc", "", []),
        ("abc", "xyz", []),
        ("abc", "abc", [(0, 0), (1, 1), (2, 2)]),
        ("ac", "abc", [(0, 0), (1, 2)]),
        ("crpcrp", "cbrpcbrp", [(0, 0), (1, 2), (2, 3), (3, 4), (4, 6), (5, 7)]),
    ],
)
def test_examples(a: str, b: str, pairs: list[tuple[int, int]]) -> None:
    assert align(a, b) == pairs


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("cr" * 5000, "cr" * 5000),
        ("cr" * 5000, "cbr" * 5000),
        ("cr" * 5000, "rrc" * 3333),
        ("crpp" * 2500, "prcr" * 2500),
        ([i * i % 7919 for i in range(10_000)], [i * i * i % 7919 for i in range(10_000)]),
        (range(10_000), range(9_999, -1, -1)),
    ],
    ids=["equal", "inserted everywhere", "out of step", "permuted", "scattered", "reversed"],
)
def test_ten_thousand_elements(a: Sequence[object], b: Sequence[object]) -> None:
    with counted() as calls:
        check(a, b)
    assert calls() < 2_000_000

"""Which elements of two sequences correspond, in order: the shortest edit script of Myers, with bounded effort.

E. W. Myers, "An O(ND) difference algorithm and its variations", Algorithmica 1, 1986.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

_EFFORT = 200
"""So many edits are looked ahead. Within them the result is the best there is; the time stays linear in the length."""


def align(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Pairs of indices of equal elements, both increasing: as many as there can be, where edits are not too dense."""
    common = {*old} & {*new}
    left = [i for i, key in enumerate(old) if key in common]
    right = [j for j, key in enumerate(new) if key in common]
    a, b = [old[i] for i in left], [new[j] for j in right]
    pairs: list[tuple[int, int]] = []
    x = y = 0
    while x < len(a) and y < len(b):
        found, x, y = _path(a, b, x, y)
        pairs += found
    return [(left[i], right[j]) for i, j in pairs]


def _path(
    a: Sequence[Hashable], b: Sequence[Hashable], left: int, right: int
) -> tuple[list[tuple[int, int]], int, int]:
    """The pairs on the best path from a place (left, right), and the place that it comes to."""
    width, height = len(a) - left, len(b) - right
    reached = {1: 0}
    """How far along `a` the best path comes, by diagonal (places in `a` less places in `b`)."""
    history: list[dict[int, int]] = []
    for edits in range(min(width + height, _EFFORT) + 1):
        history.append(reached.copy())
        for diagonal in range(-edits, edits + 1, 2):
            x, _ = _start(reached, diagonal, edits)
            y = x - diagonal
            while x < width and y < height and a[left + x] == b[right + y]:
                x, y = x + 1, y + 1
            reached[diagonal] = x
            if x >= width and y >= height:
                return _pairs(history, diagonal, x, left, right), left + x, right + y
    inside = [k for k in range(-_EFFORT, _EFFORT + 1, 2) if reached[k] <= width and reached[k] - k <= height]
    diagonal = max(inside, key=lambda k: 2 * reached[k] - k)
    x = reached[diagonal]
    return _pairs(history, diagonal, x, left, right), left + x, right + x - diagonal


def _start(reached: dict[int, int], diagonal: int, edits: int) -> tuple[int, int]:
    """Where the next edit comes to on a diagonal, and the diagonal it comes from: down from above, along from below."""
    if diagonal == -edits or (diagonal != edits and reached[diagonal - 1] < reached[diagonal + 1]):
        return reached[diagonal + 1], diagonal + 1
    return reached[diagonal - 1] + 1, diagonal - 1


def _pairs(history: list[dict[int, int]], diagonal: int, x: int, left: int, right: int) -> list[tuple[int, int]]:
    """The way back: what lies between two edits is equal."""
    pairs = []
    for edits in range(len(history) - 1, -1, -1):
        start, before = _start(history[edits], diagonal, edits)
        pairs += [(left + i, right + i - diagonal) for i in range(x - 1, start - 1, -1)]
        x, diagonal = start - (before < diagonal), before
    return pairs[::-1]

"""Did you mean: the known names nearest to a wrong one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import accumulate, islice

# The costs are whole numbers, so that equal distances compare equal.
_EDIT = 10
_CASE = 1
_SEPARATOR = 4
_REORDERED = 15
_FARTHEST = 4 * _EDIT

_LONGEST_NAME = 64
MOST_NAMES = 10_000
_UNBOUNDED = 10**12

_SEPARATORS = frozenset("_-. ")
_WITHOUT_SEPARATORS = str.maketrans("", "", "".join(_SEPARATORS))


_effort: ContextVar[list[int] | None] = ContextVar("effort", default=None)


@contextmanager
def bounded(effort: int = 1_500_000) -> Iterator[None]:
    """Look for near names until about `effort` microseconds are spent, in all; after that nothing is near."""
    token = _effort.set([effort])
    try:
        yield
    finally:
        _effort.reset(token)


def suggest(wrong: str, known: Iterable[str], limit: int = 4) -> list[str]:
    """The names of `known` that `wrong` may have meant, nearest first, at most `limit`, and none that is far.

    Nearness is the optimal string alignment distance: inserting, dropping or replacing a letter or swapping two
    neighbours is one edit, a difference of case or of an underscore far less. A name that begins or ends with the wrong
    one, or the other way round, is near too. Of very many names the first 10,000 are looked at.
    """
    ranked = _ranked(wrong, known)
    if not ranked:
        return []
    best = ranked[0][0]
    too_far = _EDIT if best < _EDIT else best + _EDIT
    return [name for cost, name in ranked[:limit] if cost < too_far]


def did_you_mean(wrong: str, known: Iterable[str]) -> str | None:
    """`did you mean ReLU?`, `did you mean ReLU, SELU or CELU?`, or None if no name is near."""
    names = suggest(wrong, known)
    if not names:
        return None
    *others, last = names
    return f"did you mean {', '.join(others)} or {last}?" if others else f"did you mean {last}?"


def certain(wrong: str, known: Iterable[str]) -> str | None:
    """The one name that `wrong` misspells, None if there is doubt. A fix may write this name.

    The next nearest name is at least one whole edit farther. Numbers and words of one or two letters tell names apart
    (`branch2`, `branch3`; `fc_k`, `fc_v`), as do first letters (`encoder`, `decoder`), so they must agree.
    """
    ranked = _ranked(wrong, known)
    if not ranked:
        return None
    best, name = ranked[0]
    if wrong[0].isupper() and name.islower():
        return None  # a capital means a layer: `Dense` of elsewhere is not the structure `dense`
    folded, folded_name = _fold(wrong), _fold(name)
    rivals = ranked[1:2]
    if folded == folded_name:
        return None if rivals and _fold(rivals[0][1]) == folded else name
    if rivals and rivals[0][0] < best + _EDIT:
        return None
    if len(folded) < 4 or _telling(wrong) != _telling(name):
        return None
    if len(folded) < 6 and len(folded) == len(folded_name) and sorted(folded) != sorted(folded_name):
        return None  # another letter makes another short word: `prev`, `pred`
    edits = 2 if len(folded) >= 6 and folded[0] == folded_name[0] else 1
    return name if _distance(wrong, name, _FARTHEST) < (edits + 1) * _EDIT else None


def _ranked(wrong: str, known: Iterable[str]) -> list[tuple[int, str]]:
    """The near names, each with its cost, nearest first; perhaps without those a whole edit farther than that."""
    folded = _fold(wrong)
    if not folded or len(wrong) > _LONGEST_NAME:
        return []
    letters = set(folded)
    allowed = _EDIT // 2 if len(folded) == 1 else min(_EDIT * max(3, len(folded)) // 3, _FARTHEST)
    near = []
    effort = _effort.get() or [_UNBOUNDED]
    if effort[0] < 0:
        return []
    for name in dict.fromkeys(islice(known, MOST_NAMES)):
        effort[0] -= 1
        if effort[0] < 0:
            break
        if name == wrong or not name or len(name) > _LONGEST_NAME:
            continue
        cost = _containment(wrong, name)
        folded_name = _fold(name)
        # Each edit brings at most one letter and takes at most one: a cheap bound that most names do not pass.
        edits = allowed // _EDIT
        if abs(len(folded_name) - len(folded)) <= edits:
            letters_name = set(folded_name)
            if len(letters - letters_name) <= edits and len(letters_name - letters) <= edits:
                distance = _distance(wrong, name, allowed)
                effort[0] -= len(wrong) * len(name) // 6
                if folded == folded_name:
                    distance = min(distance, _EDIT - 1)
                elif distance > _REORDERED and _reordered(folded, folded_name):
                    distance = _REORDERED
                if distance <= allowed and (cost is None or distance < cost):
                    cost = distance
        if cost is not None:
            near.append((cost, name))
            allowed = min(allowed, cost + _EDIT - 1)
    return sorted(near)


def _fold(name: str) -> str:
    return name.lower().translate(_WITHOUT_SEPARATORS)


def _telling(name: str) -> list[str]:
    """The parts of a name that tell it from its siblings: its numbers, and its words of one or two letters."""
    return [part for part in re.findall(r"\d+|[^\W\d_]+", name.lower()) if part.isdecimal() or len(part) <= 2]


def _containment(wrong: str, name: str) -> int | None:
    """The cost if one of the two begins or ends with the other, unless much more is left; None otherwise."""
    short, long = (wrong, name) if len(wrong) < len(name) else (name, wrong)
    extra = len(long) - len(short)
    if len(short) < 3 or extra > 2 * len(short):
        return None
    lower, lower_long = short.lower(), long.lower()
    if lower_long.startswith(lower):
        at_word, cost = _starts_word(long, len(short)), _EDIT + extra
    elif lower_long.endswith(lower):
        at_word, cost = _starts_word(long, extra), 2 * _EDIT + extra
    else:
        return None
    return cost if at_word or extra <= max(4, len(short)) else None


def _reordered(folded: str, folded_name: str) -> bool:
    """Whether the same words stand in another order: `channels_out`, `Conv2dTranspose`. Seen by their letters."""
    return len(folded) == len(folded_name) > 5 and sorted(folded) == sorted(folded_name)


def _starts_word(name: str, at: int) -> bool:
    """Whether a new word begins here: `out|_channels`, `Batch|Norm`, `Norm|2d`."""
    return at < len(name) and (not name[at].isalpha() or name[at].isupper() or not name[at - 1].isalpha())


def _distance(a: str, b: str, limit: int) -> int:
    """The optimal string alignment distance, or something above `limit` as soon as it is known to be above."""
    start = 0
    end = min(len(a), len(b))
    while start < end and a[start] == b[start]:
        start += 1
    a, b = a[start:], b[start:]
    while a and b and a[-1] == b[-1]:
        a, b = a[:-1], b[:-1]

    lower_a, lower_b = a.lower(), b.lower()
    if len(lower_a) != len(a) or len(lower_b) != len(b):  # a rare letter whose lower case is two
        lower_a, lower_b = a, b
    gaps = [_SEPARATOR if y in _SEPARATORS else _EDIT for y in b]
    previous: list[int] = []
    row = [0, *accumulate(gaps)]
    for i, x in enumerate(a):
        lower = lower_a[i]
        gap = _SEPARATOR if x in _SEPARATORS else _EDIT
        before, previous, row = previous, row, [row[0] + gap]
        for j, y in enumerate(b):
            if x == y:
                row.append(previous[j])
                continue
            replacement = _CASE if lower == lower_b[j] else max(gap, gaps[j])
            cost = min(previous[j] + replacement, previous[j + 1] + gap, row[j] + gaps[j])
            if i and j and lower == lower_b[j - 1] and lower_a[i - 1] == lower_b[j]:
                swap = _EDIT + (x != b[j - 1]) * _CASE + (a[i - 1] != y) * _CASE
                cost = min(cost, before[j - 1] + swap)
            row.append(cost)
        if min(row) > limit and min(previous) + _EDIT > limit:  # a swap reaches back two rows, for one edit
            return limit + 1
    return row[-1]

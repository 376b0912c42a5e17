"""Runs of nodes that a loop of the spec made: the same places in the text, over and over."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Token:
    """A node, or the rounds of a loop."""

    key: tuple[Hashable, ...]
    """The places in the text: one, or those of a round."""
    start: int
    rounds: int = 1
    repeats: bool = False


def tokens_of(rows: Sequence[Sequence[Hashable]], least: int = 0) -> list[list[Token]]:
    """The rows with their loops folded. A row that goes through a loop just once learns of it from the others.

    Loops that make fewer nodes than `least` are left as they are.
    """
    bodies = {body for row in rows for body in _bodies(row)}
    longest_first = sorted(bodies, key=len, reverse=True)
    return [_fold(row, longest_first, least) for row in rows]


def _bodies(row: Sequence[Hashable]) -> set[tuple[Hashable, ...]]:
    """The rounds of loops: runs of different places that come twice in succession."""
    found: set[tuple[Hashable, ...]] = set()
    last: dict[Hashable, int] = {}
    for i, key in enumerate(row):
        start = last.get(key)
        if start is not None:
            body = tuple(row[start:i])
            if len(set(body)) == len(body) and tuple(row[i : i + len(body)]) == body:
                found.add(body)
        last[key] = i
    # of the rotations of a round, the one that begins first in the text
    return {body for body in found if _is_first(body, found)}


def _is_first(body: tuple[Hashable, ...], found: set[tuple[Hashable, ...]]) -> bool:
    rotations = [body[i:] + body[:i] for i in range(1, len(body))]
    return not any(other in found and _begin(other) < _begin(body) for other in rotations)


def _begin(body: tuple[Hashable, ...]) -> tuple[int, int]:
    place = body[0]
    return (getattr(place, "line", 0), getattr(place, "column", 0))


def _fold(row: Sequence[Hashable], bodies: Sequence[tuple[Hashable, ...]], least: int) -> list[Token]:
    by_first: dict[Hashable, list[tuple[Hashable, ...]]] = {}
    for body in bodies:
        by_first.setdefault(body[0], []).append(body)
    tokens: list[Token] = []
    i = 0
    while i < len(row):
        for body in by_first.get(row[i], ()):
            rounds = 0
            while tuple(row[i + rounds * len(body) : i + (rounds + 1) * len(body)]) == body:
                rounds += 1
            if rounds and rounds * len(body) >= least:
                tokens.append(Token(body, i, rounds, repeats=True))
                i += rounds * len(body)
                break
        else:
            tokens.append(Token((row[i],), i))
            i += 1
    return tokens

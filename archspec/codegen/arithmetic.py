"""Sizes that are worked out from others: `4 * channels`, `kernel_size // 2`."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from archspec.codegen.bases import OPTIONS, Base

MAX_BASES = 12
"""How many sizes are tried two by two."""

Sum = tuple[str, list[int], list[Base]]
"""How it is said, what it is in each module, what it is of."""


def sums(name: str, bases: Sequence[Base], distinct: int) -> Iterator[Sum]:
    """What the argument of this name may be, the simplest first. It has so many distinct values."""
    if name == "padding":
        for base in bases:
            if base.name.endswith("kernel_size") and base.numbers is not None:
                yield f"{base.text} // 2", [value // 2 for value in base.numbers], [base]
    if name in OPTIONS and name != "groups":
        return
    sizes = [(base, base.numbers) for base in bases if base.is_size and base.numbers is not None]
    for base, values in sizes:
        for factor in (2, 3, 4, 6, 8):
            yield f"{factor} * {base.text}", [factor * value for value in values], [base]
        for factor in (2, 4, 8):
            if all(value % factor == 0 for value in values):
                yield f"{base.text} // {factor}", [value // factor for value in values], [base]
    if distinct > 2:  # two numbers fit too much
        yield from _of_two(sizes[:MAX_BASES], bases[:MAX_BASES])


def _of_two(sizes: list[tuple[Base, list[int]]], bases: Sequence[Base]) -> Iterator[Sum]:
    for (a, left), (b, right) in itertools.permutations(sizes, 2):
        if all(y and x % y == 0 for x, y in zip(left, right, strict=True)):
            yield f"{a.text} // {b.text}", [x // y for x, y in zip(left, right, strict=True)], [a, b]
    for (a, left), (b, right) in itertools.combinations(sizes, 2):
        yield f"{a.text} + {b.text}", [x + y for x, y in zip(left, right, strict=True)], [a, b]
    for (a, left), b in itertools.product(sizes, bases):
        if b is not a and b.numbers is not None:
            yield f"{a.text} * {b.text}", [x * y for x, y in zip(left, b.numbers, strict=True)], [a, b]

"""What is true for some of the modules of a class, and false for the others."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archspec.codegen.bases import Base, Bases, Key
from archspec.codegen.layout import flat
from archspec.codegen.values import has_partial, write

MAX_TESTS = 60
"""How many tests are tried two by two."""

Present = Sequence[bool | None]
"""Which modules have something; None: it does not matter."""


@dataclass(frozen=True, slots=True)
class Test:
    """A comparison, and the modules that it holds for."""

    text: str
    operator: str
    holds: list[bool]
    bases: tuple[Base, ...]
    of_sizes: bool = False

    @property
    def conjunction(self) -> str:
        return "or" if self.operator == "!=" else "and"

    @property
    def of_stride(self) -> bool:
        return len(self.bases) == 1 and self.bases[0].name == "stride" and self.text.endswith(" 1")

    def combined(self, other: Test) -> list[bool]:
        pairs = zip(self.holds, other.holds, strict=True)
        return [a or b if self.operator == "!=" else a and b for a, b in pairs]


def find(present: Present, bases: Bases, worked_out: Mapping[str, Key], *, sized: bool) -> tuple[Test, ...] | None:
    """A test that tells these modules, or two of them joined; None where there is none.

    `worked_out`: what is known by its values beside the bases. `sized`: the modules that it holds for keep the size, as
    those do that add their input.
    """
    tests = [*_comparisons(bases), *_differences(bases, worked_out)]
    for test in tests:
        if _fits(present, test.holds):
            return _with_stride(present, test, tests, sized=sized) or (test,)
    for a, b in itertools.combinations(tests[:MAX_TESTS], 2):
        if a.operator == b.operator and _fits(present, a.combined(b)):
            return (a, b)
    return None


def _fits(present: Present, holds: Sequence[bool]) -> bool:
    return all(a is None or a == b for a, b in zip(present, holds, strict=True))


def _with_stride(present: Present, test: Test, tests: list[Test], *, sized: bool) -> tuple[Test, Test] | None:
    """`stride != 1 or in_channels != channels`: one of the two may tell the calls apart, but both are meant."""
    if not (test.of_sizes or (sized and test.of_stride)):
        return None
    for other in tests:
        other_half = other.of_sizes if test.of_stride else other.of_stride
        if other_half and other.operator == test.operator and _fits(present, other.combined(test)):
            return (test, other) if test.of_stride else (other, test)
    return None


def _comparisons(bases: Bases) -> Iterator[Test]:
    """`stride != 1`: a param that is no size, and one of its values."""
    for base in sorted(bases.varying, key=lambda base: base.rank):
        if base.is_size or any(isinstance(value, tuple | bool) for value in base.values):
            continue
        for value in sorted(set(base.values), key=lambda v: (v not in (0, 1, None), str(v))):
            if has_partial([value]):
                continue  # two partials are never equal
            differ = [repr(own) != repr(value) for own in base.values]
            negative, positive = _operators(value, base.values)
            written = "0" if negative == ">" else flat(write(value))
            yield Test(f"{base.text} {negative} {written}", "!=", differ, (base,))
            yield Test(f"{base.text} {positive} {written}", "==", [not each for each in differ], (base,))


def _operators(value: Any, values: list[Any]) -> tuple[str, str]:
    if value is None:
        return "is not", "is"
    if all(isinstance(each, int | float) for each in values) and value == 0 == min(values):
        return ">", "=="
    return "!=", "=="


def _differences(bases: Bases, worked_out: Mapping[str, Key]) -> Iterator[Test]:
    """`in_channels != 4 * channels`: two sizes, or what is worked out from them."""
    sizes: list[tuple[str, list[int], tuple[Base, ...]]] = []
    for base in sorted((*bases.varying, *bases.constant), key=lambda base: base.rank):
        if base.is_size and base.numbers is not None:
            constant = base.is_constant
            sizes.append((str(base.numbers[0]) if constant else base.text, base.numbers, () if constant else (base,)))
    for text, key in worked_out.items():
        if None not in key:
            sizes.append((text, [int(value) for value in key if value is not None], ()))
    for (a, left, ours), (b, right, theirs) in itertools.combinations(sizes[:MAX_TESTS], 2):
        if a.isdigit():
            a, b = b, a
        if a.isdigit():
            continue  # both are
        differ = [x != y for x, y in zip(left, right, strict=True)]
        yield Test(f"{a} != {b}", "!=", differ, (*ours, *theirs), of_sizes=True)
        yield Test(f"{a} == {b}", "==", [not each for each in differ], (*ours, *theirs), of_sizes=True)

"""Sizes as a person writes them: `H/4` where the division has no rest for any size that is taken, else `floor(H/4)`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any

from archspec.shapes.expression import Atom, Expression, Floor, Scaled, Variable
from archspec.shapes.naturals import Naturals
from archspec.shapes.size import expression_of
from archspec.shapes.solve import lines_of


@dataclass(frozen=True)
class Rounded:
    """`floor(of)`."""

    of: Formula

    def __str__(self) -> str:
        return f"floor({self.of})"


Factor = str | Rounded
"""A letter, what is rounded down, or a text that is neither."""


@dataclass(frozen=True)
class Formula:
    """A sum of products, each with a coefficient."""

    terms: tuple[tuple[tuple[Factor, ...], Fraction], ...]

    @cached_property
    def divisor(self) -> int:
        """What all of it is divided by."""
        return lcm(*(coefficient.denominator for _, coefficient in self.terms))

    def __str__(self) -> str:
        if not self.terms:
            return "0"
        text = ""
        for factors, coefficient in sorted(self.terms, key=lambda term: (term[1] < 0, not term[0])):
            count = abs(coefficient) * self.divisor
            written = " * ".join([*([f"{count}"] if count != 1 or not factors else []), *map(str, factors)])
            text += ((" - " if coefficient < 0 else " + ") if text else "-" * (coefficient < 0)) + written
        if self.divisor == 1:
            return text
        return f"{f'({text})' if len(self.terms) > 1 else text}/{self.divisor}"

    def data(self) -> dict[str, Any]:
        """The text, and the coefficients: whole numbers or texts such as `1/4`."""
        return {
            "text": str(self),
            "terms": [
                {
                    "coefficient": int(coefficient) if coefficient.denominator == 1 else str(coefficient),
                    "factors": [{"floor": f.of.data()} if isinstance(f, Rounded) else f for f in factors],
                }
                for factors, coefficient in self.terms
            ],
        }


class Writer:
    """Writes sizes, given the sizes that the letters may have."""

    def __init__(self, accepted: Mapping[str, Naturals]) -> None:
        self.accepted = accepted
        self._known: dict[Expression, Formula] = {}

    def formula(self, size: int | Expression) -> Formula:
        expression = size if isinstance(size, Expression) else expression_of(size)
        found = self._known.get(expression)
        if found is None:
            found = self._known[expression] = self._formula(expression)
        return found

    def text(self, size: int) -> str:
        """A number with commas, or a formula."""
        return f"{size:,}" if type(size) is int else str(self.formula(size))

    def shape(self, shape: Iterable[int]) -> str:
        """`64x7x7`, and with letters `64 x H/4 x W/4`."""
        sizes = [str(self.formula(size)) for size in shape]
        return ("x" if all(size.isdecimal() for size in sizes) else " x ").join(sizes) or "a scalar"

    def data(self, size: int) -> Any:
        return size if type(size) is int else self.formula(size).data()

    def _formula(self, expression: Expression) -> Formula:
        total: dict[tuple[Factor, ...], Fraction] = {}
        for product, coefficient in expression.terms:
            made: dict[tuple[Factor, ...], Fraction] = {(): Fraction(coefficient)}
            for atom in product:
                made = _times(made, dict(self._atom(atom).terms))
            for factors, part in made.items():
                total[factors] = total.get(factors, Fraction(0)) + part
        return Formula(tuple((factors, part) for factors, part in total.items() if part))

    def _atom(self, atom: Atom) -> Formula:
        match atom:
            case Variable(name):
                return _single(name)
            case Scaled(size, factor):
                return _single(f"floor({factor!r} * ({self.formula(size)}))")
        above, below = self.formula(atom.numerator), atom.denominator.number
        if below is None:
            return _single(f"floor(({above})/({self.formula(atom.denominator)}))")
        rest = self._rest(atom)
        quotient = Formula(tuple((factors, part / below) for factors, part in above.terms))
        if rest is None:
            return Formula((((Rounded(quotient),), Fraction(1)),))
        return Formula(_without(quotient, Fraction(rest, below)))

    def _rest(self, division: Floor) -> int | None:
        """The rest of a division where it is the same for all sizes that are taken."""
        rest = division.numerator % division.denominator
        if rest.number is not None:
            return rest.number
        if len(rest.variables) != 1:
            return None
        (letter,) = rest.variables
        lines, taken = lines_of(rest, letter), self.accepted.get(letter)
        if lines is None or taken is None:
            return None
        period = lcm(lines.period, taken.period)
        rests = {lines.starts[residue % lines.period] for residue in taken.residues(period)}
        return rests.pop() if len(rests) == 1 else None


def _single(factor: Factor) -> Formula:
    return Formula((((factor,), Fraction(1)),))


def _without(formula: Formula, number: Fraction) -> tuple[tuple[tuple[Factor, ...], Fraction], ...]:
    terms = dict(formula.terms)
    terms[()] = terms.get((), Fraction(0)) - number
    return tuple((factors, part) for factors, part in terms.items() if part)


def _times(
    a: dict[tuple[Factor, ...], Fraction], b: dict[tuple[Factor, ...], Fraction]
) -> dict[tuple[Factor, ...], Fraction]:
    made: dict[tuple[Factor, ...], Fraction] = {}
    for one, m in a.items():
        for other, n in b.items():
            factors = tuple(sorted((*one, *other), key=lambda factor: (isinstance(factor, Rounded), str(factor))))
            made[factors] = made.get(factors, Fraction(0)) + m * n
    return made

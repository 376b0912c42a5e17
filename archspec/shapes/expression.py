"""Expressions of sizes: sums of products of variables and of divisions that round down.

They are built by arithmetic and simplified as they are built, always into the same form: `(H + 6 - 7) // 2 + 1` is
`(H + 1) // 2`, and `H // 2 // 2` is `H // 4`. To print, evaluate or solve one is to walk its terms.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import gcd


@dataclass(frozen=True, slots=True)
class Variable:
    """A size, or another number, that has a name: a param, a letter of the input."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Floor:
    """`numerator // denominator`."""

    numerator: Expression
    denominator: Expression

    def __str__(self) -> str:
        above, below = self.numerator, self.denominator
        loose = len(above.terms) > 1 or any(coefficient < 0 for _, coefficient in above.terms)
        return f"{f'({above})' if loose else above} // {below if below.is_simple else f'({below})'}"


@dataclass(frozen=True, slots=True)
class Scaled:
    """`int(size * factor)` in floating point, as upsampling has it."""

    size: Expression
    factor: float

    def __str__(self) -> str:
        return f"int({self.size if self.size.is_simple else f'({self.size})'} * {self.factor!r})"


Atom = Variable | Floor | Scaled
Product = tuple[Atom, ...]
"""The factors of a term, in an order of their own; none: the term is a number."""
Term = tuple[Product, int]


@dataclass(frozen=True, eq=False)
class Expression:
    """A sum of `terms`: products of atoms, each with a coefficient that is not 0. No product stands twice."""

    terms: tuple[Term, ...]

    @classmethod
    def of(cls, value: int | str) -> Expression:
        """A number, or the variable of this name."""
        if isinstance(value, str):
            return cls((((Variable(value),), 1),))
        return cls((((), value),) if value else ())

    @cached_property
    def number(self) -> int | None:
        """The number that it is, if it holds no variable."""
        if not self.terms:
            return 0
        (product, coefficient), *others = self.terms
        return None if product or others else coefficient

    @cached_property
    def constant(self) -> int:
        """The term that is a number."""
        return next((coefficient for product, coefficient in self.terms if not product), 0)

    @cached_property
    def varying(self) -> Expression:
        """The terms that are none."""
        return Expression(tuple(term for term in self.terms if term[0]))

    @cached_property
    def is_simple(self) -> bool:
        """Whether it is one variable or number, which needs no brackets anywhere."""
        if self.number is not None:
            return self.number >= 0
        ((product, coefficient), *others) = self.terms
        return not others and coefficient == 1 and len(product) == 1 and isinstance(product[0], Variable)

    @cached_property
    def variables(self) -> frozenset[str]:
        found: set[str] = set()
        for atom in self.atoms():
            found |= {atom.name} if isinstance(atom, Variable) else _inside(atom)
        return frozenset(found)

    @cached_property
    def depth(self) -> int:
        """How many divisions stand within each other."""
        return max((_depth(atom) for atom in self.atoms()), default=0)

    def atoms(self) -> Iterator[Atom]:
        """The factors of all terms, those within divisions left out."""
        for product, _ in self.terms:
            yield from product

    def at(self, values: Mapping[str, int]) -> int:
        """The number that it is where the variables have these values."""
        total = 0
        for product, coefficient in self.terms:
            for atom in product:
                coefficient *= _value(atom, values)
            total += coefficient
        return total

    def replace(self, values: Mapping[str, Expression | int]) -> Expression:
        """With expressions or numbers in the place of variables."""
        total = Expression.of(0)
        for product, coefficient in self.terms:
            term = Expression.of(coefficient)
            for atom in product:
                term = term * _replaced(atom, values)
            total = total + term
        return total

    @cached_property
    def _key(self) -> frozenset[Term]:
        return frozenset(self.terms)

    @cached_property
    def _hash(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expression) and self._key == other._key

    def __hash__(self) -> int:
        return self._hash

    def __add__(self, other: Expression) -> Expression:
        return _sum((*self.terms, *other.terms))

    def __neg__(self) -> Expression:
        return self.times(-1)

    def __sub__(self, other: Expression) -> Expression:
        return self + other.times(-1)

    def times(self, factor: int) -> Expression:
        return Expression(tuple((product, factor * coefficient) for product, coefficient in self.terms) * bool(factor))

    def __mul__(self, other: Expression) -> Expression:
        if other.number is not None:
            return self.times(other.number)
        if self.number is not None:
            return other.times(self.number)
        return _sum((_product(*a, *b), m * n) for a, m in self.terms for b, n in other.terms)

    def __floordiv__(self, other: Expression) -> Expression:
        """Rounds down, as Python does. `other` is not 0."""
        if other.number is not None and other.number < 0:
            self, other = self.times(-1), other.times(-1)
        if other.number is not None:
            return _divided(self, other.number)
        quotient = _exact_quotient(self, other)
        return _atom(Floor(self, other)) if quotient is None else quotient

    def __mod__(self, other: Expression) -> Expression:
        return self - other * (self // other)

    def scaled(self, factor: float) -> Expression:
        """`int(size * factor)`; a product that is exact is a division."""
        above, below = factor.as_integer_ratio()
        if below <= 2**20 and abs(above) < 2**20:  # no size that there is leaves the 53 bits of a double
            return _divided(self.times(above), below)
        return _atom(Scaled(self, factor))

    def __repr__(self) -> str:
        return f"Expression({str(self)!r})"

    def __str__(self) -> str:
        """As Python has it."""
        return self._text

    @cached_property
    def _text(self) -> str:
        if not self.terms:
            return "0"
        ordered = sorted(self.terms, key=lambda term: (term[1] < 0, not term[0]))
        text = ""
        for product, coefficient in ordered:
            sign = (" - " if coefficient < 0 else " + ") if text else "-" * (coefficient < 0)
            text += sign + _written(product, abs(coefficient), bracketed=sign == "-")
        return text


def _written(product: Product, coefficient: int, *, bracketed: bool) -> str:
    factors = [] if coefficient == 1 and product else [str(coefficient)]
    alone = len(product) == 1 and not factors and not bracketed
    factors += [f"({atom})" if isinstance(atom, Floor) and not alone else str(atom) for atom in product]
    return " * ".join(factors)


def _depth(atom: Atom) -> int:
    match atom:
        case Variable():
            return 0
        case Floor(numerator, denominator):
            return 1 + max(numerator.depth, denominator.depth)
        case Scaled(size):
            return 1 + size.depth


def _inside(atom: Floor | Scaled) -> frozenset[str]:
    if isinstance(atom, Scaled):
        return atom.size.variables
    return atom.numerator.variables | atom.denominator.variables


def _value(atom: Atom, values: Mapping[str, int]) -> int:
    match atom:
        case Variable(name):
            return values[name]
        case Floor(numerator, denominator):
            return numerator.at(values) // denominator.at(values)
        case Scaled(size, factor):
            return int(size.at(values) * factor)


def _replaced(atom: Atom, values: Mapping[str, Expression | int]) -> Expression:
    match atom:
        case Variable(name):
            value = values.get(name, name)
            return value if isinstance(value, Expression) else Expression.of(value)
        case Floor(numerator, denominator):
            return numerator.replace(values) // denominator.replace(values)
        case Scaled(size, factor):
            inner = size.replace(values)
            return Expression.of(int(inner.number * factor)) if inner.number is not None else inner.scaled(factor)


def _atom(atom: Atom) -> Expression:
    return Expression((((atom,), 1),))


def _order(atom: Atom) -> tuple[bool, str]:
    """Variables first."""
    return not isinstance(atom, Variable), str(atom)


def _product(*atoms: Atom) -> Product:
    return tuple(sorted(atoms, key=_order))


def _sum(terms: Iterable[Term]) -> Expression:
    found: dict[Product, int] = {}
    for product, coefficient in terms:
        found[product] = found.get(product, 0) + coefficient
    return Expression(tuple((product, coefficient) for product, coefficient in found.items() if coefficient))


def _divided(above: Expression, below: int) -> Expression:
    """`above // below`, of a positive number: what is divided without a rest stands outside."""
    if below == 1:
        return above
    outside = tuple((product, c // below) for product, c in above.terms if product and c % below == 0)
    inside = tuple((product, c) for product, c in above.terms if product and c % below)
    constant = above.constant
    if not inside:
        return Expression(outside) + Expression.of(constant // below)
    if all(c < 0 for _, c in inside):  # -(x // n), rounded up: the rounding goes the other way
        rest = Expression(inside) + Expression.of(constant)
        return Expression(outside) - _divided(Expression.of(below - 1) - rest, below)
    common = gcd(below, *(c for _, c in inside))
    inside = tuple((product, c // common) for product, c in inside)
    below, constant = below // common, constant // common
    whole, constant = divmod(constant, below)
    rest = Expression(inside) + Expression.of(constant)
    return Expression(outside) + Expression.of(whole) + _floor(rest, below)


def _floor(above: Expression, below: int) -> Expression:
    if below == 1:
        return above
    match above.varying.terms:
        case (((Floor(numerator, denominator),), 1),) if denominator.number is not None and denominator.number > 0:
            inner = denominator.number
            return _divided(numerator + Expression.of(above.constant * inner), inner * below)
    return _atom(Floor(above, Expression.of(below)))


def _exact_quotient(above: Expression, below: Expression) -> Expression | None:
    """`above / below` where each term of one holds the only term of the other; sizes are not 0."""
    if above == below:
        return Expression.of(1)
    if len(below.terms) != 1:
        return None
    ((divisor, factor),) = below.terms
    quotient: list[Term] = []
    for product, coefficient in above.terms:
        left = list(product)
        for atom in divisor:
            if atom not in left:
                return None
            left.remove(atom)
        if coefficient % factor:
            return None
        quotient.append((tuple(left), coefficient // factor))
    return _sum(quotient)

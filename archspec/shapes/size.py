"""A size that remembers how it was made: an integer for the shape rules, an expression for who reads the result.

The rules of layers are arithmetic on sizes. Given integers they are fast; given a Size they say how each result came
about, and on which comparisons it relies.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple, Self

from archspec.shapes.expression import Expression

MAX_TERMS = 500
MAX_DEPTH = 50
"""Divisions within each other: more than that is no formula that a person reads."""

Relation = Literal["<", "=="]


class Comparison(NamedTuple):
    """Something that was relied on: whether `difference` is below 0, or is 0."""

    difference: Expression
    relation: Relation
    holds: bool

    def at(self, values: dict[str, int]) -> bool:
        """Whether it comes out the same where the variables have these values; not where it is a division by 0."""
        try:
            found = self.difference.at(values)
        except ZeroDivisionError:
            return False
        return (found < 0 if self.relation == "<" else found == 0) is self.holds


class Recorder:
    """Notes the comparisons, each with the first `place` where it was made."""

    def __init__(self) -> None:
        self.place: Any = None
        self.comparisons: dict[Comparison, Any] = {}

    def note(self, difference: Expression, relation: Relation, holds: bool) -> None:
        if difference.number is None:
            self.comparisons.setdefault(Comparison(difference, relation, holds), self.place)

    def freeze(self, expression: Expression, value: int) -> None:
        """Note that a size became a plain number."""
        self.note(expression - Expression.of(value), "==", True)


class Size(int):
    """An integer with the expression that it is the value of. Equal, hashed and pickled as the integer.

    Where a size becomes a plain number (a float, a power, `int(size)`), the recorder notes that it has this value.
    C code sees the integer and tells nobody: rules give no size to `range`, `set` or Fraction.
    """

    expression: Expression
    recorder: Recorder | None

    def __new__(cls, value: int, expression: Expression | str, recorder: Recorder | None = None) -> Self:
        self = super().__new__(cls, value)
        self.expression = Expression.of(expression) if isinstance(expression, str) else expression
        self.recorder = recorder
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return int, (self.plain,)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    @property
    def plain(self) -> int:
        """The value, of which nothing is noted."""
        return int.__pos__(self)

    def frozen(self) -> int:
        """The value as a plain number: what follows is right for this value only."""
        if self.recorder is not None:
            self.recorder.freeze(self.expression, self.plain)
        return self.plain

    def scaled(self, factor: float) -> int:
        """`int(size * factor)`."""
        return _made(int(self.plain * factor), self.expression.scaled(factor), self.recorder)

    # Arithmetic

    def __add__(self, other: Any) -> Any:
        return self._with(other, int.__add__, Expression.__add__)

    def __radd__(self, other: Any) -> Any:
        return self._after(other, int.__add__, Expression.__add__)

    def __sub__(self, other: Any) -> Any:
        return self._with(other, int.__sub__, Expression.__sub__)

    def __rsub__(self, other: Any) -> Any:
        return self._after(other, int.__sub__, Expression.__sub__)

    def __mul__(self, other: Any) -> Any:
        return self._with(other, int.__mul__, Expression.__mul__)

    def __rmul__(self, other: Any) -> Any:
        return self._after(other, int.__mul__, Expression.__mul__)

    def __floordiv__(self, other: Any) -> Any:
        return self._with(other, int.__floordiv__, Expression.__floordiv__)

    def __rfloordiv__(self, other: Any) -> Any:
        return self._after(other, int.__floordiv__, Expression.__floordiv__)

    def __mod__(self, other: Any) -> Any:
        return self._with(other, int.__mod__, Expression.__mod__)

    def __rmod__(self, other: Any) -> Any:
        return self._after(other, int.__mod__, Expression.__mod__)

    def __divmod__(self, other: int) -> tuple[int, int]:
        return self // other, self % other

    def __rdivmod__(self, other: int) -> tuple[int, int]:
        return other // self, other % self

    def __neg__(self) -> int:
        return _made(-self.plain, -self.expression, self.recorder)

    def __pos__(self) -> int:
        return self

    def __abs__(self) -> int:
        return -self if self < 0 else self

    def __pow__(self, other: Any, modulo: Any = None) -> Any:
        if type(other) is int and 0 <= other <= 8 and modulo is None:
            power = 1
            for _ in range(other):
                power = self * power
            return power
        return pow(self.frozen(), other, modulo)

    def __rpow__(self, other: Any, modulo: Any = None) -> Any:
        return pow(other, self.frozen(), modulo)

    def __truediv__(self, other: Any) -> Any:
        return self.frozen() / (other.frozen() if isinstance(other, Size) else other)

    def __rtruediv__(self, other: Any) -> Any:
        return other / self.frozen()

    def __int__(self) -> int:
        return self.frozen()

    def __float__(self) -> float:
        return float(self.frozen())

    def __floor__(self) -> int:
        return self

    __ceil__ = __trunc__ = __floor__

    def __round__(self, digits: Any = None) -> int:
        return self if digits is None else round(self.frozen(), digits)

    # Comparisons

    def __bool__(self) -> bool:
        return bool(self != 0)

    def __eq__(self, other: object) -> Any:
        return self._noted(other, "==", int.__eq__, False)

    def __ne__(self, other: object) -> Any:
        equal = self.__eq__(other)
        return equal if equal is NotImplemented else not equal

    def __lt__(self, other: Any) -> Any:
        return self._noted(other, "<", int.__lt__, False)

    def __gt__(self, other: Any) -> Any:
        return self._noted(other, "<", int.__gt__, True)

    def __le__(self, other: Any) -> Any:
        more = self.__gt__(other)
        return more if more is NotImplemented else not more

    def __ge__(self, other: Any) -> Any:
        less = self.__lt__(other)
        return less if less is NotImplemented else not less

    __hash__ = int.__hash__

    # What these share

    def _with(self, other: Any, compute: Callable[[int, int], int], combine: Callable[..., Expression]) -> Any:
        found = _operand(other)
        if found is None:
            if isinstance(other, float):
                self.frozen()
            return NotImplemented
        value = compute(self.plain, int.__pos__(other))
        return _made(value, combine(self.expression, found), self.recorder or getattr(other, "recorder", None))

    def _after(self, other: Any, compute: Callable[[int, int], int], combine: Callable[..., Expression]) -> Any:
        found = _operand(other)
        if found is None:
            return NotImplemented
        return _made(compute(int.__pos__(other), self.plain), combine(found, self.expression), self.recorder)

    def _noted(self, other: object, relation: Relation, compare: Callable[[int, int], bool], turned: bool) -> Any:
        """A comparison; `turned`: of the other with this one."""
        found = _operand(other)
        if found is None or not isinstance(other, int):
            if isinstance(other, float):
                self.frozen()
            return NotImplemented
        holds = compare(self.plain, int.__pos__(other))
        recorder = self.recorder or getattr(other, "recorder", None)
        if recorder is not None:
            difference = found - self.expression if turned else self.expression - found
            recorder.note(difference, relation, holds)
        return holds


def _operand(value: object) -> Expression | None:
    if isinstance(value, Size):
        return value.expression
    return Expression.of(int(value)) if isinstance(value, int) else None


def _made(value: int, expression: Expression, recorder: Recorder | None) -> int:
    """A Size, or a number where nothing varies; one whose expression grew too large is a number from here on."""
    if expression.number is not None:
        return value
    made = Size(value, expression, recorder)
    return made.frozen() if len(expression.terms) > MAX_TERMS or expression.depth > MAX_DEPTH else made


def expression_of(size: int) -> Expression:
    """How a size was made; of an integer, that."""
    return size.expression if isinstance(size, Size) else Expression.of(size)

"""The values of expressions (null, booleans, numbers, strings, lists, kinds), their operators, and their bounds.

Every operator takes two values and the budget, and either returns a value within the bounds or raises `Refused`:
what would be too large is refused before it is made.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Final

from archspec.budget import ELEMENT, Budget
from archspec.expressions.error import Refused

MAX_INTEGER = 2**63
MAX_LIST = 100_000
MAX_STRING = 10_000
MAX_DEPTH = 50

_NUMBER: Final = (int, float)
_PLAIN: Final = (bool, int, float, str, list)

_CHARACTERS = 16
"""So many characters of a string cost what an element of a list does."""

Operator = Callable[[object, object, Budget], object]


def charge(budget: Budget, count: int, length: int = 0) -> None:
    """Charge for `count` elements of lists, and refuse a list of more than `length` of them."""
    if length > MAX_LIST:
        raise Refused("expression-bounds", f"a list of {length:,} elements is too long, {MAX_LIST:,} is the most")
    spend(budget, ELEMENT * count)


def spend(budget: Budget, steps: int) -> None:
    """Charge for work; refuse it where the budget does not hold it."""
    if not budget.spend(steps):
        message = f"the expressions of this document take too much work, {budget.limit:,} steps is the most"
        raise Refused(
            "expression-bounds", message, "shorten its lists and loops, and what is evaluated in each of them"
        )


def describe(value: object) -> str:
    """What sort of value this is, in words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, _NUMBER):
        return "a number"
    if isinstance(value, str):
        return "a string"
    return "a list" if isinstance(value, list) else "a kind"


def truth(value: object) -> bool:
    """As Python has it; a kind is true."""
    return bool(value) if isinstance(value, _PLAIN) else value is not None


def number(value: object, part: int | None = None) -> int | float:
    if isinstance(value, _NUMBER):
        return value
    raise Refused("expression-type", f"expected a number, not {describe(value)}", part=part)


def whole(value: object, part: int | None = None) -> int:
    """An integer, or a float that is one."""
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        if value.is_integer():
            return int(bounded(int(value), part))
        raise Refused("expression-type", f"expected a whole number, not {value!r}", part=part)
    raise Refused("expression-type", f"expected a whole number, not {describe(value)}", part=part)


def elements(value: object, part: int | None = None) -> list[object]:
    if isinstance(value, list):
        return value
    hint = "to loop that many times, write `range(...)`" if isinstance(value, int) else None
    raise Refused("expression-type", f"expected a list, not {describe(value)}", hint, part)


def bounded(value: int | float, part: int | None = None) -> int | float:
    if isinstance(value, int):
        if value.bit_length() < 64:
            return value
        raise Refused("expression-bounds", "the number is too large, integers stay below 2^63", part=part)
    if math.isfinite(value):
        return value
    raise Refused("expression-value", "the result is no finite number")


def computed(compute: Callable[..., int | float], *operands: int | float) -> int | float:
    """What a function of Python's makes of numbers, where it is a number within the bounds."""
    try:
        result = compute(*operands)
    except OverflowError:  # of floats: some functions say so, others return an infinity
        result = math.inf
    return bounded(result)


def text(value: str) -> str:
    if len(value) <= MAX_STRING:
        return value
    raise Refused("expression-bounds", f"a string of {len(value):,} characters is too long, {MAX_STRING:,} is the most")


# Operators


def add(a: object, b: object, budget: Budget) -> object:
    if isinstance(a, _NUMBER) and isinstance(b, _NUMBER):
        return computed(operator.add, a, b)
    if isinstance(a, list) and isinstance(b, list):
        charge(budget, len(a) + len(b), len(a) + len(b))
        return a + b
    if isinstance(a, str) and isinstance(b, str):
        charge(budget, (len(a) + len(b)) // _CHARACTERS)
        return text(a + b)
    hint = "write the number as a one-element list" if isinstance(a, list) and isinstance(b, int) else None
    raise Refused("expression-type", f"cannot add {describe(a)} and {describe(b)}", hint)


def subtract(a: object, b: object, budget: Budget) -> object:
    if isinstance(a, _NUMBER) and isinstance(b, _NUMBER):
        return computed(operator.sub, a, b)
    raise Refused("expression-type", f"cannot subtract {describe(b)} from {describe(a)}")


def multiply(a: object, b: object, budget: Budget) -> object:
    if isinstance(a, _NUMBER) and isinstance(b, _NUMBER):
        return computed(operator.mul, a, b)
    if isinstance(a, list) and isinstance(b, _NUMBER):
        return _repeat(a, whole(b, 1), budget)
    if isinstance(a, _NUMBER) and isinstance(b, list):
        return _repeat(b, whole(a, 0), budget)
    raise Refused("expression-type", f"cannot multiply {describe(a)} by {describe(b)}")


def _repeat(items: list[object], times: int, budget: Budget) -> list[object]:
    length = len(items) * max(times, 0)
    charge(budget, length, length)
    return items * times if length else []


def divide(a: object, b: object, budget: Budget) -> object:
    return _quotient(a, b, operator.truediv, "cannot divide {} by {}")


def floor_divide(a: object, b: object, budget: Budget) -> object:
    return _quotient(a, b, operator.floordiv, "cannot divide {} by {}")


def modulo(a: object, b: object, budget: Budget) -> object:
    return _quotient(a, b, operator.mod, "cannot take {} modulo {}")


def _quotient(a: object, b: object, compute: Callable[..., int | float], words: str) -> int | float:
    if isinstance(a, _NUMBER) and isinstance(b, _NUMBER):
        if not b:
            raise Refused("expression-value", "division by zero", part=1)
        return computed(compute, a, b)
    raise Refused("expression-type", words.format(describe(a), describe(b)))


def power(a: object, b: object, budget: Budget) -> object:
    if not (isinstance(a, _NUMBER) and isinstance(b, _NUMBER)):
        raise Refused("expression-type", f"cannot raise {describe(a)} to the power of {describe(b)}")
    if not a and b < 0:
        raise Refused("expression-value", "zero has no negative power")
    # Nothing but -1, 0 and 1 stays below 2^63 from the 63rd power on, so nothing huge is ever computed.
    if isinstance(a, int) and isinstance(b, int) and b > 63 and abs(a) > 1:
        return bounded(MAX_INTEGER)
    return computed(_raised, a, b)


def _raised(a: int | float, b: int | float) -> int | float:
    result: int | float | complex = a**b
    if isinstance(result, complex):
        raise Refused("expression-value", "a negative number has no fractional power")
    return result


def negative(value: object) -> object:
    if isinstance(value, _NUMBER):
        return bounded(-value)
    raise Refused("expression-type", f"cannot negate {describe(value)}")


def positive(value: object) -> object:
    if isinstance(value, _NUMBER):
        return bounded(+value)
    raise Refused("expression-type", f"cannot put `+` before {describe(value)}")


# Comparisons


def equal(a: object, b: object, budget: Budget) -> bool:
    return _equal(a, b, budget, 0)


def _equal(a: object, b: object, budget: Budget, depth: int) -> bool:
    """Equality that stays bounded where lists share their elements and so have more leaves than could be visited."""
    if not (isinstance(a, list) and isinstance(b, list)):
        return bool(a == b)
    if a is b:
        return True
    if len(a) != len(b):
        return False
    if depth >= MAX_DEPTH:
        raise Refused("expression-bounds", f"lists nested deeper than {MAX_DEPTH} cannot be compared")
    charge(budget, len(a))
    return all(_equal(x, y, budget, depth + 1) for x, y in zip(a, b, strict=True))


def unequal(a: object, b: object, budget: Budget) -> bool:
    return not equal(a, b, budget)


def contains(item: object, container: object, budget: Budget) -> bool:
    """`item in container`."""
    if isinstance(container, list):
        charge(budget, len(container))
        return any(_equal(item, x, budget, 0) for x in container)
    if isinstance(container, str) and isinstance(item, str):
        charge(budget, (len(item) + len(container)) // _CHARACTERS)
        return item in container
    if isinstance(container, str):
        raise Refused("expression-type", f"only a string can be in a string, not {describe(item)}", part=0)
    raise Refused("expression-type", f"expected a list after `in`, not {describe(container)}", part=1)


def lacks(item: object, container: object, budget: Budget) -> bool:
    return not contains(item, container, budget)


def order(compare: Callable[..., bool]) -> Callable[[object, object, Budget], bool]:
    """One of `< <= > >=`. Lists have no order here: nobody means the lexicographic one."""

    def ordered(a: object, b: object, budget: Budget) -> bool:
        if isinstance(a, _NUMBER) and isinstance(b, _NUMBER):
            return compare(a, b)
        if isinstance(a, str) and isinstance(b, str):
            return compare(a, b)
        raise Refused("expression-type", f"cannot tell which is larger, {describe(a)} or {describe(b)}")

    return ordered


less = order(operator.lt)
less_or_equal = order(operator.le)
greater = order(operator.gt)
greater_or_equal = order(operator.ge)


# Indexing


def index(container: object, position: object, budget: Budget) -> object:
    """`container[position]`."""
    items = _indexed(container)
    if isinstance(position, list):
        raise Refused("expression-type", "an index is one number, not a list", "write `x[i][j]` for `x[i, j]`", 1)
    i = whole(position, 1)
    count = len(items)
    if -count <= i < count:
        return items[i]
    noun = "string" if isinstance(items, str) else "list"
    if not count:
        raise Refused("expression-value", f"there is no element {i}, the {noun} is empty", part=1)
    message = f"index {i} is out of range, the {noun} has {count} element{'s' if count > 1 else ''}"
    raise Refused("expression-value", message, f"write 0 to {count - 1}, or count from the end, -1 to {-count}", 1)


def cut(container: object, bounds: tuple[object, object, object], budget: Budget) -> object:
    """`container[start:stop:step]`."""
    items = _indexed(container)
    start, stop, step = (None if x is None else whole(x, i) for i, x in enumerate(bounds, 1))
    if step == 0:
        raise Refused("expression-value", "the step of a slice cannot be zero", part=3)
    piece = slice(start, stop, step)
    charge(budget, len(range(*piece.indices(len(items)))))
    return items[piece]


def _indexed(container: object) -> list[object] | str:
    if isinstance(container, list | str):
        return container
    raise Refused("expression-type", f"only a list has elements, not {describe(container)}", part=0)

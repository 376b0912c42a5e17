"""The functions that an expression may call."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

from archspec.budget import Budget
from archspec.expressions.error import Refused
from archspec.expressions.values import (
    add,
    bounded,
    charge,
    computed,
    elements,
    greater,
    less,
    number,
    truth,
    whole,
)


class Function(NamedTuple):
    """`call` takes the budget and the arguments. `parameters` are the arguments' names, none where any number may come.

    `keywords` are those of them that an expression may give by name.
    """

    call: Callable[..., object]
    signature: str
    required: int
    parameters: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()


def _extreme(name: str, better: Callable[[object, object, Budget], bool]) -> Function:
    def call(budget: Budget, *values: object) -> object:
        items = list(values)
        if len(values) == 1:
            if not isinstance(values[0], list):
                hint = f"write {name}(a, b), or {name} of a list"
                raise Refused("expression-type", f"`{name}` of one value wants a list", hint, 0)
            items = values[0]
        if not items:
            raise Refused("expression-value", f"`{name}` of an empty list", part=0)
        charge(budget, len(items))
        best = items[0]
        for item in items[1:]:
            if better(item, best, budget):
                best = item
        return best

    return Function(call, f"{name}(a, b, ...) or {name}(list)", 1)


def _sum(budget: Budget, items: object, start: object = 0) -> object:
    values = elements(items, 0)
    charge(budget, len(values))
    total = start
    for value in values:
        total = add(total, value, budget)
    return total


def _len(budget: Budget, value: object) -> object:
    return len(value if isinstance(value, str) else elements(value, 0))


def _abs(budget: Budget, value: object) -> object:
    return computed(abs, number(value, 0))


def _round(budget: Budget, value: object, digits: object = None) -> object:
    x = finite(value)
    if digits is None:
        return computed(round, x)
    # Beyond these nothing changes any more, but Python would compute 10 ** digits.
    return computed(round, x, max(-400, min(400, whole(digits, 1))))


def _int(budget: Budget, value: object) -> object:
    return computed(math.trunc, finite(value))


def _float(budget: Budget, value: object) -> object:
    return float(number(value, 0))


def _bool(budget: Budget, value: object) -> object:
    return truth(value)


def _floor(budget: Budget, value: object) -> object:
    return computed(math.floor, finite(value))


def _ceil(budget: Budget, value: object) -> object:
    return computed(math.ceil, finite(value))


def finite(value: object) -> int | float:
    """The first argument of a function that makes an integer: only an infinity that a scope held can be refused."""
    x = number(value, 0)
    if isinstance(x, float) and not math.isfinite(x):
        raise Refused("expression-value", f"{x!r} is no finite number", part=0)
    return x


def _range(budget: Budget, *given: object) -> object:
    bounds = [whole(value, i) for i, value in enumerate(given)]
    start, stop, by = (0, bounds[0], 1) if len(bounds) == 1 else (bounds[0], bounds[1], *bounds[2:], 1)[:3]
    if not by:
        raise Refused("expression-value", "the step of `range` cannot be zero", part=2)
    count = max(0, -((start - stop) // by))
    charge(budget, count, count)
    return list(range(start, stop, by)) if count else []


def _enumerate(budget: Budget, items: object, start: object = 0) -> object:
    values, first = elements(items, 0), whole(start, 1)
    charge(budget, 3 * len(values))
    bounded(first + len(values))
    return [[i, value] for i, value in enumerate(values, first)]


def _zip(budget: Budget, *lists: object) -> object:
    columns = [elements(items, i) for i, items in enumerate(lists)]
    charge(budget, (len(columns) + 1) * min(map(len, columns), default=0))
    return [list(row) for row in zip(*columns, strict=False)]


def _reversed(budget: Budget, items: object) -> object:
    values = elements(items, 0)
    charge(budget, len(values))
    return values[::-1]


def _make_divisible(budget: Budget, v: object, divisor: object = 8, min_value: object = None) -> object:
    """torchvision's `_make_divisible`, operation by operation."""
    value, by = finite(v), whole(divisor, 1)
    if by <= 0:
        raise Refused("expression-value", "the divisor of `make_divisible` must be positive", part=1)
    least = by if min_value is None else number(min_value, 2)
    result = max(least, int(value + by / 2) // by * by)
    return bounded(result + by if result < 0.9 * value else result)


FUNCTIONS: Mapping[str, Function] = {
    "min": _extreme("min", less),
    "max": _extreme("max", greater),
    "sum": Function(_sum, "sum(list, start=0)", 1, ("list", "start"), ("start",)),
    "len": Function(_len, "len(list)", 1, ("list",)),
    "abs": Function(_abs, "abs(x)", 1, ("x",)),
    "round": Function(_round, "round(x, digits)", 1, ("x", "digits")),
    "int": Function(_int, "int(x)", 1, ("x",)),
    "float": Function(_float, "float(x)", 1, ("x",)),
    "bool": Function(_bool, "bool(x)", 1, ("x",)),
    "ceil": Function(_ceil, "ceil(x)", 1, ("x",)),
    "floor": Function(_floor, "floor(x)", 1, ("x",)),
    "range": Function(
        _range, "range(stop), range(start, stop) or range(start, stop, step)", 1, ("first", "stop", "step")
    ),
    "enumerate": Function(_enumerate, "enumerate(list, start=0)", 1, ("list", "start"), ("start",)),
    "zip": Function(_zip, "zip(list, list, ...)", 0),
    "reversed": Function(_reversed, "reversed(list)", 1, ("list",)),
    "make_divisible": Function(
        _make_divisible,
        "make_divisible(v, divisor=8, min_value=null)",
        1,
        ("v", "divisor", "min_value"),
        ("divisor", "min_value"),
    ),
}

# What people write that is no function here, and what does it instead.
INSTEAD: Mapping[str, str] = {
    "list": "`range`, `zip` and `enumerate` give lists already",
    "tuple": "write a list, `[a, b]`",
    "str": "text with values in it is a template, `stage{i}`",
    "pow": "write `x ** y`",
    "sqrt": "write `x ** 0.5`",
    "divmod": "write `x // y` and `x % y`",
    "any": "write `true in [...]`",
    "all": "write `false not in [...]`",
    "map": "write `[f(x) for x in list]`",
    "filter": "write `[x for x in list if condition]`",
}

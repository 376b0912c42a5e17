"""Values as source: written so that nothing of a spec can become code, and the types of parameters that hold them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from archspec.codegen.layout import Brackets, Expr, flat


@dataclass(frozen=True, slots=True)
class Kind:
    """A layer's class as a value: `nn.ReLU`, or `partial(nn.LeakyReLU, 0.1)` with the arguments that it brings."""

    target: str
    positional: tuple[Any, ...] = ()
    keywords: tuple[tuple[str, Any], ...] = ()

    def write(self) -> Expr:
        if not self.positional and not self.keywords:
            return self.target
        arguments = [*map(write, self.positional), *(f"{name}={flat(write(value))}" for name, value in self.keywords)]
        return Brackets("partial(", [self.target, *arguments])


def plain(value: Any) -> Any:
    """A value with tuples for lists, so that equal ones compare equal and hash."""
    return tuple(map(plain, value)) if isinstance(value, list | tuple) else value


def write(value: Any) -> Expr:
    """A value as source. Knows what an argument can be, and refuses everything else."""
    match value:
        case None | bool() | int():
            return repr(value)
        case float():
            return _float(value)
        case str():
            return quote(value)
        case Kind():
            return value.write()
        case tuple() if len(value) == 1:
            return f"({flat(write(value[0]))},)"
        case tuple():
            return Brackets("(", [write(item) for item in value], together=False)
        case _:
            raise TypeError(f"no argument of a layer is {type(value).__name__}")


def _float(value: float) -> str:
    if not math.isfinite(value):
        return f'float("{value}")'
    mantissa, exponent, power = repr(value).partition("e")
    return f"{mantissa}e{int(power)}" if exponent else mantissa


def quote(text: str) -> str:
    """A text as a literal of printable ASCII, in the quotes that ruff prefers."""
    mark = "'" if text.count('"') > text.count("'") else '"'
    escaped = text.replace("\\", "\\\\").replace(mark, "\\" + mark)
    return mark + "".join(c if " " <= c <= "~" else c.encode("unicode_escape").decode() for c in escaped) + mark


def type_of(values: Iterable[Any]) -> str:
    """The type of a parameter that takes these values."""
    values = list(values)
    names = list(dict.fromkeys(_type(value) for value in values if not isinstance(value, tuple)))
    tuples = [value for value in values if isinstance(value, tuple)]
    if "float" in names and "int" in names:
        names.remove("int")
    if tuples:
        names.append(_tuple_type(tuples))
    if "None" in names:
        names.remove("None")
        names.append("None")
    return PARTIAL if PARTIAL in names else " | ".join(names)


PARTIAL = "Callable[..., nn.Module]"


def _type(value: Any) -> str:
    match value:
        case None:
            return "None"
        case Kind(positional=(), keywords=()):
            return "type[nn.Module]"
        case Kind():
            return PARTIAL
        case _:
            return type(value).__name__


def _tuple_type(values: list[tuple[Any, ...]]) -> str:
    lengths = set(map(len, values))
    if lengths == {0}:
        return "tuple[()]"
    if len(lengths) > 1 or max(lengths) > 4:
        return f"tuple[{type_of(item for value in values for item in value)}, ...]"
    return f"tuple[{', '.join(type_of(column) for column in zip(*values, strict=True))}]"


def has_partial(values: Iterable[Any]) -> bool:
    """Whether a class that brings arguments is among these values."""
    return any(isinstance(value, Kind) and (value.positional or value.keywords) for value in values)

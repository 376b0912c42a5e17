"""Literals as source, written so that no text of a spec can become code."""

from __future__ import annotations

import math


def literal(value: object) -> str:
    """A number, a text, a truth value or None as Python has it."""
    if isinstance(value, float):
        return _float(value)
    return quote(value) if isinstance(value, str) else repr(value)


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

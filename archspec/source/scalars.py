"""What a plain scalar means: the core schema of YAML 1.2."""

from __future__ import annotations

import re
from math import inf, isinf, nan

from archspec.source.tree import Value

_WORDS: dict[str, Value] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -inf),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), nan),
}

_NUMBER = re.compile(
    r"""
      (?P<decimal> [-+]? [0-9]+ )
    | 0o (?P<octal> [0-7]+ )
    | 0x (?P<hexadecimal> [0-9a-fA-F]+ )
    | (?P<float> [-+]? (?: \.[0-9]+ | [0-9]+ (?: \.[0-9]* )? ) (?: [eE] [-+]? [0-9]+ )? )
    """,
    re.VERBOSE,
)
_BASES = {"decimal": 10, "octal": 8, "hexadecimal": 16}
# int() takes quadratic time, and float() has a limit: no number that is in bounds needs more characters.
_LONGEST = 400


class OutOfBounds(Exception):
    """A number that is too large. The message says why."""


def resolve(text: str) -> Value:
    """The value of a plain scalar; what is no number, boolean or null is a string. May raise OutOfBounds."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    match = _NUMBER.fullmatch(text)
    if match is None or match.lastgroup is None:
        return text
    base = _BASES.get(match.lastgroup)
    if len(text) > _LONGEST:
        raise OutOfBounds(f"a number has at most {_LONGEST} characters, not {len(text)}")
    if base is not None:
        integer = int(match[match.lastgroup], base)
        if abs(integer) >= 2**63:
            raise OutOfBounds("this integer is too large: integers are below 2^63")
        return integer
    number = float(text)
    if isinf(number):
        raise OutOfBounds("the number is too large for a float; write .inf for infinity")
    return number

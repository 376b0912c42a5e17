"""Names that mean the same in every expression, and so cannot be declared."""

from __future__ import annotations

import keyword
from collections.abc import Mapping

from archspec.expressions.functions import FUNCTIONS

CONSTANTS: Mapping[str, object] = {
    "true": True,
    "false": False,
    "null": None,
    "True": True,
    "False": False,
    "None": None,
}


def reserved(name: str) -> str | None:
    """Why nothing can be declared by this name, in words that go on after it; None where it can be."""
    if name in CONSTANTS:
        return "is a constant of expressions"
    if name in FUNCTIONS:
        return "is a function of expressions"
    if name in ("input", "in_shape", "in_channels", "in_features"):
        return "belongs to the tensor that arrives"
    return "is a word of Python's own" if keyword.iskeyword(name) else None

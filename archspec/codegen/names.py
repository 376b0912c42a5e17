"""Identifiers of the source: what a spec calls something, as Python may call it."""

from __future__ import annotations

import builtins
import itertools
import keyword
import re
import unicodedata
from collections.abc import Collection, Iterable

TAKEN = frozenset(
    {"l", "O", "I"}  # which look like numbers
    | {"torch", "nn", "ops", "Tensor", "NamedTuple", "OrderedDict", "Callable", "partial", "math", "self", "super"}
    | set(dir(builtins))
    | set(keyword.kwlist)
    | set(keyword.softkwlist)
)
"""What nothing in the source may be called: keywords, builtins, and what the file imports."""
_TUPLE_METHODS = frozenset({"count", "index"})
"""What no field of a named tuple should be called."""

MAX_VARIABLE = 30
_WORD = re.compile(r"[A-Za-z0-9]+(?:(?<=[0-9])_(?=[0-9])[A-Za-z0-9]+)*")
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


def is_identifier(text: str) -> bool:
    """Whether this can be said as `self.TEXT` within a class: no keyword, nothing that Python would mangle."""
    return _IDENTIFIER.fullmatch(text) is not None and not keyword.iskeyword(text) and not text.startswith("__")


def camel_case(text: str, fallback: str) -> str:
    """`U-Net (padded)` as `UNetPadded`, `denseblock` as `Denseblock`; `50_2` keeps its underscore."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    name = "".join(word[0].upper() + word[1:] for word in _WORD.findall(plain))[:60]
    if not name:
        return fallback
    return name if name[0].isalpha() else fallback + name


def variable(text: str, fallback: str = "x") -> str:
    """`block1-0` as `block1_0`: a name for a local variable or a parameter."""
    name = re.sub(r"[^A-Za-z0-9_]+", "_", text, flags=re.ASCII).strip("_")[:MAX_VARIABLE]
    if name[:1].isdigit():
        name = f"{fallback}{name}"
    return name or fallback


def unique(name: str, taken: Collection[str], separator: str = "_") -> str:
    """The name, or one like it that is not taken: `count_`, `conv_2`."""
    if name not in taken and name not in TAKEN:
        return name
    candidates = (f"{name}{separator}{i}" for i in itertools.count(2))
    return next(c for c in itertools.chain([f"{name}_"] if name in TAKEN else [], candidates) if c not in taken)


def aux_fields(names: Iterable[str]) -> list[str]:
    """What the named tuple that a network returns in training calls the results of its aux nodes, after `output`."""
    fields = ["output"]
    for name in names:
        own = variable(name, "aux")
        fields.append(unique(f"{own}_" if own in _TUPLE_METHODS else own, fields))
    return fields[1:]

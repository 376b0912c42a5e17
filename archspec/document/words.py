"""The words of expressions, told from the text alone."""

from __future__ import annotations

import re
from collections.abc import Iterable

from archspec.source import Mapping, Node, Scalar, Sequence

WORD = r"[A-Za-z_][A-Za-z0-9_]*"


def words(values: Iterable[Node]) -> tuple[set[str], set[str]]:
    """Every word in a text that may be an expression or a template, and every key, which may be a kind."""
    found: set[str] = set()
    keys: set[str] = set()
    seen: set[int] = set()
    pending = list(values)
    while pending:
        raw = pending.pop()
        if isinstance(raw, Scalar):
            if isinstance(raw.value, str):
                found.update(re.findall(WORD, raw.text))
        elif id(raw) in seen:
            continue
        elif isinstance(raw, Sequence):
            pending.extend(raw.items)
        elif isinstance(raw, Mapping):
            for key, value in raw.entries:
                keys.add(key.text)
                if "{" in key.text:
                    found.update(re.findall(WORD, key.text))
                pending.append(value)
        seen.add(id(raw))
    return found, keys

"""Values and nodes on one line, as YAML has them in braces: what messages tell a person to write."""

from __future__ import annotations

import re
from collections.abc import Mapping as Dictionary

from archspec.source.tree import Mapping, Node, Scalar, Sequence

_PLAIN = re.compile(r"(?:[\w.(]|-(?=[\w(]))(?:[\w.+*/%()=<>!-]| (?!#))*+")
_COLLECTION = re.compile(r"\[.*\]|\{.*\}|'.*'|\".*\"", re.DOTALL)
_LONGEST = 40
_MOST = 8
MISSING = "..."
"""What stands for a value that is not known."""


def text_of(value: Node) -> str:
    """A value, as far as it is simple."""
    if isinstance(value, Scalar):
        return value.text if len(value.text) <= _LONGEST else MISSING
    if isinstance(value, Sequence) and len(value.items) <= _MOST:
        return f"[{', '.join(map(text_of, value.items))}]"
    if isinstance(value, Mapping) and len(value.entries) <= _MOST // 2:
        return f"{{{', '.join(f'{key.text}: {text_of(inner)}' for key, inner in value.entries)}}}"
    return MISSING


def written(kind: str, arguments: Dictionary[str, str]) -> str:
    """A node with its arguments."""
    inside = ", ".join(f"{name}: {flow(value)}" for name, value in arguments.items())
    return f"{kind}: {{{inside}}}" if inside else kind


def flow(value: str) -> str:
    """A value as it stands in braces: quoted where YAML would cut it."""
    if value == MISSING or _PLAIN.fullmatch(value) or _COLLECTION.fullmatch(value):
        return value
    from archspec.source.quoting import quoted

    return quoted(value)


def braced(node: str) -> str:
    """A node as it stands inside brackets, or under a name."""
    return f"{{{node}}}" if re.match(r"[\w.]+:(?:\s|\Z)", node) else node

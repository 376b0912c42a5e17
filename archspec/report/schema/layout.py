"""JSON that a person can read, and compare line by line: what fits on a line stands on one."""

from __future__ import annotations

import json
from textwrap import fill
from typing import Any

WIDTH = 120


def layout(value: Any, indent: int = 0, before: int = 0) -> str:
    """`value` as JSON. `before` is how much stands on its line already."""
    flat = json.dumps(value)
    if not isinstance(value, dict | list) or not value or before + len(flat) <= WIDTH:
        return flat
    inner = " " * (indent + 1)
    if isinstance(value, dict):
        keys = [f"{inner}{json.dumps(key)}: " for key in value]
        lines = [key + layout(item, indent + 1, len(key) + 1) for key, item in zip(keys, value.values(), strict=True)]
    elif all(isinstance(item, str) for item in value):
        words = ", ".join(json.dumps(item) for item in value)
        text = fill(words, WIDTH, initial_indent=inner, subsequent_indent=inner, break_long_words=False)
        return f"[\n{text}\n{' ' * indent}]"
    else:
        lines = [inner + layout(item, indent + 1, len(inner) + 1) for item in value]
    start, end = "{}" if isinstance(value, dict) else "[]"
    return f"{start}\n" + ",\n".join(lines) + f"\n{' ' * indent}{end}"

"""Text of the user's that is printed must not steer the terminal."""

from __future__ import annotations


def printable(text: str) -> str:
    """The text with every invisible or controlling character written as an escape: `\\x1b`, `\\u202e`, `\\n`."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)

"""A word over several nodes: the name of a chain, or a kind that does not exist."""

from __future__ import annotations

import re
from collections.abc import Iterable

OPERATIONS = {
    **dict.fromkeys(("cat", "concatenate", "merge", "parallel", "route"), "concat"),
    **dict.fromkeys(("sum", "plus"), "add"),
    **dict.fromkeys(("mul", "product"), "multiply"),
    **dict.fromkeys(("residual_add", "skip_connection"), "residual"),
    **dict.fromkeys(("subtract", "matmul", "bmm"), None),
}
"""What is no name over nodes, since it does something in other programs, and the structure that does it here."""
_MODULES = ("nn.", "torch.", "F.", "keras.", "tf.")
"""How the names of other programs' functions and modules begin."""
_SHORTEST = 5
"""Letters of a kind that a word can be one letter off; shorter words are too near to one another."""


def is_name(word: str, kinds: Iterable[str]) -> bool:
    """Whether a word over a list, or over nodes without a kind of their own, is meant as their name.

    `kinds` are the structures, the blocks and the variables that hold a kind.
    """
    if word in OPERATIONS or word.startswith(_MODULES) or re.fullmatch("[A-Z][A-Za-z]*", word):
        return False
    return not any(len(kind) >= _SHORTEST and one_letter_off(word, kind) for kind in kinds)


def one_letter_off(word: str, kind: str) -> bool:
    """Whether one letter of `kind` is dropped, doubled, swapped with the next or replaced; another case is no other."""
    if word.lower() == kind.lower():
        return False
    start = next((i for i, (a, b) in enumerate(zip(word, kind, strict=False)) if a != b), min(len(word), len(kind)))
    rest, meant = word[start:], kind[start:]
    match len(word) - len(kind):
        case -1:
            return rest == meant[1:]
        case 0:
            swapped = rest[:2] == meant[1::-1] and rest[2:] == meant[2:]
            return swapped or (rest[0].isalpha() and rest[1:] == meant[1:])
        case 1:
            return rest[1:] == meant and word[start - 1 : start] == rest[0]
    return False

"""What a layer kind says of its source as templates: how it is made, how it is called."""

from __future__ import annotations

import re
from functools import cache
from string import Formatter

from archspec.codegen.layout import Brackets, Expr, Operation

_CLOSING = {"(": ")", "[": "]", "{": "}"}
_LITERAL = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""", re.DOTALL)


@cache
def nests(template: str) -> bool:
    """Whether calls may stand where the template has its tensors: it says each once, in their order, and as it is."""
    names = [name for _, name, _, _ in Formatter().parse(template) if name is not None]
    numbers = [int(name) for name in names if name.isdigit()]
    return numbers == list(range(len(numbers))) and re.search(r"\{\d+\}[.\[]", template) is None


@cache
def is_operation(template: str) -> bool:
    """Whether it is a product or the like, rather than a call."""
    return bool(template) and not (template.startswith("{module}") and template.endswith((")", "]")))


def parsed(text: str) -> Expr:
    """An expression in one line as one that can be broken over lines: at its last call, and within the arguments."""
    spans = _top_level(text)
    operator = re.search(r" [*+] ", _blanked(text, spans))
    if operator is not None:
        return Operation(text[: operator.start()], text[operator.start() + 1 :])
    calls = [span for span in spans if text[span[0]] == "("]
    if not calls or text.endswith(",)"):
        return text
    start, end = calls[-1]
    items = _split(text[start + 1 : end])
    is_call = start > 0 and (text[start - 1].isalnum() or text[start - 1] in "_)]")
    return Brackets(text[: start + 1], [parsed(item) for item in items], text[end:], together=is_call)


def _top_level(text: str) -> list[tuple[int, int]]:
    """Where the outermost brackets open and close."""
    found: list[tuple[int, int]] = []
    open_at: list[int] = []
    for i, c in enumerate(_LITERAL.sub(_underscores, text)):
        if c in _CLOSING:
            open_at.append(i)
        elif c in _CLOSING.values() and open_at:
            start = open_at.pop()
            if not open_at:
                found.append((start, i))
    return found


def _blanked(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with underscores for its strings and for these pieces."""
    text = _LITERAL.sub(_underscores, text)
    for start, end in spans:
        text = text[:start] + "_" * (end + 1 - start) + text[end + 1 :]
    return text


def _underscores(found: re.Match[str]) -> str:
    return "_" * len(found[0])


def _split(text: str) -> list[str]:
    blank = _blanked(text, _top_level(text))
    ends = [i for i, c in enumerate(blank) if c == ","]
    pieces = [text[a:b] for a, b in zip([0, *(end + 1 for end in ends)], [*ends, len(text)], strict=True)]
    return [piece.strip() for piece in pieces if piece.strip()]

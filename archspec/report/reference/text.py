"""The reference as a person reads it in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from textwrap import wrap

from archspec.layers.arguments import Argument, written
from archspec.report.reference.page import Page

_WIDEST = 100
"""Longer lines are hard to read, however wide the terminal is."""


def text_list(pages: Iterable[Page], width: int) -> str:
    """A paragraph a family."""
    families = [
        (family, [page.kind for page in members]) for family, members in groupby(pages, lambda page: page.family)
    ]
    margin = max(len(family) for family, _ in families) + 2
    lines = [
        f"{family if first else '':<{margin}}{line}"
        for family, kinds in families
        for first, line in _marked(_wrapped(", ".join(kinds), width - margin))
    ]
    return "\n".join([*lines, "", "`archspec layers Conv2d` tells the arguments of one."]) + "\n"


def text_page(page: Page, width: int) -> str:
    width = min(width, _WIDEST)
    lines = [f"{page.kind} ({page.family})", "", *_wrapped(page.summary, width), ""]
    lines += [f"    - {page.example}", ""]
    if page.arguments:
        lines += [*_table(page.arguments, width), ""]
    notes = [*_notes(page), *page.rules]
    lines += [line for note in notes for line in [*_wrapped(note, width), ""]]
    if page.url is not None:
        lines += [page.url]
    while not lines[-1]:
        lines.pop()
    return "\n".join(lines) + "\n"


def status(argument: Argument) -> str:
    """What holds where the argument is left out."""
    if argument.required:
        return "required"
    if argument.inferred:
        return "inferred"
    return argument.default if isinstance(argument.default, str) else written(argument.default)


def accepted(argument: Argument) -> str:
    """What may be written for it, as `an integer, at least 1`."""
    return argument.expects + (f", {argument.bounds}" if argument.bounds else "")


def _notes(page: Page) -> Iterator[str]:
    fewest, most = page.arity
    if most > 1:
        count = f"{fewest}" if fewest == most else f"{fewest} to {most}"
        yield f"It takes {count} tensors; `from: [a, b]` beside it names several."
    if page.short is not None:
        yield f"A value alone is its {page.direct}: `{page.short}`."


def _table(arguments: Iterable[Argument], width: int) -> Iterator[str]:
    arguments = list(arguments)
    rows = [(argument.name, status(argument)) for argument in arguments]
    names, states = (max(map(len, column)) + 2 for column in zip(*rows, strict=True))
    margin = names + states
    for argument, (name, state) in zip(arguments, rows, strict=True):
        said = _wrapped(argument.doc, width - margin) + _wrapped(accepted(argument), width - margin)
        for first, line in _marked(said):
            yield f"{name:<{names}}{state:<{states}}{line}" if first else " " * margin + line


def _marked(lines: list[str]) -> Iterator[tuple[bool, str]]:
    return ((i == 0, line) for i, line in enumerate(lines))


def _wrapped(text: str, width: int) -> list[str]:
    return wrap(text, max(width, 20), break_long_words=False, break_on_hyphens=False)

"""A rule as a person reads it in a terminal."""

from __future__ import annotations

from textwrap import indent, wrap

from archspec.diagnostics.rules import GROUPS
from archspec.report.explain.page import Example, Page

_WIDEST = 100
"""Longer lines are hard to read, however wide the terminal is."""


def text_list(width: int, color: bool = False) -> str:
    """A paragraph a group, a rule a line, or more where the terminal is narrow. With `color`, titles are bold."""
    margin = max(len(rule) for rules in GROUPS.values() for rule in rules) + 4
    lines = []
    for group, rules in GROUPS.items():
        lines.append(_title(group, color))
        for rule, sentence in rules.items():
            first, *more = _wrapped(sentence, width - margin)
            lines += [f"  {rule:<{margin - 2}}{first}", *(" " * margin + line for line in more)]
        lines.append("")
    return "\n".join([*lines, "`archspec explain linear-in-features` shows one, wrong and right."]) + "\n"


def text_page(page: Page, width: int, color: bool = False) -> str:
    paragraphs = ["\n".join(_wrapped(text, min(width, _WIDEST))) for text in (page.summary, *page.why)]
    examples = [_title("Wrong", color), *_blocks(page.wrong), _title("Right", color), *_blocks(page.right)]
    return "\n\n".join([_title(page.rule, color), *paragraphs, *examples]) + "\n"


def _title(text: str, color: bool) -> str:
    return f"\x1b[1m{text}\x1b[0m" if color else text


def _blocks(example: Example) -> list[str]:
    return [indent(block.rstrip("\n"), "    ") for block in example.blocks]


def _wrapped(text: str, width: int) -> list[str]:
    return wrap(text, max(width, 20), break_long_words=False, break_on_hyphens=False)

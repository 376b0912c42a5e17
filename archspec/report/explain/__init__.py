"""`archspec explain`: the rules of `archspec check`, from their pages in archspec/docs/rules; one file a format."""

from __future__ import annotations

from archspec.diagnostics.rules import GROUPS, RULES
from archspec.report.explain.page import Example, Page, page, source

FORMATS = ("text", "json", "markdown")

__all__ = ["FORMATS", "Example", "Page", "page", "render_list", "render_page", "source"]


def render_list(format: str, width: int = 80, *, color: bool = False) -> str:
    """All rules by group; width and color are for `text`."""
    match format:
        case "json":
            from archspec.report.explain.json import render_json

            return render_json(map(page, RULES))
        case "markdown":
            return _index()
    from archspec.report.explain.text import text_list

    return text_list(width, color)


def render_page(rule: str, format: str, width: int = 80, *, color: bool = False) -> str:
    """A rule: what it says and why, a wrong spec with its message, and the right one."""
    match format:
        case "json":
            from archspec.report.explain.json import render_json

            return render_json([page(rule)])
        case "markdown":
            return source(rule)
    from archspec.report.explain.text import text_page

    return text_page(page(rule), width, color)


def _index() -> str:
    """A table a group, each rule with a link to its page."""
    lines = ["# Rules", "", "What `archspec check` finds. `archspec explain RULE` shows a page in the terminal."]
    for group, rules in GROUPS.items():
        lines += ["", f"## {group}", "", "| rule | what is wrong |", "|---|---|"]
        lines += [f"| [{rule}]({rule}.md) | {sentence} |" for rule, sentence in rules.items()]
    return "\n".join(lines) + "\n"

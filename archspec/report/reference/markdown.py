"""The reference as Markdown, for a wiki or a README."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from archspec.report.reference.page import Page
from archspec.report.reference.text import accepted, status


def markdown_list(pages: Iterable[Page]) -> str:
    """A table a family, each kind with a link to torch's page."""
    lines = ["# Layers"]
    for family, members in groupby(pages, lambda page: page.family):
        lines += ["", f"## {family}", "", "| layer | what it does |", "|---|---|"]
        for page in members:
            name = f"[`{page.kind}`]({page.url})" if page.url is not None else f"`{page.kind}`"
            lines.append(f"| {name} | {_cell(page.summary)} |")
    return "\n".join(lines) + "\n"


def markdown_page(page: Page) -> str:
    lines = [f"# {page.kind}", "", page.summary, "", "```yaml", f"- {page.example}", "```"]
    if page.arguments:
        lines += ["", "| argument | default | what may be written | what it is |", "|---|---|---|---|"]
        for argument in page.arguments:
            state = status(argument)
            if not (argument.required or argument.inferred):
                state = f"`{state}`"
            direct = " (a value alone sets it)" if argument.name == page.direct else ""
            lines.append(
                f"| `{argument.name}` | {state} | {_cell(accepted(argument))} | {_cell(argument.doc)}{direct} |"
            )
    for rule in page.rules:
        lines += ["", rule]
    if page.url is not None:
        lines += ["", f"[{page.target}]({page.url})"]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")

"""The reference as Markdown, for a wiki or a README."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from archspec.report.reference.page import Page
from archspec.report.reference.text import accepted, status


def markdown_list(pages: Iterable[Page]) -> str:
    """All of the reference: a table a family, and below it a section for each of its kinds."""
    parts = [
        "# Layers",
        "The layers of torch.nn and torchvision.ops. `archspec layers KIND` shows one in the terminal.",
    ]
    for family, grouped in groupby(pages, lambda page: page.family):
        members = list(grouped)
        rows = [f"| [{page.kind}](#{page.kind.lower()}) | {_cell(page.summary)} |" for page in members]
        parts += [f"## {family}", "\n".join(["| layer | what it does |", "|---|---|", *rows])]
        parts += [f"##{markdown_page(page).rstrip()}" for page in members]
    return "\n\n".join(parts) + "\n"


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

"""The page of a rule, archspec/docs/rules/RULE.md: what the rule says and why, a wrong spec, the right one.

Under `## Wrong` and `## Right` stand the blocks of an example: `yaml` ones are its files (the word behind `yaml` is the
file's name; `bytes` has \\xNN in it for a byte), `sh` is the command, `text` what it says.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from archspec.diagnostics.rules import GROUPS, RULES

FOLDER = Path(__file__).parents[2] / "docs" / "rules"
DEFAULT_FILE = "net.yaml"

_SECTION = re.compile(r"^## (.+)\n", re.MULTILINE)
_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$\n?", re.DOTALL | re.MULTILINE)


class Example(NamedTuple):
    """A wrong spec or a right one."""

    files: dict[str, str]
    """By name, as the page shows them."""
    command: str
    says: str
    """What the command prints of the mistake, empty where the spec is right."""
    blocks: tuple[str, ...]
    """The text of all blocks, in the order of the page."""
    encoded: bool = False
    """Whether the files hold \\xNN for a byte."""

    def content(self, name: str) -> bytes:
        text = self.files[name]
        return text.encode("ascii").decode("unicode_escape").encode("latin-1") if self.encoded else text.encode()


class Page(NamedTuple):
    """What there is to say about a rule."""

    rule: str
    group: str
    summary: str
    why: tuple[str, ...]
    """Paragraphs, each in one line."""
    wrong: Example
    right: Example


def source(rule: str) -> str:
    """The page as it is written, in Markdown."""
    return (FOLDER / f"{rule}.md").read_text(encoding="utf-8")


def page(rule: str) -> Page:
    """The page of one of RULES."""
    head, _, wrong, _, right = _SECTION.split(source(rule))
    _, _, *why = (" ".join(paragraph.split()) for paragraph in head.strip().split("\n\n"))
    group = next(group for group, rules in GROUPS.items() if rule in rules)
    return Page(rule, group, RULES[rule], tuple(why), _example(wrong), _example(right))


def _example(section: str) -> Example:
    files, command, says, encoded = {}, "", "", False
    blocks = _BLOCK.findall(section)
    for language, name, content in blocks:
        match language:
            case "yaml" | "bytes":
                files[name or DEFAULT_FILE] = content
                encoded = encoded or language == "bytes"
            case "sh":
                command = content.strip()
            case "text":
                says = content
    command = command or f"archspec check {next(iter(files))}"
    return Example(files, command, says, tuple(content for _, _, content in blocks), encoded)

"""Rules as JSON, for editors and scripts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from archspec.report.explain.page import Example, Page
from archspec.report.formats import json_text

VERSION = 1


def render_json(pages: Iterable[Page]) -> str:
    rules = [_rule(page) for page in pages]
    return json_text({"version": VERSION, "rules": rules})


def _rule(page: Page) -> dict[str, Any]:
    return {
        "rule": page.rule,
        "group": page.group,
        "summary": page.summary,
        "why": list(page.why),
        "wrong": _example(page.wrong) | {"says": page.wrong.says},
        "right": _example(page.right),
    }


def _example(example: Example) -> dict[str, Any]:
    return {"files": example.files, "command": example.command}

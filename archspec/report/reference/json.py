"""The reference as JSON, for editors and scripts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from archspec.layers.arguments import Argument
from archspec.report.formats import json_text
from archspec.report.reference.page import Page

VERSION = 1


def render_json(pages: Iterable[Page]) -> str:
    return json_text({"version": VERSION, "layers": [_layer(page) for page in pages]})


def _layer(page: Page) -> dict[str, Any]:
    fewest, most = page.arity
    return {
        "kind": page.kind,
        "family": page.family,
        "summary": page.summary,
        "rules": list(page.rules),
        "url": page.url,
        "target": page.target,
        "inputs": {"at_least": fewest, "at_most": most},
        "direct": page.direct,
        "example": page.example,
        "arguments": [_argument(argument) for argument in page.arguments],
    }


def _argument(argument: Argument) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": argument.name,
        "description": argument.doc,
        "expects": argument.expects,
        "bounds": argument.bounds or None,
        "required": argument.required,
        "inferred": argument.inferred,
    }
    if not (argument.required or argument.inferred):
        entry["default"] = argument.default
    return entry

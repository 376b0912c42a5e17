"""`archspec schema`: the JSON Schema of a document, for editors, made of the layer classes and the document's models.

It is looser than the language where JSON Schema cannot tell: a key that is no layer and no structure may be a name, a
block or a variable, and a text where a number is wanted is an expression. What it refuses is wrong.
"""

from __future__ import annotations

from typing import Any

from archspec.report.schema.document import document
from archspec.report.schema.layout import layout

__all__ = ["render", "schema"]


def schema() -> dict[str, Any]:
    """The schema, in the 2020-12 dialect, with every kind that is known now."""
    return document()


def render() -> str:
    """The schema as a file holds it."""
    return layout(schema()) + "\n"

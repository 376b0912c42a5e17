"""The picture as SVG: text and shapes, no script; its colours follow the reader's theme, or are one of the two."""

from __future__ import annotations

import re
from html import escape

from archspec.diagram import palette
from archspec.diagram.engine import draw
from archspec.diagram.files import asset
from archspec.diagram.scene import Diagram

_UNPRINTABLE = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_svg(diagram: Diagram, opened: frozenset[str], theme: str = "auto") -> str:
    """The SVG; `theme` is auto, light or dark. Raises DiagramError."""
    width, height, body = draw(diagram.scene, opened)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        f' role="img">\n<title>{printable(diagram.name)}</title>\n<desc>{printable(diagram.caption)}</desc>\n'
        f"<style>\n{stylesheet(theme)}</style>\n"
        f'<rect width="{width}" height="{height}" class="paper"/>\n{body}\n</svg>\n'
    )


def stylesheet(theme: str) -> str:
    """The style of a picture; what comes later goes before what came first."""
    light = asset("web/picture.css") + palette.stylesheet(palette.LIGHT)
    dark = asset("web/dark.css") + palette.stylesheet(palette.DARK)
    if theme == "light":
        return light
    return light + (dark if theme == "dark" else f"@media (prefers-color-scheme: dark) {{\n{dark}}}\n")


def printable(text: str) -> str:
    """A text within markup, without the characters that XML has no place for."""
    return escape(_UNPRINTABLE.sub("", text))

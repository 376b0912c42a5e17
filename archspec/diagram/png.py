"""The SVG as PNG: twice as large, in the font that comes with the package, the same on every machine."""

from __future__ import annotations

from archspec.diagram.error import DiagramError
from archspec.diagram.files import FONTS
from archspec.diagram.scene import Diagram
from archspec.diagram.svg import render_svg

ZOOM = 2


def render_png(diagram: Diagram, opened: frozenset[str], theme: str = "auto") -> bytes:
    """The PNG; its theme is light unless it is said to be dark. Raises DiagramError."""
    svg = render_svg(diagram, opened, "dark" if theme == "dark" else "light")
    try:
        from resvg_py import svg_to_bytes
    except ImportError:
        raise DiagramError("a .png needs resvg-py: pip install 'archspec-nn[diagram]'") from None
    fonts = [str(path) for path in sorted(FONTS.glob("*.ttf"))]
    try:
        return bytes(svg_to_bytes(svg_string=svg, zoom=ZOOM, font_files=fonts, font_family="Arimo"))
    except ValueError as error:
        raise DiagramError(f"the picture cannot be painted: {error}") from None

"""Pictures of a network: one file a format, one layout for all that are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archspec.diagram.error import DiagramError

if TYPE_CHECKING:
    from archspec.graph import Graph

FORMATS = ("svg", "png", "html", "mmd", "dot")
THEMES = ("auto", "light", "dark")


def render(graph: Graph, format: str, *, depth: int | None = None, theme: str = "auto") -> str | bytes:
    """The picture of a network in one of FORMATS: bytes of a PNG, else text. Raises DiagramError.

    Every kind of block is open where it comes first; with `depth`, so many levels of everything. `theme` is for .svg
    and .png: `auto` follows the reader's, where a format can, and is light where it cannot.
    """
    from archspec.diagram.build import build
    from archspec.diagram.view import opened

    diagram = build(graph)
    shown = opened(diagram.scene, depth)
    match format:
        case "svg":
            from archspec.diagram.svg import render_svg

            return render_svg(diagram, shown, theme)
        case "png":
            from archspec.diagram.png import render_png

            return render_png(diagram, shown, theme)
        case "html":
            from archspec.diagram.page import render_page

            return render_page(graph, diagram, shown)
        case "mmd":
            from archspec.diagram.mermaid import render_mermaid

            return render_mermaid(diagram, shown)
    from archspec.diagram.dot import render_dot

    return render_dot(diagram, shown)


__all__ = ["FORMATS", "THEMES", "DiagramError", "render"]

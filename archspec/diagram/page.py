"""The picture as one page that works from disk: it holds all that it needs, and asks for nothing."""

from __future__ import annotations

import json
from typing import Any

from archspec.diagram.data import to_data
from archspec.diagram.facts import Sources, about, facts
from archspec.diagram.files import asset
from archspec.diagram.scene import Diagram
from archspec.diagram.svg import printable, stylesheet
from archspec.graph import Graph


def render_page(graph: Graph, diagram: Diagram, opened: frozenset[str]) -> str:
    """The page, which lays the picture out in the browser, with these boxes open at first."""
    sources = Sources(graph.file)
    data = {
        "scene": to_data(diagram.scene),
        "opened": sorted(opened),
        "facts": facts(diagram, sources),
        "sources": sources.data(),
        "about": about(graph),
    }
    parts = {
        "name": printable(diagram.name),
        "caption": printable(diagram.caption),
        "style": asset("web/page.css") + stylesheet("auto"),
        "data": _in_script(data),
        "engine": asset("elkjs/elk.bundled.js"),
        "picture": asset("web/layout.js") + asset("web/draw.js"),
        "page": asset("web/page.js"),
    }
    pieces = asset("web/page.html").split("{")
    return pieces[0] + "".join(parts[name] + rest for name, rest in (piece.split("}", 1) for piece in pieces[1:]))


def _in_script(data: Any) -> str:
    """JSON that ends no script element, whatever its texts say."""
    return json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")

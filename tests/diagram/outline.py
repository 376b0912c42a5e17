"""A scene as an indented outline, and its edges: what tests compare."""

from __future__ import annotations

from archspec.diagram.build import build
from archspec.diagram.scene import Box, End, Scene
from tests.specs_in_text import graph_of


def outline(text: str) -> list[str]:
    """A line a box: its rows, its name, how many times; what is inside is indented."""
    return _lines(build(graph_of(text)).scene, "")


def edges(text: str) -> list[str]:
    """The edges of the network's scene: `Conv 3x3, 4 -> + : 4x8x8`."""
    scene = build(graph_of(text)).scene
    return [f"{_end(scene, edge.source)} -> {_end(scene, edge.target)}: {edge.type}" for edge in scene.edges]


def words(box: Box) -> str:
    rows = " | ".join(row.label for row in box.rows) or box.text
    return " ".join(filter(None, [rows, f"({box.name})" if box.name else "", f"x{box.times}" if box.times > 1 else ""]))


def _lines(scene: Scene, indent: str) -> list[str]:
    lines = []
    for box in scene.boxes:
        lines.append(indent + words(box))
        if box.inside is not None:
            lines += _lines(box.inside, indent + "  ")
    return lines


def _end(scene: Scene, end: End) -> str:
    return "border" if end.box is None else words(scene.boxes[end.box])

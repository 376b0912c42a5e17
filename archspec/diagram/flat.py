"""The edges between the boxes that show, for formats that know no ports: through the borders of what is open."""

from __future__ import annotations

from typing import NamedTuple

from archspec.diagram.scene import Edge, End, Scene
from archspec.graph import TensorType


class Arrow(NamedTuple):
    """From a box to a box, by id."""

    source: str
    target: str
    type: TensorType


def arrows(scene: Scene, opened: frozenset[str]) -> list[Arrow]:
    """Every edge of a picture, in the order of execution."""
    found: list[Arrow] = []
    _follow(scene, opened, "", [], found)
    return found


def _follow(scene: Scene, opened: frozenset[str], prefix: str, entries: list[str], found: list[Arrow]) -> list[str]:
    """Append the arrows in a scene that is entered from `entries`, a box a port. Returns the boxes of its results."""
    origins = {End(None, port): id for port, id in enumerate(entries)}
    into: dict[int | None, list[Edge]] = {}
    for edge in scene.edges:
        into.setdefault(edge.target.box, []).append(edge)
    for index, box in enumerate(scene.boxes):
        id = f"{prefix}{index}"
        edges = sorted(into.get(index, []), key=lambda edge: edge.target.port)
        if box.inside is not None and id in opened:
            results = _follow(box.inside, opened, f"{id}.", [origins[edge.source] for edge in edges], found)
            origins.update({End(index, port): result for port, result in enumerate(results)})
        else:
            found += [Arrow(origins[edge.source], id, edge.type) for edge in edges]
            origins.update({End(index, port): id for port in range(box.outputs)})
    return [origins[edge.source] for edge in sorted(into.get(None, []), key=lambda edge: edge.target.port)]

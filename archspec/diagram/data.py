"""A scene as plain data, as the script that lays it out and draws it takes it."""

from __future__ import annotations

from typing import Any

from archspec.diagram.palette import family
from archspec.diagram.scene import Box, Row, Scene, walk
from archspec.report import numbers

MAX_NAMES = 3
"""Names that a tooltip shows."""


def to_data(scene: Scene, prefix: str = "") -> dict[str, Any]:
    """The scene, with the id of each box."""
    return {
        "entries": scene.entries,
        "boxes": [_box(box, f"{prefix}{index}") for index, box in enumerate(scene.boxes)],
        "edges": [
            {"source": list(edge.source), "target": list(edge.target), "shape": str(edge.type)} for edge in scene.edges
        ],
    }


def visible(scene: Scene, opened: frozenset[str]) -> int:
    """How many boxes show."""
    return sum(all(parent in opened for parent in parents(id)) for id, _ in walk(scene))


def parents(id: str) -> list[str]:
    """The ids of the boxes around a box, the outermost first."""
    places = id.split(".")
    return [".".join(places[:depth]) for depth in range(1, len(places))]


def names(row: Row) -> str:
    """The calls that a row stands for: `b2.0, b2.1`."""
    shown = [call.name for call in row.calls[:MAX_NAMES]]
    if len(row.calls) > MAX_NAMES:
        shown[-1:] = ["…", row.calls[-1].name]
    return ", ".join(shown)


def _box(box: Box, id: str) -> dict[str, Any]:
    return {
        "id": id,
        "form": box.form,
        "rows": [{"label": row.label, "family": family(row.family), "tip": _tip(row)} for row in box.rows],
        "text": box.text,
        "name": box.name,
        "block": box.block,
        "inside": None if box.inside is None else to_data(box.inside, f"{id}."),
        "outputs": box.outputs,
        "times": box.times,
        "training": box.training_only,
    }


def _tip(row: Row) -> str:
    """What a picture says of a layer under the pointer."""
    params = sum(call.params for call in row.calls)
    counted = f"{numbers.count(params)} parameters" if params else ""
    return ", ".join(filter(None, [f"{names(row)}: {row.kind}", str(row.calls[0].output), counted]))

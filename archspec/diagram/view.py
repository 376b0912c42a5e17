"""Which boxes a picture shows open."""

from __future__ import annotations

from collections.abc import Iterator

from archspec.diagram.scene import Box, Scene, walk

MAX_BOXES = 72
"""Boxes of a picture that opens by itself."""


def opened(scene: Scene, depth: int | None = None) -> frozenset[str]:
    """The ids of the boxes to open: every kind of block once, where it comes first, as long as the picture stays small.

    With `depth`, so many levels of all that can be opened. Where a box is open, so are those around it.
    """
    if depth is not None:
        inner = ((id, box) for id, box in walk(scene) if box.inside is not None)
        return frozenset(id for id, box in inner if _level(id, scene) < depth + (box.form == "repeat"))
    found: set[str] = set()
    drawn: set[int] = set()
    count = len(scene.boxes)
    for id, box in _by_level(scene, found):
        again = box.block and box.structure in drawn
        size = len(box.inside.boxes) if box.inside is not None else 0
        if box.form == "repeat" or (not again and count + size <= MAX_BOXES):
            count += size
            found.add(id)
            drawn.add(box.structure)
    return frozenset(found)


def _by_level(scene: Scene, found: set[str]) -> Iterator[tuple[str, Box]]:
    """Every box that has an inside and stands in boxes that were `found` to be open, level by level."""
    level = [("", scene)]
    while level:
        below = []
        for prefix, each in level:
            for index, box in enumerate(each.boxes):
                id = f"{prefix}{index}"
                if box.inside is not None:
                    yield id, box
                    if id in found:
                        below.append((f"{id}.", box.inside))
        level = below


def _level(id: str, scene: Scene) -> int:
    """How many boxes that can be closed are around a box."""
    around = 0
    for place in id.split(".")[:-1]:
        box = scene.boxes[int(place)]
        assert box.inside is not None
        around += box.form != "repeat"
        scene = box.inside
    return around

"""Fewer boxes: layers that belong together stand in one, and what repeats is drawn once."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace

from archspec.diagram.labels import cut
from archspec.diagram.scene import Box, Edge, End, Row, Scene
from archspec.diagram.wires import Part, Wires
from archspec.graph import TensorType

LIGHT = frozenset({"Normalization", "Activation", "Dropout"})
"""Families that stand in the box of the layer that they follow, where they keep the shape."""
HEAVY = frozenset({"Convolution", "Linear", "Transformer"})
"""Families that a normalization may come before, in one box."""


class Looks:
    """Numbers for what boxes look like: equal ones are found without comparing their insides again and again."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}

    def number(self, *look: Hashable) -> int:
        return self._numbers.setdefault(look, len(self._numbers) + 1)

    def of(self, scene: Scene) -> int:
        return self.number(tuple((box.look, box.times) for box in scene.boxes), scene.edges)

    def structure_of(self, scene: Scene) -> int:
        """The same for scenes that differ in numbers only."""
        return self.number(
            tuple(box.structure for box in scene.boxes), tuple((edge.source, edge.target) for edge in scene.edges)
        )


def stack(scene: Scene, looks: Looks) -> Scene:
    """Normalization, activation and dropout in one box with the layer that they follow, or that follows them."""
    wires = Wires(scene)
    boxes: list[Box] = []
    places: list[int] = []
    for index, box in enumerate(scene.boxes):
        before = wires.only_source(index)
        if before is not None and _belongs(boxes[places[before]], box):
            above = boxes[places[before]]
            places.append(places[before])
            boxes[places[before]] = replace(
                above,
                rows=above.rows + box.rows,
                look=looks.number(above.look, box.look),
                structure=looks.number(above.structure, box.structure),
            )
        else:
            places.append(len(boxes))
            boxes.append(box)
    return _regrouped(scene, boxes, places)


def _belongs(above: Box, box: Box) -> bool:
    """Whether a layer goes on in the box of the layers above it."""
    if above.form != "layers" or box.form != "layers" or above.training_only != box.training_only:
        return False
    all_light, row = all(map(_is_light, above.rows)), box.rows[0]
    if _is_light(row):
        return all_light or not _is_light(above.rows[0])
    return all_light and above.rows[0].family == "Normalization" and row.family in HEAVY


def _is_light(row: Row) -> bool:
    call = row.calls[0]
    return row.family in LIGHT and call.inputs == (call.output,)


def fold(scene: Scene, looks: Looks) -> Scene:
    """Equal parts in a row as one: a box with how many times, or several boxes in a frame with how many times."""
    wires = Wires(scene)
    boxes: list[Box] = []
    places: list[int] = []
    index = 0
    while index < len(scene.boxes):
        period, times = wires.repetition(index)
        places += [len(boxes)] * (period * times)
        if times == 1:
            boxes.append(scene.boxes[index])
        else:
            starts = range(index, index + times * period, period)
            copies = [scene.boxes[start : start + period] for start in starts]
            boxes.append(_folded(copies, wires.part(index, period), wires.result(index + period - 1), looks))
        index += period * times
    return _regrouped(scene, boxes, places)


def _folded(copies: Sequence[Sequence[Box]], part: Part, result: TensorType, looks: Looks) -> Box:
    merged = [_merged(column) for column in zip(*copies, strict=True)]
    if len(merged) == 1:
        return replace(merged[0], times=len(copies))
    exit = Edge(End(len(merged) - 1), End(None), result)
    inside = Scene(tuple(merged), (*part.edges, exit), entries=1)
    return Box(
        "repeat",
        inside=inside,
        times=len(copies),
        training_only=merged[0].training_only,
        look=looks.number("repeat", looks.of(inside)),
        structure=looks.number("repeat", looks.structure_of(inside)),
    )


def _merged(copies: Sequence[Box]) -> Box:
    """Boxes that look alike as one that stands for the calls of all."""
    first = copies[0]
    rows = [
        row._replace(calls=tuple(call for box in copies for call in box.rows[line].calls))
        for line, row in enumerate(first.rows)
    ]
    inside = first.inside
    if inside is not None:
        insides = [box.inside.boxes for box in copies if box.inside is not None]
        inside = replace(inside, boxes=tuple(_merged(column) for column in zip(*insides, strict=True)))
    names = list(dict.fromkeys(box.name for box in copies))
    name = names[0] if len(names) == 1 else cut(f"{names[0]} … {names[-1]}")
    return replace(first, rows=tuple(rows), name=name, inside=inside)


def _regrouped(scene: Scene, boxes: Sequence[Box], places: Sequence[int]) -> Scene:
    """The scene with fewer boxes: `places` says where each old one has gone. Edges within a box are gone, too."""

    def moved(end: End) -> End:
        if end.box is None:
            return end
        place = places[end.box]
        return End(place, 0 if boxes[place].form == "repeat" else end.port)

    edges = [Edge(moved(edge.source), moved(edge.target), edge.type) for edge in scene.edges]
    outer = [edge for edge in edges if edge.source.box is None or edge.source.box != edge.target.box]
    return replace(scene, boxes=tuple(boxes), edges=tuple(dict.fromkeys(outer)))

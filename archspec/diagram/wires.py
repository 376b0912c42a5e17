"""Where edges go: what follows what, and what repeats."""

from __future__ import annotations

from typing import NamedTuple

from archspec.diagram.scene import Edge, End, Scene
from archspec.graph import TensorType

MAX_PERIOD = 24
"""Boxes of a repetition, at most."""


class Part(NamedTuple):
    """Neighbouring boxes that are entered from one place. Parts with equal `looks` and `edges` are drawn alike."""

    looks: tuple[int, ...]
    edges: tuple[Edge, ...]
    """Numbered within the part."""
    inlet: End | None
    """None where it is entered from several places, or from nowhere."""


class Wires:
    """The edges of a scene, by box."""

    def __init__(self, scene: Scene) -> None:
        self.boxes = scene.boxes
        self.into: list[list[Edge]] = [[] for _ in scene.boxes]
        self.out_of: list[list[Edge]] = [[] for _ in scene.boxes]
        for edge in scene.edges:
            if edge.target.box is not None:
                self.into[edge.target.box].append(edge)
            if edge.source.box is not None:
                self.out_of[edge.source.box].append(edge)

    def only_source(self, index: int) -> int | None:
        """The box that gives this one all that it takes, and gives nothing to others."""
        if len(self.into[index]) != 1:
            return None
        before = self.into[index][0].source.box
        return before if before is not None and len(self.out_of[before]) == 1 else None

    def result(self, index: int) -> TensorType:
        return self.out_of[index][0].type

    def part(self, start: int, period: int) -> Part:
        boxes = range(start, start + period)
        inlets = set()
        edges = []
        for index in boxes:
            for source, target, type in self.into[index]:
                if source.box is not None and source.box in boxes:
                    local = End(source.box - start, source.port)
                else:
                    inlets.add(source)
                    local = End(None)
                edges.append(Edge(local, End(index - start, target.port), type))
        looks = tuple(box.look for box in self.boxes[start : start + period])
        return Part(looks, tuple(edges), inlets.pop() if len(inlets) == 1 else None)

    def repetition(self, start: int) -> tuple[int, int]:
        """How many boxes from here on repeat, and how many times: the period that covers most."""
        best = (1, 1)
        for period in range(1, min(MAX_PERIOD, (len(self.boxes) - start) // 2) + 1):
            if best[1] > 1 and period % best[0] == 0:
                continue  # it covers no more than the shorter one
            times = self._times(start, period)
            if times > 1 and times * period > best[0] * best[1]:
                best = (period, times)
        return best

    def _times(self, start: int, period: int) -> int:
        if self.boxes[start].look != self.boxes[start + period].look or not self._is_closed(start, period):
            return 1
        first = self.part(start, period)
        if first.inlet is None or 0 in first.looks or (period == 1 and self.boxes[start].form == "join"):
            return 1
        times = 1
        while (next := start + times * period) + period <= len(self.boxes):
            part = self.part(next, period)
            follows = part.inlet == End(next - 1) and part[:2] == first[:2] and self._is_closed(next, period)
            if not follows or not self._goes_to(next - 1, next + period):
                break
            times += 1
        return times

    def _is_closed(self, start: int, period: int) -> bool:
        """Whether only the last box gives anything to others."""
        return all(self._goes_to(index, start + period) for index in range(start, start + period - 1))

    def _goes_to(self, index: int, end: int) -> bool:
        """Whether all that a box gives goes to boxes before `end`."""
        return all(edge.target.box is not None and edge.target.box < end for edge in self.out_of[index])

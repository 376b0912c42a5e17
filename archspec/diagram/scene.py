"""What a picture shows: boxes in boxes, joined by edges that carry shapes. No place and no colour is decided here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from archspec.diagnostics import Span
from archspec.graph import TensorType
from archspec.receptive_field import Fields

Form = Literal["layers", "module", "repeat", "join", "input", "output"]


class Call(NamedTuple):
    """One call of a layer or a module, with what it costs."""

    name: str
    """Its whole name."""
    inputs: tuple[TensorType, ...]
    output: TensorType
    params: int
    macs: int
    fields: Fields
    span: Span | None
    training_only: bool = False


class Row(NamedTuple):
    """A line of text in a box, and the calls that it stands for: several where the box is drawn once for all."""

    kind: str
    """As the spec says it: `Conv2d`."""
    label: str
    """With its salient arguments: `Conv 3x3, 64, /2`."""
    family: str
    calls: tuple[Call, ...]
    arguments: str = ""
    """All that was written, for those who ask."""
    shared: bool = False
    """Whether the module was called before, and its parameters counted there."""


class End(NamedTuple):
    """Where an edge starts or ends: a port of a box, or, where `box` is None, of what is around the scene."""

    box: int | None
    port: int = 0


class Edge(NamedTuple):
    source: End
    target: End
    type: TensorType


@dataclass(frozen=True)
class Box:
    """Layers that follow each other, a module or a repetition with a scene inside, a join, an end of the network.

    Equal neighbours are one box, drawn once with how many `times`.
    """

    form: Form
    rows: tuple[Row, ...] = ()
    """Of a module: the one that is its title."""
    text: str = ""
    """What stands in a join or an end."""
    name: str = ""
    """A module's name in the module around it, where it says something."""
    block: bool = False
    """Whether it is a call of a block; else a structure, which only groups."""
    inside: Scene | None = None
    outputs: int = 1
    """How many ports it has below: its output, then the results of training-only branches."""
    times: int = 1
    training_only: bool = False
    look: int = field(default=0, compare=False)
    """Equal for boxes that are drawn alike, names apart."""
    structure: int = field(default=0, compare=False)
    """Equal for boxes that differ in numbers only."""

    @property
    def title(self) -> str:
        """In a line: `shortcut: ConvNorm 64 x 2`."""
        words = [*(row.label for row in self.rows), self.text, f"x {self.times}" if self.times > 1 else ""]
        title = " ".join(filter(None, words))
        return f"{self.name}: {title}" if self.name else title


@dataclass(frozen=True)
class Scene:
    """Boxes in the order of execution, and the edges between them."""

    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    entries: int = 0
    """How many ports stand on its upper border."""


class Diagram(NamedTuple):
    """A network as a scene, with the words around it."""

    name: str
    caption: str
    scene: Scene


def walk(scene: Scene, prefix: str = "") -> Iterator[tuple[str, Box]]:
    """Every box with its id, which is its place: `2.0` is the first box in the third. A box comes before its inside."""
    for index, box in enumerate(scene.boxes):
        id = f"{prefix}{index}"
        yield id, box
        if box.inside is not None:
            yield from walk(box.inside, f"{id}.")


def cost(scene: Scene, *, training_only: bool = False) -> tuple[int, int]:
    """Parameters and MACs of all that a scene stands for; MACs without training-only branches, unless it is in one."""
    params = macs = 0
    for box in scene.boxes:
        if box.form == "repeat" and box.inside is not None:
            inner = cost(box.inside, training_only=training_only)
            params, macs = params + inner[0], macs + inner[1]
        for call in (call for row in box.rows for call in row.calls):
            params += call.params
            macs += call.macs if training_only or not call.training_only else 0
    return params, macs

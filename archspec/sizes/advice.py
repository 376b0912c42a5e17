"""What is said of a map that is too small, or off by a pixel: which inputs of the network would fit, and what cut it.

Asked only after such a mistake, and only of networks that are soon walked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from archspec.diagnostics import Diagnostic, Label
from archspec.document import Document
from archspec.document.inputs import channels_first
from archspec.elaborate import Overrides
from archspec.graph import TensorType
from archspec.layers.base import Layer
from archspec.shapes.expression import Floor
from archspec.shapes.size import Size, expression_of
from archspec.sizes.axes import AxisSizes, is_taken
from archspec.sizes.letters import ask
from archspec.sizes.search import Sizes, along_axes, near
from archspec.sizes.trial import Call, Place, Question, Trial, attempt

SMALL = "output-size"
APART = ("concat-shapes", "dense-shapes", "add-shapes", "multiply-shapes", "residual-shapes")
MAX_NODES = 3_000
"""Nodes of a network that is asked, and of all trials along an axis together some more."""
_WORDS = {"H": "height", "W": "width", "D": "depth", "L": "length", "T": "length"}
_PIECES = {2: ("", "step"), 3: ("", "row", "column"), 4: ("", "slice", "row", "column")}
"""What a map loses along its axes, by how many it has."""


def advise(document: Document, overrides: Overrides, found: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """The diagnostics, with the inputs that would fit where the first is about the size of a map."""
    types = {name: given.type for name, given in (document.inputs or {}).items()} | dict(overrides.inputs)
    if any(channels_first(type.shape) for type in types.values()):
        return found
    question, values = ask(document, overrides.params, types, {})
    failed = attempt(question, values, MAX_NODES)
    told = failed.error
    if told is None or (told.rule != SMALL and told.rule not in APART):
        return found
    fitting = near(question, values, 5 * MAX_NODES)
    base = attempt(question, fitting, MAX_NODES) if fitting is not None else failed
    if not is_taken(base):
        return found
    sizes = along_axes(question, base, 5 * MAX_NODES)
    if any(axis.most is not None for axis in sizes.axes.values()):
        return found  # a few sizes fit by chance, and not the input is wrong
    said = _small(told, question, sizes) if told.rule == SMALL else _apart(told, question, sizes, failed)
    return tuple(said if (d.rule, d.span) == (told.rule, told.span) else d for d in found)


def _small(told: Diagnostic, question: Question, sizes: Sizes) -> Diagnostic:
    least = {name: axis.least or sizes.values[name] for name, axis in sizes.axes.items()}
    fits = f"an input of {_input(question, least)} or larger fits"
    return told._replace(help=f"{fits}; or keep more before this layer, by padding or fewer strides")


def _apart(told: Diagnostic, question: Question, sizes: Sizes, failed: Trial) -> Diagnostic:
    cut = _cut(question, sizes, failed)
    notes = told.notes if cut is None else (*told.notes, Label(cut.place.span, cut.words))
    return told._replace(help=_divisors(question, sizes), notes=notes)


def _divisors(question: Question, sizes: Sizes) -> str:
    """Which sizes fit."""
    example = f"{_input(question, sizes.values)} fits"
    steps: dict[int, list[AxisSizes]] = {}
    for axis in sizes.axes.values():
        if axis.multiple_of > 1 and axis.regular:
            steps.setdefault(axis.multiple_of, []).append(axis)
    said = [f"{' and '.join(map(_word, axes))} of the input must divide by {step}" for step, axes in steps.items()]
    return f"{', and '.join(said)}: {example}" if said else f"an input of {example}"


def _word(axis: AxisSizes) -> str:
    input, _, letter = axis.name.rpartition(".")
    word = _WORDS.get(letter, letter)
    return f"{word} of {input}" if input else word


def _input(question: Question, values: Mapping[str, int]) -> str:
    """Inputs with these sizes, as they are written."""
    types = question.types(values)
    return ", ".join(str(type) if len(types) == 1 else f"{name} {type}" for name, type in types.items())


class _Division(NamedTuple):
    """An axis of a layer's output that is a division of the input's."""

    place: Place
    piece: str
    """What lies along the axis."""
    size: int
    made: int
    rest: int

    @property
    def words(self) -> str:
        piece = self.piece
        some = f"a {piece}" if self.rest == 1 else f"{self.rest} {piece}s"
        return f"drops {some} of {self.size}" if self.rest else f"makes {self.made} of {self.size}"


def _cut(question: Question, sizes: Sizes, failed: Trial) -> _Division | None:
    """The first layer that divides a size with another rest than it has for every input that fits."""
    letters = list(sizes.axes)
    fitting = [dict(sizes.values)]
    for letter in letters:
        fitting += [{**sizes.values, letter: size} for size in islice(sizes.axes[letter].accepted, 2)]
    rests: list[list[_Division]] = [list(_divisions(attempt(question, values, MAX_NODES).calls)) for values in fitting]
    for at, division in enumerate(_divisions(failed.calls)):
        others = {divisions[at].rest for divisions in rests if at < len(divisions)}
        if len(others) == 1 and division.rest not in others:
            return division
    return None


def _divisions(calls: tuple[Call, ...]) -> Iterator[_Division]:
    for place, layer, inputs in calls:
        yield from _divisions_of(place, layer, inputs)


def _divisions_of(place: Place, layer: Layer, inputs: tuple[TensorType, ...]) -> Iterator[_Division]:
    """Where the output's size is a division of the input's, with the rest."""
    numbers = [TensorType(tuple(int.__pos__(size) for size in x.shape), x.dtype) for x in inputs]
    pieces = _PIECES.get(len(numbers[0].shape), ())
    entering = TensorType(tuple(Size(size, str(axis)) for axis, size in enumerate(numbers[0].shape)), numbers[0].dtype)
    for made in layer.output(entering, *numbers[1:]).shape:
        for atom in expression_of(made).atoms():
            match atom:
                case Floor(above, below) if below.number is not None and len(above.variables) == 1:
                    axis = int(*above.variables)
                    size = numbers[0].shape[axis]
                    rest = above.at({str(axis): size}) % below.number
                    piece = pieces[axis] if axis < len(pieces) else "pixel"
                    yield _Division(place, piece, size, int.__pos__(made), rest)

"""The inputs that a network takes: from one that it takes, along each axis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from archspec.graph import Graph, Module
from archspec.shapes.expression import Expression
from archspec.shapes.naturals import Naturals
from archspec.shapes.size import Comparison, Size
from archspec.shapes.solve import solve
from archspec.sizes.axes import MAX_NODES, AxisSizes, explore, is_taken
from archspec.sizes.trial import Place, Question, Trial, attempt

_TOGETHER = "together"
"""Stands for several letters at once."""


@dataclass(frozen=True)
class Sizes:
    """For each input of a network its axes, the channels left out."""

    inputs: Mapping[str, tuple[AxisSizes, ...]]
    values: Mapping[str, int]
    """Sizes with which the network is right."""
    graph: Graph
    """The network with the letters, and with its aux branches if those take these sizes."""
    frozen: Mapping[Expression, Place]
    """Sizes that had to be numbers, and where."""
    alike: Mapping[str, AxisSizes]
    """The sizes for which the graph is the same, letter by letter: those that its formulas hold for."""

    @property
    def axes(self) -> dict[str, AxisSizes]:
        return {axis.name: axis for axes in self.inputs.values() for axis in axes}


def find(question: Question, values: Mapping[str, int], limit: int = MAX_NODES) -> Sizes | None:
    """The sizes that the letters may have, searched from these values; None where no input was found that is taken."""
    found = _find(question._replace(training=False), values, limit)
    if found is None or not question.training:
        return found
    trial = attempt(question, found.values)
    if not is_taken(trial):
        return _in_training(found, question, limit)
    assert trial.graph is not None
    found = replace(found, graph=trial.graph, frozen=trial.frozen, alike=_alike(question, trial))
    return _in_training(found, question, limit) if trial.graph.root.aux else found


def _in_training(found: Sizes, question: Question, limit: int) -> Sizes:
    """With what the aux branches take, where that is other sizes."""
    training = _find(question, found.values, limit)
    if training is None:
        return found
    inputs = {
        name: tuple(_with_training(axis, training.axes[axis.name]) for axis in axes)
        for name, axes in found.inputs.items()
    }
    return replace(found, inputs=inputs)


def _with_training(axis: AxisSizes, training: AxisSizes) -> AxisSizes:
    alike = not (axis.accepted - training.accepted) and not (training.accepted - axis.accepted)
    return axis if alike else replace(axis, training=training)


def _find(question: Question, values: Mapping[str, int], limit: int) -> Sizes | None:
    base = attempt(question, values)
    if not is_taken(base):
        other = near(question, values, limit)
        if other is None:
            return None
        base = attempt(question, other)
    return along_axes(question, base, limit) if is_taken(base) else None


def along_axes(question: Question, base: Trial, limit: int) -> Sizes:
    """The sizes of each axis, the others as in a trial that was right."""
    assert base.graph is not None
    kept = tuple(_parameters(base.graph.root))
    axes = {}
    for letter in question.letters:
        others = {name: value for name, value in base.values.items() if name != letter}
        met = {name for c in base.comparisons if letter in c.difference.variables for name in c.difference.variables}
        found = explore(question, base.values, letter, limit)
        alone = (c._replace(difference=c.difference.replace(others)) for c in kept)
        axes[letter] = replace(
            found,
            beside={name: base.values[name] for name in question.letters if name in met - {letter}},
            built=found.accepted & solve(alone, letter),
        )
    inputs = {
        name: tuple(axes[size] for size in dict.fromkeys(shape) if isinstance(size, str))
        for name, (shape, _) in question.inputs.items()
    }
    return Sizes(inputs, base.values, base.graph, base.frozen, _alike(question, base))


def _alike(question: Question, trial: Trial) -> dict[str, AxisSizes]:
    """The sizes of each letter for which all comes out the same."""
    found = {}
    for letter in question.letters:
        others = {name: value for name, value in trial.values.items() if name != letter}
        alone = (c._replace(difference=c.difference.replace(others)) for c in trial.comparisons)
        found[letter] = AxisSizes(letter, solve(alone, letter), None, 1)
    return found


def _parameters(module: Module) -> Iterator[Comparison]:
    """That the parameters and buffers which vary are as large as they are."""
    for child in module.children.values():
        if isinstance(child, Module):
            yield from _parameters(child)
            continue
        for shape in (*child.parameters.values(), *child.buffers.values()):
            for size in shape:
                if isinstance(size, Size):
                    yield Comparison(size.expression - Expression.of(size.plain), "==", True)


def near(question: Question, values: Mapping[str, int], limit: int) -> Mapping[str, int] | None:
    """Sizes near these with which the network is right: all of them alike, or one of them another."""
    letters = question.letters
    ways: list[tuple[str, ...]] = [(letter,) for letter in letters]
    if len(letters) > 1:
        alike = len({values[letter] for letter in letters}) == 1
        ways.insert(0 if alike else len(ways), tuple(letters))
    for together in ways:
        size = _nearest(question, values, together, limit)
        if size is not None:
            return {**values, **dict.fromkeys(together, size)}
    return None


def _nearest(question: Question, values: Mapping[str, int], letters: tuple[str, ...], limit: int) -> int | None:
    """The size that these letters may have together: the next larger one, else the largest."""
    wanted = max(values[letter] for letter in letters)
    tied = question.with_letter(letters, _TOGETHER)
    found = explore(tied, {**values, _TOGETHER: wanted}, _TOGETHER, limit).accepted
    larger = (found - Naturals.up_to(wanted - 1)).least
    return found.most if larger is None else larger

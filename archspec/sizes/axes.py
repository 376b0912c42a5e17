"""The sizes that one axis of the input may have, and why not others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from archspec.diagnostics import Diagnostic
from archspec.shapes.naturals import Naturals
from archspec.shapes.solve import solve
from archspec.sizes.trial import Question, Trial, attempt

MAX_NODES = 60_000
"""Nodes that are walked for one axis; then what is left is not known."""


@dataclass(frozen=True)
class AxisSizes:
    """What is known of an axis. The other sizes of the inputs are as they were given where they matter."""

    name: str
    accepted: Naturals
    """The sizes that the network takes, of those that are known."""
    proved_to: int | None
    """Up to here all sizes are known; None: all are."""
    trials: int
    """How often the network was elaborated."""
    beside: Mapping[str, int] = field(default_factory=dict)
    """The other axes that decide with this one, as they were."""
    least_by: Diagnostic | None = None
    """What is said of the size before the least,"""
    step_by: Diagnostic | None = None
    """of the one after the least where that is not taken,"""
    fixed_by: Diagnostic | None = None
    """and of the one after the largest."""
    built: Naturals = field(default_factory=Naturals.none)
    """Those that a network takes that was built for the sizes as they were: parameters keep their shapes."""
    training: AxisSizes | None = None
    """The sizes with the aux branches, which run in training only, where those take others."""

    @property
    def least(self) -> int | None:
        return self.accepted.least

    @property
    def most(self) -> int | None:
        """The largest size, where there is one."""
        return self._end(self.accepted)

    @property
    def most_built(self) -> int | None:
        """The largest that the network as it was built takes."""
        return self._end(self.built)

    def _end(self, sizes: Naturals) -> int | None:
        """The largest of some sizes, unless they only end where no more is known."""
        end = sizes.most
        return None if end is not None and self.proved_to is not None and end + self.step > self.proved_to else end

    @property
    def step(self) -> int:
        """From one size to the next, at least."""
        return self.accepted.step or 1

    @property
    def multiple_of(self) -> int:
        """What all sizes divide by; 1 where they need not, or there is only one."""
        return 1 if self.least is None or self.least % self.step else self.step

    @cached_property
    def regular(self) -> bool:
        """Whether every `step`th from the least to the most is taken."""
        if self.least is None:
            return True
        end = self.most or self.proved_to
        known = Naturals.all() if end is None else Naturals.up_to(end)
        return not (Naturals.every(self.step, self.least) & known) - self.accepted


def explore(question: Question, values: Mapping[str, int], letter: str, limit: int = MAX_NODES) -> AxisSizes:
    """All sizes of an axis: each trial tells of all that fare alike, until none is left or too much was done."""
    others = {name: value for name, value in values.items() if name != letter}
    alone = question.with_numbers(others)
    unknown, accepted = Naturals.all(), Naturals.none()
    size: int | None = values[letter]
    trials = nodes = 0
    while size is not None and nodes <= limit:
        trial = attempt(alone, {letter: size})
        trials, nodes = trials + 1, nodes + 100 + trial.work
        alike = solve(trial.comparisons, letter) & unknown
        if size not in alike:  # beyond what is tried one by one
            break
        if is_taken(trial):
            accepted = accepted | alike
        elif trial.error is None:  # nothing is known of a network that is too large to be walked
            break
        unknown = unknown - alike
        size = unknown.least
    proved_to = None if size is None else size - 1
    if proved_to is not None:
        accepted = accepted & Naturals.up_to(proved_to)
    found = AxisSizes(letter, accepted, proved_to, trials, built=accepted)
    said = {name: attempt(alone, {letter: size}).error for name, size in _refused(found)}
    return replace(found, least_by=said.get("least_by"), step_by=said.get("step_by"), fixed_by=said.get("fixed_by"))


def _refused(axis: AxisSizes) -> Iterator[tuple[str, int]]:
    """The sizes next to those that are taken, by what they tell."""
    if axis.least is not None and axis.least > 1:
        yield "least_by", axis.least - 1
    if axis.least is not None and axis.step > 1:
        yield "step_by", axis.least + 1
    if axis.most is not None:
        yield "fixed_by", axis.most + 1


def is_taken(trial: Trial) -> bool:
    return trial.graph is not None and trial.error is None

"""The sizes that one axis of the input may have, and why not others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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
    rejected: tuple[tuple[Naturals, Diagnostic], ...]
    """Those that it does not take, and what is said of each."""
    proved_to: int | None
    """Up to here all sizes are known; None: all are."""
    trials: int
    """How often the network was elaborated."""
    beside: Mapping[str, int]
    """The other axes that decide with this one, as they were."""
    built: Naturals
    """Those that a network takes that was built for the sizes as they were: parameters keep their shapes."""
    training: AxisSizes | None = None
    """The sizes with the aux branches, which run in training only, where those take others."""

    @property
    def least(self) -> int | None:
        return self.accepted.least

    @property
    def most(self) -> int | None:
        """The largest size, where there is one."""
        most = self.accepted.most
        return None if most == self.proved_to else most

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
        known = Naturals.up_to(self.most or self.proved_to) if self.most or self.proved_to else Naturals.all()
        return not (Naturals.every(self.step, self.least) & known) - self.accepted

    def refusal(self, size: int) -> Diagnostic | None:
        """What is said of a size that is not taken."""
        return next((error for sizes, error in self.rejected if size in sizes), None)

    @property
    def least_by(self) -> Diagnostic | None:
        return self.refusal(self.least - 1) if self.least is not None else None

    @property
    def step_by(self) -> Diagnostic | None:
        return self.refusal(self.least + 1) if self.least is not None and self.step > 1 else None

    @property
    def fixed_by(self) -> Diagnostic | None:
        """What keeps the size from being larger."""
        return self.refusal(self.most + 1) if self.most is not None else None


def explore(question: Question, values: Mapping[str, int], letter: str, limit: int = MAX_NODES) -> AxisSizes:
    """All sizes of an axis: each trial tells of all that fare alike, until none is left or too much was done."""
    others = {name: value for name, value in values.items() if name != letter}
    alone = question.with_numbers(others)
    unknown, accepted = Naturals.all(), Naturals.none()
    rejected: list[tuple[Naturals, Diagnostic]] = []
    size: int | None = values[letter]
    trials = nodes = 0
    while size is not None and nodes <= limit:
        trial = attempt(alone, {letter: size})
        trials, nodes = trials + 1, nodes + 100 + trial.nodes
        alike = solve(trial.comparisons, letter) & unknown
        if is_taken(trial):
            accepted = accepted | alike
        elif trial.error is not None:
            rejected.append((alike, trial.error))
        unknown = unknown - alike
        size = unknown.least
    proved_to = None if size is None else size - 1
    if proved_to is not None:
        accepted = accepted & Naturals.up_to(proved_to)
    return AxisSizes(letter, accepted, tuple(rejected), proved_to, trials, {}, accepted)


def is_taken(trial: Trial) -> bool:
    return trial.graph is not None and trial.error is None

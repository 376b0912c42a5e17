"""What a run may end with that is no mistake of the spec."""

from __future__ import annotations


class TrainError(Exception):
    """A run cannot start or go on; the message says what to do."""


class EveryProcess(TrainError):
    """The same in all processes of a run: the first one says it."""


class Interrupted(Exception):
    """A person or the system asked the run to end; its checkpoint is written."""

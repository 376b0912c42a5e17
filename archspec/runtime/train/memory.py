"""How much memory a training step needs, and how much there is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch

from archspec.graph import CallStep, Graph, Module
from archspec.runtime.train.optimizers import STATE_PER_PARAMETER
from archspec.runtime.train.options import Options

_FLOAT = 4
_INDEX = 8
_NEEDS_ITS_RESULT = frozenset({"ReLU", "Sigmoid", "Tanh", "Softmax", "LogSoftmax"})
"""Kinds whose gradient torch works out from their output; others keep their input."""
_CGROUP = Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True)
class Need:
    """Bytes: for the parameters, their gradients and the optimizer's state; and for each example of a batch."""

    fixed: int
    per_example: int

    def of(self, batch: int) -> int:
        return self.fixed + batch * self.per_example

    def batch_within(self, available: int) -> int:
        """The largest batch that fits; 0 where none does."""
        return max((available - self.fixed) // self.per_example, 0)


def needed(graph: Graph, options: Options) -> Need:
    """An estimate: what the backward pass needs is kept, and two gradients of the largest output live at once."""
    state = STATE_PER_PARAMETER[options.optimizer] + (options.momentum > 0)
    width = 0.5 if "16" in options.precision else 2 if "64" in options.precision else 1
    kept = list(_kept(graph.root))
    largest = max((layer.output.bytes for layer in graph.layers), default=0)
    fixed = _FLOAT * (graph.params * (2 + state) + graph.buffers)
    return Need(fixed, max(round((sum(kept) + 2 * largest) * width), 1))


def checkpoint_bytes(graph: Graph, options: Options) -> int:
    """What a checkpoint takes on the disk, about."""
    state = STATE_PER_PARAMETER[options.optimizer] + (options.momentum > 0)
    return _FLOAT * (graph.params * (1 + state) + graph.buffers) + 2**16


def _kept(module: Module) -> Iterator[int]:
    """Bytes, for one example, that every step below a module keeps for the backward pass."""
    for step in module.steps:
        output = step.output.type
        if not isinstance(step, CallStep):
            yield output.bytes
        elif isinstance(step.target, Module):
            yield from _kept(step.target)
        elif step.target.kind in _NEEDS_ITS_RESULT:
            yield output.bytes - sum(value.type.bytes for value in step.inputs)  # what entered is not needed then
        elif step.target.kind.startswith("MaxPool"):
            yield output.bytes + _INDEX * output.elements
        else:
            yield output.bytes


def available(device: torch.device) -> int | None:
    """Bytes that are free there, None where that is not known."""
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0]
    if device.type != "cpu":
        return None
    return min((size for size in (_free_of_machine(), _free_of_group()) if size is not None), default=None)


def _free_of_machine() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError):
        return None


def _free_of_group() -> int | None:
    """What a container may still take."""
    try:
        limit, used = ((_CGROUP / name).read_text() for name in ("memory.max", "memory.current"))
        return int(limit) - int(used)
    except (OSError, ValueError):
        return None

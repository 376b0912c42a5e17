"""What it takes to run a module for a moment, and to leave it as it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from archspec.graph import Graph


def examples(graph: Graph, batch: int, device: torch.device) -> tuple[Tensor, ...]:
    """A batch for each input: noise, or zeros where it takes whole numbers."""
    tensors = []
    for type in graph.inputs.values():
        dtype = getattr(torch, type.dtype)
        make = torch.randn if dtype.is_floating_point or dtype.is_complex else torch.zeros
        tensors.append(make(batch, *type.shape, dtype=dtype, device=device))
    return tuple(tensors)


def device_of(net: nn.Module) -> torch.device:
    return next((parameter.device for parameter in net.parameters()), torch.device("cpu"))


@contextmanager
def mode(net: nn.Module, *, training: bool) -> Iterator[None]:
    """In training or eval mode; afterwards every module is in the mode that it was in."""
    before = [(module, module.training) for module in net.modules()]
    net.train(training)
    try:
        yield
    finally:
        for module, was in before:
            module.training = was


@contextmanager
def buffers_kept(net: nn.Module) -> Iterator[None]:
    """Afterwards the buffers, such as running statistics, and torch's random state are what they were."""
    before = [(buffer, buffer.clone()) for buffer in net.buffers()]
    try:
        with torch.random.fork_rng():
            yield
    finally:
        with torch.no_grad():
            for buffer, was in before:
                buffer.copy_(was)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether the machine is at fault. For the CPU's memory torch has no exception of its own."""
    return isinstance(error, MemoryError | torch.OutOfMemoryError) or "can't allocate memory" in str(error)

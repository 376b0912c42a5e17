"""Which examples the batches of an epoch hold: of (seed, epoch) alone, and dealt out to the processes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import torch
from torch import Tensor

PADDING = -1
"""In the place of an example, in the last batch of a test set that the processes cannot share evenly."""


class Order:
    """The batches of `count` examples for one of several processes, which all get as many batches of the same sizes.

    A step takes `batch_size` examples over all processes: process `rank` every `ranks`-th of them, so that what a step
    sees does not depend on the number of processes. With a seed the order is a new one each epoch; without, the
    examples stand in their own order and what is missing in the last batch is PADDING.
    """

    def __init__(self, count: int, batch_size: int, seed: int | None = None, rank: int = 0, ranks: int = 1) -> None:
        if batch_size % ranks:
            raise ValueError(f"a batch of {batch_size} cannot be shared by {ranks} processes")
        self.count = count
        self.batch_size = batch_size
        self.seed = seed
        self.rank = rank
        self.ranks = ranks
        self.epoch = 0

    def __len__(self) -> int:
        return -(-self.count // self.batch_size)

    def set_epoch(self, epoch: int) -> None:
        """Called by the engine before an epoch."""
        self.epoch = epoch

    def batches(self, start: int = 0, device: torch.device | str = "cpu") -> Iterator[Tensor]:
        """The indexes, int64, of each batch of this epoch from batch `start` on."""
        mine = self._examples()[self.rank :: self.ranks].to(device, non_blocking=True)
        size = self.batch_size // self.ranks
        for batch in range(start, len(self)):
            yield mine[batch * size : (batch + 1) * size]

    def _examples(self) -> Tensor:
        """All examples in the order of this epoch, padded to a multiple of the number of processes."""
        missing = -self.count % self.ranks
        if self.seed is None:
            return torch.cat([torch.arange(self.count), torch.full((missing,), PADDING)])
        order = torch.randperm(self.count, generator=torch.Generator().manual_seed(mixed(self.seed, self.epoch)))
        return torch.cat([order, order[torch.arange(missing) % self.count]])


def mixed(*numbers: int) -> int:
    """A seed of 63 bits that has nothing to do with that of any other numbers."""
    return int.from_bytes(hashlib.sha256(repr(numbers).encode()).digest()[:8], "big") >> 1

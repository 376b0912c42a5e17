"""What feeds a run: batches that are drawn by index, and a position that is saved and restored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional as F

from archspec.runtime.train.errors import TrainError
from archspec.runtime.train.folder import FolderImages
from archspec.runtime.train.images import Split
from archspec.runtime.train.order import Order

Batch = tuple[Tensor, Tensor]
"""Images, uint8 of [batch, channels, height, width], and labels, int64 of [batch]; IGNORED ones do not count."""
IGNORED = -100
"""The label that torch's cross entropy ignores."""


class _Loader:
    """Goes on in the middle of an epoch where `state_dict` says; the engine calls `sampler.set_epoch`."""

    def __init__(self, order: Order) -> None:
        self.sampler = self.batch_sampler = order  # where the engine looks for both
        self._epoch = 0
        self._batch = 0

    def __len__(self) -> int:
        return len(self.sampler)

    def __iter__(self) -> Iterator[Batch]:
        # nothing runs before the first batch is asked for: by then the epoch is set and the state is restored
        if self._epoch != self.sampler.epoch:
            self._epoch, self._batch = self.sampler.epoch, 0
        self._batch %= len(self)  # all of them were given out: begin again
        for batch in self._batches(self._batch):
            self._batch += 1
            yield batch

    def _batches(self, start: int) -> Iterator[Batch]:
        raise NotImplementedError

    def state_dict(self) -> dict[str, int]:
        """The epoch, and how many of its batches were given out."""
        return {"epoch": self._epoch, "batch": self._batch}

    def load_state_dict(self, state: dict[str, int]) -> None:
        self._epoch, self._batch = state["epoch"], state["batch"]


class MemoryLoader(_Loader):
    """All images in one tensor on the training device: no worker processes, and nothing waits for the device."""

    def __init__(self, split: Split, order: Order, size: tuple[int, int], device: torch.device | str = "cpu") -> None:
        super().__init__(order)
        self.images = split.images.to(device)
        self.labels = split.labels.to(device)
        self.size = size

    def _batches(self, start: int) -> Iterator[Batch]:
        for indexes in self.sampler.batches(start, self.images.device):
            yield resized(self.images[indexes], self.size), self.labels[indexes].where(indexes >= 0, IGNORED)


class FolderLoader(_Loader):
    """Images that worker processes read, batch after batch."""

    def __init__(self, images: FolderImages, order: Order, workers: int, *, pin: bool = False) -> None:
        super().__init__(order)
        self._start = 0
        self._loader: DataLoader[Any] = DataLoader(
            images,
            batch_sampler=_Batches(self),
            num_workers=workers,
            persistent_workers=workers > 0,
            pin_memory=pin,
        )

    def _batches(self, start: int) -> Iterator[Batch]:
        self._start = start
        try:
            for images, labels in self._loader:
                yield images, labels.where(labels >= 0, IGNORED)
        except TrainError as error:  # a worker's comes with its traceback before it
            raise TrainError(str(error).strip().splitlines()[-1].partition("TrainError: ")[2] or str(error)) from None

    def indexes(self) -> Iterator[list[int]]:
        return (batch.tolist() for batch in self.sampler.batches(self._start))


class _Batches:
    """What torch's DataLoader calls a batch sampler: asked anew each epoch, in the main process."""

    def __init__(self, loader: FolderLoader) -> None:
        self.loader = loader

    def __iter__(self) -> Iterator[list[int]]:
        return self.loader.indexes()

    def __len__(self) -> int:
        return len(self.loader)


def resized(images: Tensor, size: tuple[int, int]) -> Tensor:
    """Images in this height and width, as `PIL.Image.resize` with bilinear interpolation makes them.

    The same bytes where a CPU that has AVX2 enlarges them; within one level elsewhere.
    """
    if tuple(images.shape[-2:]) == size:
        return images
    result: Tensor = F.resize(images, list(size), interpolation=v2.InterpolationMode.BILINEAR, antialias=True)
    return result

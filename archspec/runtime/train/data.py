"""The data of a run, whatever it comes from: its sizes for the checks, and its loaders."""

from __future__ import annotations

import os
from collections.abc import Sized
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor

from archspec.runtime.train import folder, images
from archspec.runtime.train.loader import Batch, FolderLoader, MemoryLoader, resized
from archspec.runtime.train.order import Order

FOLDER = "folder:"
_MOST_WORKERS = 8


class Data(Protocol):
    """Images to train and to test on."""

    name: str
    classes: int
    channels: int
    bytes: int
    """That lie in the memory of the device."""

    @property
    def train(self) -> Sized: ...

    @property
    def test(self) -> Sized: ...

    def loader(self, order: Order, device: torch.device, *, train: bool) -> MemoryLoader | FolderLoader:
        """The batches of `order`, of the images to train or to test on."""

    def trial(self, count: int) -> Batch:
        """The first images to train on, as a loader gives them."""


class MemoryData:
    """A small set, whole in memory, in images of `size`."""

    def __init__(self, found: images.ImageSet, size: tuple[int, int]) -> None:
        self.name, self.classes, self.channels = found.name, found.classes, found.channels
        self.train, self.test = found.train, found.test
        self.bytes = found.train.images.nbytes + found.test.images.nbytes
        self.size = size

    def loader(self, order: Order, device: torch.device, *, train: bool) -> MemoryLoader:
        return MemoryLoader(self.train if train else self.test, order, self.size, device)

    def trial(self, count: int) -> Batch:
        return resized(self.train.images[:count], self.size), self.train.labels[:count]


class FolderData:
    """Images of a folder, read by worker processes."""

    def __init__(self, path: Path, channels: int, size: tuple[int, int]) -> None:
        self.train, self.test = folder.read(path, channels, size)
        self.name, self.classes, self.channels = f"{FOLDER}{path}", len(self.train.classes), channels
        self.bytes = 0

    def loader(self, order: Order, device: torch.device, *, train: bool) -> FolderLoader:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        workers = min(cores, _MOST_WORKERS)
        return FolderLoader(self.train if train else self.test, order, workers, pin=device.type == "cuda")

    def trial(self, count: int) -> tuple[Tensor, Tensor]:
        return folder.trial(self.train, count)


def read(name: str, directory: Path, input: tuple[int, ...], *, download: bool) -> Data:
    """The data of that name, in images of the height and width of `input`. Raises TrainError."""
    channels, height, width = input
    if name.startswith(FOLDER):
        return FolderData(Path(name.removeprefix(FOLDER)), channels, (height, width))
    return MemoryData(images.read(name, directory, download=download), (height, width))

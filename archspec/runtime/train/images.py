"""Sets of images: the small ones of torchvision by name, whole in memory, and folders of images by class."""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor
from torchvision import datasets

from archspec.runtime.train import idx
from archspec.runtime.train.errors import TrainError


@dataclass(frozen=True)
class Split:
    """Images, uint8 of [count, channels, height, width], and their labels, int64 of [count]."""

    images: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class ImageSet:
    """A set of images that memory holds."""

    name: str
    classes: int
    train: Split
    test: Split

    @property
    def channels(self) -> int:
        return self.train.images.shape[1]

    @property
    def size(self) -> tuple[int, int]:
        """Height and width."""
        height, width = self.train.images.shape[2:]
        return height, width


class _Known(NamedTuple):
    """What torchvision calls a set, and how many classes it has."""

    dataset: str
    classes: int
    megabytes: int
    """To download."""


IDX_SETS = {
    "fashion-mnist": _Known("FashionMNIST", 10, 31),
    "mnist": _Known("MNIST", 10, 12),
    "kmnist": _Known("KMNIST", 10, 21),
}
CIFAR_SETS = {"cifar10": _Known("CIFAR10", 10, 171), "cifar100": _Known("CIFAR100", 100, 169)}
KNOWN = {**IDX_SETS, **CIFAR_SETS}
_FILES = {"train": "train", "test": "t10k"}
_PACKAGES = {"fashion-mnist": "dataset-fashion-mnist"}
"""Debian packages that bring a set."""


def read(name: str, folder: Path, *, download: bool = False) -> ImageSet:
    """The set of that name, from `folder`. Raises TrainError, which says where a missing set may come from."""
    if download:
        _download(name, folder)
    known = KNOWN[name]
    splits = _read_idx(name, folder) if name in IDX_SETS else _read_cifar(name, folder)
    for split in splits:
        if len(split.images) != len(split.labels):
            raise TrainError(f"{name} in {folder} has {len(split.images)} images and {len(split.labels)} labels")
        if int(split.labels.max()) >= known.classes:
            raise TrainError(f"{name} has {known.classes} classes, and {folder} a label {int(split.labels.max())}")
    return ImageSet(name, known.classes, *splits)


def _read_idx(name: str, folder: Path) -> list[Split]:
    """The four IDX files, which lie in the folder itself or where torchvision puts them."""
    places = [folder, folder / IDX_SETS[name].dataset / "raw"]
    splits = []
    for prefix in _FILES.values():
        images = idx.read(_find(f"{prefix}-images-idx3-ubyte", places, name, folder), 3)
        labels = idx.read(_find(f"{prefix}-labels-idx1-ubyte", places, name, folder), 1)
        splits.append(Split(images[:, None], labels.long()))
    return splits


def _find(file: str, places: list[Path], name: str, folder: Path) -> Path:
    for place in places:
        for path in (place / file, place / f"{file}.gz"):
            if path.is_file():
                return path
    if not folder.is_dir():
        raise _missing(name, folder, "there is no such folder")
    looked = " or ".join(f"{place}/" for place in places)
    raise _missing(name, folder, f"there is no {file} and no {file}.gz in {looked}")


def _read_cifar(name: str, folder: Path) -> list[Split]:
    """The files as torchvision lays them out; it verifies their checksums before it unpickles them."""
    cls = getattr(datasets, CIFAR_SETS[name].dataset)
    try:
        parts = [cls(folder, train=train) for train in (True, False)]
    except (RuntimeError, OSError):
        raise _missing(name, folder, f"there is no intact {cls.base_folder}/ in it") from None
    return [Split(torch.from_numpy(p.data).permute(0, 3, 1, 2).contiguous(), torch.tensor(p.targets)) for p in parts]


def _missing(name: str, folder: Path, why: str) -> TrainError:
    package = _PACKAGES.get(name)
    lines = [
        f"{name} is not in {folder}: {why}",
        "  --data-dir DIR   where its files are",
        f"  --download       gets them from where torchvision does, {KNOWN[name].megabytes} MB, into {folder}",
    ]
    if package is not None:
        lines.append(f"  on Debian, `apt install {package}` brings them and `dpkg -L {package}` tells the DIR")
    return TrainError("\n".join(lines))


def _download(name: str, folder: Path) -> None:
    cls = getattr(datasets, KNOWN[name].dataset)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            cls(folder, train=True, download=True)
    except (RuntimeError, OSError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise TrainError(f"{name} cannot be downloaded into {folder}: {reason}") from error

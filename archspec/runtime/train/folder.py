"""Folders of images: `train/CLASS/*.png` and `test/CLASS/*.png`, read one by one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import Dataset
from torchvision import datasets
from torchvision.transforms.v2 import functional as F

from archspec.diagnostics.printable import printable
from archspec.runtime.train.errors import TrainError
from archspec.runtime.train.order import PADDING

_MODES = {1: "L", 3: "RGB"}
"""What PIL calls images of so many channels."""
_TEST = ("test", "val")


class FolderImages(Dataset[tuple[Tensor, int]]):
    """The images of one part: uint8 of [channels, height, width], and the number of their class.

    The shorter side is brought to the size, and the middle is cut out.
    """

    def __init__(self, root: Path, channels: int, size: tuple[int, int]) -> None:
        try:
            found = datasets.ImageFolder(root)
        except (FileNotFoundError, OSError) as error:
            raise TrainError(f"{root} holds no images by class: {str(error).splitlines()[0]}") from None
        self.classes: list[str] = found.classes
        self.samples: list[tuple[str, int]] = found.samples
        self.channels = channels
        self.size = size

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        path, label = self.samples[max(index, 0)]
        return self._read(path), label if index != PADDING else PADDING

    def _read(self, path: str) -> Tensor:
        try:
            with Image.open(path) as file:
                image = _eight_bits(file).convert(_MODES[self.channels])
        except _Unscaled as error:
            raise TrainError(f"{printable(path)} {error}: write it anew with 8 or 16 bits a channel") from None
        except Exception:  # damaged bytes make a decoder raise anything
            raise TrainError(f"{printable(path)} is no image that can be read: mend it, or take it away") from None
        pixels: Tensor = F.pil_to_tensor(_fitted(image, *self.size))
        return pixels


class _Unscaled(Exception):
    """An image has numbers of which nobody knows what is white."""


def _eight_bits(image: Image.Image) -> Image.Image:
    """The image, with greys of 16 bits scaled to 8: of colours PIL does so, greys it would clip."""
    if image.mode == "F":
        raise _Unscaled("has fractions for greys")
    if not image.mode.startswith("I"):
        return image
    grey = np.asarray(image).astype(np.int64)
    if grey.min() < 0 or grey.max() >= 2**16:
        raise _Unscaled("has greys of 32 bits")
    return Image.fromarray((grey >> 8).astype(np.uint8))


def _fitted(image: Image.Image, height: int, width: int) -> Image.Image:
    """The middle of the image with its shorter side brought to the size; nothing but that middle is made."""
    scale = max(height / image.height, width / image.width)
    box = [0.0] * 4
    for axis, (whole, size) in enumerate(((image.width, width), (image.height, height))):
        scaled = max(size, round(whole * scale))
        start = round((scaled - size) / 2)
        box[axis], box[axis + 2] = start * whole / scaled, min(whole, (start + size) * whole / scaled)
    return image.resize((width, height), Image.Resampling.BILINEAR, box=(box[0], box[1], box[2], box[3]))


def read(path: Path, channels: int, size: tuple[int, int]) -> tuple[FolderImages, FolderImages]:
    """The images to train and to test on. Raises TrainError."""
    if channels not in _MODES:
        raise TrainError(f"images of a folder have 1 or 3 channels, and the network takes {channels}")
    test = next((path / name for name in _TEST if (path / name).is_dir()), None)
    if test is None or not (path / "train").is_dir():
        raise TrainError(
            f"{path} holds no images to train and to test on: archspec looks for "
            f"{path / 'train'}/CLASS/ and {path / 'test'}/CLASS/ (or val)"
        )
    images, tests = (FolderImages(part, channels, size) for part in (path / "train", test))
    if images.classes != tests.classes:
        odd = sorted(set(images.classes) ^ set(tests.classes))
        raise TrainError(f"{path / 'train'} and {test} differ in their classes: {', '.join(odd[:4])}")
    return images, tests


def trial(images: FolderImages, count: int) -> tuple[Tensor, Tensor]:
    """The first images and their labels."""
    found = [images[i] for i in range(min(count, len(images)))]
    return torch.stack([image for image, _ in found]), torch.tensor([label for _, label in found])

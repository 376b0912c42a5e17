"""Small sets of images to train on, and the real one where it is installed."""

from __future__ import annotations

import gzip
import shutil
import struct
import subprocess
from pathlib import Path

import pytest
import torch
from torch import Tensor

TRAIN, TEST = 264, 80
"""Examples; with batches of 32 the last one of an epoch holds 8."""


def idx_bytes(values: Tensor) -> bytes:
    """A uint8 tensor as an IDX file."""
    return struct.pack(f">HBB{values.dim()}I", 0, 8, values.dim(), *values.shape) + values.numpy().tobytes()


def examples(count: int, classes: int = 10, size: int = 28, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Noisy copies of one picture a class, easy to learn: uint8 of [count, size, size], and labels."""
    squares = torch.randint(0, 2, (classes, 4, 4), generator=torch.Generator().manual_seed(0)) * 255
    pictures = squares.repeat_interleave(-(-size // 4), 1).repeat_interleave(-(-size // 4), 2)[:, :size, :size]
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(count) % classes
    noise = torch.randint(0, 256, (count, size, size), generator=generator)
    return ((pictures[labels] * 3 + noise) // 4).to(torch.uint8), labels.to(torch.uint8)


def write_idx(folder: Path, train: int = TRAIN, test: int = TEST, *, zipped: bool = False) -> Path:
    """The four files of an MNIST-like set."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed, (prefix, count) in enumerate({"train": train, "t10k": test}.items()):
        for name, values in zip(("images-idx3", "labels-idx1"), examples(count, seed=seed), strict=True):
            path = folder / f"{prefix}-{name}-ubyte{'.gz' if zipped else ''}"
            path.write_bytes(gzip.compress(idx_bytes(values)) if zipped else idx_bytes(values))
    return folder


def fashion_mnist() -> Path | None:
    """The folder of the real files, which Debian's package dataset-fashion-mnist brings."""
    if shutil.which("dpkg") is None:
        return None
    listed = subprocess.run(["dpkg", "-L", "dataset-fashion-mnist"], capture_output=True, text=True, check=False)
    files = [Path(line) for line in listed.stdout.splitlines() if line.endswith("train-images-idx3-ubyte.gz")]
    return files[0].parent if files else None


REAL = fashion_mnist()
needs_real = pytest.mark.skipif(REAL is None, reason="needs Fashion-MNIST: apt install dataset-fashion-mnist")

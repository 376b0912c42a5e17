"""An epoch of LeNet-BN against the loop of the tutorials that its spec is from, on Fashion-MNIST or noise like it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

import archspec
from archspec.runtime.train import images, optimizers
from tests.bench.result import Result
from tests.reference import SPECS
from tests.runtime.train.sets import REAL, write_idx

SPEC = SPECS / "lenet_bn.yaml"
LIMIT = 1 / 3
BATCH = 256
WORKERS = 3
ROUNDS = 2
"""Epochs of each, taking turns; the faster one counts, for whatever else the machine does only slows."""


def run() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        data = REAL or write_idx(Path(folder) / "data", 60_000, 10_000)
        tutorial = Tutorial(data)
        theirs, ours, two = [], [], []
        for number in range(ROUNDS):
            ours.append(_epoch(data, Path(folder) / f"one{number}"))
            theirs.append(tutorial.epoch())
            two.append(_epoch(data, Path(folder) / f"two{number}", "--devices", "2", "--threads", "1"))
    return [
        Result("LeNet-BN: an epoch, against the tutorial's", min(ours) / min(theirs), LIMIT),
        Result("LeNet-BN: an epoch of two processes, of one", min(two) / min(ours), 2),
    ]


def _epoch(data: Path, out: Path, *options: str) -> float:
    """Seconds of the second epoch, its pass over the test set included."""
    command = [sys.executable, "-m", "archspec", "train", str(SPEC), "--data", "fashion-mnist", "--data-dir", str(data)]
    given = ["--epochs", "2", "--out", str(out), "--accelerator", "cpu", "--format", "json", *options]
    output = subprocess.run([*command, *given], check=True, capture_output=True, text=True).stdout
    rows = [json.loads(line) for line in output.splitlines()]
    return float(next(row["seconds"] for row in rows if row.get("epoch") == 2))


class Tutorial:
    """The loop: images go through PIL one by one, three workers, and a second pass over the training set."""

    def __init__(self, data: Path) -> None:
        found = images.read("fashion-mnist", data)
        self.train, self.test = (
            DataLoader(Pictures(split), BATCH, shuffle=shuffle, num_workers=WORKERS)
            for split, shuffle in ((found.train, True), (found.test, False))
        )
        self.net = archspec.build(SPEC)
        optimizers.initialize(self.net, "xavier_uniform")
        self.optimizer = torch.optim.SGD(self.net.parameters(), lr=1.0)
        self.loss = nn.CrossEntropyLoss()

    def epoch(self) -> float:
        """Seconds."""
        start = time.perf_counter()
        total = 0.0
        self.net.train()
        for x, y in self.train:
            self.optimizer.zero_grad()
            loss = self.loss(self.net(x), y)
            loss.backward()
            self.optimizer.step()
            total += float(loss) * len(y)
        for loader in (self.train, self.test):
            self._accuracy(loader)
        return time.perf_counter() - start

    def _accuracy(self, loader: DataLoader[Any]) -> float:
        self.net.eval()
        right = count = 0
        with torch.no_grad():
            for x, y in loader:
                right += int((self.net(x).argmax(1) == y).sum())
                count += len(y)
        return right / count


class Pictures(Dataset[tuple[Tensor, int]]):
    """As torchvision's FashionMNIST gives them."""

    def __init__(self, split: images.Split) -> None:
        self.images, self.labels = split.images[:, 0], split.labels
        self.transform = transforms.Compose([transforms.Resize(28), transforms.ToTensor()])

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        return self.transform(Image.fromarray(self.images[index].numpy(), mode="L")), int(self.labels[index])

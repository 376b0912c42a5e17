"""What the tests of whole runs share."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

from tests.cli.running import run
from tests.runtime.train.sets import write_idx

SPEC = """
    name: Tiny
    input: 1x12x12
    params: {classes: 10}
    model:
      - Conv2d: {out_channels: 4, kernel_size: 3, stride: 2}
      - BatchNorm2d
      - ReLU
      - Dropout: 0.2
      - aux: [Flatten, Linear: classes]
      - Conv2d: {out_channels: 8, kernel_size: 3}
      - Flatten
      - BatchNorm1d
      - Linear: classes
    train: {epochs: 3, batch_size: 32, lr: 0.1, momentum: 0.5, schedule: cosine}
"""


@pytest.fixture(scope="session")
def idx(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_idx(tmp_path_factory.mktemp("idx"))


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A spec with what makes a run hard to repeat: dropout, BatchNorm, an aux output, a schedule, momentum."""
    path = tmp_path_factory.mktemp("spec") / "tiny.yaml"
    path.write_text(dedent(SPEC))
    return path


@pytest.fixture(autouse=True)
def _as_it_was(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Threads, random state and environment are the process's again after a run."""
    threads, environment = torch.get_num_threads(), dict(os.environ)
    with torch.random.fork_rng():
        yield
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(False)
    os.environ.clear()
    os.environ.update(environment)


class Run:
    """A run in this process: what it printed, and its folder."""

    def __init__(self, spec: Path, idx: Path, out: Path, *options: object) -> None:
        self.folder = out
        given = ("--data", "fashion-mnist", "--data-dir", idx) if "--resume" not in options else ()
        self.result = run("train", spec, *given, "--out", out, "--accelerator", "cpu", "--quiet", *options)

    @property
    def weights(self) -> dict[str, Tensor]:
        return weights_of(self.folder)

    @property
    def rows(self) -> list[dict[str, str]]:
        return rows_of(self.folder)

    def assert_same(self, other: Run) -> None:
        assert self.result.exit_code == other.result.exit_code == 0, self.result.output + other.result.output
        assert_same(self.folder, other.folder)


def weights_of(run: Path) -> dict[str, Tensor]:
    return load_file(run / "model.safetensors")


def rows_of(run: Path) -> list[dict[str, str]]:
    """The metrics, without what the clock says."""
    with (run / "metrics.csv").open() as file:
        return [{k: v for k, v in row.items() if not k.startswith("s")} for row in csv.DictReader(file)]


def assert_same(run: Path, other: Path) -> None:
    """To the last bit."""
    assert rows_of(run) == rows_of(other)
    weights, others = weights_of(run), weights_of(other)
    assert weights.keys() == others.keys()
    for name, value in weights.items():
        assert torch.equal(value, others[name]), name


def crash_at(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the process end after this step as a power cut would: nothing more is written."""
    from archspec.runtime.train.checkpoints import Checkpoints

    whole = Checkpoints.on_train_batch_end

    def cut(self: Any, trainer: Any, *arguments: Any) -> None:
        whole(self, trainer, *arguments)
        if trainer.global_step == step:
            raise SystemExit(9)

    monkeypatch.setattr(Checkpoints, "on_train_batch_end", cut)

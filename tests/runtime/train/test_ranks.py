"""Two processes on gloo: equal weights, and a run that was killed goes on to the same bits."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.runtime.train import ranks
from tests.runtime.train.conftest import assert_same, rows_of
from tests.runtime.train.sets import TRAIN

pytestmark = pytest.mark.slow

EPOCHS = 30
STEPS = -(-TRAIN // 32)


def command(spec: Path, out: Path, *options: object) -> list[str]:
    given = ("--out", out, "--progress", "none", *options)
    return [sys.executable, str(ranks.__file__), "train", str(spec), *map(str, given)]


def environment(out: Path) -> dict[str, str]:
    out.parent.mkdir(exist_ok=True)
    return {**os.environ, "RANKS": str(out.parent), "PYTHONPATH": os.getcwd(), "OMP_NUM_THREADS": "1"}


def begin(idx: Path) -> tuple[object, ...]:
    two = ("--devices", 2, "--accelerator", "cpu")
    return ("--data", "fashion-mnist", "--data-dir", idx, "--epochs", EPOCHS, "--checkpoint-every", 5, *two)


@pytest.fixture(scope="module")
def whole(tiny: Path, idx: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("ranks") / "whole"
    subprocess.run(command(tiny, out, *begin(idx)), env=environment(out), check=True, timeout=300)
    return out


def saved(out: Path, rank: int) -> dict[str, Any]:
    state: dict[str, Any] = torch.load(out.parent / f"{rank}.pt", weights_only=True)
    return state


def test_ranks_end_with_equal_parameters(whole: Path) -> None:
    first, second = saved(whole, 0), saved(whole, 1)
    for name, value in first.items():
        if "running_" not in name:  # each process keeps statistics of its own share; the first one's are saved
            assert torch.equal(value, second[name]), name


def test_killed_in_mid_epoch(tiny: Path, idx: Path, tmp_path: Path, whole: Path) -> None:
    out = tmp_path / "cut" / "run"
    process = subprocess.Popen(command(tiny, out, *begin(idx)), env=environment(out), stderr=subprocess.DEVNULL)
    last = out / "checkpoints" / "last.ckpt"
    while not last.exists():
        assert process.poll() is None
        time.sleep(0.01)
    time.sleep(0.5)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    assert 0 < torch.load(last, weights_only=True)["global_step"] < EPOCHS * STEPS
    subprocess.run(command(tiny, out, "--resume"), env=environment(out), check=True, timeout=300)
    assert_same(out, whole)


def test_asked_to_end(tiny: Path, idx: Path, tmp_path: Path, whole: Path) -> None:
    """As Ctrl-C asks: every process of the terminal gets the signal."""
    out = tmp_path / "cut" / "run"
    process = subprocess.Popen(
        command(tiny, out, *begin(idx)), env=environment(out), stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    while not (out / "checkpoints" / "last.ckpt").exists():
        assert process.poll() is None
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 130
    assert said == (
        "\nstopping after this step; once more: at once\nstopped, with a checkpoint; to go on:\n"
        f"  archspec train {tiny} --out {out} --resume\n"
    )
    subprocess.run(command(tiny, out, "--resume"), env=environment(out), check=True, timeout=300)
    assert_same(out, whole)


def test_other_number_of_processes_goes_on(tiny: Path, idx: Path, tmp_path: Path) -> None:
    out = tmp_path / "one" / "run"
    options = [value if value != EPOCHS else 1 for value in begin(idx)]
    subprocess.run(command(tiny, out, *options), env=environment(out), check=True, timeout=300)
    again = ("--resume", "--devices", 1, "--epochs", 2)
    subprocess.run(command(tiny, out, *again), env=environment(out), check=True, timeout=300)
    assert [row["epoch"] for row in rows_of(out)] == ["1", "2"]

"""A run that was cut off goes on to the same bits, wherever it was cut."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from PIL import Image

from archspec.runtime.train.checkpoints import Checkpoints
from tests.cli.running import run
from tests.runtime.train.conftest import Run, assert_same, crash_at
from tests.runtime.train.sets import TRAIN

STEPS = -(-TRAIN // 32)
"""Of an epoch."""


@pytest.fixture(scope="module")
def whole(tiny: Path, idx: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The run that nothing cut off."""
    with torch.random.fork_rng():
        return Run(tiny, idx, tmp_path_factory.mktemp("runs") / "whole", "--checkpoint-every", 4)


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(1, id="before the first checkpoint"),
        pytest.param(4, id="at a checkpoint"),
        pytest.param(6, id="between checkpoints"),
        pytest.param(STEPS, id="at the last step of an epoch"),
        pytest.param(STEPS + 1, id="after an epoch"),
        pytest.param(2 * STEPS + 5, id="in the last epoch"),
        pytest.param(3 * STEPS, id="at the very last step"),
    ],
)
def test_crash(tiny: Path, idx: Path, tmp_path: Path, whole: Run, step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        crash_at(step, patched)
        assert Run(tiny, idx, tmp_path / "cut", "--checkpoint-every", 4).result.exit_code == 9
    Run(tiny, idx, tmp_path / "cut", "--resume").assert_same(whole)


def test_crash_again_and_again(
    tiny: Path, idx: Path, tmp_path: Path, whole: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    options: tuple[object, ...] = ("--checkpoint-every", 4)
    for step in (5, 10, 14, 21):
        with monkeypatch.context() as patched:
            crash_at(step, patched)
            assert Run(tiny, idx, tmp_path / "cut", *options).result.exit_code == 9
        options = ("--resume",)
    Run(tiny, idx, tmp_path / "cut", "--resume").assert_same(whole)


def test_run_that_was_done_is_done_again_at_once(tiny: Path, idx: Path, tmp_path: Path, whole: Run) -> None:
    before = whole.weights
    (whole.folder / "model.safetensors").unlink()
    again = Run(tiny, idx, whole.folder, "--resume")
    assert again.result.exit_code == 0, again.result.output
    assert all(torch.equal(value, before[name]) for name, value in again.weights.items())


def test_more_epochs(tiny: Path, idx: Path, tmp_path: Path) -> None:
    long = Run(tiny, idx, tmp_path / "long", "--schedule", "none", "--epochs", 2)
    assert Run(tiny, idx, tmp_path / "short", "--schedule", "none", "--epochs", 1).result.exit_code == 0
    Run(tiny, idx, tmp_path / "short", "--resume", "--epochs", 2).assert_same(long)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_asked_to_end(
    tiny: Path, idx: Path, tmp_path: Path, whole: Run, number: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = Checkpoints.on_train_batch_end

    def asked(self: Checkpoints, trainer, *arguments) -> None:
        if trainer.global_step == 6:
            signal.raise_signal(number)
        end(self, trainer, *arguments)

    with monkeypatch.context() as patched:
        patched.setattr(Checkpoints, "on_train_batch_end", asked)
        cut = Run(tiny, idx, tmp_path / "cut", "--checkpoint-every", 4)
    assert cut.result.exit_code == 130
    assert cut.result.stderr == (
        "\nstopping after this step; once more: at once\nstopped, with a checkpoint; to go on:\n"
        f"  archspec train {tiny} --out {tmp_path}/cut --resume\n"
    )
    checkpoint = torch.load(tmp_path / "cut" / "checkpoints" / "last.ckpt", weights_only=True)
    assert checkpoint["global_step"] == 6
    Run(tiny, idx, tmp_path / "cut", "--resume").assert_same(whole)


def test_asked_twice_to_end(tiny: Path, idx: Path, tmp_path: Path, whole: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    end = Checkpoints.on_train_batch_end

    def asked(self: Checkpoints, trainer, *arguments) -> None:
        if trainer.global_step == 6:
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)
        end(self, trainer, *arguments)

    handler = signal.getsignal(signal.SIGINT)
    with monkeypatch.context() as patched:
        patched.setattr(Checkpoints, "on_train_batch_end", asked)
        cut = Run(tiny, idx, tmp_path / "cut", "--checkpoint-every", 4)
    signal.signal(signal.SIGINT, handler)  # the engine ignores it from then on
    assert cut.result.exit_code == 130
    assert "\nstopped at once, without the steps since the last checkpoint; to go on:\n" in cut.result.stderr
    checkpoint = torch.load(tmp_path / "cut" / "checkpoints" / "last.ckpt", weights_only=True)
    assert checkpoint["global_step"] == 4
    Run(tiny, idx, tmp_path / "cut", "--resume").assert_same(whole)


def test_folder_of_images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They go through another loader, which goes on as exactly."""
    for part in ("train", "test"):
        for label in range(2):
            (tmp_path / "images" / part / str(label)).mkdir(parents=True)
            for i in range(7):
                image = Image.new("L", (12, 12), 100 * label + 10 * i)
                image.save(tmp_path / "images" / part / str(label) / f"{i}.png")
    spec = tmp_path / "net.yaml"
    spec.write_text("input: 1x12x12\nmodel: [Flatten, Linear: 6, ReLU, Dropout: 0.5, Linear: 2]\n")
    options = ("train", spec, "--data", f"folder:{tmp_path}/images", "--epochs", 2, "--batch-size", 4, "--quiet")
    assert run(*options, "--out", tmp_path / "whole").exit_code == 0
    with monkeypatch.context() as patched:
        crash_at(6, patched)
        assert run(*options, "--out", tmp_path / "cut", "--checkpoint-every", 1).exit_code == 9
    assert Run(spec, tmp_path, tmp_path / "cut", "--resume").result.exit_code == 0
    assert_same(tmp_path / "cut", tmp_path / "whole")


@pytest.mark.slow
def test_kill_by_process_id(tiny: Path, idx: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "archspec", "train", str(tiny), "--progress", "none", "--accelerator", "cpu"]
    begin = ["--data", "fashion-mnist", "--data-dir", str(idx), "--epochs", "40", "--checkpoint-every", "5"]
    subprocess.run([*command, *begin, "--out", str(tmp_path / "whole")], check=True)
    process = subprocess.Popen([*command, *begin, "--out", str(tmp_path / "cut")])
    last = tmp_path / "cut" / "checkpoints" / "last.ckpt"
    while not last.exists():
        assert process.poll() is None
        time.sleep(0.01)
    time.sleep(0.3)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    assert 0 < torch.load(last, weights_only=True)["global_step"] < 40 * STEPS
    subprocess.run([*command, "--out", str(tmp_path / "cut"), "--resume"], check=True)
    assert_same(tmp_path / "cut", tmp_path / "whole")

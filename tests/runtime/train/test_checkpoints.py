"""Checkpoints are whole, hold no code, and never hold weights that have gone bad."""

from __future__ import annotations

import errno
import os
import pickle
from pathlib import Path
from typing import Any

import pytest
import torch

from archspec.runtime.train import checkpoints
from archspec.runtime.train.classifier import Classifier
from archspec.runtime.train.errors import TrainError
from tests.runtime.train.conftest import Run
from tests.runtime.train.sets import TRAIN

STEPS = -(-TRAIN // 32)


def spoil_loss(step: int, monkeypatch: pytest.MonkeyPatch, value: float = float("nan")) -> None:
    """Let the loss of this step be `value`."""
    right = Classifier.training_step

    def wrong(self: Classifier, batch: Any, batch_idx: int) -> Any:
        loss = right(self, batch, batch_idx)
        return loss * value if self.global_step + 1 == step else loss

    monkeypatch.setattr(Classifier, "training_step", wrong)


def read(folder: Path, name: str = "last.ckpt") -> dict[str, Any]:
    return checkpoints.read(folder / "checkpoints" / name)


def all_finite(folder: Path) -> bool:
    return all(bool(value.isfinite().all()) for value in read(folder)["state_dict"].values())


class TestNotFinite:
    @pytest.mark.parametrize("value", [float("nan"), float("inf")])
    def test_stops_before_the_weights_are_saved_over(
        self, tiny: Path, idx: Path, tmp_path: Path, value: float, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        spoil_loss(STEPS + 4, monkeypatch, value)
        run = Run(tiny, idx, tmp_path / "run", "--checkpoint-every", 1)
        last = tmp_path / "run" / "checkpoints" / "last.ckpt"
        assert run.result.exit_code == 1
        assert run.result.stderr.splitlines() == [
            f"error: the loss is not finite after step 13, batch 4 of 9 in epoch 2; {last} is from before.",
            "  Begin a new run with a lower --lr, which is 0.075, or another --init; --on-nan continue goes on.",
        ]
        assert read(tmp_path / "run")["global_step"] == STEPS + 3
        assert all_finite(tmp_path / "run")

    def test_before_the_first_checkpoint(
        self, tiny: Path, idx: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        spoil_loss(2, monkeypatch)
        run = Run(tiny, idx, tmp_path / "run")
        assert "after step 2, batch 2 of 9 in epoch 1; no checkpoint was written yet" in run.result.stderr
        assert not list((tmp_path / "run" / "checkpoints").iterdir())

    def test_weights_that_a_finite_loss_spoilt(
        self, tiny: Path, idx: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def spoil(self: Classifier, outputs: Any, batch: Any, batch_idx: int) -> None:
            if self.global_step == STEPS:
                next(self.net.parameters()).data.fill_(float("inf"))

        monkeypatch.setattr(Classifier, "on_train_batch_end", spoil, raising=False)
        run = Run(tiny, idx, tmp_path / "run", "--checkpoint-every", 8)
        assert run.result.exit_code == 1
        assert "error: conv1.weight is not finite after step 9, batch 9 of 9 in epoch 1; " in run.result.stderr
        assert all_finite(tmp_path / "run")

    def test_goes_on_if_told_so(self, tiny: Path, idx: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        spoil_loss(3, monkeypatch)
        run = Run(tiny, idx, tmp_path / "run", "--on-nan", "continue", "--epochs", 2)
        assert run.result.exit_code == 0, run.result.output
        assert [row["train_loss"] for row in run.rows] == ["nan", "nan"]


@pytest.fixture(scope="module")
def run(tiny: Path, idx: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return Run(tiny, idx, tmp_path_factory.mktemp("runs") / "run", "--epochs", 2)


class TestFiles:
    def test_best_is_that_of_the_best_epoch(self, run: Run) -> None:
        best = max(run.rows, key=lambda row: (float(row["test_acc"]), -int(row["epoch"])))
        assert read(run.folder, "best.ckpt")["global_step"] == STEPS * int(best["epoch"])
        assert {path.name for path in (run.folder / "checkpoints").iterdir()} == {"last.ckpt", "best.ckpt"}

    def test_weights_are_those_of_the_last(self, run: Run) -> None:
        state = read(run.folder)["state_dict"]
        assert {f"net.{name}" for name in run.weights} == set(state)
        assert all(torch.equal(value, state[f"net.{name}"]) for name, value in run.weights.items())

    def test_code_is_not_run(self, run: Run, tiny: Path, idx: Path) -> None:
        class Evil:
            def __reduce__(self) -> tuple[Any, ...]:
                return os.abort, ()

        path = run.folder / "checkpoints" / "last.ckpt"
        before = path.read_bytes()
        try:
            for content in (
                lambda: torch.save({"state_dict": Evil()}, path),
                lambda: path.write_bytes(pickle.dumps(Evil())),
            ):
                content()
                again = Run(tiny, idx, run.folder, "--resume")
                assert again.result.exit_code == 1
                assert again.result.stderr == (
                    f"error: {path} is no checkpoint of archspec train, or is damaged: begin a new run\n"
                )
        finally:
            path.write_bytes(before)

    @pytest.mark.parametrize("content", [b"", b"no checkpoint", b"PK\x03\x04 cut off"])
    def test_damaged(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "last.ckpt").write_bytes(content)
        with pytest.raises(TrainError, match=r"last\.ckpt is no checkpoint of archspec train, or is damaged"):
            checkpoints.read(tmp_path / "last.ckpt")

    def test_a_flipped_bit_is_seen(self, run: Run, tmp_path: Path) -> None:
        content = bytearray((run.folder / "checkpoints" / "last.ckpt").read_bytes())
        weights = run.weights["conv1.weight"].numpy().tobytes()
        content[bytes(content).index(weights) + 1] ^= 1
        (tmp_path / "last.ckpt").write_bytes(content)
        with pytest.raises(TrainError, match=r"last\.ckpt is no checkpoint of archspec train, or is damaged"):
            checkpoints.read(tmp_path / "last.ckpt")

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("state_dict", {}),
            ("state_dict", {"net.conv1.weight": 3}),
            ("optimizer_states", [{"state": {0: 1}, "param_groups": []}]),
            ("lr_schedulers", [3]),
            ("loops", {}),
            ("callbacks", {"Record": 3}),
            ("pytorch-lightning_version", None),
            ("archspec_tally", [1]),
        ],
    )
    def test_of_a_checkpoint_that_holds_other_things_a_run_says_so(
        self, run: Run, tiny: Path, idx: Path, key: str, value: Any
    ) -> None:
        path = run.folder / "checkpoints" / "last.ckpt"
        before = path.read_bytes()
        try:
            torch.save(read(run.folder) | {key: value}, path)
            again = Run(tiny, idx, run.folder, "--resume", "--epochs", 3)
        finally:
            path.write_bytes(before)
        assert again.result.exit_code == 1
        assert again.result.stderr.endswith("is no checkpoint of archspec train, or is damaged: begin a new run\n")


def test_file_of_other_things(tmp_path: Path) -> None:
    contents: tuple[Any, ...] = ({"state_dict": {}}, [1, 2], torch.zeros(3))
    for content in contents:
        torch.save(content, tmp_path / "last.ckpt")
        with pytest.raises(TrainError, match=r"last\.ckpt is no checkpoint of archspec train, or is damaged"):
            checkpoints.read(tmp_path / "last.ckpt")


def test_full_disk_leaves_the_last_checkpoint(
    tiny: Path, idx: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = os.replace
    written: list[str] = []

    def full(source: Any, target: Any) -> None:
        if str(target).endswith("last.ckpt"):
            written.append(str(target))
            if len(written) > 2:
                raise OSError(errno.ENOSPC, "No space left on device", source)
        replace(source, target)

    monkeypatch.setattr("archspec.files.os.replace", full)
    run = Run(tiny, idx, tmp_path / "run", "--checkpoint-every", 2)
    last = tmp_path / "run" / "checkpoints" / "last.ckpt"
    assert run.result.exit_code == 1
    assert run.result.stderr == (
        f"error: {last} cannot be written: No space left on device; mend that, and go on from the last checkpoint "
        f"with --out {tmp_path}/run --resume\n"
    )
    assert read(tmp_path / "run")["global_step"] == 4
    assert os.listdir(last.parent) == ["last.ckpt"]

"""What is noted of a run: a row an epoch, in metrics.csv and for TensorBoard, and the time that it took."""

from __future__ import annotations

import csv
import io
import time
from pathlib import Path
from typing import Any

import lightning.pytorch as lightning
from torch.utils.tensorboard import SummaryWriter

from archspec.files import write_whole
from archspec.runtime.train.errors import EveryProcess
from archspec.runtime.train.options import Options
from archspec.runtime.train.progress import Progress

METRICS = "metrics.csv"
TENSORBOARD = "tensorboard"
_LOG_EVERY = 50
"""Steps between losses that TensorBoard is told: to read one waits for the device."""

Row = dict[str, int | float]


class Record(lightning.Callback):
    """Keeps the rows of all epochs, in the checkpoint too; a run that goes on writes its files anew from them."""

    def __init__(self, folder: Path, options: Options, progress: Progress) -> None:
        self.folder = folder
        self.options = options
        self.progress = progress
        self.rows: list[Row] = []
        self._writer: Any = None
        self._train: Any = None
        self._seconds = 0.0
        """That this epoch took before the run went on."""
        self._since = 0.0
        self._trained = 0.0
        """When, in seconds of the epoch, its last training step was done."""

    @property
    def is_best(self) -> bool:
        """Whether the last epoch has the best test accuracy so far."""
        *before, last = [row["test_acc"] for row in self.rows]
        return not before or last > max(before)

    @property
    def best(self) -> Row:
        return max(self.rows, key=lambda row: row["test_acc"])

    def state_dict(self) -> dict[str, Any]:
        return {"rows": self.rows, "seconds": self._elapsed()}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.rows, self._seconds = list(state_dict["rows"]), state_dict["seconds"]
        if len(self.rows) > self.options.epochs:
            raise EveryProcess(
                f"the run has done {len(self.rows)} epochs, and --epochs is {self.options.epochs}: raise it"
            )

    # the engine's calls, in their order

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        self._since = time.perf_counter()
        if trainer.is_global_zero:
            self._writer = SummaryWriter(self.folder / TENSORBOARD, purge_step=trainer.global_step or None)
        self._stop_early(trainer)

    def on_train_epoch_start(self, trainer: Any, pl_module: Any) -> None:
        self._seconds, self._since = 0.0, time.perf_counter()

    def on_train_batch_end(self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
        if trainer.is_global_zero and (batch_idx + 1) % _LOG_EVERY == 0:
            self._writer.add_scalar("step/loss", outputs["loss"].item(), trainer.global_step)
        self.progress.step(trainer.current_epoch + 1, batch_idx + 1, trainer.num_training_batches)

    def on_validation_start(self, trainer: Any, pl_module: Any) -> None:
        self._train = pl_module.means(pl_module.seen)
        self._trained = self._elapsed()

    def on_train_epoch_end(self, trainer: Any, pl_module: Any) -> None:
        tests = [pl_module.means(tally) for tally in pl_module.tested]
        row: Row = {
            "epoch": trainer.current_epoch + 1,
            "train_loss": self._train.loss,
            "train_acc": tests[1].accuracy if len(tests) > 1 else self._train.accuracy,
            "test_loss": tests[0].loss,
            "test_acc": tests[0].accuracy,
            "seconds": round(self._elapsed(), 3),
            "samples_per_second": round(self._train.examples / max(self._trained, 1e-9), 1),
        }
        self.rows.append(row)
        if trainer.is_global_zero:
            self._write(row, trainer.global_step)
            self.progress.epoch(row)
        self._stop_early(trainer)

    def teardown(self, trainer: Any, pl_module: Any, stage: str) -> None:
        if self._writer is not None:
            self._writer.close()

    def _write(self, row: Row, step: int) -> None:
        text = io.StringIO()
        table = csv.DictWriter(text, list(row), lineterminator="\n")
        table.writeheader()
        table.writerows(self.rows)
        write_whole(self.folder / METRICS, text.getvalue())
        for name, value in row.items():
            if name != "epoch":
                part, _, what = name.partition("_")
                self._writer.add_scalar(f"{part}/{what}" if part in ("train", "test") else f"epoch/{name}", value, step)
        self._writer.flush()

    def _stop_early(self, trainer: Any) -> None:
        patience = self.options.early_stop
        if patience is not None and self.rows:
            trainer.should_stop = len(self.rows) - self.best["epoch"] >= patience

    def _elapsed(self) -> float:
        return self._seconds + time.perf_counter() - self._since

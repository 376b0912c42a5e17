"""Checkpoints: whole or not at all, read without running code, and never of weights that have gone bad."""

from __future__ import annotations

import shutil
import zlib
from itertools import chain
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import lightning.pytorch as lightning
import torch
from lightning.fabric.plugins.io.checkpoint_io import CheckpointIO
from torch import Tensor

from archspec.diagnostics.printable import printable
from archspec.files import replacing
from archspec.runtime import pickles
from archspec.runtime.train.errors import EveryProcess, Interrupted, TrainError
from archspec.runtime.train.record import Record
from archspec.runtime.train.signals import Stopper

LAST = "last.ckpt"
BEST = "best.ckpt"
_KEYS = {"state_dict", "optimizer_states", "lr_schedulers", "loops", "callbacks", "pytorch-lightning_version"}
_SELDOM = 50
"""Steps between questions that several processes, or a GPU, would have to wait for."""


class WholeFiles(CheckpointIO):
    """How the engine writes and reads checkpoints."""

    def save_checkpoint(self, checkpoint: dict[str, Any], path: Any, storage_options: Any = None) -> None:
        with replacing(path) as file:
            torch.save(checkpoint, file)

    def load_checkpoint(self, path: Any, map_location: Any = None, weights_only: bool | None = None) -> dict[str, Any]:
        return read(Path(path), map_location)

    def remove_checkpoint(self, path: Any) -> None:
        Path(path).unlink(missing_ok=True)


def read(path: Path, map_location: Any = "cpu") -> dict[str, Any]:
    """What a checkpoint holds: tensors and plain values, never code. Raises TrainError."""
    try:
        content = pickles.read(path, map_location)
        with ZipFile(path) as file:
            damaged = file.testzip() is not None  # torch.load takes flipped bits for what they are
    except pickles.PickleError as error:
        raise (TrainError(str(error)) if isinstance(error.__cause__, OSError) else refusal(path)) from error
    except (BadZipFile, EOFError, NotImplementedError, zlib.error) as error:
        raise refusal(path) from error
    if damaged or not isinstance(content, dict) or not content.keys() >= _KEYS:
        raise refusal(path)
    return content


def refusal(path: Path) -> TrainError:
    return TrainError(f"{printable(str(path))} is no checkpoint of archspec train, or is damaged: begin a new run")


class Checkpoints(lightning.Callback):
    """Writes `last.ckpt` each epoch, every `every` steps and when the run is asked to end; `best.ckpt` with it.

    Stops the run where a loss is not finite, before it is written; or goes on, if `on_nan` says so.
    """

    def __init__(self, folder: Path, every: int | None, on_nan: str, stopper: Stopper, record: Record) -> None:
        self.folder = folder
        self.every = every
        self.on_nan = on_nan
        self.stopper = stopper
        self.record = record
        self._bad: Tensor | None = None
        """The first step whose loss is not finite, on the device."""

    def on_train_batch_end(self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
        step = trainer.global_step
        self._note(outputs["loss"], step)
        cpu = pl_module.device.type == "cpu"
        if self.on_nan == "stop" and (cpu or step % _SELDOM == 0):
            self._stop_if_bad(trainer)
        if batch_idx + 1 == trainer.num_training_batches:
            return  # the epoch's end is near, and writes its own
        cheap = trainer.world_size == 1 or cpu
        asked = (cheap or step % _SELDOM == 0) and _any(trainer, self.stopper.asked)
        if asked or (self.every is not None and step % self.every == 0):
            self._save(trainer)
        if asked:
            raise Interrupted

    def on_train_epoch_end(self, trainer: Any, pl_module: Any) -> None:
        """After the record's: the checkpoint holds the epoch's row."""
        self._save(trainer)
        if self.record.is_best and trainer.is_global_zero:
            with (self.folder / LAST).open("rb") as last, replacing(self.folder / BEST) as best:
                shutil.copyfileobj(last, best)
        if _any(trainer, self.stopper.asked) and trainer.current_epoch + 1 < trainer.max_epochs:
            raise Interrupted

    def _save(self, trainer: Any) -> None:
        if self.on_nan == "stop":
            self._stop_if_bad(trainer)
            self._stop_if_spoilt(trainer)
        trainer.save_checkpoint(self.folder / LAST)

    def _note(self, loss: Tensor, step: int) -> None:
        """Without waiting for the device."""
        never = torch.iinfo(torch.int64).max
        now = torch.where(loss.detach().isfinite(), never, step)
        self._bad = now if self._bad is None else torch.minimum(self._bad, now)

    def _stop_if_bad(self, trainer: Any) -> None:
        if self._bad is None:
            return
        step = int(trainer.strategy.reduce(self._bad.float(), reduce_op="min"))
        if step <= trainer.global_step:
            self._refuse(trainer, "the loss is not finite", step)

    def _stop_if_spoilt(self, trainer: Any) -> None:
        """The last step's loss may be finite, and what it did to the weights not."""
        net = trainer.lightning_module.net
        tensors = chain(net.named_parameters(), net.named_buffers())
        bad = next((name for name, tensor in tensors if not bool(tensor.isfinite().all())), None)
        if _any(trainer, bad is not None):
            self._refuse(trainer, f"{bad or 'a weight'} is not finite", trainer.global_step)

    def _refuse(self, trainer: Any, what: str, step: int) -> None:
        batches = trainer.num_training_batches
        epoch, batch = divmod(step - 1, batches)
        rate = trainer.optimizers[0].param_groups[0]["lr"]
        last = self.folder / LAST
        kept = f"{last} is from before" if last.exists() else "no checkpoint was written yet"
        raise EveryProcess(
            f"{what} after step {step}, batch {batch + 1} of {batches} in epoch {epoch + 1}; {kept}.\n"
            f"  Begin a new run with a lower --lr, which is {rate:g}, or another --init; --on-nan continue goes on."
        )


def _any(trainer: Any, mine: bool) -> bool:
    """Whether it is so in any process."""
    return bool(trainer.strategy.reduce_boolean_decision(mine, all=False))

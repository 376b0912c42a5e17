"""Lightning's Trainer: made from options, kept quiet, and its refusals in our words."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import lightning.pytorch as lightning
import torch
from lightning.fabric.utilities.exceptions import MisconfigurationException

from archspec.runtime.running import is_out_of_memory
from archspec.runtime.train.checkpoints import WholeFiles
from archspec.runtime.train.errors import TrainError
from archspec.runtime.train.options import OptionError, Options


def trainer(options: Options, callbacks: list[lightning.Callback], folder: Path) -> Any:
    """The engine, which judges its own options. Raises OptionError."""
    try:
        return lightning.Trainer(
            accelerator=options.accelerator,
            devices=options.devices,
            num_nodes=options.num_nodes,
            strategy=options.strategy,
            precision=options.precision,  # type: ignore[arg-type]
            max_epochs=options.epochs,
            deterministic=options.deterministic,
            benchmark=not options.deterministic,
            callbacks=callbacks,
            plugins=[WholeFiles()],
            default_root_dir=folder,
            use_distributed_sampler=False,
            num_sanity_val_steps=0,
            logger=False,
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
        )
    except (MisconfigurationException, ValueError, TypeError, RuntimeError) as error:
        raise OptionError(f"the engine refuses: {' '.join(str(error).split())}") from error


def explained(error: Exception, options: Options, folder: Path, *, ranks: int) -> Exception | None:
    """What stopped the engine, with what to do; None where nothing better than the error can be said."""
    first = next(iter(str(error).splitlines()), "")
    if isinstance(error, OSError) and not isinstance(error, BrokenPipeError):
        file = f"{error.filename or folder} cannot be written: {error.strerror or error}"
        return TrainError(f"{file}; mend that, and go on from the last checkpoint with --out {folder} --resume")
    if is_out_of_memory(error):
        return TrainError(f"a batch of {options.batch_size} does not fit into the memory: give a lower --batch-size")
    if options.deterministic and "deterministic" in first:
        return OptionError(f"the network cannot be trained with --deterministic here: {first}")
    if ranks > 1 and (isinstance(error, torch.distributed.DistError) or "onnection" in first):
        return TrainError("another process of the run is gone; its own message says why, if it left one")
    return None


@contextmanager
def quiet() -> Iterator[None]:
    """Without the engine's remarks: what matters of them is said by archspec."""
    logger = logging.getLogger("lightning.pytorch")
    fabric = logging.getLogger("lightning.fabric")
    before = logger.level, fabric.level
    logger.setLevel(logging.ERROR)
    fabric.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(before[0])
        fabric.setLevel(before[1])

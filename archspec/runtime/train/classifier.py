"""The network as the engine trains it: loss, steps and the tallies that a checkpoint carries."""

from __future__ import annotations

from typing import Any

import lightning.pytorch as lightning
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from archspec.runtime.train import optimizers
from archspec.runtime.train.loader import IGNORED, Batch
from archspec.runtime.train.options import Options
from archspec.runtime.train.order import mixed
from archspec.runtime.train.tally import Means, Tally

AUX_WEIGHT = 0.3
"""Of the loss of each aux output, as in Szegedy et al. 2014, section 5."""
_TALLY = "archspec_tally"


class Classifier(lightning.LightningModule):
    """Trains `net` to give the label the largest of its outputs, with cross entropy."""

    def __init__(self, net: nn.Module, options: Options) -> None:
        super().__init__()
        self.net = net
        self.options = options
        self.seen = Tally()
        """Of this epoch's training steps."""
        self.stepped = False
        """Whether a step was made: what fails before, where a run goes on, is the checkpoint's fault."""
        self.tested: list[Tally] = []
        """Of the passes after the epoch: over the test set, and with --eval-train over the training set."""

    # steps

    def on_train_batch_start(self, batch: Batch, batch_idx: int) -> None:
        """Dropout and its like draw from (seed, step, process): a resumed run draws the same."""
        torch.manual_seed(mixed(self.options.seed, self.global_step, self.global_rank))

    def on_train_batch_end(self, outputs: Any, batch: Batch, batch_idx: int) -> None:
        self.stepped = True

    def training_step(self, batch: Batch, batch_idx: int) -> Tensor:
        images, labels = batch
        loss, logits = loss_of(self.net(self.scaled(images)), labels)
        self.seen.add(loss, logits, labels)
        return loss

    def validation_step(self, batch: Batch, batch_idx: int, dataloader_idx: int = 0) -> None:
        images, labels = batch
        loss, logits = loss_of(self.net(self.scaled(images)), labels)
        self.tested[dataloader_idx].add(loss, logits, labels)

    def scaled(self, images: Tensor) -> Tensor:
        """uint8 as what the network takes, from 0 to 1."""
        dtype = next(self.net.parameters()).dtype
        format = torch.channels_last if self.options.channels_last else torch.contiguous_format
        return images.to(dtype=dtype, memory_format=format) / 255

    def configure_optimizers(self) -> Any:
        made = optimizers.optimizer(self.net, self.options)
        schedule = optimizers.schedule(made, self.options)
        return made if schedule is None else {"optimizer": made, "lr_scheduler": schedule}

    # tallies

    def on_train_epoch_start(self) -> None:
        """Not called where a run goes on in the middle of an epoch."""
        self.seen.reset()

    def on_validation_epoch_start(self) -> None:
        self.tested = [Tally() for _ in range(2 if self.options.eval_train else 1)]

    def means(self, tally: Tally) -> Means:
        """Over all processes. Waits for the device."""
        return Tally.means(self._gathered(tally))

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        checkpoint[_TALLY] = self._gathered(self.seen).cpu()

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        sums: Tensor = checkpoint[_TALLY].view(-1, 3)
        if len(sums) == self.trainer.world_size:
            self.seen.sums = sums[self.global_rank]
        else:  # the total is what counts
            self.seen.sums = sums.sum(0) if self.global_rank == 0 else torch.zeros(3)

    def _gathered(self, tally: Tally) -> Tensor:
        return self.all_gather(tally.sums.to(self.device)).detach()  # type: ignore[union-attr]


def loss_of(output: Any, labels: Tensor) -> tuple[Tensor, Tensor]:
    """The loss, and the logits of the main output, [batch, classes]."""
    logits, *others = output if isinstance(output, tuple) else (output,)
    loss = F.cross_entropy(logits, labels, ignore_index=IGNORED)
    for other in others:
        loss = loss + AUX_WEIGHT * F.cross_entropy(other, labels, ignore_index=IGNORED)
    return loss, logits

"""The running loss and accuracy, kept on the device: nothing waits for it until they are read."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from archspec.runtime.train.loader import IGNORED


class Means(NamedTuple):
    """Of the examples that were seen."""

    loss: float
    accuracy: float
    examples: int


class Tally:
    """Sums over the examples of this process: of the loss, of right answers, of examples."""

    def __init__(self) -> None:
        # float32, which every device has, counts exactly to 16,777,216 examples of an epoch and process
        self.sums = torch.zeros(3)

    def reset(self) -> None:
        self.sums = torch.zeros_like(self.sums)

    def add(self, loss: Tensor, logits: Tensor, labels: Tensor) -> None:
        """A batch: its mean loss, [batch, classes] and [batch]."""
        with torch.no_grad():
            count = (labels != IGNORED).sum()
            right = (logits.argmax(dim=1) == labels).sum()
            # a batch of nothing but padding has no mean
            total = torch.where(count > 0, loss.detach().float() * count, 0)
            self.sums = self.sums.to(loss.device) + torch.stack([total, right.float(), count.float()])

    @staticmethod
    def means(sums: Tensor) -> Means:
        """Of the sums of one process, [3], or of several, [processes, 3]. Waits for the device."""
        loss, right, count = sums.double().view(-1, 3).sum(0).tolist()
        return Means(loss / max(count, 1), right / max(count, 1), int(count))

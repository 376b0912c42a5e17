"""Runs `archspec train` as a script: each process of the run saves the weights that it ends with into $RANKS."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import torch


def main() -> None:
    from archspec.runtime.train.classifier import Classifier

    def save(self: Any) -> None:
        torch.save(dict(self.net.state_dict()), Path(os.environ["RANKS"]) / f"{self.global_rank}.pt")

    Classifier.on_train_end = save  # type: ignore[method-assign]
    from archspec.__main__ import main as command

    command()


if __name__ == "__main__":
    main()

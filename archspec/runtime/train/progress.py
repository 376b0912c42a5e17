"""What a person or a script sees of a run: a bar, a line an epoch, one JSON object a line, or nothing."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Mapping
from typing import Any, Protocol

from archspec.diagnostics.printable import printable

_HEADER = "epoch  train loss  train acc  test loss  test acc  seconds  samples/s"
_BAR = 24
_REDRAW = 0.1
"""Seconds between two states of the bar."""


class Progress(Protocol):
    """Is told what happens, in the first process only; `step` in all."""

    def start(self, facts: Mapping[str, Any]) -> None: ...
    def step(self, epoch: int, batch: int, batches: int) -> None: ...
    def epoch(self, row: Mapping[str, int | float]) -> None: ...
    def done(self, facts: Mapping[str, Any]) -> None: ...


class Silent:
    """Says nothing."""

    def start(self, facts: Mapping[str, Any]) -> None:
        pass

    def step(self, epoch: int, batch: int, batches: int) -> None:
        pass

    def epoch(self, row: Mapping[str, int | float]) -> None:
        pass

    def done(self, facts: Mapping[str, Any]) -> None:
        pass


class Json(Silent):
    """One object a line on standard output, and nothing else."""

    def start(self, facts: Mapping[str, Any]) -> None:
        self._event("start", facts)

    def epoch(self, row: Mapping[str, int | float]) -> None:
        self._event("epoch", row)

    def done(self, facts: Mapping[str, Any]) -> None:
        self._event("done", facts)

    @staticmethod
    def _event(event: str, facts: Mapping[str, Any]) -> None:
        # JSON has neither NaN nor infinity
        known = {n: None if isinstance(v, float) and not math.isfinite(v) else v for n, v in facts.items()}
        print(json.dumps({"event": event, **known}, allow_nan=False), flush=True)


class Lines(Silent):
    """A table that grows by a line an epoch."""

    def start(self, facts: Mapping[str, Any]) -> None:
        facts = {name: printable(fact) if isinstance(fact, str) else fact for name, fact in facts.items()}
        print(f"{facts['name']}, {facts['parameters']:,} parameters, input {facts['input']}")
        print(f"{facts['data']}, {facts['train_examples']:,} images to train on, {facts['test_examples']:,} to test on")
        print(
            f"{facts['optimizer']}, learning rate {facts['lr']:g}, batches of {facts['batch_size']}, "
            f"{facts['epochs']} epoch{'' if facts['epochs'] == 1 else 's'}, on {facts['device']}"
        )
        print(f"{'going on in' if facts['resumed'] else 'into'} {facts['out']}")
        print(f"\n{_HEADER}", flush=True)

    def epoch(self, row: Mapping[str, int | float]) -> None:
        print(
            f"{row['epoch']:5}  {_loss(row['train_loss']):>10}  {row['train_acc']:9.4f}  {_loss(row['test_loss']):>9}  "
            f"{row['test_acc']:8.4f}  {row['seconds']:7.1f}  {row['samples_per_second']:9,.0f}",
            flush=True,
        )

    def done(self, facts: Mapping[str, Any]) -> None:
        print(f"\nbest test accuracy {facts['best_test_acc']:.4f}, in epoch {facts['best_epoch']}")
        print(f"the weights of the last epoch: {printable(facts['weights'])}", flush=True)


def _loss(value: float) -> str:
    return f"{value:.4f}" if abs(value) < 1000 else f"{value:.3g}"


class Bar(Lines):
    """Lines, and below them on standard error a bar for the epoch that is going on."""

    def __init__(self) -> None:
        self._next = 0.0

    def step(self, epoch: int, batch: int, batches: int) -> None:
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _REDRAW
        full = _BAR * batch // batches
        print(
            f"\r{epoch:5}  {'█' * full}{'·' * (_BAR - full)}  {batch:,} of {batches:,}",
            end="",
            file=sys.stderr,
            flush=True,
        )

    def epoch(self, row: Mapping[str, int | float]) -> None:
        print("\r\033[K", end="", file=sys.stderr, flush=True)
        super().epoch(row)

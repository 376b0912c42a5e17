"""Running sums are the plain means, and padding does not count."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional as F

from archspec.runtime.train.loader import IGNORED
from archspec.runtime.train.tally import Tally


@given(st.lists(st.lists(st.integers(0, 3) | st.just(IGNORED), min_size=1, max_size=6), min_size=1, max_size=5))
def test_means(batches: list[list[int]]) -> None:
    torch.manual_seed(0)
    tally = Tally()
    losses, right = [], 0
    for batch in batches:
        labels, logits = torch.tensor(batch), torch.randn(len(batch), 4)
        tally.add(F.cross_entropy(logits, labels), logits, labels)
        kept = labels != IGNORED
        losses += F.cross_entropy(logits[kept], labels[kept], reduction="none").tolist()
        right += int((logits.argmax(1) == labels)[kept].sum())
    means = Tally.means(tally.sums)
    assert means.examples == len(losses)
    assert means.loss == pytest.approx(sum(losses) / max(len(losses), 1), rel=1e-5)
    assert means.accuracy == pytest.approx(right / max(len(losses), 1))


def test_processes_are_added_up() -> None:
    means = Tally.means(torch.tensor([[10.0, 3, 4], [2.0, 0, 2]]))
    assert means == (2.0, 0.5, 6)


def test_loss_that_is_not_finite_shows() -> None:
    tally = Tally()
    tally.add(torch.tensor(math.nan), torch.randn(2, 4), torch.tensor([0, 1]))
    assert math.isnan(Tally.means(tally.sums).loss)


def test_reset() -> None:
    tally = Tally()
    tally.add(torch.tensor(1.0), torch.randn(2, 4), torch.tensor([0, 1]))
    tally.reset()
    assert Tally.means(tally.sums) == (0.0, 0.0, 0)

"""The order is decided by (seed, epoch), and the processes share every batch."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from archspec.runtime.train.order import PADDING, Order, mixed


def epoch(order: Order, number: int = 0, start: int = 0) -> list[list[int]]:
    order.set_epoch(number)
    return [batch.tolist() for batch in order.batches(start)]


@given(
    count=st.integers(1, 60),
    share=st.integers(1, 9),
    ranks=st.integers(1, 4),
    seed=st.none() | st.integers(0, 2**32 - 1),
    number=st.integers(0, 99),
    data=st.data(),
)
def test_every_example_once(count: int, share: int, ranks: int, seed: int | None, number: int, data) -> None:
    size = share * ranks
    orders = [Order(count, size, seed, rank, ranks) for rank in range(ranks)]
    batches = [epoch(order, number) for order in orders]
    assert all(len(own) == len(orders[0]) == -(-count // size) for own in batches)
    for together in zip(*batches, strict=True):
        assert len({len(batch) for batch in together}) == 1, "the processes get as many each"
    seen = [i for own in batches for batch in own for i in batch]
    assert set(seen) - {PADDING} == set(range(count))
    assert len(seen) - count == -count % ranks, "only the last batch is padded"
    start = data.draw(st.integers(0, len(orders[0])))
    assert epoch(orders[-1], number, start) == batches[-1][start:], "it can go on anywhere"


@given(count=st.integers(1, 60), share=st.integers(1, 9), ranks=st.integers(1, 4))
def test_step_sees_the_same_examples_however_many_processes(count: int, share: int, ranks: int) -> None:
    size = share * ranks
    alone = epoch(Order(count, size, 5))
    shared = zip(*(epoch(Order(count, size, 5, rank, ranks)) for rank in range(ranks)), strict=True)
    for mine, theirs in zip(alone, shared, strict=True):
        assert set(mine) <= {i for batch in theirs for i in batch}


def test_order_is_new_each_epoch_and_each_seed() -> None:
    orders = {tuple(epoch(Order(50, 50, seed), number)[0]) for seed in range(3) for number in range(3)}
    assert len(orders) == 9


def test_without_a_seed_examples_stand_in_their_own_order() -> None:
    assert epoch(Order(5, 4)) == [[0, 1, 2, 3], [4]]
    assert epoch(Order(5, 4, None, rank=1, ranks=2)) == [[1, 3], [PADDING]]


def test_batch_that_cannot_be_shared() -> None:
    with pytest.raises(ValueError, match="a batch of 9 cannot be shared by 2 processes"):
        Order(20, 9, ranks=2)


def test_mixed_seeds_are_seeds_of_torch() -> None:
    seeds = {mixed(a, b) for a in range(50) for b in range(50)}
    assert len(seeds) == 2500
    for seed in (*seeds, mixed(2**32, 2**63)):
        torch.Generator().manual_seed(seed)

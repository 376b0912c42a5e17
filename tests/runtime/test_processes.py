"""Modules in processes that were spawned: they know nothing of the spec, and get the module pickled."""

from pathlib import Path
from typing import Any

import pytest
import torch
from torch.multiprocessing.spawn import spawn
from torch.utils.data import DataLoader

from tests import parity
from tests.runtime import workers
from tests.runtime.nets import NETS

BATCHES = {name: net.batch(2) for name, net in NETS.items()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What each rank saved of each network. All go through one pair of processes, for these are slow to start."""
    folder = tmp_path_factory.mktemp("ranks")
    nets = {name: net.build() for name, net in NETS.items()}
    spawn(workers.steps, (folder, nets, BATCHES), nprocs=workers.RANKS)
    return folder


def saved(folder: Path, how: str) -> dict[str, list[Any]]:
    return {name: [torch.load(folder / f"{how}-{name}{rank}.pt") for rank in range(workers.RANKS)] for name in NETS}


def test_ddp_step_leaves_the_same_parameters_on_both_ranks(folder: Path) -> None:
    for name, (first, second) in saved(folder, "ddp").items():
        before = dict(NETS[name].build().named_parameters())
        assert first.keys() == before.keys()
        for key, value in first.items():
            parity.assert_same(value, second[key], f"{name}: {key}")
        assert any(not torch.equal(value, before[key]) for key, value in first.items()), name


def test_fully_sharded_blocks(folder: Path) -> None:
    for name, (first, second) in saved(folder, "fsdp").items():
        net = NETS[name].build()
        before = dict(net.named_parameters())
        torch.testing.assert_close(first["output"], net.eval()(BATCHES[name]))
        assert first["parameters"].keys() == before.keys()
        for key, value in first["parameters"].items():
            parity.assert_same(value, second["parameters"][key], f"{name}: {key}")
            assert value.isfinite().all(), name
        assert any(not torch.equal(value, before[key]) for key, value in first["parameters"].items()), name


@pytest.mark.slow  # the other tests spawn processes too
def test_workers_of_a_data_loader() -> None:
    module = NETS["from"].build()
    samples = NETS["from"].batch(4)
    loader = DataLoader(workers.Features(module, samples), batch_size=2, num_workers=1, multiprocessing_context="spawn")
    torch.testing.assert_close(torch.cat(list(loader)), module.eval()(samples))

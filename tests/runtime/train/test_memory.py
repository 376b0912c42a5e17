"""The estimate of a step's memory is near what torch keeps for the backward pass."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

import archspec
from archspec.runtime.train import memory
from archspec.runtime.train.options import resolve
from tests.reference import SPECS

BATCH = 4


def options(**typed: Any):
    return resolve({"data": "mnist", **typed}, None)


def kept(name: str, input: tuple[int, ...]) -> int:
    """Bytes that a forward pass of BATCH examples keeps for the backward pass, parameters not counted."""
    net = archspec.build(SPECS / f"{name}.yaml", input=input)
    own = {parameter.untyped_storage().data_ptr() for parameter in net.parameters()}
    storages: dict[int, int] = {}
    alive = []

    def pack(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            storages[storage.data_ptr()] = storage.nbytes()
            alive.append(tensor)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        net(torch.randn(BATCH, *input)).sum()
    return sum(storages.values())


@pytest.mark.parametrize(
    ("name", "input"),
    [
        ("lenet_bn", (1, 28, 28)),
        ("resnet18", (1, 64, 64)),
        ("densenet", (1, 64, 64)),
        ("googlenet", (1, 64, 64)),
        ("nin", (1, 96, 96)),
    ],
)
def test_activations(name: str, input: tuple[int, ...]) -> None:
    need = memory.needed(archspec.analyze(SPECS / f"{name}.yaml", input=input), options())
    assert 0.9 < BATCH * need.per_example / kept(name, input) < 1.8, "with room for two gradients"


@pytest.mark.parametrize(
    ("typed", "numbers"), [({}, 2), ({"momentum": 0.9}, 3), ({"optimizer": "adam"}, 4), ({"optimizer": "adamw"}, 4)]
)
def test_parameters_gradients_and_state(typed: dict[str, Any], numbers: int) -> None:
    graph = archspec.analyze(archspec.Source("input: 1x8x8\nmodel: [Flatten, Linear: 10]"))
    assert memory.needed(graph, options(**typed)).fixed == 4 * 650 * numbers


def test_half_precision_halves_the_activations() -> None:
    graph = archspec.analyze(SPECS / "lenet_bn.yaml")
    whole, half = (memory.needed(graph, options(precision=word)) for word in ("32-true", "bf16-mixed"))
    assert whole.per_example == 2 * half.per_example


def test_batch_within() -> None:
    need = memory.Need(1_000, 10)
    assert need.of(need.batch_within(1_234)) <= 1_234 < need.of(need.batch_within(1_234) + 1)
    assert need.batch_within(999) == 0


def test_what_is_free_here() -> None:
    free = memory.available(torch.device("cpu"))
    assert free is None or 0 < free < 2**50


def test_limit_of_a_container(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_CGROUP", tmp_path)
    (tmp_path / "memory.max").write_text("5000\n")
    (tmp_path / "memory.current").write_text("2000\n")
    assert memory.available(torch.device("cpu")) == 3_000
    (tmp_path / "memory.max").write_text("max\n")
    assert memory.available(torch.device("cpu")) != 3_000

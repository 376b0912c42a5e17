"""The optimizers, schedules and beginnings are torch's, with the given numbers."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import nn

from archspec.runtime.train import optimizers
from archspec.runtime.train.options import resolve


def options(**typed: Any):
    return resolve({"data": "mnist", **typed}, None)


@pytest.mark.parametrize(
    ("typed", "cls", "numbers"),
    [
        ({"lr": 0.5, "momentum": 0.9}, torch.optim.SGD, {"lr": 0.5, "momentum": 0.9, "weight_decay": 0}),
        ({"optimizer": "adam", "weight_decay": 0.1}, torch.optim.Adam, {"lr": 0.1, "weight_decay": 0.1}),
        ({"optimizer": "adamw"}, torch.optim.AdamW, {"lr": 0.1, "weight_decay": 0}),
    ],
)
def test_optimizer(typed: dict[str, Any], cls: type, numbers: dict[str, float]) -> None:
    made = optimizers.optimizer(nn.Linear(2, 2), options(**typed))
    assert type(made) is cls
    assert {name: made.param_groups[0][name] for name in numbers} == numbers


def rates(name: str, epochs: int) -> list[float]:
    given = options(lr=1.0, schedule=name, epochs=epochs)
    made = optimizers.optimizer(nn.Linear(2, 2), given)
    schedule = optimizers.schedule(made, given)
    found = []
    for _ in range(epochs):
        found.append(made.param_groups[0]["lr"])
        made.step()
        if schedule is not None:
            schedule.step()
    return found


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("none", [1.0] * 9),
        ("step", [1.0] * 3 + [0.1] * 3 + [0.01] * 3),
        ("cosine", [(1 + math.cos(math.pi * i / 9)) / 2 for i in range(9)]),
    ],
)
def test_schedule(name: str, expected: list[float]) -> None:
    assert rates(name, 9) == pytest.approx(expected)


@pytest.mark.parametrize("name", ["step", "cosine"])
def test_schedule_of_one_epoch(name: str) -> None:
    assert rates(name, 1) == [1.0]


class TestInit:
    NET: Any = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.Linear(40, 60), nn.ConvTranspose1d(4, 6, 3))

    @pytest.mark.parametrize("name", ["xavier_uniform", "xavier_normal", "kaiming_uniform", "kaiming_normal"])
    def test_weights_of_convolutions_and_linear_and_zero_biases(self, name: str) -> None:
        torch.manual_seed(0)
        optimizers.initialize(self.NET, name)
        conv, norm, linear, transposed = self.NET
        fan_in, fan_out = 40, 60
        variance = 2 / (fan_in + fan_out) if name.startswith("xavier") else 2 / fan_in
        assert linear.weight.var().item() == pytest.approx(variance, rel=0.1)
        assert norm.weight.eq(1).all()
        for layer in (conv, linear, transposed):
            assert layer.bias.eq(0).all()

    def test_default_is_left_alone(self) -> None:
        before = self.NET[2].weight.clone()
        optimizers.initialize(self.NET, "default")
        assert torch.equal(self.NET[2].weight, before)

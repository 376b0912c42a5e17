"""What the source once said otherwise than the spec: an argument that vanished, a number that was frozen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

import archspec

HERE = Path(__file__).parent


def classes(name: str) -> dict[str, Any]:
    found: dict[str, Any] = {"__name__": "generated"}
    exec(archspec.to_python(HERE / f"{name}.yaml"), found)
    return found


def test_stride_is_an_argument_of_both_branches() -> None:
    residual = classes("source_shortcut_stride")["Residual"]
    assert residual(64, channels=128, project=True).conv2.stride == (1, 1)
    made = residual(64, channels=128, project=True, strides=3)
    assert made.conv1.stride == made.conv2.stride == (3, 3)
    assert made(torch.zeros(1, 64, 9, 9)).shape == (1, 128, 3, 3)


def test_growth_is_an_argument() -> None:
    block = classes("source_growth")["Block"](3, channels=16, growth=5)
    assert block[0].out_channels == 21


@pytest.mark.parametrize(("factor", "activations"), [(2, 0), (3, 1)])
def test_condition_reads_what_the_spec_reads(factor: int, activations: int) -> None:
    block = classes("source_when")["Block"](3, channels=8, factor=factor, stride=2)
    assert sum(isinstance(child, nn.ReLU) for child in block) == activations
    assert block[-1].p == 1 / factor

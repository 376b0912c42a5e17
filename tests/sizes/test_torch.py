"""The sizes that a network is said to take are those that torch runs it with, on the meta device."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest
import torch
from torch import nn

import archspec
from archspec.sizes import AxisSizes, Sizes

SPECS = Path(__file__).parents[2] / "specs"
ALL = sorted(SPECS.rglob("*.yaml"))
FEW = [SPECS / "vgg11.yaml", SPECS / "torchvision" / "squeezenet1_1.yaml", SPECS / "inception_mnist.yaml"]

NO_FIT = "mat1 and mat2"
"""What torch says of a Linear that was made for other features: not the input is wrong, but the module."""


def refusal(net: nn.Module, shape: tuple[int, ...]) -> str | None:
    """What torch says of an input of this shape, if it does not take it."""
    try:
        net(torch.empty((2, *shape), device="meta"))
    except (RuntimeError, ValueError) as error:
        return str(error)
    return None


def near_bounds(axis: AxisSizes) -> list[int]:
    """Sizes on both sides of all that is claimed."""
    assert axis.least is not None
    ends = [axis.least, axis.least + axis.step, axis.most, axis.built.least, axis.built.most]
    taken = [*islice(axis.accepted, 3), *(end for end in ends if end is not None)]
    return sorted({size + by for size in taken for by in (-2, -1, 0, 1, 2) if size + by > 0})


def compare(path: Path) -> int:
    """Archspec and torch must agree on each size; returns how many were tried."""
    graph = archspec.analyze(path)
    sizes: Sizes = graph.sizes
    shape = graph.inputs["input"].shape
    has_aux = bool(graph.root.aux)
    net = archspec.build(path, device="meta").train(not has_aux)
    tried = 0
    for index, axis in enumerate(sizes.inputs["input"], start=1):
        for size in near_bounds(axis):
            other = (*shape[:index], size, *shape[index + 1 :])
            said = refusal(net, other)
            assert (said is None) == (size in axis.built), (axis.name, size, said)
            if size in axis.accepted:
                if size not in axis.built:
                    alone = archspec.build(path, input=other, device="meta").train(not has_aux)
                    assert refusal(alone, other) is None, (axis.name, size)
            elif axis.most is None:
                assert said is not None
                assert NO_FIT not in said, (axis.name, size, said)
            tried += 1
        if axis.training is not None:
            net.train()
            for size in near_bounds(axis.training):
                said = refusal(net, (*shape[:index], size, *shape[index + 1 :]))
                assert (said is None) == (size in axis.training.accepted), (axis.name, size, said)
                tried += 1
            net.eval()
    return tried


@pytest.mark.parametrize("path", FEW, ids=lambda path: path.stem)
def test_torch_agrees(path: Path) -> None:
    assert compare(path) > 10


@pytest.mark.slow
def test_torch_agrees_on_every_spec(capsys: pytest.CaptureFixture[str]) -> None:
    tried = {path: compare(path) for path in ALL}
    with capsys.disabled():
        print(f"\n{len(tried)} networks, {sum(tried.values())} sizes tried, no disagreement")

"""torchvision's networks, written as specs, are torchvision's: every key, and every bit of every output."""

import pytest
import torch

import archspec
from tests import parity
from tests.reference import SPECS, TORCHVISION
from tests.torchvision_modules import torchvision_module

# Small images, of a size (65) at which `ceil_mode` matters to every network that has it. Inception's auxiliary head
# wants 299, the vision transformer as many patches as it has positions.
SIZES = {"inception_v3": 299, "vit_b_16": 224}
# Seconds each; their smaller relatives run always.
BIG = {"wide_resnet101_2", "resnext101_32x8d", "resnext101_64x4d", "efficientnet_v2_s", "vit_b_16"} | {
    name for name in TORCHVISION if name.startswith("vgg") and name != "vgg11_bn"
}
BY_SIZE = [pytest.param(name, marks=pytest.mark.slow) if name in BIG else name for name in TORCHVISION]
FIELDS = {"googlenet": ("output", "aux2", "aux1"), "inception_v3": ("output", "AuxLogits")}


@pytest.mark.parametrize("name", TORCHVISION)
def test_state_dict(name: str) -> None:
    ours = archspec.build(SPECS / "torchvision" / f"{name}.yaml", device="meta")
    assert parity.layout(ours) == parity.layout(torchvision_module(name))


@pytest.mark.parametrize("name", BY_SIZE)
def test_outputs(name: str) -> None:
    ours = archspec.build(SPECS / "torchvision" / f"{name}.yaml")
    theirs = torchvision_module(name)
    weights = parity.random_weights(theirs)
    ours.load_state_dict(weights, strict=True)
    parity.load(theirs, weights)
    size = SIZES.get(name, 65)
    x = parity.random_input(2, 3, size, size)

    ours.eval()
    theirs.eval()
    for grad in (False, True):
        with torch.set_grad_enabled(grad):
            mine = ours(x)
            assert mine.std() > 0
            assert mine.requires_grad == grad
            parity.assert_same(mine, theirs(x), f"output in eval mode, grad {grad}")

    ours.train()
    theirs.train()
    mine, their = parity.seeded(ours, x), parity.seeded(theirs, x)
    if name in FIELDS:
        assert mine._fields == FIELDS[name]
        for field, a, b in zip(FIELDS[name], mine, their, strict=True):
            parity.assert_same(a, b, f"{field} in training mode")
    else:
        parity.assert_same(mine, their, "output in training mode")
    parity.assert_same_state(ours, theirs)

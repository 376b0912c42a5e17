"""torchvision's networks, written as specs, are torchvision's: every key, and every bit of every output."""

import pytest
import torch

import archspec
from tests import fast, parity
from tests.reference import SPECS, TORCHVISION
from tests.torchvision_modules import torchvision_module

# Small images, of a size (65) at which `ceil_mode` matters to every network that has it. Inception's auxiliary head
# wants 299, the vision transformer as many patches as it has positions.
SIZES = {"inception_v3": 299, "vit_b_16": 224}
# The smallest of each family that takes no seconds.
SMALL = [
    *("convnext_tiny", "densenet121", "efficientnet_b0", "googlenet", "mnasnet1_0", "mobilenet_v2"),
    *("mobilenet_v3_small", "regnet_x_400mf", "regnet_y_400mf", "resnet18", "resnet50", "shufflenet_v2_x1_0"),
    "squeezenet1_1",
]
FIELDS = {"googlenet": ("output", "aux2", "aux1"), "inception_v3": ("output", "AuxLogits")}


@pytest.mark.parametrize("name", TORCHVISION)
def test_state_dict(name: str) -> None:
    ours = archspec.build(SPECS / "torchvision" / f"{name}.yaml", device="meta")
    assert parity.layout(ours) == parity.layout(torchvision_module(name))


@pytest.mark.parametrize("name", fast.only(SMALL, TORCHVISION))
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

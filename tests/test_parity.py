"""Every reference network is the one that a PyTorch programmer wrote by hand, to the last bit."""

import pytest
import torch
from torch import nn

import archspec
from tests import fast, parity
from tests.handwritten import HANDWRITTEN
from tests.reference import REFERENCE, SPECS

BIG = {"alexnet", "alexnet_lrn", "vgg11", "vgg16", "vgg19"}  # seconds to minutes on a CPU


def hand_written(name: str) -> nn.Module:
    with torch.device("meta"):
        return HANDWRITTEN[name]()


@pytest.mark.parametrize("name", REFERENCE)
def test_hand_written_network_has_the_sizes_of_the_table(name: str) -> None:
    module = hand_written(name)
    expected = REFERENCE[name]
    assert parity.parameters(module) == expected.params
    assert parity.macs(module, expected.input) == expected.macs


@pytest.mark.parametrize("name", REFERENCE)
def test_state_dict(name: str) -> None:
    assert parity.layout(archspec.build(SPECS / f"{name}.yaml", device="meta")) == parity.layout(hand_written(name))


@pytest.mark.parametrize("name", fast.only(REFERENCE.keys() - BIG, REFERENCE))
def test_outputs_and_gradients(name: str) -> None:
    ours = archspec.build(SPECS / f"{name}.yaml")
    theirs = parity.load(hand_written(name), ours.state_dict())
    for training in (False, True):
        ours.train(training)
        theirs.train(training)
        inputs = [parity.random_input(2, *REFERENCE[name].input).requires_grad_() for _ in range(2)]
        outputs = [parity.seeded(module, x) for module, x in zip((ours, theirs), inputs, strict=True)]
        assert outputs[0].std() > 0
        parity.assert_same(outputs[0], outputs[1], "output")
        for module, output in zip((ours, theirs), outputs, strict=True):
            module.zero_grad()
            output.square().sum().backward()
        parity.assert_same(inputs[0].grad, inputs[1].grad, "gradient of the input")
        parity.assert_same_state(ours, theirs)

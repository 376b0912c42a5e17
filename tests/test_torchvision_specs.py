"""The specs of torchvision's networks are inferred to have the sizes that torch measures of torchvision's modules."""

import pytest

import archspec
from archspec.graph import TensorType
from tests import parity
from tests.reference import SPECS, TORCHVISION
from tests.torchvision_modules import torchvision_module


def test_every_network_has_a_spec() -> None:
    assert {path.stem for path in (SPECS / "torchvision").glob("*.yaml")} == set(TORCHVISION)


@pytest.mark.parametrize("name", TORCHVISION)
def test_sizes(name: str) -> None:
    graph = archspec.analyze(SPECS / "torchvision" / f"{name}.yaml")
    module = torchvision_module(name)
    size = 299 if name == "inception_v3" else 224
    assert graph.output == TensorType((1000,))
    assert graph.params == parity.parameters(module)
    assert graph.macs == parity.macs(module, (3, size, size))

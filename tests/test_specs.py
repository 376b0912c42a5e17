"""Every reference network is inferred, without a tensor, to have the sizes that torch measured."""

import pytest
import yaml

import archspec
from archspec.graph import TensorType
from tests.reference import REFERENCE, SPECS


def test_every_reference_network_has_a_spec() -> None:
    assert {path.stem for path in SPECS.glob("*.yaml")} == set(REFERENCE)


@pytest.mark.parametrize("name", REFERENCE)
def test_sizes(name: str) -> None:
    graph = archspec.analyze(SPECS / f"{name}.yaml")
    expected = REFERENCE[name]
    assert graph.output == TensorType(expected.output)
    assert graph.params == expected.params
    assert graph.macs == expected.macs


@pytest.mark.parametrize("name", REFERENCE)
def test_spec_states_its_source_and_its_sizes(name: str) -> None:
    spec = yaml.safe_load((SPECS / f"{name}.yaml").read_text())
    expected = REFERENCE[name]
    assert spec["name"]
    assert "source" in spec or "extends" in spec
    assert spec["expect"] == {"output": expected.output[0], "params": expected.params, "macs": expected.macs}


@pytest.mark.parametrize("name", ["vgg11_small", "vgg16", "vgg19"])
def test_variant_is_a_few_lines(name: str) -> None:
    spec = yaml.safe_load((SPECS / f"{name}.yaml").read_text())
    assert "extends" in spec
    assert spec.keys().isdisjoint({"model", "blocks"})

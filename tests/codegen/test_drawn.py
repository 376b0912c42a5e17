"""Drawn specs: the source of each builds what its graph says, with its keys and its numbers."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from archspec.api import examine
from archspec.diagnostics import SourceFile
from archspec.graph import Graph
from tests import parity
from tests.codegen.drawn import draw
from tests.codegen.interpreter import interpret
from tests.codegen.networks import build, random_inputs
from tests.codegen.test_networks import keys

FOUND = [976]
"""Seeds that a mistake was found by: two layers with arguments are never equal as values."""
FEW, MANY = range(300), range(300, 10_300)


def drawn(seed: int) -> Graph | None:
    """The graph of a drawn spec; None where it is refused, or too large to run."""
    graph = examine(SourceFile("drawn.yaml", draw(seed)), None).graph
    small = graph is not None and graph.params < 10**6 and all(layer.output.elements < 10**5 for layer in graph.layers)
    return graph if small else None


def compare(seed: int) -> None:
    graph = drawn(seed)
    if graph is None:
        return
    network = build(graph, device="cpu").double()
    assert {key: shape for key, (shape, _) in parity.layout(network).items()} == keys(graph.root), seed
    inputs = random_inputs(graph)
    for training in (False, True):
        network.train(training)
        state = {key: value.clone() for key, value in network.state_dict().items()}
        with torch.no_grad():
            torch.manual_seed(0)
            outputs, aux = interpret(graph, network, inputs)
            network.load_state_dict(state)
            torch.manual_seed(0)
            result = network(*inputs)
        found = [result] if isinstance(result, Tensor) else [*result]
        wanted = [*outputs, *aux] if training else outputs
        assert len(found) == len(wanted), seed
        assert all(map(torch.equal, found, wanted)), seed


def test_drawn_networks() -> None:
    for seed in (*FOUND, *FEW):
        compare(seed)


@pytest.mark.slow
def test_very_many_drawn_networks() -> None:
    for seed in MANY:
        compare(seed)


def test_about_half_of_the_drawn_specs_are_right() -> None:
    assert sum(drawn(seed) is not None for seed in FEW) > 0.4 * len(FEW)

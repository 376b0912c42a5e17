"""Random whole networks: archspec says of each what torch says, and builds the same one."""

from __future__ import annotations

import os

import pytest
import torch
from hypothesis import HealthCheck, example, given, reject, settings
from torch.utils.flop_counter import FlopCounterMode

import archspec
from archspec.api import examine
from archspec.diagnostics import SourceFile
from archspec.graph import Graph, TensorType
from tests.proof.networks import INPUTS, NETWORKS, Drawn, Eager, Refused, TooLarge, write

EXAMPLES = int(os.environ.get("ARCHSPEC_NETWORKS", "200"))


def judged(network: list[Drawn], shape: tuple[int, ...]) -> tuple[Eager, torch.Tensor, torch.Tensor] | None:
    """What torch makes of a network in training mode with a batch of two; None where it refuses."""
    torch.manual_seed(0)
    eager, x = Eager(), torch.randn(2, *shape)
    try:
        return eager, x, eager.run(network, x)
    except (RuntimeError, ValueError, IndexError, TypeError, AssertionError, NotImplementedError, Refused):
        return None


def agree(network: list[Drawn], shape: tuple[int, ...]) -> None:
    text = write(network, shape)
    try:
        verdict = judged(network, shape)
    except TooLarge:
        reject()
    analysis = examine(SourceFile("net.yaml", text), None)
    said = [f"{d.span.line}:{d.span.column} {d.rule}: {d.message}" for d in analysis.diagnostics]
    if verdict is None:
        assert analysis.graph is None, f"torch refuses, archspec does not:\n{text}"
        return
    assert analysis.graph is not None, f"torch runs, archspec refuses:\n{text}\n{said}"
    eager, x, y = verdict
    _same_numbers(analysis.graph, eager, network, x, y)
    _same_network(text, eager, network, x)


def _same_numbers(graph: Graph, eager: Eager, network: list[Drawn], x: torch.Tensor, y: torch.Tensor) -> None:
    assert graph.output == TensorType(tuple(y.shape[1:]))
    assert [layer.output.shape for layer in graph.layers] == eager.shapes
    assert graph.params == sum(p.numel() for m in eager.modules for p in m.parameters())
    assert graph.buffers == sum(b.numel() for m in eager.modules for b in m.buffers())
    with FlopCounterMode(display=False) as counter:
        Eager().run(network, x)
    assert graph.macs * 2 * 2 == counter.get_total_flops()


def _same_network(text: str, eager: Eager, network: list[Drawn], x: torch.Tensor) -> None:
    """The source that is written, executed, is that network: the same modules in the same order, equal outputs."""
    net = archspec.build(archspec.Source(text))
    made = [t.detach() for m in eager.modules for t in m.state_dict().values()]
    built = list(net.state_dict().values())
    assert [t.shape for t in built] == [t.shape for t in made]
    again = Replay(eager.modules)
    with torch.no_grad():
        for ours, theirs in zip(built, made, strict=True):
            ours.copy_(theirs)
        for module in [net, *eager.modules]:
            module.eval()
        assert torch.equal(net(x), again.run(network, x))


class Replay(Eager):
    """Runs a network with the modules that were made before."""

    def __init__(self, modules: list[torch.nn.Module]) -> None:
        super().__init__()
        self.made = iter(modules)

    def _layer(self, drawn: Drawn, x: torch.Tensor) -> torch.Tensor:
        y: torch.Tensor = next(self.made)(x)
        return y


_SETTINGS = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


@_SETTINGS
@given(NETWORKS, INPUTS)
@example([Drawn("ReLU")], (3, 8, 8))
def test_archspec_and_torch_agree_on_random_networks(network: list[Drawn], shape: tuple[int, ...]) -> None:
    agree(network, shape)


@pytest.mark.slow
@settings(_SETTINGS, max_examples=20_000)
@given(NETWORKS, INPUTS)
def test_archspec_and_torch_agree_on_very_many_random_networks(network: list[Drawn], shape: tuple[int, ...]) -> None:
    agree(network, shape)

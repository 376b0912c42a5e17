"""Networks drawn at random: the sizes that they are said to take are those that archspec accepts, one by one.

What archspec accepts of these networks is judged by torch in tests/proof.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from archspec.api import examine, survey
from archspec.diagnostics import SourceFile
from archspec.sizes.formula import Writer
from tests.proof.networks import INPUTS, NETWORKS, Drawn, write
from tests.sizes.test_formula import worked_out

TRIED = range(1, 31)


def compare(network: list[Drawn], shape: tuple[int, ...]) -> None:
    names = ("C", "H", "W")[-len(shape) :] if len(shape) == 3 else ("A", "B")[: len(shape)]
    letters = "x".join([str(shape[0]), *names[1:]]) if len(shape) == 3 else "x".join(names)
    source = SourceFile("net.yaml", write(network, shape))
    sizes = survey(source, None, input=letters)[1]
    if sizes is None:  # then it takes none that are alike, and none beside its own
        assert examine(source, None).graph is None
        return
    axes = sizes.axes
    writer = Writer({name: axis.accepted for name, axis in sizes.alike.items()})
    written = letters.split("x")
    for name, axis in axes.items():
        for size in TRIED:
            values = {**sizes.values, name: size}
            given = tuple(values[word] if word in values else int(word) for word in written)
            graph = examine(source, None, input=given).graph
            if axis.proved_to is None or size <= axis.proved_to:
                assert (graph is not None) == (size in axis.accepted), (name, size, sizes.values)
            elif graph is None:
                assert size not in axis.accepted
    for name, axis in sizes.alike.items():
        for size in [n for n in TRIED if n in axis.accepted][:8]:
            values = {**sizes.values, name: size}
            graph = examine(source, None, input=tuple(values.get(word) or int(word) for word in written)).graph
            assert graph is not None
            for ours, theirs in zip(sizes.graph.layers, graph.layers, strict=True):
                there = [worked_out(str(writer.formula(each)), values) for each in ours.output.shape]
                assert there == list(theirs.output.shape), (name, size)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(NETWORKS, INPUTS)
def test_sizes_of_drawn_networks(network: list[Drawn], shape: tuple[int, ...]) -> None:
    compare(network, shape)


@pytest.mark.slow
@settings(max_examples=2_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(NETWORKS, INPUTS)
def test_sizes_of_many_drawn_networks(network: list[Drawn], shape: tuple[int, ...]) -> None:
    compare(network, shape)

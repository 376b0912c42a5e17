"""The rules of every kind on sizes that remember how they were made: the same numbers, and expressions that are right.

What an expression comes to for another input is judged by the rule on integers, which torch judges in the battery, and
by torch itself.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archspec.elaborate.symbolic import SymbolicInference
from archspec.graph import TensorType
from archspec.layers import KINDS, Layer, LayerError
from archspec.shapes.size import Recorder, Size, expression_of
from tests.layers.strategies import Case, cases
from tests.layers.torch_judge import Verdict, judge


def lettered(types: tuple[TensorType, ...], recorder: Recorder) -> tuple[tuple[TensorType, ...], dict[str, int]]:
    """The inputs with a letter for each size, and the values of the letters."""
    values: dict[str, int] = {}
    made = []
    for i, type in enumerate(types):
        names = [f"s{i}{axis}" for axis in range(len(type.shape))]
        values |= dict(zip(names, type.shape, strict=True))
        sizes = tuple(Size(size, name, recorder) for name, size in zip(names, type.shape, strict=True))
        made.append(TensorType(sizes, type.dtype))
    return tuple(made), values


def numbers(value: Any, letters: dict[str, int]) -> Any:
    """What the sizes in a value come to where the letters have these values."""
    match value:
        case bool():
            return value
        case int():
            return expression_of(value).at(letters)
        case tuple() | list():
            return tuple(numbers(each, letters) for each in value)
        case dict():
            return {name: numbers(each, letters) for name, each in value.items()}
        case TensorType():
            return TensorType(numbers(value.shape, letters), value.dtype)
    return value


def told(layer: Layer, inputs: tuple[TensorType, ...]) -> tuple[Any, ...]:
    """All that a layer says about sizes."""
    return (
        layer.output(*inputs),
        layer.sizes(*inputs),
        layer.parameters(*inputs),
        layer.buffers(*inputs),
        layer.macs(*inputs),
        tuple(error.message for error in layer.check(*inputs)),
    )


def outcome(layer: Layer, inputs: tuple[TensorType, ...]) -> tuple[Any, ...] | str:
    """All that a layer says about sizes, or why it does not take the inputs."""
    try:
        return told(layer, inputs)
    except LayerError as error:
        return error.message


def compare(case: Case, draw: st.DataObject) -> None:
    try:
        layer = SymbolicInference().layer(case.layer, case.arguments)
    except ExceptionGroup:
        return
    recorder = Recorder()
    inputs, letters = lettered(case.inputs, recorder)
    expected, found = outcome(layer, case.inputs), outcome(layer, inputs)
    assert found == expected
    if isinstance(expected, str):
        return
    assert numbers(found, letters) == expected

    # other inputs on which all comparisons come out the same are taken too, and the expressions hold for them
    other = {name: max(1, size + draw.draw(st.integers(-3, 6))) for name, size in letters.items()}
    if not all(comparison.at(other) for comparison in recorder.comparisons):
        return
    types = tuple(
        TensorType(tuple(other[f"s{i}{axis}"] for axis in range(len(type.shape))), type.dtype)
        for i, type in enumerate(case.inputs)
    )
    assert numbers(found, other) == told(layer, types)
    if not layer.check(*types) and all(type.dtype == "float32" for type in types):
        theirs = judge(case.kind, case.layer.target, layer.sizes(*types) | case.written, *types)
        assert isinstance(theirs, Verdict), theirs.message
        assert numbers(found[0], other) == theirs.output


def battery(kind: str, examples: int) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(cases(kind), st.data())
    def run(case: Case, draw: st.DataObject) -> None:
        compare(case, draw)

    run()


@pytest.mark.parametrize("kind", KINDS)
def test_rules_hold_for_sizes(kind: str) -> None:
    battery(kind, 8)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_rules_hold_for_sizes_in_many_cases(kind: str) -> None:
    battery(kind, 200)

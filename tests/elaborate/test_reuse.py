"""A module that is called again: torch decides which tensors it takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from archspec.diagnostics import SourceFile, Span
from archspec.elaborate.infer import Inference
from archspec.elaborate.reuse import retype
from archspec.graph import Leaf, TensorType, Value
from archspec.layers import KINDS, Layer, LayerError, lookup
from tests.layers.source import build
from tests.layers.strategies import INPUTS, Case, cases, inputs
from tests.layers.torch_judge import run

ONE_INPUT = [kind for kind in KINDS if kind not in INPUTS and kind != "Parameter"]


@st.composite
def calls(draw: st.DrawFn, kind: str) -> tuple[Case, TensorType]:
    """A layer, and a second tensor for it: the first one with other channels, or any."""
    case = draw(cases(kind))
    x = case.x
    layer = lookup(kind)
    assert layer is not None
    channels = st.sampled_from([1, 2, 3, 4, 6, 8])
    first = channels.map(lambda size: replace_shape(x, (size, *x.shape[1:]))) if x.shape else st.just(x)
    last = channels.map(lambda size: replace_shape(x, (*x.shape[:-1], size))) if x.shape else st.just(x)
    return case, draw(st.one_of(first, last, inputs(layer)))


def replace_shape(x: TensorType, shape: tuple[int, ...]) -> TensorType:
    return TensorType(shape, x.dtype)


def made(layer: Layer, x: TensorType) -> Leaf:
    layer.output(x)
    for wrong in layer.check(x):
        raise wrong
    place = Span(SourceFile("net.yaml", ""), 1, 1, 1, 1)
    return Leaf(layer.kind, layer, (x,), place, layer.parameters(x), layer.buffers(x))


AFFINE, BARE = {"affine": True}, {"affine": False}


@pytest.mark.parametrize(
    ("kind", "arguments", "dims", "channels_may_change"),
    [
        ("InstanceNorm1d", {}, 1, True),
        ("InstanceNorm2d", {}, 2, True),
        ("InstanceNorm2d", AFFINE, 2, False),
        ("InstanceNorm3d", {"track_running_stats": True}, 3, False),
        ("BatchNorm2d", {}, 2, False),
        ("BatchNorm2d", BARE, 2, False),
        ("BatchNorm2d", BARE | {"track_running_stats": False}, 2, True),
        ("GroupNorm", {"num_groups": 1}, 2, False),
        ("GroupNorm", BARE | {"num_groups": 1}, 2, True),
        ("LayerNorm2d", {"elementwise_affine": False}, 2, False),
        ("PReLU", {}, 2, True),
        ("PReLU", {"num_parameters": 4}, 2, False),
        ("Conv2d", {"out_channels": 2, "kernel_size": 1}, 2, False),
    ],
)
def test_channels_are_fixed_where_something_has_as_many(
    kind: str, arguments: dict[str, Any], dims: int, channels_may_change: bool
) -> None:
    four, three = (TensorType((channels, *[5] * dims)) for channels in (4, 3))
    assert agree(Case(kind, arguments, four), three) is channels_may_change


@pytest.mark.slow
@pytest.mark.parametrize("kind", ONE_INPUT)
def test_a_layer_takes_again_what_torchs_takes(kind: str) -> None:
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(calls(kind))
    def compare(drawn: tuple[Case, TensorType]) -> None:
        agree(*drawn)

    compare()


def agree(case: Case, again: TensorType) -> bool:
    """Whether the layer takes the second tensor, too: archspec and torch must give one answer."""
    try:
        layer = case.layer.model_validate(case.arguments)
        leaf = made(layer, case.x)
        fresh = layer.output(again)
    except (ValidationError, LayerError):  # of a layer that is called once, the battery is the judge
        return False
    ours = outcome(lambda: retype(leaf, (Value(again),), Inference())[1].type)
    theirs = outcome(lambda: typed(run(build(layer, case.x), again, training=True)))
    if isinstance(ours, LayerError):
        broadcasts = 1 in leaf.layer.fixed_sizes(*leaf.inputs).values()  # which nobody means
        assert isinstance(theirs, Exception) or theirs != fresh or broadcasts, ours.message
        return False
    assert ours == theirs
    return True


def outcome(call: Callable[[], TensorType]) -> TensorType | Exception:
    try:
        return call()
    except Exception as error:
        return error


def typed(tensor: torch.Tensor) -> TensorType:
    return TensorType(tuple(tensor.shape[1:]), str(tensor.dtype).removeprefix("torch."))

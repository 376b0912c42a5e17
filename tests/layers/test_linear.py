"""Linear: what it does to a map, and the Flatten that is missing."""

from __future__ import annotations

from archspec.graph import TensorType
from archspec.layers import Layer
from archspec.layers.linear import Identity, Linear
from archspec.receptive_field import WHOLE
from tests.layers.messages import complaint


def test_linear() -> None:
    x = TensorType((9216,))
    layer: Layer = Linear(out_features=4096)
    assert layer.output(x) == TensorType((4096,))
    assert layer.parameters(x) == {"weight": (4096, 9216), "bias": (4096,)}
    assert layer.macs(x) == 37_748_736
    assert layer.windows(x) == (WHOLE,)
    assert layer.arguments(x) == ((9216, 4096), {})


def test_linear_on_a_map_works_on_the_last_dimension() -> None:
    x = TensorType((197, 768))
    layer = Linear(out_features=3, bias=False)
    assert layer.output(x) == TensorType((197, 3))
    assert layer.parameters(x) == {"weight": (3, 768)}
    assert layer.macs(x) == 197 * 768 * 3


def test_a_wrong_size() -> None:
    error = complaint("Linear", {"in_features": 1440, "out_features": 10}, (1408,))
    assert (error.rule, error.argument, error.correct) == ("linear-in-features", "in_features", 1408)
    assert error.message == "Linear gets 1408 features, not 1440"
    assert error.help == "write 1408, or leave in_features out and it is inferred"


def test_what_is_no_features() -> None:
    error = complaint("Linear", {"out_features": 10}, ())
    assert (error.rule, error.message) == ("input-rank", "Linear takes features, not a single number")
    assert complaint("Linear", {"out_features": 10}, (3,), "int64").message == "Linear takes float32, not int64"


def test_identity() -> None:
    x = TensorType((3, 4), "int64")
    assert Identity().output(x) == x
    assert Identity().windows(x) == ()

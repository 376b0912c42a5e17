"""Activations: what they say of wrong nodes, their dtypes, and the dimension that a softmax works along."""

from __future__ import annotations

from typing import Any

import pytest

from archspec.graph import TensorType
from archspec.layers import lookup
from tests.layers.messages import complaint, output
from tests.layers.torch_judge import Refusal, judge


@pytest.mark.parametrize(
    ("kind", "arguments", "shape", "rule", "argument", "message"),
    [
        ("Softmax", {"dim": 0}, (10,), "batch-dimension", "dim", "Softmax with dim 0 works along the batch dimension"),
        ("Softmax", {"dim": -2}, (10,), "batch-dimension", "dim",
         "Softmax with dim -2 works along the batch dimension"),
        ("Softmax", {"dim": 2}, (10,), "argument-value", "dim", "dim 2 is no dimension of 10: with the batch it has 2"),
        ("LogSoftmax", {}, (5, 10), "batch-dimension", None,
         "LogSoftmax without dim, on 5x10, works along the batch dimension"),
        ("Softmax2d", {}, (8, 8), "input-rank", None, "Softmax2d takes channels x height x width, not 8x8"),
        ("PReLU", {"num_parameters": 32}, (64, 8, 8), "argument-value", "num_parameters",
         "PReLU gets 64 channels, not 32"),
        ("CELU", {"alpha": 0}, (10,), "argument-value", "alpha", "CELU divides by alpha, which is 0"),
        ("Hardtanh", {"min_val": 2}, (10,), "argument-value", "max_val",
         "Hardtanh needs a max_val over its min_val 2.0, not 1.0"),
        ("LeakyReLU", {"negative_slope": 1e39}, (10,), "argument-value", "negative_slope",
         "negative_slope 1e+39 does not fit float32"),
        ("GELU", {"approximate": "erf"}, (10,), "argument-value", "approximate",
         "approximate must be none or tanh, not 'erf'"),
        ("ReLU", {"inplace": 1}, (10,), "argument-type", "inplace", "inplace must be true or false, not 1"),
        ("ReLU", {"slope": 0.1}, (10,), "layer-arguments", "slope", "ReLU has no argument slope"),
    ],
)  # fmt: skip
def test_messages(
    kind: str, arguments: dict[str, Any], shape: tuple[int, ...], rule: str, argument: str | None, message: str
) -> None:
    error = complaint(kind, arguments, shape)
    assert (error.rule, error.argument, error.message) == (rule, argument, message)


@pytest.mark.parametrize(
    ("kind", "dtype", "becomes"),
    [
        ("ReLU", "int64", "int64"),
        ("Sigmoid", "int64", "float32"),
        ("Tanh", "bool", "float32"),
        ("Softsign", "uint8", "float32"),
        ("SiLU", "complex64", "complex64"),
        ("GELU", "bfloat16", "bfloat16"),
    ],
)
def test_dtypes(kind: str, dtype: str, becomes: str) -> None:
    assert output(kind, {}, (3, 4), dtype) == TensorType((3, 4), becomes)


@pytest.mark.parametrize(
    ("kind", "arguments", "dtype", "message"),
    [
        ("GELU", {}, "int64", "GELU takes a float tensor, not int64"),
        ("ReLU", {}, "bool", "ReLU takes a float or integer tensor, not bool"),
        ("PReLU", {}, "float64", "PReLU takes float32, not float64"),
    ],
)
def test_refused_dtypes(kind: str, arguments: dict[str, Any], dtype: str, message: str) -> None:
    error = complaint(kind, arguments, (3, 4), dtype)
    assert (error.rule, error.message) == ("dtype", message)


@pytest.mark.parametrize("dtype", ["uint8", "int8", "int16", "int64"])
@pytest.mark.parametrize("range", [(-1, 1), (-0.5, 1), (0, 255.5), (-128.5, 127.5), (-129, 5), (200, 300), (-4e4, 3e9)])
def test_the_limits_of_hardtanh_fit_the_dtype_as_torch_says(range: tuple[float, float], dtype: str) -> None:
    arguments = dict(zip(("min_val", "max_val"), range, strict=True))
    theirs = judge("Hardtanh", "nn.Hardtanh", arguments, TensorType((3,), dtype))
    if isinstance(theirs, Refusal):
        assert complaint("Hardtanh", arguments, (3,), dtype).message.endswith(f" does not fit {dtype}")
    else:
        assert output("Hardtanh", arguments, (3,), dtype) == theirs.output


def test_a_softmax_without_dim_takes_torchs_choice_where_it_is_not_the_batch() -> None:
    for shape in [(10,), (3, 4, 5), (3, 4, 5, 6)]:
        assert output("Softmax", {}, shape) == TensorType(shape)


def test_an_activation_with_nothing_but_inplace_has_no_direct_argument() -> None:
    direct = {kind: layer.direct for kind in ("ReLU", "SiLU", "Sigmoid", "LeakyReLU", "Softmax", "GELU", "PReLU")
              if (layer := lookup(kind))}  # fmt: skip
    assert direct == {
        "ReLU": None, "SiLU": None, "Sigmoid": None,
        "LeakyReLU": "negative_slope", "Softmax": "dim", "GELU": "approximate", "PReLU": "num_parameters",
    }  # fmt: skip

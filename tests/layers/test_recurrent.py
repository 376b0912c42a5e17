"""Recurrent layers: what they pass on, how they are called, and what is said of wrong ones."""

from __future__ import annotations

from typing import Any

import pytest

from archspec.graph import TensorType
from archspec.layers import lookup
from tests.layers.messages import output, refusal
from tests.layers.source import source

X = TensorType((20, 8))


@pytest.mark.parametrize(
    ("arguments", "made", "call"),
    [
        ({}, (20, 16), "self.node(x0)[0]"),
        ({"output": "last"}, (16,), "self.node(x0)[0][:, -1]"),
        ({"output": "hidden"}, (16,), "self.node(x0)[1][0][-1]"),
        ({"bidirectional": True}, (20, 32), "self.node(x0)[0]"),
        ({"bidirectional": True, "output": "hidden"}, (32,), "self.node(x0)[1][0][-2:].transpose(0, 1).flatten(1)"),
        ({"proj_size": 3, "output": "last"}, (3,), "self.node(x0)[0][:, -1]"),
    ],
)
def test_what_is_passed_on(arguments: dict[str, Any], made: tuple[int, ...], call: str) -> None:
    layer = lookup("LSTM")
    assert layer is not None
    node = layer.model_validate({"hidden_size": 16} | arguments)
    assert node.output(X) == TensorType(made)
    assert f"return {call}\n" in source(node, X)


def test_the_batch_comes_first_in_any_case() -> None:
    layer = lookup("GRU")
    assert layer is not None
    assert layer.model_validate({"hidden_size": 16}).arguments(X) == ((8, 16), {"batch_first": True})
    explicit = layer.model_validate({"hidden_size": 16, "batch_first": True, "dropout": 0.1})
    assert explicit.arguments(X) == ((8, 16), {"batch_first": True, "dropout": 0.1})


def test_a_cell_takes_its_state_before() -> None:
    assert output("GRUCell", {"hidden_size": 3}, (8,)) == TensorType((3,))
    layer = lookup("LSTMCell")
    assert layer is not None
    node = layer.model_validate({"hidden_size": 3, "output": "cell"})
    states = TensorType((8,)), TensorType((3,)), TensorType((3,))
    assert node.output(*states) == TensorType((3,))
    assert "return self.node(x0, (x1, x2))[1]\n" in source(node, *states)


@pytest.mark.parametrize(
    ("kind", "arguments", "shapes", "rule", "argument", "message"),
    [
        ("LSTM", {"batch_first": False}, [(20, 8)], "batch-dimension", "batch_first",
         "batch_first must be true: the batch is the first dimension everywhere"),
        ("LSTM", {"input_size": 6}, [(20, 8)], "inferred-size", "input_size", "LSTM gets 8 features, not 6"),
        ("LSTM", {}, [(8,)], "input-rank", None, "LSTM takes length x features, not 8"),
        ("LSTM", {"proj_size": 3}, [(20, 8)], "argument-value", "proj_size",
         "proj_size must be under hidden_size 3, not 3"),
        ("GRU", {"output": "final"}, [(20, 8)], "argument-value", "output",
         "output must be sequence, last or hidden, not 'final'"),
        ("RNN", {"proj_size": 3}, [(20, 8)], "layer-arguments", "proj_size", "RNN has no argument proj_size"),
        ("GRUCell", {}, [(20, 8)], "input-rank", None, "GRUCell takes features, not 20x8"),
        ("GRUCell", {}, [(8,), (5,)], "layer-arguments", "hidden_size",
         "GRUCell has a state of hidden_size 3, and gets 5"),
        ("LSTMCell", {}, [(8,), (3,)], "layer-arguments", None,
         "LSTMCell takes the input, or the input, the hidden and the cell state, not two tensors"),
    ],
)  # fmt: skip
def test_messages(
    kind: str, arguments: dict[str, Any], shapes: list[Any], rule: str, argument: str | None, message: str
) -> None:
    error = refusal(kind, {"hidden_size": 3} | arguments, *map(TensorType, shapes))
    assert (error.rule, error.argument, error.message) == (rule, argument, message)

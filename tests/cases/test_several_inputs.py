"""Blocks that take several tensors, and modules of several inputs that are called again."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

import archspec

HERE = Path(__file__).parent

SPEC = """\
input: 3x8x8
blocks:
  Gate:
    inputs: {inputs}
    body: {body}
model:
  a: {{Conv2d: {{out_channels: 8, kernel_size: 1}}}}
  b: {{Conv2d: {{out_channels: 8, kernel_size: 1}}}}
  c: {call}
"""
BODY = "[{add: [{from: x}, {multiply: [{from: gate}, {from: gate}]}]}]"  # x + gate * gate, so that order shows


class Gate(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(8, 4, 1), nn.Conv2d(8, 4, 1)

    def forward(self, x: Tensor, gate: Tensor) -> Tensor:
        added: Tensor = self.conv1(x) + self.conv2(gate)
        return added.relu()


class Gated(nn.Module):
    """block_two_inputs.yaml, by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Conv2d(3, 8, 1), nn.Conv2d(8, 8, 1)
        self.gate1 = Gate()

    def forward(self, x: Tensor) -> Tensor:
        a: Tensor = self.a(x)
        result: Tensor = self.gate1(a, self.b(a))
        return result


def test_a_block_of_two_inputs() -> None:
    net, by_hand = archspec.build(HERE / "block_two_inputs.yaml"), Gated()
    assert list(net.state_dict()) == list(by_hand.state_dict())
    net.load_state_dict(by_hand.state_dict())
    x = torch.rand(2, 3, 8, 8)
    assert torch.equal(net(x), by_hand(x))


def test_a_cell_that_is_called_again_counts_once() -> None:
    net = archspec.build(HERE / "reuse_two_tensors.yaml")
    assert archspec.analyze(HERE / "reuse_two_tensors.yaml").params == sum(p.numel() for p in net.parameters()) == 1248
    cell = nn.GRUCell(8, 16)
    net.load_state_dict({f"cell.{name}": weight for name, weight in cell.state_dict().items()})
    x, h = torch.rand(2, 8), torch.rand(2, 16)
    assert torch.equal(net(x, h), cell(x, cell(x, h)))


@pytest.mark.parametrize(
    ("call", "takes"),
    [
        ("{Gate: {}, from: [a, b]}", "ab"),
        ("{Gate: {}, from: [b, a]}", "ba"),
        ("{Gate: {}, from: {gate: b, x: a}}", "ab"),
        ("{Gate: {}, from: {gate: a}}", "ba"),  # x is what arrives
        ("[{g: {Gate: {}, from: [a, b]}}, {from: [g, b], reuse: g}]", "again"),
    ],
)
def test_tensors_by_order_and_by_name(call: str, takes: str) -> None:
    net = archspec.build(archspec.Source(SPEC.format(inputs="[x, gate]", body=BODY, call=call)))
    x = torch.rand(2, 3, 8, 8)
    a = net.get_submodule("a")(x)
    b = net.get_submodule("b")(a)
    expected = {"ab": a + b * b, "ba": b + a * a, "again": a + b * b + b * b}[takes]
    assert torch.equal(net(x), expected)


@pytest.mark.parametrize(
    ("inputs", "body", "call", "rule", "message"),
    [
        ("[x, gate]", BODY, "Gate", "from-count", "Gate takes 2 tensors, x and gate, and gets 1"),
        ("[x, gate]", BODY, "{Gate: {}, from: [a, b, a]}", "from-count",
         "Gate takes 2 tensors, x and gate, and gets 3"),
        ("[x, gate]", BODY, "{Gate: {}, from: {x: a}}", "from-count",
         "Gate takes 2 tensors, x and gate, and gate is missing"),
        ("[x, gate]", BODY, "{Gate: {}, from: {x: a, gat: b}}", "from-count", "Gate has no input 'gat'"),
        ("[x, gate]", BODY, "{Gate: {}, from: {x: a, gate: z}}", "from-unknown", "no node before this one is called z"),
        ("[x, gate]", BODY, "{ReLU: {}, from: {x: a}}", "from-count", "ReLU has no input 'x'"),
        ("[x, gate]", BODY, "{concat: [ReLU, Tanh], from: {x: a}}", "from-count", "concat has no input 'x'"),
        ("[x, gate]", BODY, "[{g: {Gate: {}, from: [a, b]}}, {from: a, reuse: g}]", "from-count",
         "g takes 2 tensors, and gets 1"),
        ("[x, gate]", "[{add: [{from: input}, {from: gate}]}]", "{Gate: {}, from: [a, b]}", "from-unknown",
         "Gate takes several tensors, and none of them is its `input`"),
        ("[x, gate]", "{x: ReLU, y: {from: gate}}", "{Gate: {}, from: [a, b]}", "duplicate-name",
         "the name x is taken in Gate"),
        ("[x, x]", BODY, "{Gate: {}, from: [a, b]}", "block-form", "the input x stands twice"),
        ("[x, input]", BODY, "{Gate: {}, from: [a, b]}", "block-form",
         "an input cannot be called input, which is what enters where there is one"),
        ("[x, 2y]", BODY, "{Gate: {}, from: [a, b]}", "block-form", "'2y' cannot be the name of an input"),
        ("2", BODY, "{Gate: {}, from: [a, b]}", "block-form", "`inputs` must be a list of names, not 2"),
        ("[]", BODY, "{Gate: {}, from: [a, b]}", "block-form", "`inputs` must be a list of names, not a list"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_error(inputs: str, body: str, call: str, rule: str, message: str) -> None:
    with pytest.raises(archspec.SpecError) as caught:
        archspec.analyze(archspec.Source(SPEC.format(inputs=inputs, body=body, call=call)))
    assert [(d.rule, d.message) for d in caught.value.diagnostics] == [(rule, message)]

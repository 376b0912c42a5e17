"""Parameters under two names: they count once, train as one, and are written and read under both."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

import archspec
from archspec.runtime.weights import save

HERE = Path(__file__).parent

SPEC = """\
input: {shape: [6], dtype: int64}
params: {d: 8, vocab: 50}
blocks:
  Auto:
    params: {hidden: int}
    body:
      enc: {Linear: hidden}
      act: ReLU
      dec: {Linear: hidden, tie: {weight: enc.weight}}
model:
  wte: {Embedding: {num_embeddings: vocab, embedding_dim: d}}
  autos.{i}:
    for: i in range(2)
    Auto: d
  decoder:
    - Linear: d
    - Tanh
    - {Linear: {out_features: vocab, bias: false}, tie: {weight: wte.weight}}
  back: {Linear: d}
  again: {Linear: vocab, tie: {weight: decoder.2.weight}}
"""


def test_gpt2_counts_as_published() -> None:
    graph = archspec.analyze(HERE / "tied_gpt2.yaml")
    assert graph.params == 124_439_808


def test_one_tensor_under_both_names(tmp_path: Path) -> None:
    net = archspec.build(archspec.Source(SPEC))
    weights = net.state_dict(keep_vars=True)
    for name, of in {
        "autos.0.dec.weight": "autos.0.enc.weight",
        "autos.1.dec.weight": "autos.1.enc.weight",
        "decoder.2.weight": "wte.weight",
        "again.weight": "wte.weight",
    }.items():
        assert weights[name] is weights[of]
    assert weights["autos.0.dec.weight"] is not weights["autos.1.dec.weight"]
    assert sum(p.numel() for p in net.parameters()) == archspec.analyze(archspec.Source(SPEC)).params
    tokens = torch.randint(50, (2, 6))
    file = tmp_path / "weights.safetensors"
    save(net, file)
    assert torch.equal(archspec.build(archspec.Source(SPEC), weights=file)(tokens), net(tokens))


@pytest.mark.parametrize(
    ("node", "message"),
    [
        ("{Linear: 50, tie: {weight: wte.wieght}}", "no layer before this one has a parameter 'wte.wieght'"),
        ("{Linear: 50, tie: {weight: later.weight}}", "no layer before this one has a parameter 'later.weight'"),
        ("{Linear: 50, tie: {weights: wte.weight}}", "Linear has no parameter 'weights'"),
        ("{Linear: 40, tie: {weight: wte.weight}}", "wte.weight is 50x8, and weight of this Linear is 40x8"),
        ("{ReLU: {}, tie: {weight: wte.weight}}", "ReLU has no parameter 'weight'"),
        ("{sequential: [ReLU], tie: {weight: wte.weight}}", "`tie` stands beside one layer, whose parameters it names"),
        ("{Linear: 50, tie: wte.weight}", "`tie` must be a mapping of parameters, not 'wte.weight'"),
    ],
)
def test_what_is_wrong_is_one_error(node: str, message: str) -> None:
    wte = "wte: {Embedding: {num_embeddings: 50, embedding_dim: 8}}"
    spec = f"input: {{shape: [6], dtype: int64}}\nmodel:\n  {wte}\n  head: {node}\n  later: {{Linear: 8}}\n"
    with pytest.raises(archspec.SpecError) as caught:
        archspec.analyze(archspec.Source(spec))
    assert [d.message for d in caught.value.diagnostics] == [message]

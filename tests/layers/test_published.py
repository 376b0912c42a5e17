"""Whole networks of torchvision that need tokens, learnable tensors and attention: state, shapes and MACs are equal."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

import archspec
from archspec.graph import CallStep, Leaf, Module, TensorType
from tests.torchvision_modules import torchvision_module

VIT = """
name: ViT
input: 3x224x224
params: {layers: 12, heads: 12, hidden: 768, classes: 1000}
defaults: {LayerNorm: {eps: 1e-6}}
blocks:
  EncoderBlock:
    params: {heads: int}
    let: {hidden: in_features}
    body:
      - residual:
          ln_1: LayerNorm
          self_attention: {MultiheadAttention: heads}
      - residual:
          ln_2: LayerNorm
          mlp:
            sequential: [{Linear: 4 * hidden}, GELU, {Dropout: 0}, {Linear: hidden}]
  Encoder:
    params: {layers: int, heads: int}
    body:
      - add: [{from: input}, {pos_embedding: {Parameter: {shape: in_shape, init: normal}}}]
      - layers:
          sequential:
            - {for: i in range(layers), name: "encoder_layer_{i}", EncoderBlock: heads}
      - ln: LayerNorm
model:
  - conv_proj: {Conv2d: {out_channels: hidden, kernel_size: 16, stride: 16}}
  - Flatten: 2
  - tokens: {Permute: [0, 2, 1]}
  - concat: [{class_token: {Parameter: [1, in_features]}}, {from: tokens}]
  - encoder: {Encoder: {layers: layers, heads: heads}}
  - Select: 0
  - heads: {sequential: {head: {Linear: classes}}}
"""

CONVNEXT = """
name: ConvNeXt
input: 3x224x224
params: {widths: [96, 192, 384, 768], depths: [3, 3, 9, 3], classes: 1000}
defaults: {LayerNorm: {eps: 1e-6}, LayerNorm2d: {eps: 1e-6}}
blocks:
  CNBlock:
    params: {drop: float}
    let: {dim: in_channels}
    body:
      residual:
        block:
          sequential:
            - Conv2d: {out_channels: dim, kernel_size: 7, padding: 3, groups: dim}
            - Permute: [0, 2, 3, 1]
            - LayerNorm
            - Linear: 4 * dim
            - GELU
            - Linear: dim
            - Permute: [0, 3, 1, 2]
        layer_scale: {Scale: 1e-6}
        stochastic_depth: {StochasticDepth: {p: drop, mode: row}}
model:
  - features:
      sequential:
        - sequential:
            "0.0": {Conv2d: {out_channels: "widths[0]", kernel_size: 4, stride: 4}}
            "0.1": LayerNorm2d
        - for: i, depth in enumerate(depths)
          sequential:
            - when: i > 0
              sequential:
                "{2 * i}.0": LayerNorm2d
                "{2 * i}.1": {Conv2d: {out_channels: "widths[i]", kernel_size: 2, stride: 2}}
            - {for: j in range(depth), name: "{2 * i + 1}.{j}", CNBlock: 0.1}
  - AdaptiveAvgPool2d: 1
  - classifier:
      sequential: {"0": LayerNorm2d, "1": Flatten, "2": {Linear: classes}}
"""


@pytest.mark.parametrize(("name", "text"), [("vit_b_16", VIT), ("convnext_tiny", CONVNEXT)])
def test_a_network_of_torchvision(name: str, text: str) -> None:
    graph = archspec.analyze(archspec.Source(text, name=f"{name}.yaml"))
    theirs = torchvision_module(name).eval()
    ours = dict(state(graph.root, ""))
    assert ours == {key: tuple(value.shape) for key, value in theirs.state_dict().items()}
    counter = FlopCounterMode(display=False)
    with torch.device("meta"), torch.no_grad(), counter:
        output = theirs(torch.rand(2, 3, 224, 224))
    assert graph.output == TensorType(tuple(output.shape[1:]))
    assert graph.macs == counter.get_total_flops() // 4


def state(module: Module, prefix: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The state_dict that a graph promises: names and shapes."""
    calls = [step for step in module.steps if isinstance(step, CallStep)]
    assert all(step.owner == 0 for step in calls)
    for name, child in module.children.items():
        if isinstance(child, Leaf):
            for key, shape in {**child.parameters, **child.buffers}.items():
                yield f"{prefix}{name}.{key}" if key else f"{prefix}{name}", shape
        else:
            yield from state(child, f"{prefix}{name}.")

"""The networks that are put through everything which a PyTorch user does to a module, as small as they can be."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from textwrap import dedent
from typing import Any

import torch
from torch import Tensor

import archspec
from tests.reference import SPECS

AUX = """
    name: WithAux
    input: 3x16x16
    blocks:
      Head:
        params: {classes: int}
        body:
          pool: {AdaptiveAvgPool2d: 1}
          flatten: Flatten
          fc: {Linear: classes}
    model:
      - stem: {Conv2d: {out_channels: 8, kernel_size: 3, padding: 1}}
        bn: BatchNorm2d
      - name: early
        aux: {Head: 5}
      - body: {Conv2d: {out_channels: 8, kernel_size: 3, padding: 1}}
      - name: late
        aux: {Head: 5}
      - head: {Head: 5}
"""
FROM = """
    name: SkipNet
    input: 1x16x16
    blocks:
      Double:
        params: {channels: int}
        body:
          - Conv2d: {out_channels: channels, kernel_size: 3, padding: 1, bias: false}
          - BatchNorm2d
          - ReLU
    model:
      enc1: {Double: 8}
      pool: {MaxPool2d: 2}
      enc2: {Double: 16}
      up: {Upsample: 2}
      join:
        concat:
          - from: enc1
          - from: up
      dec: {Double: 8}
      smooth: {Conv2d: {out_channels: 8, kernel_size: 3, padding: 1}}
      again: {reuse: smooth}
      flatten: Flatten
      fc: {Linear: 4}
"""
SEVERAL = """
    name: Several
    input: {image: 3x8x8, mask: 1x8x8}
    outputs: {map: fused, label: head}
    model:
      join:
        concat:
          - from: image
          - from: mask
      fused: {Conv2d: {out_channels: 4, kernel_size: 3, padding: 1}}
      flatten: Flatten
      head: {Linear: 5}
"""


@dataclass(frozen=True)
class Net:
    """A spec with overrides that make it small."""

    spec: Any
    options: dict[str, Any] = field(default_factory=dict)

    def build(self, **options: Any) -> Any:
        """The module; typed as Any, for its children are known by name."""
        torch.manual_seed(0)
        return archspec.build(self.spec, **self.options, **options)

    @cached_property
    def graph(self) -> archspec.Graph:
        return archspec.analyze(self.spec, **self.options)

    def batch(self, size: int = 2) -> Tensor:
        (type,) = self.graph.inputs.values()
        return torch.randn(size, *type.shape, generator=torch.Generator().manual_seed(size))


NETS = {
    "vgg11_small": Net(SPECS / "vgg11_small.yaml", {"input": (1, 32, 32)}),
    "resnet18": Net(SPECS / "resnet18.yaml", {"input": "1x32x32", "params": {"widths": [64, 16, 16, 16]}}),
    "googlenet": Net(SPECS / "googlenet.yaml", {"input": "1x32x32"}),
    "densenet": Net(SPECS / "densenet.yaml", {"input": "1x32x32", "params": {"depths": [2, 2], "growth": 8}}),
    "aux": Net(archspec.Source(dedent(AUX), "aux.yaml")),
    "from": Net(archspec.Source(dedent(FROM), "from.yaml")),
}

SEVERAL_NET = Net(archspec.Source(dedent(SEVERAL), "several.yaml"))
"""With several inputs and outputs."""


def loss(output: Any) -> Tensor:
    """Something to differentiate, of every result."""
    tensors = output if isinstance(output, tuple) else (output,)
    return torch.stack([tensor.square().mean() for tensor in tensors]).sum()

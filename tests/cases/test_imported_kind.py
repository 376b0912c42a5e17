"""A block of another file reads a kind that is a param of that file."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn

import archspec


def test_the_kind_is_that_of_its_file(tmp_path: Path) -> None:
    (tmp_path / "parts.yaml").write_text(
        "params: {act: {LeakyReLU: 0.3}}\n"
        "blocks: {Inner: {params: {channels: int}, body: [{Conv2d: {out_channels: channels, kernel_size: 3}}, act]}}\n"
    )
    spec = tmp_path / "net.yaml"
    spec.write_text("input: 3x8x8\nimport: parts.yaml\nmodel: [{Inner: 4}]\n")
    net = archspec.build(spec)
    by_hand = nn.Sequential(nn.Sequential(nn.Conv2d(3, 4, 3), nn.LeakyReLU(0.3)))
    by_hand.load_state_dict(net.state_dict())
    x = torch.randn(2, 3, 8, 8)
    assert torch.equal(net(x), by_hand(x))

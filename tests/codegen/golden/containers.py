"""Containers.

Input 8x16x16; 43,712 parameters. Made by archspec 0.1.0.
"""

from collections import OrderedDict
from typing import Any

import torch
from torch import Tensor, nn


class Stack(nn.Module):
    def __init__(self, in_channels: int, depth: int, channels: int = 16) -> None:
        super().__init__()
        self.depth = depth
        self.convs = nn.ModuleList()
        self.norms = nn.ModuleList()
        self.acts = nn.ModuleList()
        for _ in range(depth):
            self.convs.append(
                nn.Conv2d(in_channels, channels, kernel_size=3, padding=1)
            )
            self.norms.append(nn.BatchNorm2d(channels))
            self.acts.append(nn.ReLU())
            in_channels = channels
        self.out_channels = in_channels

    def forward(self, x: Tensor) -> Tensor:
        for conv, norm, act in zip(self.convs, self.norms, self.acts, strict=True):
            x = act(norm(conv(x)))
        return x


class Pyramid(nn.Module):
    def __init__(self, in_channels: int, sizes: tuple[int, ...]) -> None:
        super().__init__()
        self.sizes = sizes
        channels = 0
        self.pools = nn.ModuleList()
        for s in sizes:
            self.pools.append(nn.MaxPool2d(s, stride=1, padding=s // 2))
            channels += in_channels
        self.out_channels = channels

    def forward(self, x: Tensor) -> Tensor:
        outs: list[Tensor] = []
        for pool in self.pools:
            outs.append(pool(x))
        return torch.cat(outs, dim=1)


class Seq2(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.append = nn.ReLU()
        self.items = nn.ReLU()
        self.a = nn.ModuleList([nn.ReLU()])

    def forward(self, x: Tensor) -> Tensor:
        x = self.a[0](self.items(self.append(x)))
        return x


class Containers(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.a: Any = nn.ModuleDict(
            {
                "b": nn.ModuleDict(
                    {
                        "c": nn.Conv2d(8, 8, kernel_size=1),
                        "d": nn.Conv2d(8, 8, kernel_size=1),
                    }
                ),
                "0": nn.Conv2d(8, 8, kernel_size=1),
            }
        )
        self.branch: Any = nn.Module()
        self.branch.add_module("left", nn.Conv2d(8, 8, kernel_size=1))
        self.branch.add_module("keys", nn.Conv2d(8, 8, kernel_size=1))
        self.heads = nn.ModuleDict(
            {"x": nn.ReLU(), "y": nn.Conv2d(8, 8, kernel_size=1)}
        )
        self.list = nn.ModuleList(
            [nn.Conv2d(8, 8, kernel_size=1), nn.Conv2d(8, 16, kernel_size=1), nn.ReLU()]
        )
        self.s1 = Stack(16, depth=2)
        self.s2 = Stack(self.s1.out_channels, depth=4, channels=32)
        self.s3 = Stack(self.s2.out_channels, depth=1)
        self.p1 = Pyramid(self.s3.out_channels, sizes=(3, 5, 7))
        self.p2 = Pyramid(self.p1.out_channels, sizes=(3, 5))
        self.add_module("block1-0", nn.Conv2d(self.p2.out_channels, 8, kernel_size=1))
        self.add_module("007", nn.Conv2d(8, 8, kernel_size=1))
        self.add_module("__odd", nn.Conv2d(8, 8, kernel_size=1))
        self.torch = nn.Conv2d(8, 8, kernel_size=1)
        self.nn = nn.Conv2d(8, 8, kernel_size=1)
        self.seq = nn.Sequential(
            OrderedDict({"block-1": nn.ReLU(), "torch": nn.ReLU()})
        )
        self.seq2 = Seq2()

    def forward(self, x: Tensor) -> Tensor:
        x = self.a["b"]["c"](x)  # 8x16x16
        x = self.a["b"]["d"](x)
        x = self.a["0"](x)
        x = self.branch.left(x)
        x = self.heads["x"](self.branch.keys(x))
        x = self.heads["y"](x)
        x = self.list[0](x)
        x = self.list[2](self.list[1](x))  # 16x16x16
        x = self.s1(x)
        x = self.s2(x)  # 32x16x16
        x = self.s3(x)  # 16x16x16
        x = self.p1(x)  # 48x16x16
        x = self.p2(x)  # 96x16x16
        x = getattr(self, "block1-0")(x)  # 8x16x16
        x = getattr(self, "007")(x)
        x = getattr(self, "__odd")(x)
        x = self.torch(x)
        x = self.nn(x)
        x = self.seq(x)
        x = self.seq2(x)
        return x

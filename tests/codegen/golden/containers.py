"""Containers.

Input 8x16x16; 43,712 parameters. Made by archspec 0.1.0.
"""

from collections import OrderedDict

import torch
from torch import Tensor, nn


class Stack(nn.Module):
    def __init__(self, in_channels: int, depth: int, channels: int = 16) -> None:
        super().__init__()
        self.convs = nn.ModuleList(
            nn.Conv2d(
                in_channels if i == 0 else channels, channels, kernel_size=3, padding=1
            )
            for i in range(depth)
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(channels) for _ in range(depth))
        self.acts = nn.ModuleList(nn.ReLU() for _ in range(depth))

    def forward(self, x: Tensor) -> Tensor:
        for conv, norm, act in zip(self.convs, self.norms, self.acts, strict=True):
            x = act(norm(conv(x)))
        return x


class Pyramid(nn.Module):
    def __init__(self, sizes: tuple[int, ...]) -> None:
        super().__init__()
        self.pools = nn.ModuleList(
            nn.MaxPool2d(size, stride=1, padding=size // 2) for size in sizes
        )

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([pool(x) for pool in self.pools], dim=1)


class Seq(nn.Module):
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
        self.a = nn.ModuleDict(
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
        self.add_module("branch", nn.Module())
        self.get_submodule("branch").add_module("left", nn.Conv2d(8, 8, kernel_size=1))
        self.get_submodule("branch").add_module("keys", nn.Conv2d(8, 8, kernel_size=1))
        self.heads = nn.ModuleDict(
            {"x": nn.ReLU(), "y": nn.Conv2d(8, 8, kernel_size=1)}
        )
        self.list = nn.ModuleList(
            [nn.Conv2d(8, 8, kernel_size=1), nn.Conv2d(8, 16, kernel_size=1), nn.ReLU()]
        )
        self.s1 = Stack(16, depth=2)
        self.s2 = Stack(16, depth=4, channels=32)
        self.s3 = Stack(32, depth=1)
        self.p1 = Pyramid(sizes=(3, 5, 7))
        self.p2 = Pyramid(sizes=(3, 5))
        self.add_module("block1-0", nn.Conv2d(96, 8, kernel_size=1))
        self.add_module("007", nn.Conv2d(8, 8, kernel_size=1))
        self.add_module("__odd", nn.Conv2d(8, 8, kernel_size=1))
        self.torch = nn.Conv2d(8, 8, kernel_size=1)
        self.nn = nn.Conv2d(8, 8, kernel_size=1)
        self.seq = nn.Sequential(
            OrderedDict({"block-1": nn.ReLU(), "torch": nn.ReLU()})
        )
        self.seq2 = Seq()

    def forward(self, x: Tensor) -> Tensor:
        x = self.get_submodule("a.b.c")(x)  # 8x16x16
        x = self.get_submodule("a.b.d")(x)
        x = self.a["0"](x)
        x = self.get_submodule("branch.left")(x)
        x = self.heads["x"](self.get_submodule("branch.keys")(x))
        x = self.heads["y"](x)
        for list_ in self.list:
            x = list_(x)
        x = self.s1(x)  # 16x16x16
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

# ruff: noqa: E501
"""'''

import os; os.system('x') \\N{BULLET} \\u2028 \\u202e \\x1b class.

''' end\\.
back\\slash \\x41 '''" 'q' é ü
漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字
aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
https://exampleeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee.example/eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee".
Input 8x16x16; 4,951 parameters. Made by archspec 0.1.0.
"""

from typing import Any

import torch
from torch import Tensor, nn


class Nn(nn.Sequential):
    def __init__(
        self, in_channels: int, self_: int, torch_: int = 1, print_: int = 3
    ) -> None:
        super().__init__()
        self.c = nn.Conv2d(
            in_channels, self_, kernel_size=print_, padding=print_ // 2, dilation=torch_
        )


class Tensor_(nn.Sequential):
    def __init__(self, in_channels: int, super_: int, Tensor_2: int = 1) -> None:
        super().__init__()
        self.c = nn.Conv2d(in_channels, super_, kernel_size=Tensor_2)
        self.d = nn.ReLU()


class LowerCaseBlock(nn.Sequential):
    def __init__(self) -> None:
        super().__init__(nn.ReLU(), nn.Tanh())


class Network(nn.Sequential):
    def __init__(self) -> None:
        super().__init__(nn.Tanh(), nn.ReLU())


class OrderedDict_(nn.Sequential):
    def __init__(self) -> None:
        super().__init__(nn.Tanh(), nn.ReLU())


class Match(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.tensor1 = Tensor_(14, super_=14)
        self.tanh1 = nn.Tanh()

    def forward(self, x: Tensor) -> Tensor:
        x = self.tanh1(self.tensor1(x)) + x
        return x


class Print(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.x = Tensor_(14, super_=3)
        self.self = Tensor_(14, super_=3)
        self.torch = Tensor_(14, super_=3)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([self.x(x), self.self(x), self.torch(x)], dim=1)


class ImportOsOsSystemXNBULLETClass(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.torch = Nn(8, self_=8)
        self.super = Nn(8, self_=16, print_=5)
        self.Tenso = Tensor_(16, super_=12)
        self.sup = Tensor_(12, super_=14)
        self.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa = Tensor_(
            14, super_=14
        )
        self.add_module(
            "a-b-c-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            Tensor_(14, super_=14),
        )
        self.x = LowerCaseBlock()
        self.out = Network()
        self.len = OrderedDict_()
        self.lrelu = nn.LeakyReLU(1e-300)
        self.ht = nn.Hardtanh(min_val=float("-inf"), max_val=1e22)
        self.match = Match()
        self.print = Print()
        self.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb = (
            nn.ReLU()
        )
        self.ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc = (
            nn.ReLU()
        )
        self.ddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd = (
            nn.ReLU()
        )
        self.add_module(
            "d-ddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd",
            nn.ReLU(),
        )
        self.a: Any = nn.ModuleDict(
            {
                "b": nn.ModuleDict(
                    {
                        "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc": nn.ReLU()
                    }
                )
            }
        )

    def forward(self, x: Tensor) -> Tensor:
        x = self.torch(x)  # 8x16x16
        x = self.super(x)  # 16x16x16
        x = self.Tenso(x)  # 12x16x16
        x = self.sup(x)  # 14x16x16
        x = self.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa(
            x
        )
        x = getattr(
            self,
            "a-b-c-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        )(x)
        x = self.x(x)
        x = self.out(x)
        x = self.ht(self.lrelu(self.len(x)))
        x = self.match(x)
        x = self.print(x)  # 9x16x16
        y = self.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb(
            x
        )
        y = self.ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc(
            y
        )
        out: Tensor = self.ddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd(
            y
        )
        out = getattr(
            self,
            "d-ddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd",
        )(out)
        out = out + y + x
        out = self.a["b"][
            "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
        ](out)
        return out

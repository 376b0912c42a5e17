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

import torch
from torch import Tensor, nn


class Nn(nn.Module):
    def __init__(self, self_: int, padding: int, print_: int = 3) -> None:
        super().__init__()
        self.c = nn.Conv2d(8, self_, kernel_size=print_, padding=padding)

    def forward(self, x: Tensor) -> Tensor:
        x = self.c(x)
        return x


class TensorBlock(nn.Module):
    def __init__(self, in_channels: int, super_: int) -> None:
        super().__init__()
        self.c = nn.Conv2d(in_channels, super_, kernel_size=1)
        self.d = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        x = self.d(self.c(x))
        return x


class LowerCaseBlock(nn.Sequential):
    def __init__(self) -> None:
        super().__init__(nn.ReLU(), nn.Tanh())


class Network(nn.Sequential):
    def __init__(self) -> None:
        super().__init__(nn.Tanh(), nn.ReLU())


class OrderedDictBlock(nn.Sequential):
    def __init__(self) -> None:
        super().__init__(nn.Tanh(), nn.ReLU())


class Match(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.tensor1 = TensorBlock(14, super_=14)
        self.tanh1 = nn.Tanh()

    def forward(self, x: Tensor) -> Tensor:
        out = self.tanh1(self.tensor1(x))
        x = out + x
        return x


class Print(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.x = TensorBlock(14, super_=3)
        self.self = TensorBlock(14, super_=3)
        self.torch = TensorBlock(14, super_=3)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([self.x(x), self.self(x), self.torch(x)], dim=1)


class ImportOsOsSystemXNBULLETClass(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.torch = Nn(8, padding=1)
        self.super = Nn(16, padding=2, print_=5)
        self.Tenso = TensorBlock(16, super_=12)
        self.sup = TensorBlock(12, super_=14)
        self.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa = TensorBlock(
            14, super_=14
        )
        self.add_module(
            "a-b-c-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            TensorBlock(14, super_=14),
        )
        self.x = LowerCaseBlock()
        self.out = Network()
        self.len = OrderedDictBlock()
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
        self.a = nn.ModuleDict(
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
        print_ = self.print(x)  # 9x16x16
        x = self.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb(
            print_
        )
        cccccccccccccccccccccccccccccc = self.ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc(
            x
        )
        x = self.ddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd(
            cccccccccccccccccccccccccccccc
        )
        x = getattr(
            self,
            "d-ddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd",
        )(x)
        x = x + cccccccccccccccccccccccccccccc
        x = x + print_
        x = self.get_submodule(
            "a.b.cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
        )(x)
        return x

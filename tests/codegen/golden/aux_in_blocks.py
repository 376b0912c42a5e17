"""AuxBlock.

Input 3x16x16; 2,696 parameters. Made by archspec 0.1.0.
"""

from typing import NamedTuple

from torch import Tensor, nn


class Head(nn.Sequential):
    def __init__(self, in_channels: int, c: int) -> None:
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.flat = nn.Flatten()
        self.fc = nn.Linear(in_channels, c)


class Stage(nn.Module):
    def __init__(self, in_channels: int, channels: int) -> None:
        super().__init__()
        self.channels = channels
        self.conv = nn.Conv2d(in_channels, channels, kernel_size=3, padding=1)
        self.add_module(f"aux{channels}", Head(channels, c=10))
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> tuple[Tensor, list[Tensor]]:
        aux: list[Tensor] = []
        x = self.conv(x)
        if self.training:
            aux.append(getattr(self, f"aux{self.channels}")(x))
        x = self.relu(x)
        return x, aux


class Two(nn.Module):
    def __init__(self, in_channels: int) -> None:
        super().__init__()
        self.inner = Stage(in_channels, channels=24)
        self.c = nn.Conv2d(24, 8, kernel_size=1)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.flat = nn.Flatten()
        self.logits = nn.Linear(8, 10)
        self.sm = nn.Softmax(dim=1)

    def forward(self, x: Tensor) -> tuple[Tensor, list[Tensor]]:
        aux: list[Tensor] = []
        x, more = self.inner(x)
        aux += more
        x = self.c(x)
        if self.training:
            out = self.pool(x)
            out = self.flat(out)
            aux.append(self.sm(self.logits(out)))
        return x, aux


class Stage2(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.two = Two(8)
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> tuple[Tensor, list[Tensor]]:
        aux: list[Tensor] = []
        x, more = self.two(x)
        aux += more
        x = self.relu(x)
        return x, aux


class AuxBlockOutput(NamedTuple):
    output: Tensor
    sm: Tensor
    aux24: Tensor
    aux8: Tensor


class AuxBlock(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stage1 = Stage(3, channels=8)
        self.stage2 = Stage2()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(8, 10)

    def forward(self, x: Tensor) -> AuxBlockOutput | Tensor:
        aux: list[Tensor] = []
        x, more = self.stage1(x)
        aux += more
        x, more = self.stage2(x)
        aux += more
        x = self.pool(x)  # 8x1x1
        x = self.flatten(x)  # 8
        x = self.fc(x)  # 10
        if self.training:
            return AuxBlockOutput(x, *reversed(aux))
        return x

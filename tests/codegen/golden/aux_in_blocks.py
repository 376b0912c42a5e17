"""AuxBlock.

Input 3x16x16; 2,696 parameters. Made by archspec 0.1.0.
"""

from typing import NamedTuple

from torch import Tensor, nn


class Head(nn.Module):
    def __init__(self, in_channels: int) -> None:
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.flat = nn.Flatten()
        self.fc = nn.Linear(in_channels, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.flat(self.pool(x))
        x = self.fc(x)
        return x


class Stage(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 8, kernel_size=3, padding=1)
        self.aux8 = Head(8)
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor | None]:
        x = self.conv(x)
        aux8 = self.aux8(x) if self.training else None
        x = self.relu(x)
        return x, aux8


class Stage2(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(8, 24, kernel_size=3, padding=1)
        self.aux24 = Head(24)
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor | None]:
        x = self.conv(x)
        aux24 = self.aux24(x) if self.training else None
        x = self.relu(x)
        return x, aux24


class Two(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.inner = Stage2()
        self.c = nn.Conv2d(24, 8, kernel_size=1)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.flat = nn.Flatten()
        self.logits = nn.Linear(8, 10)
        self.sm = nn.Softmax(dim=1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor | None, Tensor | None]:
        x, aux24 = self.inner(x)
        x = self.c(x)
        sm: Tensor | None = None
        if self.training:
            out = self.flat(self.pool(x))
            sm = self.sm(self.logits(out))
        return x, aux24, sm


class Stage3(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.two = Two()
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor | None, Tensor | None]:
        x, aux24, sm = self.two(x)
        x = self.relu(x)
        return x, aux24, sm


class AuxBlockOutput(NamedTuple):
    output: Tensor
    sm: Tensor
    aux24: Tensor
    aux8: Tensor


class AuxBlock(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stage1 = Stage()
        self.stage2 = Stage3()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(8, 10)

    def forward(self, x: Tensor) -> AuxBlockOutput | Tensor:
        x, aux8 = self.stage1(x)  # 8x16x16
        x, aux24, sm = self.stage2(x)
        x = self.flatten(self.pool(x))  # 8
        x = self.fc(x)  # 10
        if self.training:
            return AuxBlockOutput(x, sm, aux24, aux8)
        return x

"""Act.

Input 3x32x32; 59,074 parameters. Made by archspec 0.1.0.
"""

from collections.abc import Callable
from functools import partial

from torch import Tensor, nn


class ConvAct(nn.Sequential):
    def __init__(
        self,
        in_channels: int,
        channels: int,
        act: Callable[..., nn.Module] = nn.ReLU,
        norm: Callable[..., nn.Module] = nn.BatchNorm2d,
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, channels, kernel_size=3, padding=1)
        self.n = norm(channels)
        self.a = act()


class SE(nn.Module):
    def __init__(self, in_channels: int, r: int) -> None:
        super().__init__()
        self.scale = nn.Sequential(
            nn.AdaptiveAvgPool2d(1),
            nn.Conv2d(in_channels, in_channels // r, kernel_size=1),
            nn.ReLU(),
            nn.Conv2d(in_channels // r, in_channels // r * r, kernel_size=1),
            nn.Hardsigmoid(),
        )

    def forward(self, x: Tensor) -> Tensor:
        x = x * self.scale(x)
        return x


class Bneck(nn.Module):
    def __init__(
        self,
        in_channels: int,
        exp: int,
        out: int,
        se: bool = False,
        *,
        act: Callable[..., nn.Module],
        stride: int = 1,
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = [
            nn.Conv2d(in_channels, exp, kernel_size=1),
            act(),
            nn.Conv2d(exp, exp, kernel_size=3, stride=stride, padding=1, groups=exp),
            act(),
        ]
        if se:
            layers.append(SE(exp, r=4))
        self.block = nn.Sequential(*layers, nn.Conv2d(exp, out, kernel_size=1))
        applies = stride == 1 and in_channels == out
        self.applies = applies

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.block(x)
        if self.applies:
            out = x + out
        return out


class Act(nn.Sequential):
    def __init__(self, act: Callable[..., nn.Module] = nn.ReLU) -> None:
        super().__init__(
            ConvAct(3, channels=16),
            ConvAct(16, channels=32, act=nn.Hardswish),
            ConvAct(32, channels=32, act=partial(nn.LeakyReLU, 0.1)),
            ConvAct(
                32,
                channels=32,
                act=partial(nn.LeakyReLU, 0.1),
                norm=partial(nn.GroupNorm, 8),
            ),
            Bneck(32, exp=64, out=32, act=nn.ReLU),
            Bneck(32, exp=64, out=48, act=nn.Hardswish, stride=2),
            Bneck(48, exp=64, out=48, se=True, act=nn.Hardswish),
            Bneck(48, exp=96, out=48, se=True, act=nn.Hardswish),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(48, 10),
        )

"""Act.

Input 3x32x32; 59,074 parameters. Made by archspec 0.1.0.
"""

from collections.abc import Callable
from functools import partial

from torch import Tensor, nn


class ConvAct(nn.Module):
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

    def forward(self, x: Tensor) -> Tensor:
        x = self.a(self.n(self.conv(x)))
        return x


class SE(nn.Module):
    def __init__(self, in_channels: int) -> None:
        super().__init__()
        self.scale = nn.Sequential(
            nn.AdaptiveAvgPool2d(1),
            nn.Conv2d(in_channels, in_channels // 4, kernel_size=1),
            nn.ReLU(),
            nn.Conv2d(in_channels // 4, in_channels, kernel_size=1),
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
        act: type[nn.Module] = nn.Hardswish,
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
            layers.append(SE(exp))
        self.block = nn.Sequential(*layers, nn.Conv2d(exp, out, kernel_size=1))
        self.skip = stride == 1 and in_channels == out

    def forward(self, x: Tensor) -> Tensor:
        out = self.block(x)
        x = x + out if self.skip else out
        return x


class Act(nn.Sequential):
    def __init__(self) -> None:
        super().__init__(
            ConvAct(3, 16),  # 16x32x32
            ConvAct(16, 32, act=nn.Hardswish),  # 32x32x32
            ConvAct(32, 32, act=partial(nn.LeakyReLU, 0.1)),
            ConvAct(
                32, 32, act=partial(nn.LeakyReLU, 0.1), norm=partial(nn.GroupNorm, 8)
            ),
            Bneck(32, 64, 32, act=nn.ReLU),
            Bneck(32, 64, 48, stride=2),  # 48x16x16
            Bneck(48, 64, 48, se=True),
            Bneck(48, 96, 48, se=True),
            nn.AdaptiveAvgPool2d(1),  # 48x1x1
            nn.Flatten(),  # 48
            nn.Linear(48, 10),  # 10
        )

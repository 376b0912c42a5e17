"""GoogLeNet.

Szegedy et al. 2014, "Going Deeper with Convolutions"; d2l section 8.4.
Input 1x96x96; 5,977,530 parameters. Made by archspec 0.1.0.
"""

import torch
from torch import Tensor, nn


class ConvReLU(nn.Sequential):
    def __init__(
        self, in_channels: int, channels: int, kernel_size: int = 1, stride: int = 1
    ) -> None:
        super().__init__(
            nn.Conv2d(
                in_channels, channels, kernel_size, stride, padding=kernel_size // 2
            ),
            nn.ReLU(),
        )


class Inception(nn.Module):
    def __init__(
        self,
        in_channels: int,
        c1: int,
        c2: tuple[int, int],
        c3: tuple[int, int],
        c4: int,
    ) -> None:
        super().__init__()
        self.branch1 = ConvReLU(in_channels, channels=c1)
        self.branch2 = nn.Sequential(
            ConvReLU(in_channels, channels=c2[0]),
            ConvReLU(c2[0], channels=c2[1], kernel_size=3),
        )
        self.branch3 = nn.Sequential(
            ConvReLU(in_channels, channels=c3[0]),
            ConvReLU(c3[0], channels=c3[1], kernel_size=5),
        )
        self.branch4 = nn.Sequential(
            nn.MaxPool2d(3, stride=1, padding=1), ConvReLU(in_channels, channels=c4)
        )

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat(
            [self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)], dim=1
        )


class GoogLeNet(nn.Module):
    def __init__(self, classes: int = 10) -> None:
        super().__init__()
        self.b1 = nn.Sequential(
            ConvReLU(1, channels=64, kernel_size=7, stride=2),
            nn.MaxPool2d(3, stride=2, padding=1),
        )
        self.b2 = nn.Sequential(
            ConvReLU(64, channels=64),
            ConvReLU(64, channels=192, kernel_size=3),
            nn.MaxPool2d(3, stride=2, padding=1),
        )
        self.b3 = nn.Sequential(
            Inception(192, c1=64, c2=(96, 128), c3=(16, 32), c4=32),
            Inception(256, c1=128, c2=(128, 192), c3=(32, 96), c4=64),
            nn.MaxPool2d(3, stride=2, padding=1),
        )
        self.b4 = nn.Sequential(
            Inception(480, c1=192, c2=(96, 208), c3=(16, 48), c4=64),
            Inception(512, c1=160, c2=(112, 224), c3=(24, 64), c4=64),
            Inception(512, c1=128, c2=(128, 256), c3=(24, 64), c4=64),
            Inception(512, c1=112, c2=(144, 288), c3=(32, 64), c4=64),
            Inception(528, c1=256, c2=(160, 320), c3=(32, 128), c4=128),
            nn.MaxPool2d(3, stride=2, padding=1),
        )
        self.b5 = nn.Sequential(
            Inception(832, c1=256, c2=(160, 320), c3=(32, 128), c4=128),
            Inception(832, c1=384, c2=(192, 384), c3=(48, 128), c4=128),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
        )
        self.fc = nn.Linear(1024, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.b1(x)  # 64x24x24
        x = self.b2(x)  # 192x12x12
        x = self.b3(x)  # 480x6x6
        x = self.b4(x)  # 832x3x3
        x = self.b5(x)  # 1024
        x = self.fc(x)  # 10
        return x

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
                in_channels,
                channels,
                kernel_size=kernel_size,
                stride=stride,
                padding=kernel_size // 2,
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
        self.branch1 = ConvReLU(in_channels, c1)
        self.branch2 = nn.Sequential(
            ConvReLU(in_channels, c2[0]), ConvReLU(c2[0], c2[1], kernel_size=3)
        )
        self.branch3 = nn.Sequential(
            ConvReLU(in_channels, c3[0]), ConvReLU(c3[0], c3[1], kernel_size=5)
        )
        self.branch4 = nn.Sequential(
            nn.MaxPool2d(3, stride=1, padding=1), ConvReLU(in_channels, c4)
        )

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat(
            [self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)], dim=1
        )


class GoogLeNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.b1 = nn.Sequential(
            ConvReLU(1, 64, kernel_size=7, stride=2),
            nn.MaxPool2d(3, stride=2, padding=1),
        )
        self.b2 = nn.Sequential(
            ConvReLU(64, 64),
            ConvReLU(64, 192, kernel_size=3),
            nn.MaxPool2d(3, stride=2, padding=1),
        )
        self.b3 = nn.Sequential(
            Inception(192, 64, (96, 128), (16, 32), 32),
            Inception(256, 128, (128, 192), (32, 96), 64),
            nn.MaxPool2d(3, stride=2, padding=1),
        )
        self.b4 = nn.Sequential(
            Inception(480, 192, (96, 208), (16, 48), 64),
            Inception(512, 160, (112, 224), (24, 64), 64),
            Inception(512, 128, (128, 256), (24, 64), 64),
            Inception(512, 112, (144, 288), (32, 64), 64),
            Inception(528, 256, (160, 320), (32, 128), 128),
            nn.MaxPool2d(3, stride=2, padding=1),
        )
        self.b5 = nn.Sequential(
            Inception(832, 256, (160, 320), (32, 128), 128),
            Inception(832, 384, (192, 384), (48, 128), 128),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
        )
        self.fc = nn.Linear(1024, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.b1(x)  # 64x24x24
        x = self.b2(x)  # 192x12x12
        x = self.b3(x)  # 480x6x6
        x = self.b4(x)  # 832x3x3
        x = self.b5(x)  # 1024
        x = self.fc(x)  # 10
        return x

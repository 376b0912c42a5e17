"""DenseNet.

Huang et al. 2016, "Densely Connected Convolutional Networks"; d2l section 8.7.
Input 1x96x96; 758,226 parameters. Made by archspec 0.1.0.
"""

import torch
from torch import Tensor, nn


class ConvBlock(nn.Sequential):
    def __init__(self, in_channels: int, *, growth: int) -> None:
        super().__init__(
            nn.BatchNorm2d(in_channels),
            nn.ReLU(),
            nn.Conv2d(in_channels, growth, kernel_size=3, padding=1),
        )


class DenseBlock(nn.Module):
    def __init__(self, in_channels: int, depth: int, *, growth: int) -> None:
        super().__init__()
        self.depth = depth
        self.layers = nn.ModuleList()
        for _ in range(depth):
            self.layers.append(ConvBlock(in_channels, growth=growth))
            in_channels += growth
        self.out_channels = in_channels

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            x = torch.cat([x, layer(x)], dim=1)
        return x


class Transition(nn.Sequential):
    def __init__(self, in_channels: int) -> None:
        super().__init__(
            nn.BatchNorm2d(in_channels),
            nn.ReLU(),
            nn.Conv2d(in_channels, in_channels // 2, kernel_size=1),
            nn.AvgPool2d(2),
        )


class DenseNet(nn.Module):
    def __init__(
        self,
        depths: tuple[int, ...] = (4, 4, 4, 4),
        growth: int = 32,
        classes: int = 10,
    ) -> None:
        super().__init__()
        self.depths = depths
        self.stem = nn.Sequential(
            nn.Conv2d(1, 64, kernel_size=7, stride=2, padding=3),
            nn.BatchNorm2d(64),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2, padding=1),
        )
        in_channels = 64
        for i, depth in enumerate(depths):
            denseblock = DenseBlock(in_channels, depth=depth, growth=growth)
            self.add_module(f"dense{i + 1}", denseblock)
            if i < len(depths) - 1:
                self.add_module(
                    f"transition{i + 1}", Transition(denseblock.out_channels)
                )
                in_channels = denseblock.out_channels // 2
            else:
                in_channels = denseblock.out_channels
        self.bn = nn.BatchNorm2d(in_channels)
        self.relu = nn.ReLU()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(in_channels, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)  # 64x24x24
        for i in range(len(self.depths)):
            x = getattr(self, f"dense{i + 1}")(x)
            if i < len(self.depths) - 1:
                x = getattr(self, f"transition{i + 1}")(x)
        x = self.relu(self.bn(x))  # 248x3x3
        x = self.avgpool(x)  # 248x1x1
        x = self.flatten(x)  # 248
        x = self.fc(x)  # 10
        return x

"""DenseNet.

Huang et al. 2016, "Densely Connected Convolutional Networks"; d2l section 8.7.
Input 1x96x96; 758,226 parameters. Made by archspec 0.1.0.
"""

import torch
from torch import Tensor, nn


class ConvBlock(nn.Sequential):
    def __init__(self, in_channels: int) -> None:
        super().__init__(
            nn.BatchNorm2d(in_channels),
            nn.ReLU(),
            nn.Conv2d(in_channels, 32, kernel_size=3, padding=1),
        )


class DenseBlock(nn.Module):
    def __init__(self, in_channels: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(ConvBlock(in_channels + 32 * i) for i in range(4))

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
    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(1, 64, kernel_size=7, stride=2, padding=3),
            nn.BatchNorm2d(64),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2, padding=1),
        )
        self.dense1 = DenseBlock(64)
        self.transition1 = Transition(192)
        self.dense2 = DenseBlock(96)
        self.transition2 = Transition(224)
        self.dense3 = DenseBlock(112)
        self.transition3 = Transition(240)
        self.dense4 = DenseBlock(120)
        self.bn = nn.BatchNorm2d(248)
        self.relu = nn.ReLU()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(248, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)  # 64x24x24
        x = self.dense1(x)  # 192x24x24
        x = self.transition1(x)  # 96x12x12
        x = self.dense2(x)  # 224x12x12
        x = self.transition2(x)  # 112x6x6
        x = self.dense3(x)  # 240x6x6
        x = self.transition3(x)  # 120x3x3
        x = self.relu(self.bn(self.dense4(x)))  # 248x3x3
        x = self.flatten(self.avgpool(x))  # 248
        x = self.fc(x)  # 10
        return x

"""DenseNet (Huang et al. 2016), as in "Dive into Deep Learning"."""

import torch
from torch import Tensor, nn


class ConvBlock(nn.Sequential):
    def __init__(self, in_channels: int, growth: int) -> None:
        super().__init__(
            nn.BatchNorm2d(in_channels),
            nn.ReLU(),
            nn.Conv2d(in_channels, growth, kernel_size=3, padding=1),
        )


class DenseBlock(nn.Module):
    def __init__(self, in_channels: int, depth: int, growth: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(ConvBlock(in_channels + i * growth, growth) for i in range(depth))

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
    def __init__(self, growth: int = 32, classes: int = 10) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(1, 64, kernel_size=7, stride=2, padding=3),
            nn.BatchNorm2d(64),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=3, stride=2, padding=1),
        )
        self.dense1 = DenseBlock(64, 4, growth)
        self.transition1 = Transition(192)
        self.dense2 = DenseBlock(96, 4, growth)
        self.transition2 = Transition(224)
        self.dense3 = DenseBlock(112, 4, growth)
        self.transition3 = Transition(240)
        self.dense4 = DenseBlock(120, 4, growth)
        self.bn = nn.BatchNorm2d(248)
        self.relu = nn.ReLU()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(248, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        x = self.transition1(self.dense1(x))
        x = self.transition2(self.dense2(x))
        x = self.transition3(self.dense3(x))
        x = self.dense4(x)
        x = self.avgpool(self.relu(self.bn(x)))
        return self.fc(self.flatten(x))

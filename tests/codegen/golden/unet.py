"""U-Net (padded).

Ronneberger et al. 2015.
Input 1x64x64; 483,170 parameters. Made by archspec 0.1.0.
"""

import torch
from torch import Tensor, nn


class DoubleConv(nn.Sequential):
    def __init__(self, in_channels: int, channels: int) -> None:
        layers: list[nn.Module] = []
        for _ in range(2):
            layers.append(nn.Conv2d(in_channels, channels, kernel_size=3, padding=1))
            layers.append(nn.BatchNorm2d(channels))
            layers.append(nn.ReLU())
            in_channels = channels
        super().__init__(*layers)


class Cat3(nn.Module):
    def forward(self, x: Tensor, enc3: Tensor) -> Tensor:
        return torch.cat([x, enc3], dim=1)


class Cat2(nn.Module):
    def forward(self, x: Tensor, enc2: Tensor) -> Tensor:
        return torch.cat([x, enc2], dim=1)


class Cat1(nn.Module):
    def forward(self, x: Tensor, enc1: Tensor) -> Tensor:
        return torch.cat([x, enc1], dim=1)


class UNetPadded(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.enc1 = DoubleConv(1, channels=16)
        self.pool1 = nn.MaxPool2d(2)
        self.enc2 = DoubleConv(16, channels=32)
        self.pool2 = nn.MaxPool2d(2)
        self.enc3 = DoubleConv(32, channels=64)
        self.pool3 = nn.MaxPool2d(2)
        self.bottom = DoubleConv(64, channels=128)
        self.up3 = nn.ConvTranspose2d(128, 64, kernel_size=2, stride=2)
        self.cat3 = Cat3()
        self.dec3 = DoubleConv(128, channels=64)
        self.up2 = nn.ConvTranspose2d(64, 32, kernel_size=2, stride=2)
        self.cat2 = Cat2()
        self.dec2 = DoubleConv(64, channels=32)
        self.up1 = nn.ConvTranspose2d(32, 16, kernel_size=2, stride=2)
        self.cat1 = Cat1()
        self.dec1 = DoubleConv(32, channels=16)
        self.head = nn.Conv2d(16, 2, kernel_size=1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.enc1(x)  # 16x64x64
        z = self.pool1(x)  # 16x32x32
        z = self.enc2(z)  # 32x32x32
        y = self.pool2(z)  # 32x16x16
        y = self.enc3(y)  # 64x16x16
        out: Tensor = self.pool3(y)  # 64x8x8
        out = self.bottom(out)  # 128x8x8
        out = self.up3(out)  # 64x16x16
        out = self.cat3(out, y)  # 128x16x16
        out = self.dec3(out)  # 64x16x16
        out = self.up2(out)  # 32x32x32
        out = self.cat2(out, z)  # 64x32x32
        out = self.dec2(out)  # 32x32x32
        out = self.up1(out)  # 16x64x64
        out = self.cat1(out, x)  # 32x64x64
        out = self.dec1(out)  # 16x64x64
        out = self.head(out)  # 2x64x64
        return out

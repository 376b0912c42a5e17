"""U-Net (loops).

Input 1x64x64; 483,170 parameters. Made by archspec 0.1.0.
"""

import torch
from torch import Tensor, nn


class DoubleConv(nn.Sequential):
    def __init__(self, in_channels: int, channels: int) -> None:
        super().__init__(
            nn.Conv2d(in_channels, channels, kernel_size=3, padding=1),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            nn.Conv2d(channels, channels, kernel_size=3, padding=1),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
        )


class UNetLoops(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.enc0 = DoubleConv(1, 16)
        self.pool0 = nn.MaxPool2d(2)
        self.enc1 = DoubleConv(16, 32)
        self.pool1 = nn.MaxPool2d(2)
        self.enc2 = DoubleConv(32, 64)
        self.pool2 = nn.MaxPool2d(2)
        self.bottom = DoubleConv(64, 128)
        self.up2 = nn.ConvTranspose2d(128, 64, kernel_size=2, stride=2)
        self.dec2 = DoubleConv(128, 64)
        self.up1 = nn.ConvTranspose2d(64, 32, kernel_size=2, stride=2)
        self.dec1 = DoubleConv(64, 32)
        self.up0 = nn.ConvTranspose2d(32, 16, kernel_size=2, stride=2)
        self.dec0 = DoubleConv(32, 16)
        self.head = nn.Conv2d(16, 2, kernel_size=1)

    def forward(self, x: Tensor) -> Tensor:
        enc0 = self.enc0(x)  # 16x64x64
        x = self.pool0(enc0)  # 16x32x32
        enc1 = self.enc1(x)  # 32x32x32
        x = self.pool1(enc1)  # 32x16x16
        enc2 = self.enc2(x)  # 64x16x16
        x = self.pool2(enc2)  # 64x8x8
        x = self.bottom(x)  # 128x8x8
        x = self.dec2(torch.cat([self.up2(x), enc2], dim=1))  # 64x16x16
        x = self.dec1(torch.cat([self.up1(x), enc1], dim=1))  # 32x32x32
        x = self.dec0(torch.cat([self.up0(x), enc0], dim=1))  # 16x64x64
        x = self.head(x)  # 2x64x64
        return x

"""U-Net (loops).

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


class UNetLoops(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        channels: dict[str, int] = {}
        in_channels = 1
        for i, c in enumerate((16, 32, 64)):
            self.add_module(f"enc{i}", DoubleConv(in_channels, channels=c))
            channels[f"enc{i}"] = c
            self.add_module(f"pool{i}", nn.MaxPool2d(2))
            in_channels = c
        self.bottom = DoubleConv(in_channels, channels=128)
        in_channels = 128
        for i, c in reversed(list(enumerate((16, 32, 64)))):
            self.add_module(
                f"up{i}", nn.ConvTranspose2d(in_channels, c, kernel_size=2, stride=2)
            )
            self.add_module(f"dec{i}", DoubleConv(c + channels[f"enc{i}"], channels=c))
            in_channels = c
        self.head = nn.Conv2d(in_channels, 2, kernel_size=1)

    def forward(self, x: Tensor) -> Tensor:
        saved: dict[str, Tensor] = {}
        for i in range(len((16, 32, 64))):
            x = getattr(self, f"enc{i}")(x)
            saved[f"enc{i}"] = x
            x = getattr(self, f"pool{i}")(x)
        x = self.bottom(x)  # 128x8x8
        for i, _ in reversed(list(enumerate((16, 32, 64)))):
            x = getattr(self, f"up{i}")(x)
            enc = saved[f"enc{i}"]
            x = torch.cat([x, enc], dim=1)
            x = getattr(self, f"dec{i}")(x)
        x = self.head(x)  # 2x64x64
        return x

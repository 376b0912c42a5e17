"""joins.

Input 8x16x16; 8,189 parameters. Made by archspec 0.1.0.
"""

import torch
from torch import Tensor, nn


class Gate(nn.Module):
    def __init__(self, in_channels: int) -> None:
        super().__init__()
        self.g1 = nn.Conv2d(in_channels, in_channels, kernel_size=1)
        self.g2 = nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        x = x * self.g2(self.g1(x))
        return x


class R(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(20, 20, kernel_size=3, padding=1)
        self.relu1 = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        x = self.relu1(self.conv1(x)) + x
        return x


class Named(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.l = nn.Conv2d(20, 4, kernel_size=1)
        self.r = R()

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([self.l(x), self.r(x)], dim=1)


class Again(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.x1 = nn.Conv2d(24, 24, kernel_size=1)
        self.relu1 = nn.ReLU()
        self.x2 = nn.Conv2d(48, 24, kernel_size=1)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = torch.cat([x, self.relu1(self.x1(x))], dim=1)
        out = self.x2(out) + x
        return out


class Joins(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.a1 = nn.Conv2d(8, 8, kernel_size=1)
        self.a2 = nn.Conv2d(8, 8, kernel_size=1)
        self.a3 = nn.Conv2d(8, 8, kernel_size=1)
        self.r1 = nn.Conv2d(8, 8, kernel_size=1)
        self.r2 = nn.Conv2d(8, 8, kernel_size=1)
        self.r3 = nn.Conv2d(8, 8, kernel_size=1)
        self.gate = Gate(8)
        self.b1 = nn.MaxPool2d(2)
        self.b2 = nn.AvgPool2d(2)
        self.d1 = nn.Conv2d(8, 4, kernel_size=3, padding=1)
        self.d2 = nn.Conv2d(12, 4, kernel_size=3, padding=1)
        self.d3a = nn.Conv2d(16, 16, kernel_size=1)
        self.d3b = nn.Conv2d(16, 4, kernel_size=3, padding=1)
        self.named = Named()
        self.again = Again()
        self.gate2 = Gate(24)
        self.fc = nn.Conv2d(24, 1, kernel_size=1)

    def forward(self, x: Tensor) -> Tensor:
        out = self.a1(x)  # 8x16x16
        y = self.a2(x)
        out = out + y + self.a3(x)
        x = self.r1(out)
        x = self.r2(x) + out
        x = self.r3(x) + out
        x = self.gate(x)
        x = torch.cat([self.b1(x), self.b2(x)], dim=2)  # 8x16x8
        x = torch.cat([x, self.d1(x)], dim=1)  # 4x16x8
        x = torch.cat([x, self.d2(x)], dim=1)
        out = self.d3a(x)  # 16x16x8
        x = torch.cat([x, self.d3b(out)], dim=1)  # 20x16x8
        x = self.named(x)  # 24x16x8
        x = self.again(x)
        x = self.gate2(x)
        x = self.fc(x)  # 1x16x8
        return x

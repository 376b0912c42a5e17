""" "Foo" bar.

first line

indented "

last".
Input 8x4x4; 6,103 parameters. Made by archspec 0.1.0.
"""

from torch import Tensor, nn


class X(nn.Module):
    def __init__(self, in_channels: int, n: int) -> None:
        super().__init__()
        half = n > 2
        self.half_2 = half
        self.c = nn.Conv2d(in_channels, in_channels, kernel_size=1)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.c(x)
        if self.half_2:
            out = x + out
        return out


class FooBar(nn.Sequential):
    def __init__(self) -> None:
        layers: list[nn.Module] = []
        in_channels = 8
        for _ in range(20):
            layers.append(nn.Conv2d(in_channels, 16, kernel_size=1))
            layers.append(nn.ReLU())
            in_channels = 16
        in_channels = 16
        for w in (1, 2, 3, 4, 8, 5, 6, 7, 8, 9, 10):
            layers.append(nn.Conv2d(in_channels, w, kernel_size=1))
            layers.append(nn.ReLU())
            in_channels = w
        super().__init__(
            *layers,
            X(in_channels, n=1),
            X(in_channels, n=1),
            X(in_channels, n=3),
            nn.Flatten(),
        )

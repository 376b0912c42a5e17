""" "Foo" bar.

first line

indented "

last".
Input 8x4x4; 6,103 parameters. Made by archspec 0.1.0.
"""

from torch import Tensor, nn


class X(nn.Module):
    def __init__(self, n: int) -> None:
        super().__init__()
        self.c = nn.Conv2d(10, 10, kernel_size=1)
        self.half_2 = n != 1

    def forward(self, x: Tensor) -> Tensor:
        out = self.c(x)
        x = x + out if self.half_2 else out
        return x


class FooBar(nn.Sequential):
    def __init__(self) -> None:
        layers: list[nn.Module] = []
        in_channels = 8
        for _ in range(20):
            layers += [nn.Conv2d(in_channels, 16, kernel_size=1), nn.ReLU()]
            in_channels = 16
        in_channels_2 = 16
        for out_channels in (1, 2, 3, 4, 8, 5, 6, 7, 8, 9, 10):
            layers += [nn.Conv2d(in_channels_2, out_channels, kernel_size=1), nn.ReLU()]
            in_channels_2 = out_channels
        super().__init__(*layers, X(n=1), X(n=1), X(n=3), nn.Flatten())

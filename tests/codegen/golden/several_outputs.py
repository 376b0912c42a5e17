"""outs.

Input 3x16x16; 1,392 parameters. Made by archspec 0.1.0.
"""

from torch import Tensor, nn


class Outs(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.c2 = nn.Conv2d(3, 8, kernel_size=3, padding=1)
        self.c3 = nn.Conv2d(8, 8, kernel_size=3, padding=1)
        self.c4 = nn.Conv2d(8, 8, kernel_size=3, padding=1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x = self.c2(x)  # 8x16x16
        x = self.c3(x)
        c4 = self.c4(x)
        return x, c4

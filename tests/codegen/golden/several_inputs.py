"""in-and-out.

Input image 3x16x16, tokens 3x16x16; 1,658 parameters. Made by archspec 0.1.0.
"""

from typing import NamedTuple

from torch import Tensor, nn


class Both(nn.Module):
    def forward(self, x: Tensor, stem: Tensor) -> Tensor:
        stem = stem + x
        return stem


class InAndOutOutput(NamedTuple):
    output: dict[str, Tensor]
    count_: Tensor
    deep: Tensor


class InAndOut(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, kernel_size=3, padding=1)
        self.tok = nn.Conv2d(3, 8, kernel_size=3, padding=1)
        self.both = Both()
        self.deep = nn.Conv2d(8, 2, kernel_size=1)
        self.c3 = nn.Conv2d(8, 8, kernel_size=3, padding=1)
        self.a = nn.Conv2d(8, 2, kernel_size=1)
        self.relu = nn.ReLU()
        self.count = nn.Conv2d(2, 2, kernel_size=1)
        self.c4 = nn.Conv2d(8, 8, kernel_size=3, padding=1)

    def forward(
        self, image: Tensor, tokens: Tensor
    ) -> InAndOutOutput | dict[str, Tensor]:
        image = self.stem(image)  # 8x16x16
        tokens = self.tok(tokens)
        tokens = self.both(tokens, image)
        if self.training:
            out = self.deep(tokens)
        tokens = self.c3(tokens)
        if self.training:
            x = self.relu(self.a(tokens))
            x = self.count(x)
        c4 = self.c4(tokens)
        if self.training:
            return InAndOutOutput(
                {"fine": tokens, 'co"arse': c4, "zur\xfcck": image}, x, out
            )
        return {"fine": tokens, 'co"arse': c4, "zur\xfcck": image}

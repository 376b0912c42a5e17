"""Towers.

Input left 20, right 20; 14,704 parameters. Made by archspec 0.1.0.
"""

from torch import Tensor, nn


class PreNorm(nn.Module):
    def __init__(self, in_features: int) -> None:
        super().__init__()
        self.ln1 = nn.LayerNorm(in_features)
        self.fc1 = nn.Linear(in_features, in_features)
        self.gelu1 = nn.GELU()

    def forward(self, x: Tensor) -> Tensor:
        out = self.fc1(self.ln1(x))
        x = self.gelu1(out) + x
        return x


class Tower(nn.Sequential):
    def __init__(self) -> None:
        super().__init__(
            nn.Embedding(100, 16),
            PreNorm(16),
            nn.Linear(16, 32),
            PreNorm(32),
            nn.LSTM(32, 24, batch_first=True, bidirectional=True),
        )

    def forward(self, x: Tensor) -> Tensor:
        x = self[0](x)
        x = self[1](x)
        x = self[2](x)
        x = self[3](x)
        x = self[4](x)[1][0][-2:].transpose(0, 1).flatten(1)
        return x


class Towers(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.tower = Tower()
        self.similarity = nn.CosineSimilarity()

    def forward(self, left: Tensor, right: Tensor) -> Tensor:
        x: Tensor = self.tower(left)  # 48
        out = self.tower(right)
        x = self.similarity(x, out)  # a scalar
        return x

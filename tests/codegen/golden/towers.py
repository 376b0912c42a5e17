"""Towers.

Input left 20, right 20; 14,704 parameters. Made by archspec 0.1.0.
"""

from torch import Tensor, nn


class PreNorm(nn.Module):
    def __init__(self, in_features: int, features: int | None = None) -> None:
        super().__init__()
        if features is None:
            features = in_features
        self.ln1 = nn.LayerNorm(in_features)
        self.fc1 = nn.Linear(in_features, features)
        self.gelu1 = nn.GELU()

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.ln1(x)
        out = self.gelu1(self.fc1(out)) + x
        return out


class Tower(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.add_module("0", nn.Embedding(100, 16))
        self.add_module("1", PreNorm(16))
        self.add_module("2", nn.Linear(16, 32))
        self.add_module("3", PreNorm(32))
        self.add_module("4", nn.LSTM(32, 24, batch_first=True, bidirectional=True))

    def forward(self, x: Tensor) -> Tensor:
        x = getattr(self, "0")(x)
        x = getattr(self, "1")(x)
        x = getattr(self, "2")(x)
        x = getattr(self, "3")(x)
        x = getattr(self, "4")(x)[1][0][-2:].transpose(0, 1).flatten(1)
        return x


class Towers(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.tower = Tower()
        self.similarity = nn.CosineSimilarity()

    def forward(self, left: Tensor, right: Tensor) -> Tensor:
        left = self.tower(left)  # 48
        right = self.tower(right)
        left = self.similarity(left, right)  # a scalar
        return left

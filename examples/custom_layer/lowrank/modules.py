"""The layer as PyTorch runs it."""

from torch import Tensor, nn


class LowRankLinear(nn.Module):
    """A linear layer whose weight is the product of two thin matrices."""

    def __init__(self, in_features: int, out_features: int, rank: int = 8, bias: bool = True) -> None:
        super().__init__()
        self.down = nn.Linear(in_features, rank, bias=False)
        self.up = nn.Linear(rank, out_features, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        return self.up(self.down(x))

"""Reshape.

Input 3x32x32; 412,122 parameters. Made by archspec 0.1.0.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torchvision import ops  # type: ignore[import-untyped,unused-ignore]


class Select(nn.Module):
    """What lies at one place of a dimension."""

    def __init__(self, index: int, dim: int = 1) -> None:
        super().__init__()
        self.index = index
        self.dim = dim

    def forward(self, x: Tensor) -> Tensor:
        return x.select(self.dim, self.index)


class Reshape(nn.Module):
    """Each example in another shape."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.shape = shape

    def forward(self, x: Tensor) -> Tensor:
        return x.reshape(x.shape[0], *self.shape)


class Mean(nn.Module):
    """The mean over one dimension or several."""

    def __init__(self, dim: int | tuple[int, ...], keepdim: bool = False) -> None:
        super().__init__()
        self.dim = dim
        self.keepdim = keepdim

    def forward(self, x: Tensor) -> Tensor:
        return x.mean(self.dim, keepdim=self.keepdim)


class Slice(nn.Module):
    """A part of a dimension."""

    def __init__(
        self, start: int = 0, stop: int | None = None, step: int = 1, dim: int = 1
    ) -> None:
        super().__init__()
        self.slice = slice(start, stop, step)
        self.dim = dim

    def forward(self, x: Tensor) -> Tensor:
        index = [slice(None)] * x.dim()
        index[self.dim] = self.slice
        return x[tuple(index)]


class Chunk(nn.Module):
    """One of the equal parts of a dimension."""

    def __init__(self, chunks: int, index: int, dim: int = 1) -> None:
        super().__init__()
        self.chunks = chunks
        self.index = index
        self.dim = dim

    def forward(self, x: Tensor) -> Tensor:
        return x.chunk(self.chunks, self.dim)[self.index]


class Scaled(nn.Module):
    def __init__(self, in_channels: int, c: int, dim: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, in_channels, kernel_size=3, padding=1)
        self.gamma = nn.Parameter(torch.full((in_channels, 1, 1), 1e-6))
        self.relu1 = nn.ReLU()
        self.scale1 = nn.Parameter(torch.full((in_channels, 1, 1), 0.5))

    def forward(self, x: Tensor) -> Tensor:
        out = self.conv(x)
        out = out * self.gamma + x
        x = self.relu1(out)
        x = x * self.scale1 + out
        return x


class Scales(nn.Module):
    def __init__(self, in_channels: int) -> None:
        super().__init__()
        self.scales = nn.ParameterList(
            nn.Parameter(torch.full((in_channels, 1, 1), 1.0)) for _ in range(3)
        )

    def forward(self, x: Tensor) -> Tensor:
        for scale in self.scales:
            x = x * scale
        return x


class Tok(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.cls = nn.Parameter(torch.zeros((1, 1, 64)))

    def forward(self, x: Tensor) -> Tensor:
        out = self.cls.expand(x.shape[0], -1, -1)
        return torch.cat([out, x], dim=1)


class Pos(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.pos_embedding = nn.Parameter(torch.empty((1, 65, 64)).normal_(std=0.02))

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.pos_embedding.expand(x.shape[0], -1, -1)
        return x


class TransformerBlock(nn.Module):
    def __init__(
        self,
        in_features: int,
        heads: int,
        hidden: int | None = None,
        dropout: float = 0.0,
        attention_dropout: float = 0.0,
        causal: bool = False,
        activation: Callable[..., nn.Module] = nn.GELU,
        eps: float = 1e-5,
    ) -> None:
        super().__init__()
        self.causal = causal
        if hidden is None:
            hidden = 4 * in_features
        self.ln_1 = nn.LayerNorm(in_features, eps)
        self.self_attention = nn.MultiheadAttention(
            in_features, heads, dropout=attention_dropout, batch_first=True
        )
        self.dropout1 = nn.Dropout(dropout)
        self.ln_2 = nn.LayerNorm(in_features, eps)
        self.mlp = nn.Sequential(
            nn.Linear(in_features, hidden),
            activation(),
            nn.Dropout(dropout),
            nn.Linear(hidden, in_features),
            nn.Dropout(dropout),
        )

    def forward(self, x: Tensor) -> Tensor:
        out = self.ln_1(x)
        if self.causal:
            out = self.self_attention(
                out,
                out,
                out,
                need_weights=False,
                attn_mask=nn.Transformer.generate_square_subsequent_mask(
                    out.shape[1], device=out.device
                ),
                is_causal=True,
            )[0]
        else:
            out = self.self_attention(out, out, out, need_weights=False)[0]
        out = self.dropout1(out) + x
        x = self.ln_2(out)
        x = self.mlp(x) + out
        return x


class Seqq(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.add_module("0", nn.Linear(8, 16))
        self.add_module("1", Reshape((4, 4)))
        self.add_module("2", nn.GRU(4, 8, batch_first=True))
        self.add_module("3", nn.MultiheadAttention(8, 2, batch_first=True))
        self.add_module("4", nn.Dropout(0.1))
        self.add_module("5", Slice(stop=2))

    def forward(self, x: Tensor) -> Tensor:
        x = getattr(self, "0")(x)
        x = getattr(self, "1")(x)
        x = getattr(self, "2")(x)[0]
        x = getattr(self, "3")(x, x, x, need_weights=False)[0]
        x = getattr(self, "4")(x)
        x = getattr(self, "5")(x)
        return x


class ReshapeNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.patch = nn.Conv2d(3, 64, kernel_size=4, stride=4)
        self.scaled1 = Scaled(64, c=3)
        self.scaled2 = Scaled(64, c=3)
        self.ss = Scales(64)
        self.box: Any = nn.Module()
        self.box.register_parameter("a-b", nn.Parameter(torch.full((64, 1, 1), 1.0)))
        self.flat = nn.Flatten(start_dim=2)
        self.perm = ops.Permute((0, 2, 1))
        self.tok = Tok()
        self.pos = Pos()
        self.enc = nn.ModuleList(
            TransformerBlock(64, heads=4, causal=True) for _ in range(4)
        )
        self.tenc = nn.TransformerEncoder(
            nn.TransformerEncoderLayer(
                64, 4, dim_feedforward=128, dropout=0.0, batch_first=True
            ),
            2,
            norm=nn.LayerNorm(64),
            enable_nested_tensor=False,
        )  # 64 x 8 x 8
        self.mha = nn.MultiheadAttention(64, 8, batch_first=True)  # 64 x 8 x 8
        self.q = nn.Linear(64, 64)  # 64 x 8 x 8
        self.add_module("x-attn", nn.MultiheadAttention(64, 8, batch_first=True))
        self.lstm = nn.LSTM(64, 32, batch_first=True, bidirectional=True)  # 64 x 8 x 8
        self.sel = Select(0)
        self.mean = Reshape((8, 8))
        self.m = Mean(1, keepdim=True)
        self.seqq = Seqq()
        self.sum = Chunk(chunks=2, index=0)
        self.flat2 = nn.Flatten()
        self.fc = nn.Linear(8, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.patch(x)  # 64x8x8
        x = self.scaled1(x)
        x = self.scaled2(x)
        x = self.ss(x)
        x = x * getattr(self.box, "a-b")
        x = self.flat(x)  # 64x64
        x = self.perm(x)
        x = self.tok(x)  # 65x64
        x = self.pos(x)
        for layer in self.enc:
            x = layer(x)
        x = self.tenc(x)
        x = self.mha(x, x, x, need_weights=False)[0]
        out: Tensor = self.q(x)
        out = getattr(self, "x-attn")(out, x, x, need_weights=False)[0]
        out = self.lstm(out)[0]
        out = self.sel(out)  # 64
        out = self.mean(out)  # 8x8
        out = self.m(out)  # 1x8
        out = self.seqq(out)  # 2x8
        out = self.sum(out)  # 1x8
        out = self.flat2(out)  # 8
        out = self.fc(out)  # 10
        return out

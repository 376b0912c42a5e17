# ruff: noqa: E501
"""Sizes that people write wrong: what they are told, what `--fix` does, and that what they are told is right by torch.

A spec is written in a line, `input | node | node`.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
import torch

import archspec
from archspec import checking
from archspec.checking import Mended, Target
from archspec.source import read

HERE = Path(__file__).parent


class Mistake(NamedTuple):
    wrong: str
    help: str
    right: str
    """The spec with what the help says done."""
    edit: str = ""
    """The spec that `--fix` makes; empty where it changes nothing."""


FLATTEN = "put a Flatten before the Linear"
POOL = (
    "Linear takes the features last: put `AdaptiveAvgPool2d: 1` and `Flatten` before it, "
    "or `Permute: [0, 2, 3, 1]` for each pixel by itself"
)
TURN = "put `Permute: [0, 2, 1]` before it"
SEQUENCE = "put `Flatten: 2` and `Permute: [0, 2, 1]` before it"
TO_FIRST, TO_LAST = "`Permute: [0, 3, 1, 2]`", "`Permute: [0, 2, 3, 1]`"


def if_right(shape: str) -> str:
    return f"; or write {shape}, if the node is as it should be"


MISTAKES = {
    "Linear": [
        Mistake(
            "64x7x7 | Linear: {in_features: 3136, out_features: 10}",
            FLATTEN,
            "64x7x7 | Flatten | Linear: {in_features: 3136, out_features: 10}",
        ),
        Mistake(
            "64x7x7 | Linear: {in_features: 3000, out_features: 10}",
            f"{FLATTEN}: then it gets 64 x 7 x 7 = 3136 features",
            "64x7x7 | Flatten | Linear: {in_features: 3136, out_features: 10}",
        ),
        Mistake(
            "1x12x12 | Conv2d: {out_channels: 16, kernel_size: 5} | MaxPool2d: 2 | ReLU | Linear: {in_features: 16, out_features: 5}",
            POOL,
            "1x12x12 | Conv2d: {out_channels: 16, kernel_size: 5} | MaxPool2d: 2 | ReLU | AdaptiveAvgPool2d: 1 | Flatten | Linear: {in_features: 16, out_features: 5}",
        ),
        Mistake(
            "64x7x7 | Linear: {in_features: 64, out_features: 10}",
            POOL,
            "64x7x7 | Permute: [0, 2, 3, 1] | Linear: {in_features: 64, out_features: 10}",
        ),
        Mistake(
            "1x12x12 | Conv2d: {out_channels: 16, kernel_size: 5} | Flatten | Linear: {in_features: 400, out_features: 5}",
            "write 1024, or leave in_features out and it is inferred",
            "1x12x12 | Conv2d: {out_channels: 16, kernel_size: 5} | Flatten | Linear: {out_features: 5}",
            "1x12x12 | Conv2d: {out_channels: 16, kernel_size: 5} | Flatten | Linear: {in_features: 1024, out_features: 5}",
        ),
        Mistake(
            "1x12x12 | Conv2d: {out_channels: 16, kernel_size: 5} | Flatten | Linear: {in_features: 16, out_features: 5}",
            "put `AdaptiveAvgPool2d: 1` before the Flatten, or write 1024",
            "1x12x12 | Conv2d: {out_channels: 16, kernel_size: 5} | AdaptiveAvgPool2d: 1 | Flatten | Linear: {in_features: 16, out_features: 5}",
        ),
        Mistake(
            "32x7x7 | AdaptiveAvgPool2d: 1 | Linear: {in_features: 32, out_features: 5}",
            FLATTEN,
            "32x7x7 | AdaptiveAvgPool2d: 1 | Flatten | Linear: {in_features: 32, out_features: 5}",
        ),
        Mistake(
            "8x10 | Linear: {in_features: 8, out_features: 4}",
            f"Linear takes the features last: {TURN}",
            "8x10 | Permute: [0, 2, 1] | Linear: {in_features: 8, out_features: 4}",
        ),
        Mistake(
            "8x10 | Linear: {in_features: 11, out_features: 4}",
            "write 10, or leave in_features out and it is inferred",
            "8x10 | Linear: 4",
            "8x10 | Linear: {in_features: 10, out_features: 4}",
        ),
    ],
    "convolution": [
        Mistake(
            "56x56x24 | Conv2d: {in_channels: 24, out_channels: 8, kernel_size: 3}",
            f"Conv2d takes the channels first: put {TO_FIRST} before it",
            "56x56x24 | Permute: [0, 3, 1, 2] | Conv2d: {in_channels: 24, out_channels: 8, kernel_size: 3}",
        ),
        Mistake(
            "32x32x3 | Conv2d: {in_channels: 3, out_channels: 8, kernel_size: 3}",
            "the channels come first: write `input: 3x32x32`",
            "3x32x32 | Conv2d: {in_channels: 3, out_channels: 8, kernel_size: 3}",
        ),
        Mistake(
            "3x32x32 | Conv2d: {in_channels: 32, out_channels: 8, kernel_size: 3}",
            f"Conv2d takes the channels first: put {TO_FIRST} before it; or write 3, if the number is wrong",
            "3x32x32 | Conv2d: {in_channels: 3, out_channels: 8, kernel_size: 3}",
        ),
        Mistake(
            "3x32x32 | Conv2d: {in_channels: 1, out_channels: 8, kernel_size: 3}",
            "write 3, or leave in_channels out and it is inferred",
            "3x32x32 | Conv2d: {out_channels: 8, kernel_size: 3}",
            "3x32x32 | Conv2d: {in_channels: 3, out_channels: 8, kernel_size: 3}",
        ),
        Mistake(
            "9x12 | Conv2d: {out_channels: 8, kernel_size: 3}",
            "write Conv1d",
            "9x12 | Conv1d: {out_channels: 8, kernel_size: 3}",
        ),
        Mistake(
            "9x3x32x32 | Conv2d: {out_channels: 8, kernel_size: 3}",
            "write Conv3d, or leave the 9 out of the input if it is the batch",
            "3x32x32 | Conv2d: {out_channels: 8, kernel_size: 3}",
        ),
        Mistake(
            "3x8x8 | Flatten | Conv2d: {out_channels: 8, kernel_size: 3}",
            "leave out the Flatten before it: Conv2d takes 3x8x8",
            "3x8x8 | Conv2d: {out_channels: 8, kernel_size: 3}",
        ),
        Mistake(
            "784 | Conv2d: {out_channels: 8, kernel_size: 3}",
            "put `Unflatten: {dim: 1, unflattened_size: [1, 28, 28]}` before it",
            "784 | Unflatten: {dim: 1, unflattened_size: [1, 28, 28]} | Conv2d: {out_channels: 8, kernel_size: 3}",
        ),
        Mistake(
            "3x33x33 | Conv2d: {out_channels: 8, kernel_size: 3, stride: 2, padding: same}",
            "write 1, which makes 17x17 of 33x33",
            "3x33x33 | Conv2d: {out_channels: 8, kernel_size: 3, stride: 2, padding: 1} | {Identity: , shape: 8x17x17}",
        ),
        Mistake(
            "3x32x40 | Conv2d: {out_channels: 8, kernel_size: [4, 7], stride: 2, padding: same}",
            "write [1, 3], which makes 16x20 of 32x40",
            "3x32x40 | Conv2d: {out_channels: 8, kernel_size: [4, 7], stride: 2, padding: [1, 3]} | {Identity: , shape: 8x16x20}",
        ),
        Mistake(
            "3x8x8 | {Conv2d: {out_channels: 8, kernel_size: 5}, shape: 8x8x8}",
            f"`padding: 2` makes 8x8x8{if_right('8x4x4')}",
            "3x8x8 | {Conv2d: {out_channels: 8, kernel_size: 5, padding: 2}, shape: 8x8x8}",
        ),
        Mistake(
            "3x8x8 | {Conv2d: {out_channels: 8, kernel_size: [1, 7]}, shape: 8x8x8}",
            f"`padding: [0, 3]` makes 8x8x8{if_right('8x8x2')}",
            "3x8x8 | {Conv2d: {out_channels: 8, kernel_size: [1, 7], padding: [0, 3]}, shape: 8x8x8}",
        ),
    ],
    "transposed": [
        Mistake(
            "10 | Linear: 6272 | ConvTranspose2d: {in_channels: 128, out_channels: 4, kernel_size: 4, stride: 2}",
            "put `Unflatten: {dim: 1, unflattened_size: [128, 7, 7]}` before it",
            "10 | Linear: 6272 | Unflatten: {dim: 1, unflattened_size: [128, 7, 7]} | ConvTranspose2d: {in_channels: 128, out_channels: 4, kernel_size: 4, stride: 2}",
        ),
        Mistake(
            "100 | ConvTranspose2d: {in_channels: 100, out_channels: 4, kernel_size: 4}",
            "put `Unflatten: {dim: 1, unflattened_size: [100, 1, 1]}` before it",
            "100 | Unflatten: {dim: 1, unflattened_size: [100, 1, 1]} | ConvTranspose2d: {in_channels: 100, out_channels: 4, kernel_size: 4}",
        ),
        Mistake(
            "3x8x8 | {Conv2d: {out_channels: 8, kernel_size: 4, stride: 2, padding: 1}, shape: 8x16x16}",
            f"ConvTranspose2d makes 8x16x16{if_right('8x4x4')}",
            "3x8x8 | {ConvTranspose2d: {out_channels: 8, kernel_size: 4, stride: 2, padding: 1}, shape: 8x16x16}",
        ),
        Mistake(
            "3x8x8 | {Conv2d: {out_channels: 8, kernel_size: 3, stride: 2, padding: 1}, shape: 8x16x16}",
            f"ConvTranspose2d with `output_padding: 1` makes 8x16x16{if_right('8x4x4')}",
            "3x8x8 | {ConvTranspose2d: {out_channels: 8, kernel_size: 3, stride: 2, padding: 1, output_padding: 1}, shape: 8x16x16}",
        ),
        Mistake(
            "3x8x9 | {ConvTranspose2d: {out_channels: 8, kernel_size: 2, stride: 2}, shape: 8x17x18}",
            f"`output_padding: [1, 0]` makes 8x17x18{if_right('8x16x18')}",
            "3x8x9 | {ConvTranspose2d: {out_channels: 8, kernel_size: 2, stride: 2, output_padding: [1, 0]}, shape: 8x17x18}",
        ),
        Mistake(
            "9x8x8 | ConvTranspose1d: {in_channels: 9, out_channels: 8, kernel_size: [2], stride: 2}",
            "write ConvTranspose2d",
            "9x8x8 | ConvTranspose2d: {in_channels: 9, out_channels: 8, kernel_size: 2, stride: 2}",
        ),
    ],
    "normalization": [
        Mistake(
            "36x20 | BatchNorm1d: {num_features: 20}",
            f"BatchNorm1d takes the channels first: {TURN}, and again after it",
            "36x20 | Permute: [0, 2, 1] | BatchNorm1d: {num_features: 20} | Permute: [0, 2, 1]",
        ),
        Mistake("256 | BatchNorm2d", "write BatchNorm1d", "256 | BatchNorm1d"),
        Mistake(
            "16x8x8 | BatchNorm1d: {num_features: 16}",
            "write BatchNorm2d",
            "16x8x8 | BatchNorm2d: {num_features: 16}",
        ),
        Mistake(
            "16x4x4 | BatchNorm1d: {num_features: 256}",
            "put `Flatten` before it",
            "16x4x4 | Flatten | BatchNorm1d: {num_features: 256}",
        ),
        Mistake("16x100 | InstanceNorm2d", "write InstanceNorm1d", "16x100 | InstanceNorm1d"),
        Mistake(
            "8x8x16 | GroupNorm: {num_groups: 4, num_channels: 16}",
            f"GroupNorm takes the channels first: put {TO_FIRST} before it, and {TO_LAST} after it",
            "8x8x16 | Permute: [0, 3, 1, 2] | GroupNorm: {num_groups: 4, num_channels: 16} | Permute: [0, 2, 3, 1]",
        ),
        Mistake(
            "7x7x16 | GroupNorm: {num_groups: 4, num_channels: 16}",
            f"GroupNorm takes the channels first: put {TO_FIRST} before it, and {TO_LAST} after it",
            "7x7x16 | Permute: [0, 3, 1, 2] | GroupNorm: {num_groups: 4, num_channels: 16} | Permute: [0, 2, 3, 1]",
        ),
        Mistake(
            "96x5x5 | LayerNorm: {normalized_shape: 96}",
            "write LayerNorm2d: with it 96 is right for 96x5x5",
            "96x5x5 | LayerNorm2d: {normalized_shape: 96}",
        ),
        Mistake(
            "64x100 | LayerNorm: {normalized_shape: 64}",
            f"LayerNorm takes the features last: {TURN}, and again after it",
            "64x100 | Permute: [0, 2, 1] | LayerNorm: {normalized_shape: 64} | Permute: [0, 2, 1]",
        ),
        Mistake(
            "8x6x6 | LayerNorm: {normalized_shape: [8, 5, 5]}",
            "write [8, 6, 6], or leave normalized_shape out and it is inferred",
            "8x6x6 | LayerNorm",
            "8x6x6 | LayerNorm: {normalized_shape: [8, 6, 6]}",
        ),
        Mistake(
            "16x8x8 | BatchNorm2d: {num_features: 32}",
            "write 16, or leave num_features out and it is inferred",
            "16x8x8 | BatchNorm2d",
            "16x8x8 | BatchNorm2d: {num_features: 16}",
        ),
        Mistake("16 | LayerNorm2d", "write LayerNorm", "16 | LayerNorm"),
    ],
    "attention": [
        Mistake(
            "64x49 | MultiheadAttention: {embed_dim: 64, num_heads: 8}",
            f"MultiheadAttention takes the features last: {TURN}",
            "64x49 | Permute: [0, 2, 1] | MultiheadAttention: {embed_dim: 64, num_heads: 8} | Permute: [0, 2, 1]",
        ),
        Mistake(
            "64x7x7 | Tanh | Conv2d: {out_channels: 64, kernel_size: 1} | MultiheadAttention: 8",
            SEQUENCE,
            "64x7x7 | Tanh | Conv2d: {out_channels: 64, kernel_size: 1} | Flatten: 2 | Permute: [0, 2, 1] | MultiheadAttention: 8",
        ),
        Mistake(
            "9x64 | MultiheadAttention: {embed_dim: 32, num_heads: 8}",
            "write 64, or leave embed_dim out and it is inferred",
            "9x64 | MultiheadAttention: 8",
            "9x64 | MultiheadAttention: {embed_dim: 64, num_heads: 8}",
        ),
        Mistake(
            "32x9x64 | TransformerEncoderLayer: {d_model: 64, nhead: 8}",
            "leave the 32 out of the input if it is the batch",
            "9x64 | TransformerEncoderLayer: {d_model: 64, nhead: 8}",
        ),
    ],
    "recurrent": [
        Mistake(
            "8x100 | Conv1d: {out_channels: 32, kernel_size: 3} | LSTM: {input_size: 32, hidden_size: 4}",
            f"LSTM takes the features last: {TURN}",
            "8x100 | Conv1d: {out_channels: 32, kernel_size: 3} | Permute: [0, 2, 1] | LSTM: {input_size: 32, hidden_size: 4}",
        ),
        Mistake(
            "1x8x25 | Conv2d: {out_channels: 4, kernel_size: 1} | GRU: {input_size: 32, hidden_size: 4}",
            "put `Permute: [0, 3, 1, 2]` and `Flatten: 2` before it",
            "1x8x25 | Conv2d: {out_channels: 4, kernel_size: 1} | Permute: [0, 3, 1, 2] | Flatten: 2 | GRU: {input_size: 32, hidden_size: 4}",
        ),
        Mistake(
            "32x10x8 | LSTM: 4",
            f"leave the 32 out of the input if it is the batch, or {SEQUENCE}",
            "10x8 | LSTM: 4",
        ),
        Mistake(
            "10x8 | LSTM: 4 | Flatten | Linear: {in_features: 4, out_features: 2}",
            "leave out the Flatten before it, or write 40",
            "10x8 | LSTM: 4 | Linear: {in_features: 4, out_features: 2}",
        ),
        Mistake(
            "10x8 | LSTM: {hidden_size: 4, bidirectional: true} | Linear: {in_features: 4, out_features: 2}",
            "write 8, or leave in_features out and it is inferred",
            "10x8 | LSTM: {hidden_size: 4, bidirectional: true} | Linear: 2",
            "10x8 | LSTM: {hidden_size: 4, bidirectional: true} | Linear: {in_features: 8, out_features: 2}",
        ),
    ],
    "embedding": [
        Mistake(
            "{tokens: {shape: [12], dtype: int64}} | Embedding: {num_embeddings: 9, embedding_dim: 16} | Conv1d: {in_channels: 16, out_channels: 4, kernel_size: 3}",
            f"Conv1d takes the channels first: {TURN}",
            "{tokens: {shape: [12], dtype: int64}} | Embedding: {num_embeddings: 9, embedding_dim: 16} | Permute: [0, 2, 1] | Conv1d: {in_channels: 16, out_channels: 4, kernel_size: 3}",
        ),
        Mistake(
            "{tokens: {shape: [12], dtype: int64}} | Embedding: {num_embeddings: 9, embedding_dim: 16} | Linear: {in_features: 192, out_features: 4}",
            FLATTEN,
            "{tokens: {shape: [12], dtype: int64}} | Embedding: {num_embeddings: 9, embedding_dim: 16} | Flatten | Linear: {in_features: 192, out_features: 4}",
        ),
        Mistake(
            "{tokens: {shape: [12], dtype: int64}} | Embedding: {num_embeddings: 9, embedding_dim: 16} | LSTM: {input_size: 9, hidden_size: 4}",
            "write 16, or leave input_size out and it is inferred",
            "{tokens: {shape: [12], dtype: int64}} | Embedding: {num_embeddings: 9, embedding_dim: 16} | LSTM: 4",
            "{tokens: {shape: [12], dtype: int64}} | Embedding: {num_embeddings: 9, embedding_dim: 16} | LSTM: {input_size: 16, hidden_size: 4}",
        ),
    ],
    "pooling, padding, dropout": [
        Mistake("16x100 | MaxPool2d: 2", "write MaxPool1d", "16x100 | MaxPool1d: 2"),
        Mistake("16x100 | AdaptiveAvgPool2d: 1", "write AdaptiveAvgPool1d", "16x100 | AdaptiveAvgPool1d: 1"),
        Mistake("16x100 | ZeroPad2d: 1", "write ZeroPad1d", "16x100 | ZeroPad1d: 1"),
        Mistake("256 | Dropout3d", "write Dropout", "256 | Dropout"),
        Mistake(
            "16x4x4 | Conv2d: {out_channels: 4, kernel_size: 1} | Dropout1d",
            "write Dropout2d",
            "16x4x4 | Conv2d: {out_channels: 4, kernel_size: 1} | Dropout2d",
        ),
        Mistake(
            "16x4x4 | Flatten | AdaptiveAvgPool2d: 1",
            "leave out the Flatten before it: AdaptiveAvgPool2d takes 16x4x4",
            "16x4x4 | AdaptiveAvgPool2d: 1",
        ),
        Mistake(
            "3x7x7 | {MaxPool2d: 2, shape: 3x4x4}",
            f"`ceil_mode: true` makes 3x4x4{if_right('3x3x3')}",
            "3x7x7 | {MaxPool2d: {kernel_size: 2, ceil_mode: true}, shape: 3x4x4}",
        ),
        Mistake(
            "3x9x9 | {MaxPool2d: 3, shape: 3x4x4}",
            f"`stride: 2` makes 3x4x4{if_right('3x3x3')}",
            "3x9x9 | {MaxPool2d: {kernel_size: 3, stride: 2}, shape: 3x4x4}",
        ),
        Mistake(
            "3x8x8 | {Upsample: 2, shape: 3x32x32}",
            f"`scale_factor: 4` makes 3x32x32{if_right('3x16x16')}",
            "3x8x8 | {Upsample: 4, shape: 3x32x32}",
        ),
    ],
    "branches": [
        Mistake(
            "3x16x16 | residual: [Conv2d: {out_channels: 3, kernel_size: 3}, ReLU]",
            "`padding: 1` in the Conv2d makes 3x16x16; or give the residual a shortcut that makes 3x14x14",
            "3x16x16 | residual: [Conv2d: {out_channels: 3, kernel_size: 3, padding: 1}, ReLU]",
        ),
        Mistake(
            "3x16x16 | residual: {body: {Conv2d: {out_channels: 8, kernel_size: 3, stride: 2, padding: 1}}, shortcut: {Conv2d: {out_channels: 8, kernel_size: 1}}}",
            "`stride: 2` in the Conv2d makes 8x8x8",
            "3x16x16 | residual: {body: {Conv2d: {out_channels: 8, kernel_size: 3, stride: 2, padding: 1}}, shortcut: {Conv2d: {out_channels: 8, kernel_size: 1, stride: 2}}}",
        ),
        Mistake(
            "3x16x16 | concat: [Conv2d: {out_channels: 8, kernel_size: 1}, Conv2d: {out_channels: 4, kernel_size: 5}]",
            "`padding: 2` in the Conv2d makes 4x16x16",
            "3x16x16 | concat: [Conv2d: {out_channels: 8, kernel_size: 1}, Conv2d: {out_channels: 4, kernel_size: 5, padding: 2}]",
        ),
        Mistake(
            "3x16x16 | add: [Conv2d: {out_channels: 3, kernel_size: 1}, MaxPool2d: {kernel_size: 3, stride: 1}]",
            "`padding: 1` in the MaxPool2d makes 3x16x16",
            "3x16x16 | add: [Conv2d: {out_channels: 3, kernel_size: 1}, MaxPool2d: {kernel_size: 3, stride: 1, padding: 1}]",
        ),
        Mistake(
            "3x16x16 | dense: [Conv2d: {out_channels: 8, kernel_size: 3}]",
            "`padding: 1` in the Conv2d makes 8x16x16",
            "3x16x16 | dense: [Conv2d: {out_channels: 8, kernel_size: 3, padding: 1}]",
        ),
        Mistake(
            "8x16 | residual: [Linear: 16, Linear: 8]",
            "`out_features: 16` in the Linear makes 8x16; or give the residual a shortcut that makes 8x8",
            "8x16 | residual: [Linear: 16, Linear: 16]",
        ),
    ],
    "reshape": [
        Mistake(
            "20 | {Linear: 32, shape: 16}",
            f"`out_features: 16` makes 16{if_right('32')}",
            "20 | {Linear: 16, shape: 16}",
        ),
        Mistake(
            "6272 | Unflatten: {dim: 1, unflattened_size: [64, 7, 7]}",
            "64 x 7 x 7 = 3136, not 6272: write [128, 7, 7]",
            "6272 | Unflatten: {dim: 1, unflattened_size: [128, 7, 7]}",
        ),
        Mistake(
            "3000 | Unflatten: {dim: 1, unflattened_size: [64, 7, 7]}",
            "64 x 7 x 7 = 3136, not 3000; one size may be -1",
            "3000 | Unflatten: {dim: 1, unflattened_size: [60, -1]}",
        ),
        Mistake(
            "16x8x8 | Reshape: [64, 7, 7]",
            "64 x 7 x 7 = 3136, not 1024: write [64, 4, 4]",
            "16x8x8 | Reshape: [64, 4, 4]",
        ),
        Mistake("100 | Reshape: [7, -1]", "7 does not divide 100", "100 | Reshape: [5, -1]"),
        Mistake(
            "16x5x5 | {Conv2d: {out_channels: 4, kernel_size: 1}, shape: 100}",
            f"`Flatten` behind it makes 100{if_right('4x5x5')}",
            "16x5x5 | Conv2d: {out_channels: 4, kernel_size: 1} | {Flatten: , shape: 100}",
        ),
        Mistake(
            "10x16 | {Linear: 32, shape: 32x10}",
            f"`Permute: [0, 2, 1]` behind it makes 32x10{if_right('10x32')}",
            "10x16 | Linear: 32 | {Permute: [0, 2, 1], shape: 32x10}",
        ),
    ],
}
ALL = {mistake.wrong: mistake for family in MISTAKES.values() for mistake in family}


def text(line: str) -> str:
    """A spec that is written in a line."""
    input, *nodes = line.split(" | ")
    return f"input: {input}\nmodel:\n" + "".join(f"  - {node}\n" for node in nodes)


def fixed(path: Path) -> Mended:
    targets = [Target(read(path, path.name), path.parent)]
    return checking.fix(targets, checking.check(targets))


@pytest.mark.parametrize("mistake", ALL.values(), ids=ALL)
def test_what_is_said(mistake: Mistake) -> None:
    with pytest.raises(archspec.SpecError) as caught:
        archspec.analyze(archspec.Source(text(mistake.wrong)))
    assert [d.help for d in caught.value.diagnostics] == [mistake.help]


@pytest.mark.parametrize("mistake", ALL.values(), ids=ALL)
def test_what_is_said_is_right_by_torch(mistake: Mistake) -> None:
    spec = archspec.Source(text(mistake.right))
    graph = archspec.analyze(spec)
    net = archspec.build(spec)
    ((_, type),) = graph.inputs.items()
    x = torch.ones(2, *type.shape, dtype=getattr(torch, type.dtype))
    assert str(graph.output) == "x".join(map(str, net(x).shape[1:]))


@pytest.mark.parametrize("mistake", ALL.values(), ids=ALL)
def test_what_fix_does(tmp_path: Path, mistake: Mistake) -> None:
    """A number is changed where that makes the spec right, and nowhere else; what is left has a reason."""
    path = tmp_path / "spec.yaml"
    path.write_text(text(mistake.wrong))
    mended = fixed(path)
    assert path.read_text() == text(mistake.edit or mistake.wrong)
    assert bool(mended.checked.diagnostics) == (not mistake.edit)
    assert all(reason for _, reason in mended.left)


@pytest.mark.parametrize(
    ("case", "message", "help", "reason"),
    [
        (
            "axis_batchnorm1d",
            "BatchNorm1d gets 36 channels, not 2048",
            f"BatchNorm1d takes the channels first: {TURN}, and again after it",
            "2048 is another size of 36x2048",
        ),
        (
            "axis_lstm_conv1d",
            "Conv1d gets 10 channels, not 16",
            f"Conv1d takes the channels first: {TURN}",
            "16 is another size of 10x16",
        ),
        (
            "assertion_output_padding",
            "the shape is 128x23x23, not 128x24x24",
            f"`output_padding: 1` makes 128x24x24{if_right('128x23x23')}",
            "an assertion is its author's word",
        ),
    ],
)
def test_cases(tmp_path: Path, case: str, message: str, help: str, reason: str) -> None:
    before = (HERE / f"{case}.yaml").read_text()
    path = tmp_path / "spec.yaml"
    path.write_text(before)
    mended = fixed(path)
    assert [(d.message, d.help, why) for d, why in mended.left] == [(message, help, reason)]
    assert path.read_text() == before


def test_a_size_that_is_right_for_one_call_is_not_changed_for_another(tmp_path: Path) -> None:
    spec = """\
input: 20x36
blocks:
  Norm: {body: [BatchNorm1d: {num_features: 20}]}
model:
  - Norm
  - Permute: [0, 2, 1]
  - Norm
"""
    path = tmp_path / "spec.yaml"
    path.write_text(spec)
    ((diagnostic, reason),) = fixed(path).left
    assert diagnostic.help == f"BatchNorm1d takes the channels first: {TURN}, and again after it"
    assert reason == "20 is another size of 36x20"
    assert path.read_text() == spec


def test_what_follows_a_tensor_that_was_not_meant_is_not_complained_about() -> None:
    spec = "36x20 | BatchNorm1d: {num_features: 20} | Linear: {in_features: 7, out_features: 5}"
    with pytest.raises(archspec.SpecError) as caught:
        archspec.analyze(archspec.Source(text(spec)))
    assert [d.rule for d in caught.value.diagnostics] == ["norm-num-features"]


def test_two_tensors_in_the_other_order() -> None:
    spec = """\
input: {a: 4, b: 6}
model:
  - {from: [b, a], Bilinear: {in1_features: 4, in2_features: 6, out_features: 3}}
"""
    with pytest.raises(archspec.SpecError) as caught:
        archspec.analyze(archspec.Source(spec))
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.help == "name the tensors of its `from` in the other order"
    assert diagnostic.fix is None
    archspec.analyze(archspec.Source(spec.replace("[b, a]", "[a, b]")))

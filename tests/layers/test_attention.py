"""Attention and transformers: how they are made and called, and what is said of wrong ones."""

from __future__ import annotations

from typing import Any

import pytest

from archspec.graph import TensorType
from archspec.layers import lookup
from tests.layers.messages import refusal
from tests.layers.source import source

MASK = "nn.Transformer.generate_square_subsequent_mask(x0.shape[1], device=x0.device)"


@pytest.mark.parametrize(
    ("kind", "arguments", "shapes", "made", "call"),
    [
        ("MultiheadAttention", {"num_heads": 2}, [(5, 8)], "nn.MultiheadAttention(8, 2, batch_first=True)",
         "self.node(x0, x0, x0, need_weights=False)[0]"),
        ("MultiheadAttention", {"num_heads": 2}, [(5, 8), (7, 6)],
         "nn.MultiheadAttention(8, 2, kdim=6, vdim=6, batch_first=True)",
         "self.node(x0, x1, x1, need_weights=False)[0]"),
        ("MultiheadAttention", {"num_heads": 2}, [(5, 8), (7, 8), (7, 4)],
         "nn.MultiheadAttention(8, 2, kdim=8, vdim=4, batch_first=True)",
         "self.node(x0, x1, x2, need_weights=False)[0]"),
        ("MultiheadAttention", {"num_heads": 2, "is_causal": True}, [(5, 8)],
         "nn.MultiheadAttention(8, 2, batch_first=True)",
         f"self.node(x0, x0, x0, need_weights=False, attn_mask={MASK}, is_causal=True)[0]"),
        ("TransformerEncoderLayer", {"nhead": 2}, [(5, 8)], "nn.TransformerEncoderLayer(8, 2, batch_first=True)",
         "self.node(x0)"),
        ("TransformerEncoder", {"nhead": 2, "num_layers": 3, "norm": True, "bias": False}, [(5, 8)],
         "nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, batch_first=True, bias=False), 3, "
         "norm=nn.LayerNorm(8, bias=False), enable_nested_tensor=False)", "self.node(x0)"),
        ("TransformerDecoder", {"nhead": 2, "num_layers": 3, "tgt_is_causal": True}, [(5, 8), (7, 8)],
         "nn.TransformerDecoder(nn.TransformerDecoderLayer(8, 2, batch_first=True), 3)",
         f"self.node(x0, x1, tgt_mask={MASK}, tgt_is_causal=True)"),
        ("Transformer", {"tgt_is_causal": True}, [(5, 8), (7, 8)], "nn.Transformer(8, batch_first=True)",
         f"self.node(x0, x1, tgt_mask={MASK.replace('x0', 'x1')}, tgt_is_causal=True)"),
    ],
)  # fmt: skip
def test_source(kind: str, arguments: dict[str, Any], shapes: list[Any], made: str, call: str) -> None:
    layer = lookup(kind)
    assert layer is not None
    text = source(layer.model_validate(arguments), *map(TensorType, shapes))
    assert f"self.node = {made}\n" in text
    assert f"return {call}\n" in text


@pytest.mark.parametrize(
    ("kind", "arguments", "shapes", "rule", "argument", "message"),
    [
        ("MultiheadAttention", {"num_heads": 3}, [(4, 8)], "argument-value", "num_heads",
         "MultiheadAttention cannot split 8 features into 3 heads"),
        ("MultiheadAttention", {"num_heads": 2, "embed_dim": 6}, [(4, 8)], "inferred-size", "embed_dim",
         "MultiheadAttention gets 8 features, not 6"),
        ("MultiheadAttention", {"num_heads": 2, "kdim": 7}, [(4, 8), (5, 6)], "inferred-size", "kdim",
         "MultiheadAttention gets 6 features, not 7"),
        ("MultiheadAttention", {"num_heads": 2}, [(4, 8), (5, 8), (6, 8)], "layer-arguments", None,
         "MultiheadAttention takes as many keys as values, not 5 and 6"),
        ("MultiheadAttention", {"num_heads": 2, "is_causal": True}, [(4, 8), (5, 8)], "layer-arguments", "is_causal",
         "is_causal is for a query and a key of one length, not 4 and 5"),
        ("MultiheadAttention", {"num_heads": 2}, [(8, 4, 4)], "input-rank", None,
         "MultiheadAttention takes length x features, not 8x4x4"),
        ("TransformerEncoderLayer", {"nhead": 3}, [(4, 8)], "argument-value", "nhead",
         "TransformerEncoderLayer cannot split 8 features into 3 heads"),
        ("TransformerEncoderLayer", {"nhead": 2, "activation": "swish"}, [(4, 8)], "argument-value", "activation",
         "activation must be relu or gelu, not 'swish'"),
        ("TransformerEncoder", {"nhead": 2, "num_layers": 1, "batch_first": False}, [(4, 8)], "batch-dimension",
         "batch_first", "batch_first must be true: the batch is the first dimension everywhere"),
        ("TransformerDecoderLayer", {"nhead": 2}, [(4, 8), (5, 6)], "layer-arguments", None,
         "TransformerDecoderLayer takes two sequences with the same features, not 8 and 6"),
        ("Transformer", {"d_model": 16}, [(4, 8), (5, 8)], "inferred-size", "d_model",
         "Transformer gets 8 features, not 16"),
    ],
)  # fmt: skip
def test_messages(
    kind: str, arguments: dict[str, Any], shapes: list[Any], rule: str, argument: str | None, message: str
) -> None:
    error = refusal(kind, arguments, *map(TensorType, shapes))
    assert (error.rule, error.argument, error.message) == (rule, argument, message)

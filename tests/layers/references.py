"""What torch has for the kinds that are no module of their own, or whose module does not simply make a tensor.

This is written without a look at archspec's own `construction`, `call` and `source`, which are compared with it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torchvision import ops

from archspec.graph import TensorType

Arguments = dict[str, Any]


class Callee(NamedTuple):
    """A module, or learnable tensor, and what makes a tensor with it."""

    node: nn.Module | nn.Parameter
    forward: Callable[..., Any]
    tokens: bool = False
    """Whether its integers are tokens, which must be small."""

    @classmethod
    def of(cls, module: nn.Module) -> Callee:
        return cls(module, module)


Maker = Callable[[Arguments, Sequence[TensorType]], Callee]


def reference(kind: str, arguments: Mapping[str, Any], inputs: Sequence[TensorType]) -> Callee | None:
    """None for a kind that is its torch module, called with the inputs."""
    if kind not in REFERENCES:
        return None
    return REFERENCES[kind](dict(arguments), inputs)


def _layers(kind: str) -> Maker:
    def make(arguments: Arguments, inputs: Sequence[TensorType]) -> Callee:
        passed = arguments.pop("output", "sequence")
        module = getattr(nn, kind)(**_batch_first(arguments))

        def forward(x: Tensor) -> Tensor:
            sequence, state = module(x)
            if passed == "sequence":
                return sequence
            if passed == "last":
                return sequence.select(1, sequence.shape[1] - 1)
            hidden = state[0] if isinstance(state, tuple) else state
            directions = 2 if module.bidirectional else 1
            final = hidden.view(module.num_layers, directions, *hidden.shape[1:])[-1]
            return torch.cat(list(final), dim=1)

        return Callee(module, forward)

    return make


def _lstm_cell(arguments: Arguments, inputs: Sequence[TensorType]) -> Callee:
    passed = ("hidden", "cell").index(arguments.pop("output", "hidden"))
    module = nn.LSTMCell(**arguments)
    return Callee(module, lambda x, *states: module(x, states or None)[passed])


def _embedding(arguments: Arguments, inputs: Sequence[TensorType]) -> Callee:
    module = nn.Embedding(**arguments)
    return Callee(module, module, tokens=True)


def _embedding_bag(arguments: Arguments, inputs: Sequence[TensorType]) -> Callee:
    module = nn.EmbeddingBag(**arguments)
    return Callee(module, lambda x, *weights: module(x, None, *weights), tokens=True)


def _batch_first(arguments: Arguments) -> Arguments:
    return {"batch_first": True} | arguments


def _causal(length: int) -> Tensor:
    """True where a step must not look."""
    return torch.ones(length, length, dtype=torch.bool).triu(1)


def _attention(arguments: Arguments, inputs: Sequence[TensorType]) -> Callee:
    is_causal = arguments.pop("is_causal", False)
    if len(inputs) == 1 or (arguments["kdim"] == arguments["vdim"] == arguments["embed_dim"]):
        del arguments["kdim"], arguments["vdim"]
    module = nn.MultiheadAttention(**_batch_first(arguments))

    def forward(query: Tensor, *others: Tensor) -> Tensor:
        key = others[0] if others else query
        value = others[-1] if others else query
        if is_causal and key.shape[1] != query.shape[1]:
            raise ValueError("is_causal is archspec's own, and for one length")
        mask = _causal(query.shape[1]) if is_causal else None
        output, _ = module(query, key, value, need_weights=False, attn_mask=mask)
        return output

    return Callee(module, forward)


def _encoder_layer(arguments: Arguments, inputs: Sequence[TensorType]) -> Callee:
    is_causal = arguments.pop("is_causal", False)
    module = nn.TransformerEncoderLayer(**_batch_first(arguments))
    return Callee(module, lambda x: module(x, _causal(x.shape[1]) if is_causal else None))


def _decoder_layer(arguments: Arguments, inputs: Sequence[TensorType]) -> Callee:
    is_causal = arguments.pop("tgt_is_causal", False)
    module = nn.TransformerDecoderLayer(**_batch_first(arguments))
    return Callee(module, lambda x, memory: module(x, memory, _causal(x.shape[1]) if is_causal else None))


def _encoder(arguments: Arguments, inputs: Sequence[TensorType]) -> Callee:
    is_causal, norm, layer = _stack(nn.TransformerEncoderLayer, arguments)
    module = nn.TransformerEncoder(layer, arguments["num_layers"], norm, enable_nested_tensor=False)
    # told so, torch does not look into the mask, which has no values on the meta device
    return Callee(module, lambda x: module(x, _causal(x.shape[1]) if is_causal else None, is_causal=False))


def _decoder(arguments: Arguments, inputs: Sequence[TensorType]) -> Callee:
    is_causal, norm, layer = _stack(nn.TransformerDecoderLayer, arguments)
    module = nn.TransformerDecoder(layer, arguments["num_layers"], norm)

    def forward(x: Tensor, memory: Tensor) -> Tensor:
        return module(x, memory, _causal(x.shape[1]) if is_causal else None, tgt_is_causal=False)

    return Callee(module, forward)


def _stack(kind: type[nn.Module], arguments: Arguments) -> tuple[bool, nn.Module | None, Any]:
    is_causal = arguments.get("is_causal", False) or arguments.get("tgt_is_causal", False)
    others = {"num_layers", "norm", "is_causal", "tgt_is_causal"}
    layer = kind(**_batch_first({name: value for name, value in arguments.items() if name not in others}))
    norm = None
    if arguments.get("norm"):
        norm = nn.LayerNorm(
            arguments["d_model"], eps=arguments.get("layer_norm_eps", 1e-5), bias=arguments.get("bias", True)
        )
    return is_causal, norm, layer


def _transformer(arguments: Arguments, inputs: Sequence[TensorType]) -> Callee:
    is_causal = arguments.pop("tgt_is_causal", False)
    module = nn.Transformer(**_batch_first(arguments))

    def forward(source: Tensor, target: Tensor) -> Tensor:
        return module(source, target, tgt_mask=_causal(target.shape[1]) if is_causal else None, tgt_is_causal=False)

    return Callee(module, forward)


def _squeeze_excitation(arguments: Arguments, inputs: Sequence[TensorType]) -> Callee:
    kinds = {name: getattr(nn, arguments.pop(name)) for name in ("activation", "scale_activation") if name in arguments}
    return Callee.of(ops.SqueezeExcitation(**arguments, **kinds))


def _deform_conv(arguments: Arguments, inputs: Sequence[TensorType]) -> Callee:
    stride = arguments.get("stride", 1)
    if 0 in (stride, *(stride if isinstance(stride, tuple) else ())):
        raise ZeroDivisionError("which torchvision does, and the process ends")
    return Callee.of(ops.DeformConv2d(**arguments))


def _function(of: Callable[..., Any]) -> Maker:
    """A kind that has nothing to learn."""

    def make(arguments: Arguments, inputs: Sequence[TensorType]) -> Callee:
        return Callee(nn.Identity(), lambda x: of(x, **arguments))

    return make


def _reshape(x: Tensor, shape: tuple[int, ...]) -> Tensor:
    return torch.stack([example.reshape(shape) for example in x])


def _mean(x: Tensor, dim: int | tuple[int, ...], keepdim: bool = False) -> Tensor:
    if dim == ():
        raise ValueError("torch would take the mean over all")
    return torch.mean(x, dim, keepdim)


def _select(x: Tensor, index: int, dim: int = 1) -> Tensor:
    return torch.select(x, dim, index)


def _slice(x: Tensor, start: int = 0, stop: int | None = None, step: int = 1, dim: int = 1) -> Tensor:
    size = x.shape[dim]
    if any(place is not None and not -size <= place <= size for place in (start, stop)):
        raise IndexError("Python would take what there is")
    if step < 1:
        raise ValueError("torch knows no steps backwards")
    return x.index_select(dim, torch.arange(size)[start:stop:step])


def _chunk(x: Tensor, chunks: int, index: int, dim: int = 1) -> Tensor:
    return torch.chunk(x, chunks, dim)[index]


def _scale(arguments: Arguments, inputs: Sequence[TensorType]) -> Callee:
    channels, dim = arguments["num_channels"], arguments.get("dim", 1)
    rank = 1 + len(inputs[0].shape)
    weight = nn.Parameter(torch.ones(channels, *[1] * (rank - 1 - dim % rank)).fill_(arguments.get("init", 1.0)))

    def forward(x: Tensor) -> Tensor:
        if x.shape[dim] != channels:
            raise ValueError("torch would broadcast")
        return (x.transpose(dim, -1) * weight.flatten()).transpose(dim, -1)

    return Callee(weight, forward)


def _parameter(arguments: Arguments, inputs: Sequence[TensorType]) -> Callee:
    init = arguments.get("init", "zeros")
    if "std" in arguments and (init in ("zeros", "ones") or not 0 < arguments["std"] < math.inf):
        raise ValueError("archspec's own")
    weight = nn.Parameter(torch.zeros(1, *arguments["shape"]))
    with torch.no_grad():
        if init == "ones":
            weight.fill_(1)
        elif init == "normal":
            nn.init.normal_(weight, std=arguments.get("std", 0.02))
        elif init == "trunc_normal":
            nn.init.trunc_normal_(weight, std=arguments.get("std", 0.02))
    return Callee(weight, lambda x: torch.cat([weight for _ in x]))


def _layer_norm_2d(arguments: Arguments, inputs: Sequence[TensorType]) -> Callee:
    if not isinstance(arguments["normalized_shape"], int):
        raise TypeError("archspec's own is for the channels alone")
    module = nn.LayerNorm(**arguments)
    return Callee(module, lambda x: module(x.movedim(1, -1)).movedim(-1, 1))


REFERENCES: dict[str, Maker] = {
    "RNN": _layers("RNN"),
    "LSTM": _layers("LSTM"),
    "GRU": _layers("GRU"),
    "LSTMCell": _lstm_cell,
    "Embedding": _embedding,
    "EmbeddingBag": _embedding_bag,
    "MultiheadAttention": _attention,
    "TransformerEncoderLayer": _encoder_layer,
    "TransformerDecoderLayer": _decoder_layer,
    "TransformerEncoder": _encoder,
    "TransformerDecoder": _decoder,
    "Transformer": _transformer,
    "LayerNorm2d": _layer_norm_2d,
    "SqueezeExcitation": _squeeze_excitation,
    "DeformConv2d": _deform_conv,
    "Reshape": _function(_reshape),
    "Mean": _function(_mean),
    "Select": _function(_select),
    "Slice": _function(_slice),
    "Chunk": _function(_chunk),
    "Scale": _scale,
    "Parameter": _parameter,
}

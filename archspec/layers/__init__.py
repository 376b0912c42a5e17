"""The layer kinds: one class a kind, one module a family, loaded when a spec uses it; and those that a user adds."""

from importlib import import_module
from typing import TypeVar

from archspec.layers.base import Layer, LayerError
from archspec.receptive_field import Window

__all__ = ["FAMILIES", "KINDS", "Layer", "LayerError", "Window", "lookup", "register"]

FAMILIES: dict[str, str] = {
    "activation": "GELU Hardsigmoid Hardswish LogSigmoid Mish ReLU ReLU6 SELU SiLU Sigmoid Softsign Tanh Tanhshrink",
    "adaptive_pooling": (
        "AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d AdaptiveMaxPool1d AdaptiveMaxPool2d AdaptiveMaxPool3d"
    ),
    "attention": (
        "MultiheadAttention Transformer TransformerDecoder TransformerDecoderLayer TransformerEncoder "
        "TransformerEncoderLayer"
    ),
    "conv": "Conv1d Conv2d Conv3d",
    "conv_transpose": "ConvTranspose1d ConvTranspose2d ConvTranspose3d",
    "distance": "CosineSimilarity PairwiseDistance",
    "dropout": "AlphaDropout Dropout Dropout1d Dropout2d Dropout3d FeatureAlphaDropout",
    "embedding": "Embedding EmbeddingBag",
    "folding": "Fold Unfold",
    "linear": "Bilinear Identity Linear",
    "normalization": (
        "BatchNorm1d BatchNorm2d BatchNorm3d CrossMapLRN2d GroupNorm InstanceNorm1d InstanceNorm2d InstanceNorm3d "
        "LayerNorm LayerNorm2d LocalResponseNorm RMSNorm SyncBatchNorm"
    ),
    "padding": (
        "CircularPad1d CircularPad2d CircularPad3d ConstantPad1d ConstantPad2d ConstantPad3d "
        "ReflectionPad1d ReflectionPad2d ReflectionPad3d ReplicationPad1d ReplicationPad2d ReplicationPad3d "
        "ZeroPad1d ZeroPad2d ZeroPad3d"
    ),
    "parametric_activation": ("CELU ELU Hardshrink Hardtanh LeakyReLU PReLU RReLU Softplus Softshrink Threshold"),
    "pooling": "AvgPool1d AvgPool2d AvgPool3d MaxPool1d MaxPool2d MaxPool3d",
    "rare_pooling": "FractionalMaxPool2d FractionalMaxPool3d LPPool1d LPPool2d LPPool3d",
    "recurrent": "GRU GRUCell LSTM LSTMCell RNN RNNCell",
    "reshape": "Flatten Unflatten",
    "softmax": "GLU LogSoftmax Softmax Softmax2d Softmin",
    "tensor": "Chunk Mean Parameter Reshape Scale Select Slice",
    "upsampling": "ChannelShuffle PixelShuffle PixelUnshuffle Upsample UpsamplingBilinear2d UpsamplingNearest2d",
    "vision": "DeformConv2d DropBlock2d DropBlock3d FrozenBatchNorm2d Permute SqueezeExcitation StochasticDepth",
}
"""The modules of this package that hold kinds, and their kinds: a new kind has its class there and its name here."""

KINDS: dict[str, str] = {kind: family for family, kinds in FAMILIES.items() for kind in kinds.split()}
"""The module of each kind: of a registered one in full."""

L = TypeVar("L", bound=Layer)

_registered: dict[str, type[Layer]] = {}
_loaded: dict[str, type[Layer]] = {}


def lookup(kind: str) -> type[Layer] | None:
    """The class of a kind, or None where there is no such kind."""
    if kind not in KINDS:
        return None
    found = _registered.get(kind) or _loaded.get(kind)
    if found is None:
        found = _loaded[kind] = getattr(import_module(f"archspec.layers.{KINDS[kind]}"), kind)
    return found


def register(layer: type[L]) -> type[L]:
    """Make a class a kind, under its own name, for every spec that this process reads. Stands as a decorator, too.

    Raises TypeError where the class cannot be a kind, and ValueError where its name is taken. A class that is defined
    again, as in a notebook, takes the place of what it was.
    """
    from archspec.layers.plugins import check

    name = layer.__name__
    check(layer)
    before = _registered.get(name)
    if before is None and name in KINDS:
        raise ValueError(f"{name} is a kind of archspec's own: call the class otherwise")
    if before is not None and (before.__module__, before.__qualname__) != (layer.__module__, layer.__qualname__):
        raise ValueError(f"{name} is a kind already, of {before.__module__}")
    _registered[name] = layer
    KINDS[name] = layer.__module__
    return layer

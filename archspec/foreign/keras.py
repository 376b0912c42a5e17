"""Keras' layers, from a call or from `model.to_json()`: their arguments, and the nodes that they are here."""

from __future__ import annotations

from collections.abc import Mapping

from archspec.foreign.nodes import Signatures, argument, node

KERAS = {
    "dense": "units activation use_bias",
    "conv": "filters kernel_size strides padding",
    "convtranspose": "filters kernel_size strides padding",
    "maxpooling": "pool_size strides padding",
    "averagepooling": "pool_size strides padding",
    "dropout": "rate",
    "embedding": "input_dim output_dim",
    "lstm": "units activation",
    "gru": "units activation",
    "simplernn": "units activation",
    "zeropadding": "padding",
    "upsampling": "scale_factor",
    "batchnormalization": "",
    "flatten": "",
}
"""The first arguments of a layer, without 1D, 2D, 3D, in Keras' order."""

_UNLIKE = frozenset({"momentum", "dtype", "name"})
"""Arguments that mean something else there: a momentum of 0.99 is torch's 0.01."""
_ACTIVATIONS = dict(
    pair.split()
    for pair in (
        *("relu ReLU", "relu6 ReLU6", "elu ELU", "selu SELU", "gelu GELU", "silu SiLU", "swish SiLU", "mish Mish"),
        *("sigmoid Sigmoid", "hard_sigmoid Hardsigmoid", "tanh Tanh", "softmax Softmax", "log_softmax LogSoftmax"),
        *("softplus Softplus", "softsign Softsign", "leaky_relu LeakyReLU"),
    )
)


def of_keras(kind: str, config: Mapping[str, str], signature: Signatures) -> list[str]:
    """The node of a layer, and the activation after it. What a spec does not say is left out."""
    names = signature(kind) or {}
    given: dict[str, str] = {}
    for key, value in config.items():
        if key in _UNLIKE:
            continue
        if key == "size" and kind == "Upsample":
            key = "scale_factor"
        here = key if key in names else argument(key, names)[0]
        if here is not None and here not in given:
            given[here] = value
    if kind in ("LSTM", "GRU", "RNN") and config.get("return_sequences", "false").lower() == "false":
        given["output"] = "last"
    nodes = [node(kind, given)]
    activation = _ACTIVATIONS.get(config.get("activation", ""))
    if activation is not None and not kind.endswith(("LSTM", "GRU", "RNN")):
        nodes.append(activation)
    return nodes

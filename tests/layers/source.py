"""A single layer as the source of a network has it, by all that a kind says of its source."""

from __future__ import annotations

import warnings
from typing import Any

import torch
from torch import nn

from archspec.graph import TensorType
from archspec.layers import Layer
from tests.layers.references import Callee

HEAD = """
import torch
from torch import Tensor, nn
from torchvision import ops
"""


def source(layer: Layer, *inputs: TensorType) -> str:
    """The definition of a class `Net` that has the layer as its child `node`."""
    positional, keywords = layer.arguments(*inputs)
    template = layer.construction(*inputs)
    if template is None:
        said = [*map(_written, positional), *(f"{name}={_written(value)}" for name, value in keywords.items())]
        made = f"{layer.target}({', '.join(said)})"
    else:
        names = [name for name in layer.positional if name not in keywords]
        given = dict(zip(names, positional, strict=True)) | keywords
        made = template.format(**{name: _written(value) for name, value in given.items()})
    names = [f"x{i}" for i in range(len(inputs))]
    call = (layer.call(*inputs) or f"{{module}}({', '.join(names)})").format(*names, module="self.node")
    return f"""{HEAD}{layer.source}

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.node = {made}

    def forward(self, {", ".join(names)}):
        return {call}
"""


def build(layer: Layer, *inputs: TensorType) -> Callee:
    """The layer as its source makes it."""
    namespace: dict[str, Any] = {}
    exec(source(layer, *inputs), namespace)
    torch.manual_seed(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of tensors without elements
        net: nn.Module = namespace["Net"]()
    node = net.node
    assert isinstance(node, nn.Parameter if layer.bare else nn.Module)
    return Callee(node, net, tokens=layer.family == "Embedding")


def _written(value: Any) -> str:
    if isinstance(value, tuple):
        return f"({''.join(f'{_written(each)}, ' for each in value)})"
    return f'float("{value}")' if isinstance(value, float) else repr(value)

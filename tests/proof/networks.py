"""Random networks: drawn as a tree, written as a spec, and, independently, run layer by layer on torch."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import torch
from hypothesis import strategies as st
from torch import Tensor, nn

# ------------------------------------------------------------------------------------------------------------- drawing


@dataclass
class Drawn:
    """A node: a layer with its arguments, or a structure with its children. `name` None: it has none."""

    kind: str
    arguments: dict[str, Any] = field(default_factory=dict)
    children: list[Drawn] = field(default_factory=list)
    shortcut: list[Drawn] | None = None
    name: str | None = None
    repeat: int = 1


def _layer(kind: str, **arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Drawn]:
    return st.builds(
        lambda a: Drawn(kind, {k: v for k, v in a.items() if v is not None}), st.fixed_dictionaries(arguments)
    )


_channels = st.sampled_from([1, 2, 3, 4, 6, 8])
_kernel = st.sampled_from([1, 2, 3, 3, 5, [1, 3], [3, 2]])
_maybe = st.one_of

LAYERS: st.SearchStrategy[Drawn] = st.one_of(
    _layer(
        "Conv2d",
        out_channels=_channels,
        kernel_size=_kernel,
        stride=st.sampled_from([None, None, 1, 2, [1, 2]]),
        padding=st.sampled_from([None, 0, 1, 1, 2, "same", [1, 0]]),
        dilation=st.sampled_from([None, None, None, 2]),
        groups=st.sampled_from([None, None, None, 1, 2]),
        bias=st.sampled_from([None, False]),
    ),
    _layer(
        "ConvTranspose2d", out_channels=_channels, kernel_size=st.sampled_from([2, 3]),
        stride=st.sampled_from([None, 2]),
    ),
    _layer(
        "MaxPool2d", kernel_size=st.sampled_from([2, 3]), stride=st.sampled_from([None, 1, 2]),
        padding=st.sampled_from([None, 1, 2]), ceil_mode=st.sampled_from([None, True]),
    ),
    _layer(
        "AvgPool2d", kernel_size=st.sampled_from([2, 3]), padding=st.sampled_from([None, 1]),
        ceil_mode=st.sampled_from([None, True]),
    ),
    _layer("AdaptiveAvgPool2d", output_size=st.sampled_from([1, 2, [1, None], [None, 3]])),
    _layer("BatchNorm2d"),
    _layer("GroupNorm", num_groups=st.sampled_from([1, 2, 3])),
    _layer("LayerNorm"),
    _layer("Flatten", start_dim=st.sampled_from([None, None, 2])),
    _layer("Linear", out_features=st.sampled_from([1, 3, 5]), bias=st.sampled_from([None, False])),
    _layer("ReLU"),
    _layer("Tanh"),
    _layer("Softmax", dim=st.sampled_from([1, -1, 2])),
    _layer("Upsample", scale_factor=st.sampled_from([2, 1.5]), mode=st.sampled_from([None, "nearest", "bilinear"])),
    _layer("ZeroPad2d", padding=st.sampled_from([1, [1, 0, 2, 1]])),
    _layer("Identity"),
)  # fmt: skip


def _structures(inner: st.SearchStrategy[Drawn]) -> st.SearchStrategy[Drawn]:
    some = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        st.builds(lambda c, n: Drawn("sequential", children=c, name=n), some, st.sampled_from([None, None, "part"])),
        st.builds(lambda c: Drawn("concat", children=c), some),
        st.builds(lambda c, d: Drawn("concat", {"dim": d}, children=c), some, st.sampled_from([2, -1, 3])),
        st.builds(lambda k, c: Drawn(k, children=c), st.sampled_from(["add", "multiply"]), some),
        st.builds(lambda c, s: Drawn("residual", children=c, shortcut=s), some, st.one_of(st.none(), some)),
        st.builds(lambda c: Drawn("dense", children=c), some),
        st.builds(lambda d, n: _again(d, n), inner, st.integers(1, 3)),
    )


def _again(drawn: Drawn, times: int) -> Drawn:
    return Drawn("sequential", children=[drawn], repeat=times)


NODES = st.recursive(LAYERS, _structures, max_leaves=12)
NETWORKS = st.lists(NODES, min_size=1, max_size=5)
INPUTS = st.sampled_from([(3, 8, 8), (1, 6, 9), (4, 7, 7), (2, 12, 5), (2, 5), (6,)])


# ------------------------------------------------------------------------------------------------------------- writing


def write(network: list[Drawn], shape: tuple[int, ...]) -> str:
    """The network as a spec. Names are made unique, and stand before their node as a key."""
    counter = iter(range(10**6))
    model = [_node(drawn, counter) for drawn in network]
    return f"input: {json.dumps(list(shape))}\nmodel: {json.dumps(model)}\n"


def _node(drawn: Drawn, counter: Iterator[int], *, once: bool = True) -> Any:
    """`once`: it is in no `repeat`, and so may have a name."""
    once = once and drawn.repeat == 1
    if drawn.children:
        children: Any = [_node(child, counter, once=once) for child in drawn.children]
        if drawn.kind == "residual" and drawn.shortcut is not None:
            children = {"body": children, "shortcut": [_node(child, counter, once=once) for child in drawn.shortcut]}
        elif drawn.kind == "concat" and drawn.arguments:
            children = {"dim": drawn.arguments["dim"], "of": children}
        node: dict[str, Any] = {drawn.kind: children}
    else:
        node = {drawn.kind: drawn.arguments or None}
    if drawn.repeat != 1:
        node["repeat"] = drawn.repeat
    if drawn.name is not None and once:
        return {f"{drawn.name}{next(counter)}": node}
    return node


# ------------------------------------------------------------------------------------------------------------- judging


class Refused(Exception):
    """The network is one that archspec must refuse where torch has no word of its own."""


class TooLarge(Exception):
    """The network needs more memory than it proves anything with."""


MAX_ELEMENTS = 10**6
"""Elements of a tensor that a layer takes."""
_SPATIAL = {"Conv2d", "ConvTranspose2d", "MaxPool2d", "AvgPool2d", "AdaptiveAvgPool2d", "BatchNorm2d", "ZeroPad2d"}
_SIZED = {
    "Conv2d": "in_channels", "ConvTranspose2d": "in_channels", "BatchNorm2d": "num_features", "Linear": "in_features",
    "GroupNorm": "num_channels", "LayerNorm": "normalized_shape",
}  # fmt: skip


class Eager:
    """Makes each layer when its input is there, and runs it: nothing is inferred, torch says what comes out."""

    def __init__(self) -> None:
        self.modules: list[nn.Module] = []
        self.shapes: list[tuple[int, ...]] = []

    def run(self, network: list[Drawn], x: Tensor) -> Tensor:
        for drawn in network:
            x = self.node(drawn, x)
        return x

    def node(self, drawn: Drawn, x: Tensor) -> Tensor:
        for _ in range(drawn.repeat):
            x = self.once(drawn, x)
        return x

    def once(self, drawn: Drawn, x: Tensor) -> Tensor:
        match drawn.kind:
            case "sequential":
                return self.run(drawn.children, x)
            case "concat" | "add" | "multiply":
                return self._join(drawn, [y for child in drawn.children for y in self._branches(child, x)])
            case "residual":
                body = self.run(drawn.children, x)
                shortcut = x if drawn.shortcut is None else self.run(drawn.shortcut, x)
                if body.shape != shortcut.shape:
                    raise Refused
                return body + shortcut
            case "dense":
                for child in drawn.children:
                    for _ in range(child.repeat):
                        x = torch.cat([x, self.once(child, x)], dim=1)
                return x
        return self._layer(drawn, x)

    def _branches(self, child: Drawn, x: Tensor) -> list[Tensor]:
        return [self.once(child, x) for _ in range(child.repeat)]

    def _join(self, drawn: Drawn, branches: list[Tensor]) -> Tensor:
        if len(branches) == 1:
            return branches[0]
        if len({y.dim() for y in branches}) > 1:
            raise Refused
        if drawn.kind == "concat":
            return torch.cat(branches, dim=drawn.arguments.get("dim", 1))
        result = branches[0]
        for y in branches[1:]:
            result = result + y if drawn.kind == "add" else result * y
        return result

    def _layer(self, drawn: Drawn, x: Tensor) -> Tensor:
        if x.numel() > MAX_ELEMENTS:
            raise TooLarge
        if drawn.kind in _SPATIAL and x.dim() != 4:
            raise Refused
        if drawn.kind == "Softmax" and drawn.arguments["dim"] % x.dim() == 0:
            raise Refused
        arguments = dict(drawn.arguments)
        sized = _SIZED.get(drawn.kind)
        if sized is not None:
            arguments[sized] = x.shape[-1] if drawn.kind in ("Linear", "LayerNorm") else x.shape[1]
        module: nn.Module = getattr(nn, drawn.kind)(
            **{k: tuple(v) if isinstance(v, list) else v for k, v in arguments.items()}
        )
        y: Tensor = module(x)
        if y.numel() == 0:
            raise Refused
        self.modules.append(module)
        self.shapes.append(tuple(y.shape[1:]))
        return y

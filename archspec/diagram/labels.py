"""A layer or a block call in a few words, as figures in papers say it: `Conv 3x3, 64, /2`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import chain, repeat
from typing import Any

from archspec.graph import Leaf, Module

MAX_LABEL = 44
"""Characters of a label; a longer one is cut."""

_DIMENSIONS = re.compile(r"[123]d$")
_KERNELS = ("kernel_size", "kernel")
_COUNTS = ("out_channels", "out_features", "channels", "features", "width")
_QUIET = ("padding", "bias")
"""What says little of a block."""
_ORDER = (*_KERNELS, *_COUNTS, "stride", "dilation", "groups")
"""What stands first, in this order; the rest follows as it is declared."""


def layer_label(leaf: Leaf) -> str:
    """The kind without its dimensions, and what tells it from others of its kind."""
    layer = leaf.layer
    fields = layer.fields()
    values = layer_values(leaf)
    salient = {
        name: value
        for name, value in values.items()
        if name in _ORDER or name == layer.direct or (fields[name].required and not fields[name].inferred)
    }
    if salient.get("stride", 1) is None:  # torch's pooling strides by its kernel then
        salient["stride"] = salient["kernel_size"]
    if "out_channels" in salient and salient.get("groups", 1) == leaf.inputs[0].shape[0] > 1:
        salient["groups"] = "depthwise"
    if layer.direct is not None and salient[layer.direct] == fields[layer.direct].default:
        del salient[layer.direct]
    return _label(_DIMENSIONS.sub("", leaf.kind), salient, layer.dims or 1, direct=layer.direct)


def module_label(module: Module) -> str:
    """A block's name, and the arguments of this call that were not left to their defaults."""
    given = {
        name: value
        for name, value in module.arguments.items()
        if name in _KERNELS or (name not in module.defaulted and name not in _QUIET)
    }
    dims = len(module.inputs[0].type.shape) - 1 if module.inputs else 1
    words = [_word(name, given[name], max(dims, 1), bare=name == next(iter(module.arguments))) for name in given]
    return _joined(module.kind, words)


def layer_values(leaf: Leaf) -> dict[str, Any]:
    """The arguments of a layer by torch's names; inferred ones that were not written are None."""
    return {field.alias or name: getattr(leaf.layer, name) for name, field in type(leaf.layer).model_fields.items()}


def written_arguments(values: Mapping[str, Any]) -> str:
    """Every argument that has a value: `out_channels 64, kernel_size 3`."""
    return ", ".join(f"{name} {plain(value)}" for name, value in values.items() if value is not None)


def plain(value: Any) -> str:
    """A value in text: `[96, 128]`, `0.5`, `same`."""
    match value:
        case bool():
            return str(value).lower()
        case float():
            return f"{value:g}"
        case tuple() | list():
            return f"[{', '.join(map(plain, value))}]"
        case Mapping():
            return ", ".join(f"{name}: {plain(each)}" for name, each in value.items())
        case _:
            return str(value)


def cut(text: str, length: int = MAX_LABEL) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _label(kind: str, values: Mapping[str, Any], dims: int, *, direct: str | None) -> str:
    names = sorted(values, key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER))
    words = [_word(name, values[name], dims, bare=name == direct) for name in names]
    return _joined(kind, words)


def _joined(kind: str, words: Iterable[str]) -> str:
    """The kind and as many words as a label holds."""
    label = kind
    for separator, word in zip(chain((" ",), repeat(", ")), filter(None, words)):  # noqa: B905
        if len(label + separator + word) > MAX_LABEL:
            return f"{label}, …"
        label += separator + word
    return cut(label)


def _word(name: str, value: Any, dims: int, *, bare: bool) -> str:
    """An argument in a word; empty where it says nothing."""
    if value is None or value is False:
        return ""
    if name in _KERNELS or name == "output_size":
        return _size(value, dims)
    if name == "stride":
        return "" if _all_ones(value) else f"/{_size(value, 1)}"
    if name in ("dilation", "groups"):
        return "" if _all_ones(value) else value if isinstance(value, str) else f"{name} {plain(value)}"
    if value is True:
        return name
    bare = bare or name in _COUNTS or len(name) <= 2 or isinstance(value, list | tuple)
    return plain(value) if bare else f"{name} {plain(value)}"


def _size(value: Any, dims: int) -> str:
    """`3x3`; an axis that keeps its size is `*`."""
    axes: Iterable[Any] = value if isinstance(value, list | tuple) else (value,) * dims
    return "x".join("*" if each is None else plain(each) for each in axes)


def _all_ones(value: Any) -> bool:
    return all(each == 1 for each in (value if isinstance(value, list | tuple) else (value,)))

"""Nodes as other programs write them, and what they are here: names, torch's calls, lists, `type:`, rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from archspec.source import Mapping as MappingNode
from archspec.source import Node, Scalar, Sequence

_LONGEST = 200
_WORD = r"-?\w[\w.+-]*+"
_NUMBER = rf"{_WORD}(?:\s*+(?:[*/]{{1,2}}|[+-])\s*+{_WORD})*+"
_TUPLE = rf"[(\[]\s*+(?:{_WORD}\s*+,\s*+)*+(?:{_WORD})?\s*+[)\]]"
_VALUE = rf"(?:{_NUMBER}|'[^',]*+'|{_TUPLE})"
_ARGUMENT = re.compile(rf"\s*+(?:([A-Za-z_]\w*+)\s*+=\s*+)?({_VALUE})\s*+(?:,|\Z)")

KINDS = {
    **dict.fromkeys(("dense", "fc", "fullyconnected", "innerproduct", "affine"), "Linear"),
    **dict.fromkeys(("concatenate", "cat", "merge"), "concat"),
    **dict.fromkeys(("globalaveragepooling", "globalavgpool"), "AdaptiveAvgPool2d: 1"),
    **dict.fromkeys(("globalmaxpooling", "globalmaxpool"), "AdaptiveMaxPool2d: 1"),
    **dict.fromkeys(("skip", "shortcut", "skipconnection"), "residual"),
    "averagepooling": "AvgPool2d",
    "maxpooling": "MaxPool2d",
    "batchnormalization": "BatchNorm2d",
    "layernormalization": "LayerNorm",
    "zeropadding": "ZeroPad2d",
    "upsampling": "Upsample",
    "swish": "SiLU",
    "parallel": "concat",
    "sum": "add",
    "bn": "BatchNorm2d",
    "view": "Reshape",
    "seq": "sequential",
}
"""Kinds of other frameworks, and what they are called here."""
INSTEAD = {
    **dict.fromkeys(
        ("activation", "act"), "an activation is a node of its own: write ReLU, or another, as the next node"
    ),
    **dict.fromkeys(("input", "inputlayer"), "what enters stands at the top of the document: `input: 3x224x224`"),
}
"""What is no kind of its own here, nor an argument, and what to do instead."""
ARGUMENTS = {
    **dict.fromkeys(("filters", "channels", "depth", "width"), ("out_channels",)),
    **dict.fromkeys(("out", "output", "c_out", "cout"), ("out_channels", "out_features")),
    **dict.fromkeys(("units", "neurons", "hidden", "size"), ("out_features",)),
    **dict.fromkeys(("pool_size", "size", "kernel", "k", "ks", "ksize"), ("kernel_size",)),
    **dict.fromkeys(("pad", "pads", "p"), ("padding",)),
    "s": ("stride",),
    "d": ("dilation",),
    "g": ("groups",),
    "rate": ("p",),
    "epsilon": ("eps",),
    "axis": ("dim",),
    "alpha": ("negative_slope",),
    "slope": ("negative_slope",),
    "use_bias": ("bias",),
    "dilation_rate": ("dilation",),
    "factor": ("scale_factor", "upscale_factor"),
}
"""Arguments of other frameworks, and what they are called here, where the kind has that."""
KIND_KEYS = ("type", "class", "class_name", "kind", "layer", "module", "op")
"""Keys that hold the kind of a node elsewhere."""
_ARGUMENTS_KEYS = ("args", "arguments", "params", "parameters", "config", "kwargs")


def kind(word: str) -> str | None:
    """What a kind of another framework is called here."""
    dims = word[-2:].lower() if word.endswith(("1D", "3D")) else "2d"
    here = KINDS.get(word.removesuffix("1D").removesuffix("2D").removesuffix("3D").lower())
    return here.replace("2d", dims) if here is not None else None


def bare(word: str) -> str:
    """`nn.Conv2d` is Conv2d."""
    return word.rpartition(".")[2]


def read_arguments(text: str, names: Iterable[str]) -> dict[str, str] | None:
    """`3, 64, kernel_size=(3, 3)` by name; None where that is not what it is. `names` are in torch's order."""
    names = list(names)
    given: dict[str, str] = {}
    at = 0
    while at < len(text.rstrip()):
        match = _ARGUMENT.match(text, at) if len(text) <= _LONGEST else None
        if match is None or (match[1] is None and len(given) == len(names)):
            return None
        name = match[1] or names[len(given)]
        if name not in names or name in given:
            return None
        value = match[2]
        given[name] = f"[{value[1:-1].strip().rstrip(',')}]" if value[0] in "([" else value
        at = match.end()
    return given


def in_order(values: Iterable[Node], names: Mapping[str, bool], *, inferred: bool = True) -> dict[str, str] | None:
    """A list of arguments by name, in torch's order; None where it is too long. `names`: whether each is required.

    Those at the start that follow from the input are taken to be left out where they must be, or not `inferred`.
    """
    texts = [text_of(value) for value in values]
    order = list(names)
    last = max((i for i, name in enumerate(order) if names[name]), default=-1)
    first = next((i for i, name in enumerate(order) if names[name]), 0)
    if not inferred or len(texts) <= last:
        order = order[first:]
    return dict(zip(order, texts, strict=False)) if len(texts) <= len(order) else None


def beside(entries: Iterable[tuple[Scalar, Node]], names: Mapping[str, bool]) -> dict[str, str]:
    """The arguments that stand beside a `type`, or below an `args` beside it."""
    found: dict[str, str] = {}
    for key, value in entries:
        if key.text not in _ARGUMENTS_KEYS or isinstance(value, Scalar):
            found[key.text] = text_of(value)
        elif isinstance(value, MappingNode):
            found.update({name.text: text_of(inner) for name, inner in value.entries})
        elif isinstance(value, Sequence):
            found.update(in_order(value.items, names) or {})
    return found


def written(kind: str, arguments: Mapping[str, str]) -> str:
    """A node as it is written here."""
    inside = ", ".join(f"{name}: {value}" for name, value in arguments.items())
    return f"{kind}: {{{inside}}}" if inside else kind


def is_row(raw: Sequence) -> bool:
    """Whether a list holds numbers beside a word, as `[-1, 1, Conv2d, [64, 3]]` and `[Conv2d, 3, 64, 3]` do."""
    scalars = [item for item in raw.items if isinstance(item, Scalar)]
    numbers = [item for item in scalars if type(item.value) in (int, float)]
    return bool(numbers) and any(isinstance(item.value, str) for item in scalars)


def row(raw: Sequence) -> tuple[Scalar, list[Node], bool]:
    """The kind in such a list, its arguments, and whether they come without those that are inferred."""
    at = next(i for i, item in enumerate(raw.items) if isinstance(item, Scalar) and isinstance(item.value, str))
    kind, after = raw.items[at], raw.items[at + 1 :]
    assert isinstance(kind, Scalar)
    if len(after) == 1 and isinstance(after[0], Sequence):
        return kind, after[0].items, at > 0
    return kind, after, False


def text_of(value: Node) -> str:
    """A value in a line, as far as it is simple."""
    if isinstance(value, Scalar):
        return value.text if len(value.text) <= 40 else "..."
    if isinstance(value, Sequence) and len(value.items) <= 8:
        return f"[{', '.join(map(text_of, value.items))}]"
    return "..."

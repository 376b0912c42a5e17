"""Nodes as other programs write them, and what they are here: names, lists, `type:`, rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from archspec import layers
from archspec.foreign.words import ACTIVATIONS, ARGUMENTS_KEYS, KIND_KEYS, KINDS, LIKE, NOTATIONS, SAME, UNLIKE
from archspec.source import Mapping as MappingNode
from archspec.source import Node, Scalar, Sequence
from archspec.source.flow import MISSING, braced, flow, text_of, written

Signatures = Callable[[str], Mapping[str, bool] | None]
"""The arguments of a kind and whether each must be given; None where there is no such kind."""
Entries = Iterable[tuple[Scalar, Node]]

_LONGEST = 400


def kind(word: str) -> str | None:
    """What a kind of another framework is called here."""
    dims = word[-2:].lower() if word.endswith(("1D", "3D", "1d", "3d")) else "2d"
    stem = re.sub(r"[123][dD]\Z", "", word).lower().replace("_", "")
    here = KINDS.get(stem)
    return here.replace("2d", dims) if here is not None else None


def known_kind(word: str, signature: Signatures) -> str | None:
    """A kind, with arguments perhaps, that a word of another framework means: `nn.LazyConv2d`, `Conv2D`, `Dense`."""
    name = bare(word)
    if (other := kind(name)) is not None and name.islower():  # Keras' dense is not the structure
        return other
    folded = {each.lower(): each for each in layers.KINDS}
    lower = name.removeprefix("Lazy").lower().replace("_", "")
    for each in (name, folded.get(lower), folded.get(f"{lower}2d") if other is None else None):
        if each is not None and signature(each) is not None:
            return each
    return other


def argument(word: str, parameters: Iterable[str]) -> tuple[str | None, bool]:
    """What an argument of another framework is called here, where a kind has that; and whether it is just that."""
    parameters = list(parameters)
    for table in (SAME, LIKE):
        for name in table.get(word.lower(), ()):
            if name in parameters:
                return name, table is SAME
    return None, False


def bare(word: str) -> str:
    """`nn.Conv2d` is Conv2d."""
    return word.rpartition(".")[2]


class Typed(NamedTuple):
    """A node whose kind is a value, as `{type: Conv2d, out_channels: 64}` has it."""

    key: Scalar
    kind: str
    """As it is called here."""
    node: str
    """What to write."""
    certain: bool


def typed(raw: MappingNode, signature: Signatures, common: Iterable[str], depth: int = 4) -> Typed | None:
    """What to write for a mapping with a `type`; None where it is none, or its kind is not known."""
    common = tuple(common)
    key, value = next(
        ((k, v) for k, v in raw.entries if k.text in KIND_KEYS and isinstance(v, Scalar) and isinstance(v.value, str)),
        (None, None),
    )
    if key is None or not isinstance(value, Scalar) or not depth:
        return None
    rest = [(k, v) for k, v in raw.entries if k is not key and k.text not in common]
    if bare(value.text) == "Sequential":
        nodes = [inner for each in _nodes_in(rest) if (inner := typed(each, signature, common, depth - 1)) is not None]
        text = f"[{', '.join(f'{{{n.node}}}' if ': ' in n.node else n.node for n in nodes)}]"
        return Typed(key, "sequential", text, False) if nodes and len(text) <= _LONGEST else None
    here = known_kind(value.text, signature)
    if here is None:
        return None
    kind, _, direct = here.partition(": ")
    parameters = signature(kind) or {}
    given = beside(rest, parameters) if not direct else {}
    made = [here] if direct else layer(kind, given, signature) if "activation" in given else [node(kind, given)]
    text = made[0] if len(made) == 1 else f"[{', '.join(map(braced, made))}]"
    certain = (
        bare(value.text).removeprefix("Lazy") == kind
        and not direct
        and MISSING not in text
        and all(name in parameters for name in given)
    )
    beside_it = [f"{k.text}: {text_of(v)}" for k, v in raw.entries if k.text in common]
    if beside_it:
        text = f"{{{', '.join([*beside_it, text if ':' in text else f'{text}: '])}}}"
    return Typed(key, kind, text, certain)


def _nodes_in(rest: Entries) -> list[MappingNode]:
    """The mappings in the lists that stand beside a `type`."""
    found: list[MappingNode] = []
    for _, value in rest:
        if isinstance(value, MappingNode):
            found += _nodes_in(value.entries)
        elif isinstance(value, Sequence):
            found += [item for item in value.items if isinstance(item, MappingNode)]
    return found


def notation(key: str) -> str | None:
    """Whose notation it is to have the kind under this key."""
    return NOTATIONS.get(key)


def in_order(values: Iterable[Node], names: Mapping[str, bool], *, inferred: bool = True) -> dict[str, str] | None:
    """A list of arguments by name, in torch's order; None where it is too long. `names`: whether each is required.

    Those at the start that follow from the input are taken to be left out where they must be, or not `inferred`.
    """
    return by_order([text_of(value) for value in values], names, inferred=inferred)


def by_order(texts: list[str], names: Mapping[str, bool], *, inferred: bool = True) -> dict[str, str] | None:
    order = list(names)
    last = max((i for i, name in enumerate(order) if names[name]), default=-1)
    first = next((i for i, name in enumerate(order) if names[name]), 0)
    if not inferred or len(texts) <= last:
        order = order[first:]
    return dict(zip(order, texts, strict=False)) if len(texts) <= len(order) else None


def beside(entries: Entries, names: Mapping[str, bool]) -> dict[str, str]:
    """The arguments that stand beside a `type`, or below an `args` beside it."""
    found: dict[str, str] = {}
    for key, value in entries:
        if key.text not in ARGUMENTS_KEYS or isinstance(value, Scalar):
            found[argument(key.text, names)[0] or key.text] = text_of(value)
        elif isinstance(value, MappingNode):
            found.update({argument(n.text, names)[0] or n.text: text_of(inner) for n, inner in value.entries})
        elif isinstance(value, Sequence):
            found.update(in_order(value.items, names) or {})
    return found


def node(kind: str, given: Mapping[str, str]) -> str:
    """A node as a person writes it: what is torch's default is left out, a direct argument stands alone."""
    layer = layers.lookup(kind)
    if layer is None:
        return written(kind, given)
    fields = layer.fields()
    told = {
        name: value
        for name, value in given.items()
        if name not in fields
        or fields[name].required
        or not _same(value, fields[name].default)
        or (name == layer.direct and "." in value)
    }
    if layer.direct is not None and list(told) == [layer.direct] and not told[layer.direct].startswith("{"):
        return f"{kind}: {flow(told[layer.direct])}"
    return written(kind, told)


def layer(kind: str, config: Mapping[str, str], signature: Signatures) -> list[str]:
    """The node of a layer of Keras, and of the activation that is an argument there."""
    names = signature(kind) or {}
    given: dict[str, str] = {}
    for key, value in config.items():
        if key in UNLIKE:
            continue
        if key == "size" and kind == "Upsample":
            key = "scale_factor"
        here = key if key in names else argument(key, names)[0]
        if here is not None and here not in given:
            given[here] = value
    if kind in ("LSTM", "GRU", "RNN") and config.get("return_sequences", "false").lower() == "false":
        given["output"] = "last"
    nodes = [node(kind, given)]
    activation = ACTIVATIONS.get(config.get("activation", ""))
    if activation is not None and not kind.endswith(("LSTM", "GRU", "RNN")):
        nodes.append(activation)
    return nodes


def _same(value: str, default: object) -> bool:
    """Whether an argument is torch's default."""
    if default is None:
        return value.lower() in ("null", "none")
    if isinstance(default, bool):
        return value.lower() == str(default).lower()
    if isinstance(default, int | float):
        numbers = set(value.strip("[]").split(", "))
        try:
            return len(numbers) == 1 and float(numbers.pop()) == default
        except ValueError:
            return False
    return value == default


def is_row(raw: Sequence) -> bool:
    """Whether a list holds numbers beside a word, as `[-1, 1, Conv2d, [64, 3]]` and `[Conv2d, 3, 64, 3]` do."""
    scalars = [item for item in raw.items if isinstance(item, Scalar)]
    numbers = [item for item in scalars if type(item.value) in (int, float)]
    return bool(numbers) and any(isinstance(item.value, str) for item in scalars)


def row(raw: Sequence, signature: Signatures) -> str:
    """The node to write for such a list."""
    at = next(i for i, item in enumerate(raw.items) if isinstance(item, Scalar) and isinstance(item.value, str))
    token, after = raw.items[at], raw.items[at + 1 :]
    assert isinstance(token, Scalar)
    alone = len(after) == 1 and isinstance(after[0], Sequence)  # then without what is inferred, if something is before
    values = after[0].items if alone and isinstance(after[0], Sequence) else after
    kind = known_kind(token.text, signature) or bare(token.text)
    names = signature(kind)
    given = in_order(values, names, inferred=not (alone and at > 0)) if names is not None else None
    return node(kind, given) if given is not None else f"{kind}: {{argument: value}}"

"""A network as it is written: the nodes of a document, their common keys read, their values not yet evaluated."""

from __future__ import annotations

from dataclasses import dataclass, field

from archspec.diagnostics import Span
from archspec.source import Mapping, Scalar
from archspec.source import Node as Raw

COMMON_KEYS = ("name", "for", "repeat", "when", "from", "shape", "tie")
Entry = tuple[Scalar, Raw]
"""A key and its value."""
STRUCTURES = ("sequential", "concat", "add", "multiply", "residual", "dense", "aux", "reuse")


@dataclass(slots=True, eq=False, repr=False)
class Item:
    """What every node may carry: the common keys, each as it is written."""

    raw: Raw
    name: Scalar | None = None
    loop: Scalar | None = None
    repeat: Raw | None = None
    when: Raw | None = None
    source: Raw | None = None
    shape: Raw | None = None
    tie: Mapping | None = None
    broken: bool = False
    """A mistake in it was reported: its output is unknown, and nothing more is said of it."""
    kind_token: Scalar | None = None
    _token: Span | None = None

    @property
    def stands_once(self) -> bool:
        """Whether it stands at its place once, whatever the values."""
        return self.loop is None and self.when is None and self.repeat is None and not self.broken

    @property
    def token(self) -> Span:
        """What to point at when the node as a whole is to blame: its kind, where it has one."""
        if self._token is None:
            self._token = self.kind_token.span if self.kind_token is not None else self.raw.span
        return self._token


@dataclass(slots=True, eq=False, repr=False)
class Tensor(Item):
    """No kind: the tensor of `from`, or the current one, under a name."""


@dataclass(slots=True, eq=False, repr=False)
class Call(Item):
    """A layer, a block, or a variable that holds one of them."""

    kind: str = ""
    arguments: Raw | None = None
    read: dict[str, Item] = field(default_factory=dict)
    """Of a variable that holds structures: what the node is with each of them."""


@dataclass(slots=True, eq=False, repr=False)
class Structure(Item):
    """Data flow around other nodes; `kind` is one of STRUCTURES but `reuse`."""

    kind: str = "sequential"
    children: list[Item] = field(default_factory=list)
    shortcut: list[Item] | None = None
    shortcut_token: Scalar | None = None
    dim: Raw | None = None


@dataclass(slots=True, eq=False, repr=False)
class Reuse(Item):
    """Calls a module again by its name."""

    target: Scalar | None = None


def is_chain(children: list[Item]) -> bool:
    """Whether a module with these children is a plain chain, numbered as nn.Sequential numbers its own.

    No child, looking through unnamed `sequential`s, has a name or a `from`, and no structure but `sequential` stands in
    it. Decided on the text, before `when`.
    """
    for child in children:
        if child.name is not None or child.source is not None:
            return False
        if isinstance(child, Structure):
            if child.kind != "sequential" or not is_chain(child.children):
                return False
        elif not isinstance(child, Call):
            return False
    return True


def is_nothing(value: Raw) -> bool:
    """Whether a key has no value, or null."""
    return isinstance(value, Scalar) and value.value is None

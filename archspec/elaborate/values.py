"""What flows through the walk: tensors that know who made them, kinds as values, evaluated arguments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from archspec.diagnostics import Span
from archspec.graph import TensorType, Value
from archspec.source import Node, Scalar

if TYPE_CHECKING:
    from archspec.document import Document
    from archspec.elaborate.scope import View
    from archspec.layers.base import Layer


class Unknown(Exception):
    """Something cannot be known because of a mistake that was reported already. Says nothing itself."""


class Maker(NamedTuple):
    """The node that gave a tensor its shape: what to point at when the shape is wrong further down."""

    span: Span
    kind: str
    input: TensorType | None
    output: TensorType
    module: str = ""
    block: int = 0
    """The block call that it stands in, as the reporter counts them."""
    inside: Maker | None = None
    """Of a call of a block: the node in it."""
    layer: Layer | None = None
    """What made it, where that is a layer."""

    def sentence(self) -> str:
        dtype = f" of {self.output.dtype}" if self.output.dtype != "float32" else ""
        if self.kind == "input":
            return f"the input is {self.output}{dtype}"
        if self.kind == "Flatten" and len(self.output.shape) == 1 and self.input is not None:
            return f"makes {self.output} features: {' x '.join(map(str, self.input.shape))} flattened"
        if len(self.output.shape) == 1 and not dtype:
            return f"makes {self.output} feature{'s' if self.output.shape != (1,) else ''}"
        return f"makes {self.output}{dtype}"


class Flow(NamedTuple):
    """The tensor that arrives somewhere. `value` None: not known, because of a mistake that was reported already."""

    value: Value | None
    maker: Maker | None = None
    absent: bool = False
    """No tensor at all: the network has several inputs, and none was chosen yet."""

    def require(self) -> Value:
        if self.value is None:
            raise Unknown
        return self.value


NOWHERE = Flow(None)


class Argument(NamedTuple):
    """An argument as it came out, and where it is written."""

    value: Any
    raw: Node | None
    key: Scalar | None = None
    """Its name, where that is written."""
    view: View | None = None
    """Where it was evaluated, if that is where the call stands."""


class KindValue:
    """A layer or block as a value, with the arguments that were bound where it was written. Compared by both."""

    __slots__ = ("bound", "home", "key", "kind")

    def __init__(
        self,
        kind: str,
        home: Document | None = None,
        bound: Mapping[str, Argument] | None = None,
        key: tuple[Any, ...] = (),
    ) -> None:
        self.kind = kind
        self.home = home
        self.bound = bound or {}
        self.key = key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, KindValue) and (self.kind, self.key) == (other.kind, other.key)

    def __hash__(self) -> int:
        return hash((self.kind, self.key))

    def __str__(self) -> str:
        return self.kind

    __repr__ = __str__

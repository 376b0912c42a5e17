"""What flows through the walk: tensors that know who made them, kinds as values, evaluated arguments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from archspec.diagnostics import Label, Span
from archspec.graph import TensorType, Value
from archspec.source import Node

if TYPE_CHECKING:
    from archspec.document import Document


class Unknown(Exception):
    """Something cannot be known because of a mistake that was reported already. Says nothing itself."""


@dataclass(frozen=True, slots=True)
class Maker:
    """The node that gave a tensor its shape: what to point at when the shape is wrong further down."""

    span: Span
    kind: str
    input: TensorType | None
    output: TensorType

    def label(self) -> Label:
        return Label(self.span, self.sentence())

    def sentence(self) -> str:
        if self.kind == "input":
            return f"the input is {self.output}"
        if self.kind == "Flatten" and len(self.output.shape) == 1 and self.input is not None:
            return f"makes {self.output} features: {' x '.join(map(str, self.input.shape))} flattened"
        if len(self.output.shape) == 1:
            return f"makes {self.output} features"
        return f"makes {self.output}"


@dataclass(frozen=True, slots=True)
class Flow:
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


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument as it came out, and where it is written."""

    value: Any
    raw: Node | None


@dataclass(frozen=True, slots=True)
class KindValue:
    """A layer or block as a value, with the arguments that were bound where it was written."""

    kind: str
    home: Document | None = field(default=None, compare=False)
    """The document whose blocks the kind is looked up in."""
    bound: Mapping[str, Argument] = field(default_factory=dict, compare=False)
    key: tuple[Any, ...] = ()
    """The bound values, to compare by."""

    def __str__(self) -> str:
        return self.kind

    __repr__ = __str__

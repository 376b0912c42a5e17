"""What each node of a document did, in the order in which it ran: from this, source is translated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from archspec.graph import CallStep, Value

if TYPE_CHECKING:
    from archspec.document import Document
    from archspec.document.nodes import Item
    from archspec.elaborate.frame import Frame
    from archspec.elaborate.scope import Scope


class Record(NamedTuple):
    """A node that ran once."""

    item: Item
    scope: Scope
    """The variables that it saw."""
    frame: Frame
    """The module that it stands in."""
    arriving: Value | None
    inputs: tuple[Value, ...]
    output: Value
    name: str | None
    step: CallStep | None
    """The call of the module that it became."""


class Written(NamedTuple):
    """The document of a network, the scope of its model, its records, and by the id of each module what made it."""

    document: Document
    scope: Scope
    records: tuple[Record, ...]
    frames: Mapping[int, Frame]
    given: frozenset[str]
    """The params that the caller gave."""

"""What elaboration noted, as translation asks for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from archspec.document import Block
from archspec.document.nodes import Item
from archspec.elaborate.frame import Frame
from archspec.elaborate.scope import Scope
from archspec.elaborate.trace import Record, Written
from archspec.graph import Module


class Trace:
    """Records by node, the calls of blocks, the scopes of documents."""

    def __init__(self, written: Written) -> None:
        self.document = written.document
        self.scope = written.scope
        self._by_item: dict[int, list[Record]] = defaultdict(list)
        self._calls: dict[int, list[Call]] = defaultdict(list)
        self._roots: dict[int, int] = {}
        self.scopes: dict[int, Scope] = {id(written.document): written.scope}
        for record in written.records:
            self._by_item[id(record.item)].append(record)
            target = record.step.target if record.step is not None and record.step.first else None
            if isinstance(target, Module) and target.origin == "block":
                frame = written.frames[id(target)]
                self._calls[id(frame.items)].append(Call(target, frame))
                if frame.scope is not None and frame.scope.outer is not None:
                    outer = frame.scope.outer
                    self.scopes.setdefault(id(outer.document), outer)

    def root(self, frame: Frame) -> int:
        """The block call, or network, that a module stands in."""
        found = self._roots.get(id(frame))
        if found is None:
            *_, last = frame.outwards()
            found = self._roots[id(frame)] = id(last)
        return found

    def records(self, item: Item, roots: frozenset[int]) -> list[Record]:
        return [record for record in self._by_item[id(item)] if self.root(record.frame) in roots]

    def all_records(self, item: Item) -> Sequence[Record]:
        return self._by_item[id(item)]

    def calls(self, block: Block) -> list[Call]:
        return self._calls[id(block.body)]


class Call:
    """A block call: the module that it made, and what that was made of."""

    __slots__ = ("frame", "module")

    def __init__(self, module: Module, frame: Frame) -> None:
        self.module = module
        self.frame = frame


def auto_named(items: Iterable[Item]) -> Iterable[Item]:
    """The nodes that may get a name of their own in the module that these stand in."""
    from archspec.document.nodes import Call as CallItem
    from archspec.document.nodes import Structure

    for item in items:
        for each in (item, *(item.read.values() if isinstance(item, CallItem) else ())):
            if each.name is not None:
                continue
            if isinstance(each, CallItem):
                yield each
            elif isinstance(each, Structure):
                yield from auto_named([*each.children, *(each.shortcut or [])])

"""How many nodes a node makes at least, told from the text: what a loop would make is refused before it is run."""

from __future__ import annotations

from archspec.budget import MAX_NODES
from archspec.document import Block, Document
from archspec.document.nodes import Call, Item, Structure
from archspec.source import Scalar


class Weights:
    """Counts literal repeats and the bodies of blocks, up to MAX_NODES; what a `when` may leave out counts nothing."""

    def __init__(self) -> None:
        self._known: dict[int, int] = {}

    def of(self, item: Item, document: Document, block: Block | None = None) -> int:
        """The nodes of one element of a node's own loop; `block` is what a node calls whose kind is a variable."""
        if block is not None:
            return 1 + self._sum(block.body, block.home, frozenset({id(block)}))
        return self._one(item, document, frozenset())

    def total(self, items: list[Item], document: Document) -> int:
        return self._sum(items, document, frozenset())

    def _sum(self, items: list[Item], document: Document, active: frozenset[int]) -> int:
        total = 0
        for item in items:
            if item.when is None and not item.broken and item.loop is None:
                total += _repeats(item) * self._one(item, document, active)
                if total > MAX_NODES:
                    break
        return min(total, MAX_NODES + 1)

    def _one(self, item: Item, document: Document, active: frozenset[int]) -> int:
        known = self._known.get(id(item))
        if known is not None:
            return known
        weight = 1
        if isinstance(item, Structure):
            weight += self._sum(item.children, document, active)
            if item.shortcut is not None:
                weight += self._sum(item.shortcut, document, active)
        elif isinstance(item, Call):
            block = document.blocks.get(item.kind)
            # beyond this depth the walk refuses the network anyway
            if block is not None and id(block) not in active and len(active) < 200:
                weight += self._sum(block.body, block.home, active | {id(block)})
        weight = min(weight, MAX_NODES + 1)
        self._known[id(item)] = weight
        return weight


def _repeats(item: Item) -> int:
    if isinstance(item.repeat, Scalar):
        return item.repeat.value if type(item.repeat.value) is int and item.repeat.value >= 0 else 0
    return 0 if item.repeat is not None else 1

"""Blocks that call themselves, found before any is expanded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from archspec.document.nodes import Call, Item, Structure

if TYPE_CHECKING:
    from archspec.document.model import Block


def find_cycle(blocks: Mapping[str, Block]) -> Iterator[list[tuple[str, Item]]]:
    """Each cycle of calls once: the blocks on it, each with the call in it that goes on to the next."""
    done: set[str] = set()
    for start in blocks:
        if start in done:
            continue
        # depth first, without recursion, since a document may chain very many blocks
        path: list[tuple[str, Item]] = []
        pending: list[tuple[str, Iterator[Call]]] = [(start, iter(list(_calls(blocks[start].body))))]
        on_path = {start}
        while pending:
            name, calls = pending[-1]
            call = next(calls, None)
            if call is None:
                pending.pop()
                on_path.discard(name)
                done.add(name)
                if path:
                    path.pop()
            elif call.kind in on_path:
                names = [n for n, _ in pending]
                yield [*path, (name, call)][names.index(call.kind) :]
            elif call.kind in blocks and call.kind not in done:
                path.append((name, call))
                on_path.add(call.kind)
                pending.append((call.kind, iter(list(_calls(blocks[call.kind].body)))))


def _calls(items: list[Item]) -> Iterator[Call]:
    pending = list(reversed(items))
    while pending:
        item = pending.pop()
        if isinstance(item, Call):
            yield item
        elif isinstance(item, Structure):
            pending.extend(reversed([*item.children, *(item.shortcut or [])]))

"""Which modules should share a class, and in which order classes are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from archspec.codegen.construct import SEQUENTIAL_METHODS
from archspec.codegen.parts import Part, place

MAX_INLINE = 3
"""Levels of nn.Sequential within an expression."""
MANY_PLACES = 3
LONG = 3
"""A chain of so many children that stands in so many places is a class rather than written in place."""


def groups_of(parts: Sequence[Part]) -> list[list[Part]]:
    """Modules that should share a class: the calls of a block, a structure wherever its node is expanded."""
    keys = {id(part): _origin(part) for part in parts}
    inline = _inline(parts, keys)
    _join_equal(parts, keys)
    groups: dict[Any, list[Part]] = {}
    for part in parts:
        if id(part) not in inline:
            groups.setdefault(keys[id(part)], []).append(part)
    return list(groups.values())


def _join_equal(parts: Sequence[Part], keys: dict[int, Any]) -> None:
    """Structures that are written in several places, but alike, get one key."""
    alike: dict[Any, Any] = {}
    renamed: dict[Any, Any] = {}
    for part in parts:
        if part.module.origin in ("block", "network"):
            continue
        children = tuple(
            (name, keys[id(child)] if isinstance(child, Part) else child.layer.target)
            for name, child in part.children.items()
        )
        first = alike.setdefault((children, part.module.origin, part.program.ops, part.needs), keys[id(part)])
        renamed.setdefault(keys[id(part)], first)
        keys[id(part)] = renamed[keys[id(part)]]


def _inline(parts: Sequence[Part], keys: Mapping[int, Any]) -> dict[int, int]:
    """The chains that are written in place, as an nn.Sequential, each with the levels of it within each other."""
    places: dict[Any, set[Any]] = {}
    for part in parts:
        if part.parent is not None:
            places.setdefault(keys[id(part)], set()).add((keys[id(part.parent)], part.name))
    levels: dict[int, int] = {}
    for part in parts:
        if part.parent is None or part.module.origin == "block" or not part.straight:
            continue
        level = 1 + max((levels.get(id(inner), 0) for inner in part.inner()), default=0)
        often = len(places[keys[id(part)]]) >= MANY_PLACES and len(set(map(place, part.children.values()))) >= LONG
        if level <= MAX_INLINE and not often and SEQUENTIAL_METHODS.isdisjoint(part.children):
            levels[id(part)] = level
    return levels


def _origin(part: Part) -> Any:
    module = part.module
    if module.origin in ("block", "network"):
        span = next(map(place, part.children.values()), None)
        return (module.origin, module.kind, span.source if span is not None else None)
    return (module.origin, module.span)


def in_order(groups: list[list[Part]]) -> list[list[Part]]:
    """The groups, each after those of the modules within its own."""
    of = {id(part): i for i, group in enumerate(groups) for part in group}
    ordered: list[list[Part]] = []
    state = [0] * len(groups)

    def visit(i: int) -> bool:
        if state[i]:
            return state[i] == 2
        state[i] = 1
        for part in groups[i]:
            pending = list(part.inner())
            while pending:
                inner = pending.pop(0)
                if id(inner) in of:
                    if not visit(of[id(inner)]):
                        return False
                else:
                    pending += inner.inner()
        state[i] = 2
        ordered.append(groups[i])
        return True

    if all(visit(i) for i in range(len(groups))):
        return ordered
    split: dict[tuple[int, int], list[Part]] = {}
    for i, group in enumerate(groups):
        for part in group:
            split.setdefault((part.height, i), []).append(part)
    return [split[key] for key in sorted(split)]

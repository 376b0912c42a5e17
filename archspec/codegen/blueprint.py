"""What the modules of one class have in common: its children and its program."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from archspec.codegen.parts import Part, place
from archspec.codegen.programs import Merged, Run, fold, merge
from archspec.codegen.templates import MISSING, Chain, Element, Loop, Mismatch, Slot, Template, Unifier, slots_of

MIN_ROUNDS = 3
"""From how many rounds on a list is made, and gone through, in a loop."""
MIN_NUMBERED = 5
"""The same for children that are attributes, called by number: `denselayer1`."""

_NUMBERED = re.compile(r"(.*?)(0|[1-9][0-9]*)([^0-9]*)")


@dataclass(eq=False, slots=True)
class ListItem:
    """A container whose children are numbered: an nn.ModuleList."""

    name: str
    elements: list[Template] | Loop


@dataclass(eq=False, slots=True)
class TreeItem:
    """Any other container: the children in it, by their paths."""

    name: str
    elements: dict[str, Template]


@dataclass(eq=False, slots=True)
class NumberedItem:
    """All children of the class, named by number."""

    before: str
    start: int
    after: str
    loop: Loop


Item = Element | ListItem | TreeItem | NumberedItem


@dataclass(eq=False, slots=True)
class Blueprint:
    """A class to be written. `chain`: it is an nn.Sequential, and has no items and no program of its own."""

    parts: list[Part]
    leader: Part
    """The part whose program is the class's."""
    chain: Chain | None = None
    items: Sequence[Item] = ()
    merged: Merged | None = None

    def templates(self) -> list[Template | Loop]:
        if self.chain is not None:
            return [self.chain]
        found: list[Template | Loop] = []
        for item in self.items:
            match item:
                case Element(make=make):
                    found.append(make)
                case ListItem(elements=Loop() as loop) | NumberedItem(loop=loop):
                    found.append(loop)
                case ListItem(elements=list() as elements):
                    found += elements
                case TreeItem(elements=inner):
                    found += inner.values()
        return found


def blueprint(parts: list[Part], unifier: Unifier) -> Blueprint:
    """Raises Mismatch where no one class makes all of these."""
    if all(part.straight and _is_numbered(part) for part in parts):
        return Blueprint(parts, parts[0], unifier.chain(parts))
    heads = [_heads(part) for part in parts]
    if any(part.needs != parts[0].needs for part in parts):
        raise Mismatch
    try:
        return _module(parts, heads, unifier, looped=True)
    except Mismatch:
        return _module(parts, heads, unifier, looped=False)


def _is_numbered(part: Part) -> bool:
    return list(part.children) == [str(i) for i in range(len(part.children))]


def _heads(part: Part) -> dict[str, list[str]]:
    """The children by the attribute that they are, or lie in."""
    heads: dict[str, list[str]] = {}
    for name in part.children:
        heads.setdefault(name.partition(".")[0], []).append(name)
    return heads


def is_list(head: str, names: list[str]) -> bool:
    return names == [f"{head}.{i}" for i in range(len(names))] and re.fullmatch(r"[A-Za-z_]\w*", head) is not None


def _module(parts: list[Part], heads: list[dict[str, list[str]]], unifier: Unifier, *, looped: bool) -> Blueprint:
    numbering = _numbering(parts) if looped else None
    runs: list[list[Run]] = [[] for _ in parts]
    if numbering is not None:
        runs = [[Run("", tuple(part.children))] for part in parts]
    elif looped:
        for head in dict.fromkeys(head for own in heads for head in own):
            lists = [own.get(head) for own in heads]
            if all(names is None or is_list(head, names) for names in lists):
                lengths = {len(names or ()) for names in lists}
                if len(lengths) > 1 or min(lengths) >= MIN_ROUNDS:
                    for own, names in zip(runs, lists, strict=True):
                        own.append(Run(head, tuple(names or ())))
    if looped and not any(runs):
        raise Mismatch
    longest = max(range(len(parts)), key=lambda i: sum(len(run.children) for run in runs[i]))
    pattern = fold(parts[longest].program, runs[longest])
    folded = [
        pattern if i == longest else fold(part.program, own, pattern)
        for i, (part, own) in enumerate(zip(parts, runs, strict=True))
    ]
    looped_over = {run.name for run in runs[0]}
    keys: list[dict[str, object]] = []
    for own in heads:
        names = [n for head, inner in own.items() for n in ([head] if head in looped_over else inner)]
        keys.append(dict.fromkeys([] if numbering is not None else names))
    merged = merge(folded, keys)
    leader = next(part for part in parts if part.program is merged.folded.program)
    if numbering is not None:
        before, start, after = numbering
        rounds = [[[child] for child in part.children.values()] for part in parts]
        loop = unifier.loop(rounds, [True] * len(parts))
        return Blueprint(parts, leader, items=[NumberedItem(before, start, after, loop)], merged=merged)
    return Blueprint(parts, leader, items=_items(parts, heads, leader, unifier), merged=merged)


def _numbering(parts: list[Part]) -> tuple[str, int, str] | None:
    """How the children are called, if all are called by number and written in one place."""
    found: set[tuple[str, int, str]] = set()
    for part in parts:
        places = set(map(place, part.children.values()))
        matches = [_NUMBERED.fullmatch(name) for name in part.children]
        if len(places) != 1 or not all(matches) or any("." in name for name in part.children):
            return None
        triples = [(m[1], int(m[2]), m[3]) for m in matches if m is not None]
        before, start, after = triples[0]
        if triples != [(before, start + i, after) for i in range(len(triples))]:
            return None
        found.add((before, start, after))
    lengths = {len(part.children) for part in parts}
    if len(found) != 1 or (len(lengths) == 1 and min(lengths) < MIN_NUMBERED):
        return None
    return found.pop()


def _items(parts: list[Part], heads: list[dict[str, list[str]]], leader: Part, unifier: Unifier) -> list[Item]:
    order = list(heads[parts.index(leader)])
    for own in heads:
        if [head for head in order if head in own] != list(own):
            raise Mismatch
    items: list[Item] = []
    for head in order:
        names = [own.get(head) for own in heads]
        full = [own for own in names if own is not None]
        if all(own == [head] for own in full):
            column = [part.children.get(head, MISSING) for part in parts]
            items.append(Element(head, unifier.unify(column, head), [own is not None for own in names]))
        elif all(is_list(head, own) for own in full):
            items.append(ListItem(head, _list(parts, head, names, unifier)))
        elif len(full) == len(parts) and all(own == full[0] for own in full):
            elements = {name: unifier.unify([part.children[name] for part in parts], name) for name in full[0]}
            items.append(TreeItem(head, elements))
        else:
            raise Mismatch
    return items


def _list(parts: list[Part], head: str, names: list[list[str] | None], unifier: Unifier) -> list[Template] | Loop:
    lengths = {len(own or ()) for own in names}
    if len(lengths) > 1 or min(lengths) >= MIN_ROUNDS:
        rounds = [[[part.children[name]] for name in own or ()] for part, own in zip(parts, names, strict=True)]
        try:
            return unifier.loop(rounds, [True] * len(parts), head)
        except Mismatch:
            if len(lengths) > 1:
                raise
    return [
        unifier.unify([part.children[name] for part in parts], name.replace(".", "_")) for name in names[0] or ()
    ]


def all_slots(template: Template | Loop) -> list[Slot]:
    """The slots in the order of the text."""
    if isinstance(template, Loop):
        inner = [slot for slot in template.slots]
        found = [template.count]
        for slot in inner:
            found += [slot.value] if slot.other is None else [slot.value, slot.other]
        return found
    if isinstance(template, Chain):
        nested = [e if isinstance(e, Loop) else e.make for e in template.elements]
        return [slot for each in nested for slot in all_slots(each)]
    own = [template.target] if isinstance(template.target, Slot) else []
    return own + [slot for slot in slots_of(template) if isinstance(slot, Slot)]

"""What the modules of one class have in common: its children and its program."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from archspec.codegen.names import is_identifier
from archspec.codegen.parts import Part, is_bare, place
from archspec.codegen.programs import Merged, Run, fold, merge
from archspec.codegen.slots import MISSING, LoopSlot, Slot
from archspec.codegen.templates import Chain, Class, Element, Loop, Make, Mismatch, Template, Unifier, arguments_of
from archspec.codegen.values import plain

MIN_ROUNDS = 3
"""From how many rounds on a list is made, and gone through, in a loop."""
MAX_CHOICES = 4
"""How many ways to leave out a list are tried."""
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
    """A class to be written. `chain`: an nn.Sequential, with a program only where it calls its children itself."""

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


def blueprint(parts: list[Part], classes: Mapping[int, Class]) -> Blueprint:
    """Raises Mismatch where no one class makes all of these."""
    unifier = Unifier(classes, _tables(parts))
    if all(part.straight and _is_numbered(part) for part in parts):
        return Blueprint(parts, parts[0], unifier.chain(parts))
    if all(part.children and _is_numbered(part) and _is_sequential(part) for part in parts):
        merged = merge([fold(part.program, []) for part in parts], [part.children for part in parts])
        if merged.optional:
            raise Mismatch  # the numbers of the others would shift
        leader = next(part for part in parts if part.program is merged.folded.program)
        return Blueprint(parts, leader, unifier.chain(parts), merged=merged)
    heads = [_heads(part) for part in parts]
    if any(part.needs != parts[0].needs for part in parts):
        raise Mismatch
    for runs in _choices(parts, heads):
        try:
            return _module(parts, heads, unifier, runs)
        except Mismatch:
            pass
    return _module(parts, heads, unifier, [[] for _ in parts])


def _is_sequential(part: Part) -> bool:
    """Whether an nn.Sequential may hold the children, if it has a `forward` of its own."""
    return part.program.inputs == 1 and not part.needs and not any(map(is_bare, part.children.values()))


def _tables(parts: list[Part]) -> frozenset[str]:
    """The params that are lists, as the values of a slot."""
    given = [{name: plain(value) for name, value in part.module.arguments.items()} for part in parts]
    return frozenset(
        repr([own[name] for own in given])
        for name in given[0]
        if all(isinstance(own.get(name), tuple) for own in given)
    )


def _is_numbered(part: Part) -> bool:
    return list(part.children) == [str(i) for i in range(len(part.children))]


Heads = dict[str, dict[str, bool]]
"""The children by the attribute that they are, or lie in; whether they are tensors."""


def _heads(part: Part) -> Heads:
    heads: Heads = {}
    for name, child in part.children.items():
        heads.setdefault(name.partition(".")[0], {})[name] = is_bare(child)
    return heads


def is_list(head: str, children: Mapping[str, bool]) -> bool:
    """Whether an nn.ModuleList, or an nn.ParameterList, holds these. `children`: whether they are tensors."""
    numbered = list(children) == [f"{head}.{i}" for i in range(len(children))]
    return numbered and is_identifier(head) and len(set(children.values())) == 1


Runs = list[list[Run]]
"""For each part, the children that it may call in a loop."""


def _choices(parts: list[Part], heads: list[Heads]) -> Iterator[Runs]:
    """What may be looped over: all that is numbered, else as much of it as possible."""
    if _numbering(parts) is not None:
        yield [[Run("", tuple(part.children))] for part in parts]
        return
    lists: list[str] = []
    for head in dict.fromkeys(head for own in heads for head in own):
        names = [own.get(head) for own in heads]
        lengths = {len(own or ()) for own in names}
        if all(own is None or is_list(head, own) for own in names) and (len(lengths) > 1 or min(lengths) >= MIN_ROUNDS):
            lists.append(head)
    for count in range(len(lists), 0, -1):
        for chosen in itertools.islice(itertools.combinations(lists, count), MAX_CHOICES):
            yield [[Run(head, tuple(own.get(head, ()))) for head in chosen] for own in heads]


def _module(parts: list[Part], heads: list[Heads], unifier: Unifier, runs: Runs) -> Blueprint:
    longest = max(range(len(parts)), key=lambda i: sum(len(run.children) for run in runs[i]))
    pattern = fold(parts[longest].program, runs[longest])
    folded = [
        pattern if i == longest else fold(part.program, own, pattern)
        for i, (part, own) in enumerate(zip(parts, runs, strict=True))
    ]
    looped = {run.name for run in runs[0]}
    keys = [[n for head, names in own.items() for n in ([head] if head in looped else names)] for own in heads]
    merged = merge(folded, [[] for _ in parts] if looped == {""} else keys)
    leader = next(part for part in parts if part.program is merged.folded.program)
    numbering = _numbering(parts) if looped == {""} else None
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
        if len(places) != 1 or not all(matches) or any(map(is_bare, part.children.values())):
            return None
        if any("." in name for name in part.children):
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


def _items(parts: list[Part], heads: list[Heads], leader: Part, unifier: Unifier) -> list[Item]:
    order = list(heads[parts.index(leader)])
    for own in heads:
        if [head for head in order if head in own] != list(own):
            raise Mismatch
    items: list[Item] = []
    for head in order:
        names = [own.get(head) for own in heads]
        full = [own for own in names if own is not None]
        if all(list(own) == [head] for own in full):
            column = [part.children.get(head, MISSING) for part in parts]
            items.append(Element(head, unifier.unify(column, head), [own is not None for own in names]))
        elif all(is_list(head, own) for own in full):
            items.append(ListItem(head, _list(parts, head, names, unifier)))
        elif len(full) == len(parts) and all(list(own) == list(full[0]) for own in full):
            elements = {name: unifier.unify([part.children[name] for part in parts], name) for name in full[0]}
            items.append(TreeItem(head, elements))
        else:
            raise Mismatch
    return items


def _list(parts: list[Part], head: str, names: list[dict[str, bool] | None], unifier: Unifier) -> list[Template] | Loop:
    lengths = {len(own or ()) for own in names}
    if len(lengths) > 1 or min(lengths) >= MIN_ROUNDS:
        rounds = [[[part.children[name]] for name in own or ()] for part, own in zip(parts, names, strict=True)]
        try:
            return unifier.loop(rounds, [True] * len(parts), head)
        except Mismatch:
            if len(lengths) > 1:
                raise
    return [unifier.unify([part.children[name] for part in parts], name.replace(".", "_")) for name in names[0] or ()]


def all_slots(template: Template | Loop) -> list[Slot]:
    """The slots in the order of the text."""
    if isinstance(template, Loop):
        found = [] if any(slot.change == "table" for slot in template.slots) else [template.count]
        found += [make.target for make in template.body if isinstance(make, Make) and isinstance(make.target, Slot)]
        return found + [slot for inner in template.slots for slot in _said(inner)]
    if isinstance(template, Chain):
        nested = [e if isinstance(e, Loop) else e.make for e in template.elements]
        return [slot for each in nested for slot in all_slots(each)]
    own = [template.target] if isinstance(template.target, Slot) else []
    return own + [argument.slot for argument in arguments_of(template) if isinstance(argument.slot, Slot)]


def _said(slot: LoopSlot) -> list[Slot]:
    if slot.change == "derived":
        return []
    return [slot.value] if slot.other is None else [slot.value, slot.other]

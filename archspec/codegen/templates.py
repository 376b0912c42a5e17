"""What modules that one class makes have in common: a tree of calls, with slots where their values stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from archspec.codegen.layout import Operation
from archspec.codegen.loops import Token, tokens_of
from archspec.codegen.parts import Part, place
from archspec.codegen.slots import MISSING, REQUIRED, LoopSlot, Nothing, Slot, by_module, loop_slots
from archspec.codegen.values import Kind, plain
from archspec.graph import Leaf

MIN_LOOP = 12
"""From how many children of a chain on a loop of the spec becomes one of the source."""


class Mismatch(Exception):
    """These modules have too little in common for one class."""


@dataclass(eq=False, slots=True)
class Argument:
    name: str
    slot: Slot | LoopSlot
    positional: bool
    left_out: bool = False
    """Whether it is not written where it is the default."""


@dataclass(eq=False, slots=True)
class Make:
    """The call that makes a layer, or a module of a class of the file."""

    target: str | Slot
    arguments: list[Argument]
    template: str | None = None
    """How it is said, where it is not `target(arguments)`."""
    bare: bool = False
    """Whether it makes a tensor and no module."""


@dataclass(eq=False, slots=True)
class Element:
    """A child, and which modules have it."""

    name: str
    make: Template
    present: list[bool | None]
    """None: not even what it stands in is there."""
    condition: Operation | None = None
    """What is true in these, once that is found; None where all have it."""


@dataclass(eq=False, slots=True)
class Loop:
    """A run of children, made round by round."""

    body: list[Template]
    count: Slot

    @property
    def tables(self) -> int:
        """How many lists it runs over."""
        return len({repr(slot.value.values) for slot in self.slots if slot.change == "table"})

    @property
    def slots(self) -> list[LoopSlot]:
        return [arg.slot for make in self.body for arg in arguments_of(make) if isinstance(arg.slot, LoopSlot)]


@dataclass(eq=False, slots=True)
class Chain:
    """An nn.Sequential; `named`: its children have names in place of numbers."""

    bare = False

    elements: list[Element | Loop]
    named: bool


Template = Make | Chain
Column = Sequence[Part | Leaf | Nothing]
"""What each of the modules has in one place."""


class Class(Protocol):
    """A class that modules were given already."""

    name: str

    def arguments_of(self, parts: Sequence[Part | None]) -> list[tuple[str, list[Any], Any, bool]]:
        """Per parameter its name, its value for each part, its default, and whether it goes without a keyword."""


def arguments_of(template: Template) -> list[Argument]:
    if isinstance(template, Make):
        return template.arguments
    inner = (e.body if isinstance(e, Loop) else [e.make] for e in template.elements)
    return [argument for makes in inner for make in makes for argument in arguments_of(make)]


@dataclass(slots=True)
class Unifier:
    """Makes templates of columns."""

    classes: Mapping[int, Class]
    """By the id of a part; a part that has none is written in place."""
    tables: frozenset[str] = frozenset()
    """What the modules are given as lists: a value that runs through such a list is said by it."""

    def unify(self, column: Column, name: str = "") -> Template:
        present = [child for child in column if not isinstance(child, Nothing)]
        leaves = [child for child in present if isinstance(child, Leaf)]
        if len(leaves) == len(present):
            return _layer(column, leaves, name)
        if leaves:
            raise Mismatch
        parts = [child if isinstance(child, Part) else None for child in column]
        classes = [self.classes.get(id(part)) for part in parts if part is not None]
        if not any(classes):
            return self.chain(parts)
        cls = classes[0]
        if cls is None or any(other is not cls for other in classes):
            raise Mismatch
        arguments = [
            Argument(key, Slot(values, key, default, name), positional, left_out=not positional)
            for key, values, default, positional in cls.arguments_of(parts)
        ]
        return Make(cls.name, arguments)

    def chain(self, parts: Sequence[Part | None]) -> Chain:
        present = [part for part in parts if part is not None]
        names = [list(part.children) for part in present]
        numbered = all(keys == [str(i) for i in range(len(keys))] for keys in names)
        if numbered and len(names[0]) >= MIN_LOOP:
            try:
                return Chain(self._aligned(parts, MIN_LOOP), named=False)
            except Mismatch:
                pass
        if all(keys == names[0] for keys in names):
            elements: list[Element | Loop] = [
                Element(
                    key, self.unify([MISSING if p is None else p.children[key] for p in parts], key), _present(parts)
                )
                for key in names[0]
            ]
            return Chain(elements, not numbered)
        if not numbered:
            raise Mismatch
        return Chain(self._aligned(parts), named=False)

    def _aligned(self, parts: Sequence[Part | None], least: int = 0) -> list[Element | Loop]:
        """The children of chains of unequal length: some left out, some repeated. `least`: of nodes in a loop."""
        rows = [[] if part is None else list(part.children.values()) for part in parts]
        tokens = tokens_of([[place(child) for child in row] for row in rows], least)
        if least and not any(token.repeats for own in tokens for token in own):
            raise Mismatch
        elements: list[Element | Loop] = []
        leader = max(tokens, key=len)
        positions = [0] * len(parts)
        for token in leader:
            found: list[Token | None] = []
            for i, own in enumerate(tokens):
                match = own[positions[i]] if positions[i] < len(own) else None
                if match is not None and match.key == token.key:
                    positions[i] += 1
                    found.append(match)
                else:
                    found.append(None)
            elements.append(self._element(token, found, rows, parts))
        if any(position < len(own) for position, own in zip(positions, tokens, strict=True)):
            raise Mismatch
        if least and any(isinstance(element, Loop) and element.tables > 1 for element in elements):
            raise Mismatch  # to read several tables side by side is harder than to read the children
        return elements

    def _element(
        self,
        token: Token,
        found: list[Token | None],
        rows: list[list[Part | Leaf]],
        parts: Sequence[Part | None],
    ) -> Element | Loop:
        if not token.repeats:
            column: Column = [MISSING if own is None else row[own.start] for own, row in zip(found, rows, strict=True)]
            present = [None if part is None else own is not None for own, part in zip(found, parts, strict=True)]
            return Element("", self.unify(column), present)
        width = len(token.key)
        rounds = [
            [row[own.start + i * width : own.start + (i + 1) * width] for i in range(own.rounds)] if own else []
            for own, row in zip(found, rows, strict=True)
        ]
        return self.loop(rounds, [part is not None for part in parts])

    def loop(self, rounds: Sequence[Sequence[Sequence[Part | Leaf]]], present: Sequence[bool], name: str = "") -> Loop:
        """A loop of the children of each round of each module."""
        width = next(len(row) for rows in rounds for row in rows)
        counts = [len(rows) for rows in rounds]
        body = [self.unify([row[i] for rows in rounds for row in rows], name) for i in range(width)]
        arguments = [argument for make in body for argument in arguments_of(make)]
        if any(isinstance(argument.slot, LoopSlot) for argument in arguments):
            raise Mismatch
        slots = [argument.slot for argument in arguments if isinstance(argument.slot, Slot)]
        for argument, slot in zip(arguments, loop_slots(slots, counts, self.tables), strict=True):
            argument.slot = slot
        for make in body:
            if isinstance(make, Make) and isinstance(make.target, Slot):
                kinds = by_module(make.target.values, counts)
                if any(len(set(row)) > 1 for row in kinds):
                    raise Mismatch
                make.target = Slot([row[0] if row else MISSING for row in kinds], make.target.name)
        return Loop(body, Slot([n if here else MISSING for n, here in zip(counts, present, strict=True)], "depth"))


def _present(parts: Sequence[Part | None]) -> list[bool | None]:
    return [None if part is None else True for part in parts]


# layers


def _layer(column: Column, leaves: list[Leaf], name: str) -> Make:
    if len({leaf.layer.target for leaf in leaves}) > 1:
        return _any_layer(column, leaves, name)
    templates = {leaf.layer.construction(*leaf.inputs) for leaf in leaves}
    if len(templates) > 1:
        raise Mismatch
    layer = leaves[0].layer
    fields = layer.fields()
    given = [_arguments(child) if isinstance(child, Leaf) else None for child in column]
    present = [own for own in given if own is not None]
    positional = layer.positional[: min(own.positional for own in present)]
    keys = dict.fromkeys(key for own in present for key in own.values)
    ordered = [*positional, *(key for key in (*fields, *keys) if key in keys and key not in positional)]
    arguments = []
    for key in dict.fromkeys(ordered):
        field = fields.get(key)
        default = REQUIRED if field is None or field.required else plain(field.default)
        values = [MISSING if own is None else own.values.get(key, default) for own in given]
        own_default = REQUIRED if field is None or field.inferred else default
        arguments.append(Argument(key, Slot(values, key, own_default, name), key in positional))
    return Make(layer.target, arguments, templates.pop(), layer.bare)


def _any_layer(column: Column, leaves: list[Leaf], name: str) -> Make:
    """Layers of different kinds: the class becomes a value. What follows from the input is still said in place."""
    if any(leaf.layer.bare or leaf.layer.construction(*leaf.inputs) is not None for leaf in leaves):
        raise Mismatch
    counts = {sum(key in leaf.layer.inferred for key in leaf.layer.positional) for leaf in leaves}
    if len(counts) > 1:
        raise Mismatch
    kinds: list[Any] = []
    rows: list[Any] = []
    keys: list[str] = []
    for child in column:
        if not isinstance(child, Leaf):
            kinds.append(MISSING)
            rows.append(None)
            continue
        layer, own = child.layer, _arguments(child)
        known = layer.positional[: own.positional]
        bound = [key for key in known if key not in layer.inferred]
        keys = [key for key in known if key in layer.inferred]
        keywords = tuple((key, value) for key, value in own.values.items() if key not in known)
        if list(known) != [*bound, *keys] or any(key in layer.inferred for key, _ in keywords):
            raise Mismatch
        kinds.append(Kind(layer.target, tuple(own.values[key] for key in bound), keywords))
        rows.append([own.values[key] for key in keys])
    if len({len(row) for row in rows if row is not None}) > 1:
        raise Mismatch
    arguments = [
        Argument(key, Slot([MISSING if row is None else row[i] for row in rows], key, REQUIRED, name), positional=True)
        for i, key in enumerate(keys)
    ]
    return Make(Slot(kinds, name or "layer", REQUIRED, name), arguments)


@dataclass(frozen=True, slots=True)
class _Given:
    """The arguments that a layer is made with; so many come without a keyword."""

    values: dict[str, Any]
    positional: int


def _arguments(leaf: Leaf) -> _Given:
    layer = leaf.layer
    positional, keywords = layer.arguments(*leaf.inputs)
    given = dict(zip(layer.positional, positional, strict=False)) | keywords
    if layer.family == "Dropout" and "p" not in given:  # nobody knows its default
        given, positional = {"p": layer.p}, (layer.p,)
    return _Given({key: plain(value) for key, value in given.items()}, len(positional))

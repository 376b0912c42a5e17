"""What modules that one class makes have in common: a tree of calls, with slots where their values stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from archspec.codegen.layout import Expr
from archspec.codegen.loops import Token, tokens_of
from archspec.codegen.parts import Part, place
from archspec.codegen.values import Kind, plain
from archspec.graph import Leaf


class Nothing:
    """Stands where there is none."""

    __slots__ = ()


MISSING = Nothing()
"""The value of a slot in a module that does not have it; the child that a module does not have."""
REQUIRED = Nothing()
"""The default of an argument that has none."""


class Mismatch(Exception):
    """These modules have too little in common for one class."""


@dataclass(eq=False, slots=True)
class Slot:
    """The place of one value: what stands there in each module."""

    values: list[Any]
    name: str
    """The argument that it is given for."""
    default: Any = REQUIRED
    child: str = ""
    """The child that it belongs to."""
    text: Expr = ""
    """How the constructor says it, once that is found."""


@dataclass(eq=False, slots=True)
class LoopSlot:
    """The place of a value in a loop: it may change from round to round."""

    change: Literal["same", "first", "steps", "table"]
    """`first`: it is another one in the first round; `steps`: it grows by one amount; `table`: each round has its own."""
    value: Slot
    other: Slot | None = None
    """Its value in all later rounds; the amount."""
    text: Expr = ""


@dataclass(eq=False, slots=True)
class Argument:
    name: str
    slot: Slot | LoopSlot
    positional: bool


@dataclass(eq=False, slots=True)
class Make:
    """The call that makes a layer, or a module of a class of the file."""

    target: str | Slot
    arguments: list[Argument]


@dataclass(eq=False, slots=True)
class Element:
    """A child, and which modules have it."""

    name: str
    make: Template
    present: list[bool | None]
    """None: not even what it stands in is there."""
    condition: str = ""
    """What is true in these, once that is found; empty where all have it."""


@dataclass(eq=False, slots=True)
class Loop:
    """A run of children, made round by round."""

    body: list[Template]
    count: Slot

    @property
    def slots(self) -> list[LoopSlot]:
        return [slot for make in self.body for slot in slots_of(make) if isinstance(slot, LoopSlot)]


@dataclass(eq=False, slots=True)
class Chain:
    """An nn.Sequential; `named`: its children have names in place of numbers."""

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


def slots_of(template: Template) -> list[Slot | LoopSlot]:
    return [argument.slot for argument in arguments_of(template)]


@dataclass(slots=True)
class Unifier:
    """Makes templates of columns."""

    classes: dict[int, Class]
    """By the id of a part; a part that has none is written in place."""

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
            Argument(key, Slot(values, key, default, name), positional)
            for key, values, default, positional in cls.arguments_of(parts)
        ]
        return Make(cls.name, arguments)

    def chain(self, parts: Sequence[Part | None]) -> Chain:
        present = [part for part in parts if part is not None]
        names = [list(part.children) for part in present]
        numbered = all(keys == [str(i) for i in range(len(keys))] for keys in names)
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

    def _aligned(self, parts: Sequence[Part | None]) -> list[Element | Loop]:
        """The children of chains of unequal length: some left out, some repeated."""
        rows = [[] if part is None else list(part.children.values()) for part in parts]
        tokens = tokens_of([[place(child) for child in row] for row in rows])
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

    def loop(self, rounds: Sequence[Sequence[Sequence[Part | Leaf]]], present: list[bool], name: str = "") -> Loop:
        """A loop of the children of each round of each module."""
        width = next(len(row) for rows in rounds for row in rows)
        body = [self.unify([row[i] for rows in rounds for row in rows], name) for i in range(width)]
        counts = [len(rows) for rows in rounds]
        for make in body:
            for argument in arguments_of(make):
                if isinstance(argument.slot, LoopSlot):
                    raise Mismatch
                argument.slot = _loop_slot(argument.slot, counts)
            if isinstance(make, Make) and isinstance(make.target, Slot):
                if len({value.target for value in make.target.values}) > 1:
                    raise Mismatch
                make.target = Slot(_by_module(make.target.values, counts, first), make.target.name)
        values = [count if here else MISSING for count, here in zip(counts, present, strict=True)]
        return Loop(body, Slot(values, "depth"))


def first(values: list[Any]) -> Any:
    return values[0]


def _present(parts: Sequence[Part | None]) -> list[bool | None]:
    return [None if part is None else True for part in parts]


# layers


def _layer(column: Column, leaves: list[Leaf], name: str) -> Make:
    kinds = {leaf.layer.target for leaf in leaves}
    if len(kinds) > 1:
        return _any_layer(column, leaves, name)
    given = [_arguments(child) if isinstance(child, Leaf) else None for child in column]
    layer = leaves[0].layer
    keys = {key for arguments in given if arguments is not None for key in arguments}
    ordered = [key for key in layer.positional if key in keys]
    ordered += [key for key in layer.fields() if key in keys and key not in ordered]
    fields = layer.fields()
    arguments = []
    for key in ordered:
        default = REQUIRED if fields[key].required or fields[key].inferred else plain(fields[key].default)
        values = [MISSING if own is None else own.get(key, default) for own in given]
        arguments.append(Argument(key, Slot(values, key, default, name), key in layer.positional))
    return Make(layer.target, arguments)


def _any_layer(column: Column, leaves: list[Leaf], name: str) -> Make:
    """Layers of different kinds: the class becomes a value. What follows from the input is still said in place."""
    inferred = {tuple(key for key in leaf.layer.positional if key in leaf.layer.inferred) for leaf in leaves}
    if len({len(keys) for keys in inferred}) > 1:
        raise Mismatch
    kinds: list[Any] = []
    rows: list[Any] = []
    for child in column:
        if not isinstance(child, Leaf):
            kinds.append(MISSING)
            rows.append(None)
            continue
        layer, own = child.layer, _arguments(child)
        known = [key for key in layer.positional if key in own]
        bound = [key for key in known if key not in layer.inferred]
        keywords = [key for key in own if key not in layer.positional]
        if known != [*bound, *(key for key in known if key in layer.inferred)] or any(
            key in layer.inferred for key in keywords
        ):
            raise Mismatch
        kinds.append(Kind(layer.target, tuple(own[key] for key in bound), tuple((key, own[key]) for key in keywords)))
        rows.append([own[key] for key in known if key in layer.inferred])
    keys = next(iter(inferred))
    arguments = [
        Argument(key, Slot([MISSING if row is None else row[i] for row in rows], key, REQUIRED, name), positional=True)
        for i, key in enumerate(keys)
    ]
    return Make(Slot(kinds, name or "layer", REQUIRED, name), arguments)


def _arguments(leaf: Leaf) -> dict[str, Any]:
    """The arguments that a layer is made with, those without keyword first."""
    layer = leaf.layer
    positional, keywords = layer.arguments(*leaf.inputs)
    names = [key for key in layer.positional if key not in keywords]
    if len(names) > len(positional):
        fields = layer.fields()
        names = [k for k in names if fields[k].required or fields[k].inferred or getattr(layer, k) != fields[k].default]
    given = dict(zip(names, positional, strict=True)) | keywords
    if layer.family == "Dropout":  # nobody knows its default
        given = {"p": layer.p} | given
    return {key: plain(value) for key, value in given.items()}


# loops


def _loop_slot(slot: Slot, counts: list[int]) -> LoopSlot:
    """How a value changes over the rounds, in the same way in all modules."""
    rows = _by_module(slot.values, counts, list)
    present = [row for row in rows if row is not MISSING]

    def part(values: list[Any], name: str = slot.name) -> Slot:
        return Slot(values, name, slot.default, slot.child)

    def each(pick: Any, at_least: int = 1) -> list[Any]:
        return [MISSING if row is MISSING or len(row) < at_least else pick(row) for row in rows]

    if all(_same(row) for row in present):
        return LoopSlot("same", part(each(first)))
    if _is_steps(present):
        return LoopSlot("steps", part(each(first)), part(each(lambda row: row[1] - row[0], 2), "step"))
    if all(_same(row[1:]) for row in present):
        return LoopSlot("first", part(each(first)), part(each(lambda row: row[1], 2)))
    return LoopSlot("table", part(each(tuple), f"{slot.name}s"))


def _by_module(values: list[Any], counts: list[int], pick: Any) -> list[Any]:
    """The values of all rounds, one after another, module by module."""
    rows: list[Any] = []
    start = 0
    for count in counts:
        rows.append(pick(values[start : start + count]) if count else MISSING)
        start += count
    return rows


def _same(row: list[Any]) -> bool:
    return all(type(value) is type(row[0]) and value == row[0] for value in row[1:])


def _is_steps(rows: list[list[Any]]) -> bool:
    if any(type(value) is not int for row in rows for value in row):
        return False
    steps = [{b - a for a, b in zip(row, row[1:], strict=False)} for row in rows if len(row) > 1]
    if any(len(differences) != 1 for differences in steps):
        return False
    return any(len(row) > 2 for row in rows) or len(set.union(*steps)) == 1

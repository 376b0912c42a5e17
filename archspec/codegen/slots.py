"""The places of values in a class: what stands there in each of its modules, and in each round of a loop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from archspec.codegen.layout import Expr


class Nothing:
    """Stands where there is none."""

    __slots__ = ()


MISSING = Nothing()
"""The value of a slot in a module that does not have it; the child that a module does not have."""
REQUIRED = Nothing()
"""The default of an argument that has none."""


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


Change = Literal["same", "first", "steps", "table", "previous", "derived"]


@dataclass(eq=False, slots=True)
class LoopSlot:
    """The place of a value in a loop: how it changes from round to round."""

    change: Change
    """`first`: it is another one in the first round; `steps`: it grows by one amount; `table`: each round has its own;
    `previous`: it is what `source` was in the round before; `derived`: it is worked out from `source`."""
    value: Slot
    """Of the first round; of all rounds, for a table."""
    other: Slot | None = None
    """Its value in all later rounds; the amount."""
    source: LoopSlot | None = None
    formula: str = "{}"
    name: str = ""
    """The argument that it is given for."""
    text: Expr = ""
    """How the body of the loop says it."""
    now: Slot | None = None
    """The slot that this says, where it is one."""

    def say(self, slot: Slot) -> None:
        self.text, self.now = slot.text, slot


Rows = list[list[Any]]
"""The values of all rounds, module by module."""


def loop_slots(slots: Sequence[Slot], counts: list[int], tables: frozenset[str]) -> list[LoopSlot]:
    """How the values of a loop's body change, over so many rounds. `tables`: lists that the modules are given."""
    rows = [by_module(slot.values, counts) for slot in slots]
    found = [_loop_slot(slot, row, tables) for slot, row in zip(slots, rows, strict=True)]
    for slot, loop_slot in zip(slots, found, strict=True):
        loop_slot.name = slot.name
    changing = [i for i, slot in enumerate(found) if slot.change in ("first", "steps", "table")]
    for i in changing:
        for j in changing:
            source = found[j]
            if i == j or source.change != "table" or rows[i] == rows[j]:
                continue
            formula = _formula(slots[i].name, rows[i], rows[j])
            if formula is not None:
                found[i] = LoopSlot("derived", found[i].value, source=source, formula=formula, name=slots[i].name)
            elif found[i].change == "table" and _follows(rows[i], rows[j]) and _one_start(found, source, rows, i):
                found[i] = LoopSlot("previous", _part(slots[i], _each(rows[i])), source=source, name=slots[i].name)
    return found


def by_module(values: list[Any], counts: list[int]) -> Rows:
    """The values of all rounds, one after another, as rows."""
    rows: Rows = []
    start = 0
    for count in counts:
        rows.append(values[start : start + count])
        start += count
    return rows


def _loop_slot(slot: Slot, rows: Rows, tables: frozenset[str]) -> LoopSlot:
    table = LoopSlot("table", _part(slot, [tuple(row) for row in rows], _plural(slot.name)))
    if repr(table.value.values) in tables:
        return table
    if all(_same(row) for row in rows):
        return LoopSlot("same", _part(slot, _each(rows)))
    if _is_steps(rows):
        steps = [row[1] - row[0] if len(row) > 1 else MISSING for row in rows]
        return LoopSlot("steps", _part(slot, _each(rows)), _part(slot, steps, "step"))
    if all(_same(row[1:]) for row in rows):
        return LoopSlot(
            "first", _part(slot, _each(rows)), _part(slot, [row[1] if len(row) > 1 else MISSING for row in rows])
        )
    return table


def _part(slot: Slot, values: list[Any], name: str = "") -> Slot:
    return Slot(values, name or slot.name, slot.default, slot.child)


def _each(rows: Rows) -> list[Any]:
    """The first of each row."""
    return [row[0] if row else MISSING for row in rows]


def _plural(name: str) -> str:
    return f"{name}_list" if name.endswith("s") else f"{name}s"


def _same(row: list[Any]) -> bool:
    return all(type(value) is type(row[0]) and value == row[0] for value in row[1:])


def _is_steps(rows: Rows) -> bool:
    """Whether the values grow by one amount in each module; of two values that says little."""
    if any(type(value) is not int for row in rows for value in row):
        return False
    steps = [{b - a for a, b in pairwise(row)} for row in rows if len(row) > 1]
    if any(len(differences) != 1 for differences in steps):
        return False
    return any(len(row) > 2 for row in rows) or len(set[int]().union(*steps)) == 1


def _follows(rows: Rows, others: Rows) -> bool:
    return all(row[1:] == other[:-1] for row, other in zip(rows, others, strict=True))


def _one_start(found: list[LoopSlot], source: LoopSlot, rows: list[Rows], i: int) -> bool:
    """Whether all values that follow this one begin alike: they are one variable."""
    others = [j for j, slot in enumerate(found) if slot.change == "previous" and slot.source is source]
    return all(_each(rows[i]) == _each(rows[j]) for j in others)


_FORMULAS: dict[str, Callable[[int], int]] = {
    "{} // 2": lambda n: n // 2,
    "2 * {}": lambda n: 2 * n,
    "4 * {}": lambda n: 4 * n,
}


def _formula(name: str, rows: Rows, others: Rows) -> str | None:
    """How the values are worked out from others, as a padding from the kernel size."""
    values = [value for row in rows for value in row]
    sources = [value for row in others for value in row]
    if any(type(value) is not int for value in (*values, *sources)) or len(set(values)) < 2:
        return None
    for formula, work_out in _FORMULAS.items():
        if [work_out(source) for source in sources] == values and (name == "padding") == (formula == "{} // 2"):
            return formula
    return None

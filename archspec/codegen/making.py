"""Templates as expressions, and the statements that an expression cannot be without."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from archspec.codegen.blueprint import all_slots
from archspec.codegen.calls import parsed
from archspec.codegen.layout import INDENT, Brackets, Comprehension, Expr, flat, layout, prefixed
from archspec.codegen.names import is_identifier, unique, variable
from archspec.codegen.slots import MISSING, LoopSlot, Slot
from archspec.codegen.templates import Argument, Chain, Element, Loop, Make, Template
from archspec.codegen.values import quote

MIN_EQUAL = 4
"""From how many equal children on a comprehension makes them."""


@dataclass(slots=True)
class Maker:
    """Writes what makes the children of one class."""

    taken: set[str]
    """Names that are no local variables any more."""
    said: Sequence[Slot]
    """All slots of the class."""
    indent: int
    imports: set[str] = field(default_factory=set)
    lines: list[str] = field(default_factory=list)
    """Statements to stand before the expression that was made last."""

    def make(self, template: Template) -> Expr:
        if isinstance(template, Chain):
            return self._sequential(template)
        if template.template is not None:
            return self._templated(template, template.template)
        target = template.target if isinstance(template.target, str) else flat(template.target.text)
        if target.startswith("ops."):
            self.imports.add("ops")
        items = [
            argument.slot.text if argument.positional else prefixed(f"{argument.name}=", argument.slot.text)
            for argument in template.arguments
            if not _is_default(argument)
        ]
        return Brackets(f"{target}(", items)

    def _templated(self, make: Make, template: str) -> Expr:
        for module in ("torch", "ops"):
            if f"{module}." in template:
                self.imports.add(module)
        return parsed(template.format(**{argument.name: flat(argument.slot.text) for argument in make.arguments}))

    # nn.Sequential

    def _sequential(self, chain: Chain) -> Expr:
        if not chain.named:
            return Brackets("nn.Sequential(", self.items(chain))
        self.imports.add("OrderedDict")
        made = [(e.name, self.make(e.make)) for e in chain.elements if isinstance(e, Element)]
        if all(is_identifier(name) and name != "self" for name, _ in made):
            entries = Brackets("OrderedDict(", [prefixed(f"{name}=", make) for name, make in made])
        else:
            pairs = [prefixed(f"{quote(name)}: ", make) for name, make in made]
            entries = Brackets("OrderedDict(", [Brackets("{", pairs, "}", together=False)])
        return Brackets("nn.Sequential(", [entries])

    def items(self, chain: Chain) -> list[Expr]:
        """The children of a chain. Those that come and go, or come round by round, are collected in a list first."""
        if not any(map(_needs_list, chain.elements)):
            return repeated([item for element in chain.elements for item in self._in_place(element)])
        name = self._local("layers")
        grouped = itertools.groupby(chain.elements, key=lambda e: id(e) if _needs_list(e) else 0)
        batches = [list(elements) for _, elements in grouped]
        last = [] if _needs_list(batches[-1][0]) else batches.pop()
        empty = f"{name}: list[nn.Module] = "
        if not batches or _needs_list(batches[0][0]):
            self.lines.append(f"{' ' * self.indent}{empty}[]")
            empty = ""
        for batch in batches:
            (first, *_) = batch
            if not _needs_list(first):
                items = repeated([item for element in batch for item in self._in_place(element)])
                self.lines += layout(_list(items), self.indent, empty or f"{name} += ")
                empty = ""
            elif isinstance(first, Loop):
                self._statement(first, name)
            elif first.condition is not None:
                self.lines += layout(first.condition, self.indent, "if ", ":")
                self.lines += layout(Brackets(f"{name}.append(", [self.make(first.make)]), self.indent + INDENT)
        return [f"*{name}", *repeated([item for element in last for item in self._in_place(element)])]

    def _in_place(self, element: Element | Loop) -> list[Expr]:
        """Children as arguments."""
        if isinstance(element, Element):
            return [self.make(element.make)]
        changes = {slot.change for slot in element.slots}
        if changes == {"same", "first"} or changes == {"first"}:
            return self._first_and_others(element)
        return [Brackets("*(", [self.comprehension(element)])]

    def _first_and_others(self, loop: Loop) -> list[Expr]:
        for slot in loop.slots:
            slot.say(slot.value)
        first = self.make(loop.body[0])
        for slot in loop.slots:
            slot.say(slot.other or slot.value)
        count = flat(loop.count.text)
        others = str(int(count) - 1) if count.isdigit() else f"{count} - 1"
        return [first, Brackets("*(", [Comprehension(self.make(loop.body[0]), f"for _ in range({others})")])]

    # loops

    def comprehension(self, loop: Loop) -> Comprehension:
        clause, _ = self.clause(loop, alone=True)
        return Comprehension(self.make(loop.body[0]), clause)

    def clause(self, loop: Loop, *, index: bool = False, alone: bool = False) -> tuple[Expr, str]:
        """`for i, width in enumerate(widths)`, and what counts the rounds. Sets what the slots of the loop say.

        `index`: count them in any case; `alone`: no variable is carried from round to round.
        """
        changes = {slot.change for slot in loop.slots}
        counted = index or "steps" in changes or (alone and "first" in changes)
        taken = set(self.taken)
        i = unique("i", taken) if counted else "_"
        taken.add(i)
        tables = self._tables(loop, taken, alone=alone)
        for slot in loop.slots:
            if slot.change == "same":
                slot.say(slot.value)
            elif slot.change == "steps" and slot.other is not None:
                step = flat(slot.other.text)
                slot.text, slot.now = f"{flat(slot.value.text)} + {i if step == '1' else f'{step} * {i}'}", None
            elif alone and slot.change == "first" and slot.other is not None:
                slot.text, slot.now = f"{flat(slot.value.text)} if {i} == 0 else {flat(slot.other.text)}", None
            elif slot.change == "derived" and slot.source is not None:
                slot.text, slot.now = slot.formula.format(flat(slot.source.text)), None
        if not tables:
            return f"for {i} in range({flat(loop.count.text)})", i
        names = ", ".join(name if len(tables) == 1 or "," not in name else f"({name})" for name in tables.values())
        over: Expr = next(iter(tables))
        if len(tables) > 1:
            over = Brackets("zip(", [*tables, "strict=True"])
        if counted:
            over = Brackets("enumerate(", [over])
            names = f"{i}, ({names})" if "," in names else f"{i}, {names}"
        return prefixed(f"for {names} in ", over), i

    def _tables(self, loop: Loop, taken: set[str], *, alone: bool) -> dict[str, str]:
        """What a loop runs over, with the variables for it."""
        tables: dict[str, str] = {}
        before: dict[str, str] = {}
        for slot in loop.slots:
            if slot.change != "table":
                continue
            text = flat(slot.value.text)
            if text not in tables:
                singular = text.removesuffix("s") if is_identifier(text) and text.endswith("s") else slot.name
                tables[text] = unique(variable(singular), taken)
                taken.add(tables[text])
            slot.text, slot.now = tables[text], None
        for slot in loop.slots:
            if alone and slot.change == "previous" and slot.source is not None:
                text = flat(slot.source.value.text)
                name = before.get(text) or unique(variable(slot.name), taken)
                if text not in before:
                    taken.add(name)
                    before[text] = name
                    first = flat(slot.value.text)
                    whole = f"({first}, {text[1:]}" if text.startswith("(") else f"({first}, *{text})"
                    self.imports.add("pairwise")
                    tables = {
                        f"pairwise({whole})" if over == text else over: f"{name}, {own}" if over == text else own
                        for over, own in tables.items()
                    }
                slot.text, slot.now = name, None
        return tables

    def _statement(self, loop: Loop, name: str) -> None:
        """A loop as a statement that fills a list. What a value is in the next round is assigned at the end."""
        pad = " " * self.indent
        clause, _ = self.clause(loop)
        self.taken |= set(re.findall(r"\w+", flat(clause).partition(" in ")[0]))
        carried: dict[tuple[str, str], str] = {}
        for slot in loop.slots:
            after = slot.other.text if slot.other is not None else slot.source.text if slot.source is not None else ""
            if slot.change not in ("first", "previous"):
                continue
            key = (flat(slot.value.text), flat(after))
            if key not in carried:
                carried[key] = self._carrier(slot, key[0], loop)
                if carried[key] != key[0]:
                    self.lines.append(f"{pad}{carried[key]} = {key[0]}")
            slot.text, slot.now = carried[key], None
        self.lines += layout(clause, self.indent, after=":")
        items = [self.make(make) for make in loop.body]
        inner = self.indent + INDENT
        if len(items) == 1:
            self.lines += layout(Brackets(f"{name}.append(", items), inner)
        else:
            self.lines += layout(_list(items), inner, f"{name} += ")
        self.lines += [f"{' ' * inner}{own} = {after}" for (_, after), own in carried.items()]

    def _carrier(self, slot: LoopSlot, first: str, loop: Loop) -> str:
        """The variable that a value is in: a parameter that nothing else needs, or a new one."""
        inside = {id(inner) for inner in all_slots(loop)}
        others = [flat(other.text) for other in self.said if id(other) not in inside]
        others += [flat(own.value.text) for own in loop.slots if own.change not in ("first", "previous")]
        others += [flat(own.other.text) for own in loop.slots if own.other is not None]
        if is_identifier(first) and not any(re.search(rf"\b{first}\b", other) for other in others):
            return first
        return self._local(variable(slot.name))

    def _local(self, wanted: str) -> str:
        name = unique(wanted, self.taken)
        self.taken.add(name)
        return name


def repeated(items: Sequence[Expr]) -> list[Expr]:
    """Equal children in a comprehension, where they are many."""
    found: list[Expr] = []
    for text, group in itertools.groupby(items, key=flat):
        same = list(group)
        if len(same) >= MIN_EQUAL and not text.startswith("*"):
            found.append(Brackets("*(", [Comprehension(same[0], f"for _ in range({len(same)})")]))
        else:
            found += same
    return found


def _list(items: Sequence[Expr]) -> Brackets:
    return Brackets("[", items, "]", together=False)


def _needs_list(element: Element | Loop) -> bool:
    """Whether no expression makes these children."""
    if isinstance(element, Element):
        return element.condition is not None
    changes = {slot.change for slot in element.slots}
    always = all(value is not MISSING and value > 0 for value in element.count.values)
    return len(element.body) > 1 or ("first" in changes and not (changes <= {"same", "first"} and always))


def _is_default(argument: Argument) -> bool:
    slot = argument.slot.now if isinstance(argument.slot, LoopSlot) else argument.slot
    if not argument.left_out or slot is None:
        return False
    return all(value is MISSING or repr(value) == repr(slot.default) for value in slot.values)

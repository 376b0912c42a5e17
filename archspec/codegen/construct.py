"""A blueprint as the lines of `__init__`."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from archspec.codegen.blueprint import Blueprint, Item, ListItem, NumberedItem, TreeItem, all_slots
from archspec.codegen.layout import INDENT, WIDTH, Brackets, Comprehension, Expr, Operation, flat, layout, prefixed
from archspec.codegen.names import is_identifier, unique, variable
from archspec.codegen.parameters import Parameters
from archspec.codegen.templates import (
    MISSING, Argument, Chain, Element, Loop, LoopSlot, Make, Mismatch, Slot, Template,
)  # fmt: skip
from archspec.codegen.values import has_partial, quote

MIN_EQUAL = 4
"""From how many equal children on a comprehension makes them."""
_BODY = 8
SEQUENTIAL_METHODS = {"append", "extend", "insert", "pop"}
_DICT_METHODS = {"clear", "items", "keys", "pop", "update", "values"}


@dataclass(slots=True)
class Constructor:
    """Writes the constructor of one class."""

    blueprint: Blueprint
    parameters: Parameters
    comments: Sequence[str] = ()
    """For the children of a chain."""
    imports: set[str] = field(default_factory=set)
    lines: list[str] = field(default_factory=list)
    _variables: set[str] = field(default_factory=set)

    def write(self) -> list[str]:
        self._explain()
        signature = layout(self.parameters.signature(), INDENT)
        chain = self.blueprint.chain
        local = [f"{' ' * _BODY}{name} = {text}" for name, text in self.parameters.locals.items()]
        start = f"{' ' * _BODY}super().__init__()"
        if chain is not None:
            items = self._chain_items(chain, _BODY)
            if items:
                comments = self.comments if len(items) == len(chain.elements) else ()
                call = Brackets("super().__init__(", items, comments=comments)
                return [*signature, *local, *self.lines, *layout(call, _BODY)]
            return [*signature, start]
        for item in self.blueprint.items:
            self._item(item)
        return [*signature, start, *local, *self.lines]

    # finding the words

    def _explain(self) -> None:
        slots = [slot for template in self.blueprint.templates() for slot in all_slots(template)]
        # what all modules have tells most
        for slot in sorted(slots, key=lambda slot: MISSING in slot.values):
            slot.text = self.parameters.say(slot)
        if any(has_partial(slot.values) and slot.text not in self.parameters.found for slot in slots):
            self.imports.add("partial")
        self.parameters.name_locals()
        for element in self._elements():
            if False in element.present:
                element.condition = self.parameters.condition(element.present, element.name or "extra")
        self.parameters.set_defaults(slots)

    def _elements(self) -> list[Element]:
        pending: list[Element | Template | Loop] = [
            *(item for item in self.blueprint.items if isinstance(item, Element)), *self.blueprint.templates()
        ]  # fmt: skip
        found: dict[int, Element] = {}
        while pending:
            match pending.pop(0):
                case Element() as element:
                    found[id(element)] = element
                    pending.append(element.make)
                case Chain(elements=elements):
                    pending += elements
                case _:
                    pass
        return list(found.values())

    # children

    def _item(self, item: Item) -> None:
        pad = " " * _BODY
        match item:
            case Element(name=name, make=make, condition=condition):
                self._child(name, make, condition)
            case ListItem(name=name, elements=Loop() as loop):
                self._emit(f"self.{name} = ", Brackets("nn.ModuleList(", [self._comprehension(loop)]))
            case ListItem(name=name, elements=list() as elements):
                items = self._repeated([self._make(element) for element in elements])
                self._emit(f"self.{name} = ", Brackets("nn.ModuleList(", [Brackets("[", items, "]", together=False)]))
            case TreeItem(name=name, elements=inner) if is_dict(name, list(inner)):
                entries = [prefixed(f"{quote(key.partition('.')[2])}: ", self._make(make)) for key, make in inner.items()]
                self._emit(f"self.{name} = ", Brackets("nn.ModuleDict(", [Brackets("{", entries, "}", together=False)]))
            case TreeItem(elements=inner):
                self._tree(inner)
            case NumberedItem(before=before, start=start, after=after, loop=loop):
                clause, index = self._clause(loop, index=True)
                self.lines.append(f"{pad}{clause}:")
                number = f"{index} + {start}" if start else index
                name = f'f"{before}{{{number}}}{after}"'
                call = Brackets("self.add_module(", [name, self._make(loop.body[0])])
                self.lines += layout(call, _BODY + INDENT)

    def _child(self, name: str, make: Template, condition: str) -> None:
        indent = _BODY
        expression = self._make(make)
        if not is_identifier(name):
            call = Brackets("self.add_module(", [quote(name), expression])
            if condition:
                self.lines.append(f"{' ' * indent}if {condition}:")
                indent += INDENT
            self.lines += layout(call, indent)
            return
        target = f"self.{name} = "
        if not condition:
            self._emit(target, expression)
            return
        choice = Operation(expression, f"if {condition}", "else None")
        if _BODY + INDENT + len(choice.flat) <= WIDTH:
            self._emit(target, choice)
            return
        self.lines += [f"{' ' * indent}{target}None", f"{' ' * indent}if {condition}:"]
        self.lines += layout(expression, indent + INDENT, target)

    def _tree(self, inner: dict[str, Template]) -> None:
        made: set[str] = set()
        for path, make in inner.items():
            *parts, last = path.split(".")
            for i in range(1, len(parts) + 1):
                container = ".".join(parts[:i])
                if container not in made:
                    made.add(container)
                    owner = _owner(parts[: i - 1])
                    self._emit("", Brackets(f"{owner}.add_module(", [quote(parts[i - 1]), "nn.Module()"]))
            self._emit("", Brackets(f"{_owner(parts)}.add_module(", [quote(last), self._make(make)]))

    def _emit(self, before: str, expression: Expr) -> None:
        self.lines += layout(expression, _BODY, before)

    # expressions

    def _make(self, template: Template) -> Expr:
        if isinstance(template, Chain):
            return self._sequential(template)
        target = template.target if isinstance(template.target, str) else flat(template.target.text)
        if target.startswith("partial("):
            raise Mismatch  # a class that brings arguments, where no other is: never asked for
        if target.startswith("ops."):
            self.imports.add("ops")
        arguments = [argument for argument in template.arguments if not _is_default(argument)]
        items = [
            argument.slot.text if argument.positional else prefixed(f"{argument.name}=", argument.slot.text)
            for argument in arguments
        ]
        return Brackets(f"{target}(", items)

    def _sequential(self, chain: Chain) -> Expr:
        if not chain.named:
            return Brackets("nn.Sequential(", self._chain_items(chain, _BODY))
        self.imports.add("OrderedDict")
        made = [(e.name, self._make(e.make)) for e in chain.elements if isinstance(e, Element)]
        if all(is_identifier(name) and name != "self" for name, _ in made):
            entries = [prefixed(f"{name}=", make) for name, make in made]
            return Brackets("nn.Sequential(", [Brackets("OrderedDict(", entries)])
        pairs = [prefixed(f"{quote(name)}: ", make) for name, make in made]
        return Brackets("nn.Sequential(", [Brackets("OrderedDict(", [Brackets("{", pairs, "}", together=False)])])

    def _chain_items(self, chain: Chain, indent: int) -> list[Expr]:
        """The children of a chain; those that come and go, or come again and again, are collected in a list first."""
        if not any(self._needs_list(element) for element in chain.elements):
            return self._repeated([item for element in chain.elements for item in self._in_place(element)])
        name = unique("layers", self.parameters.taken | self.parameters.found.keys() | self._variables)
        self._variables.add(name)
        pad = " " * indent
        begun = False
        groups = itertools.groupby(chain.elements, key=lambda e: id(e) if self._needs_list(e) else 0)
        batches = [(needs != 0, list(elements)) for needs, elements in groups]
        for i, (needs, elements) in enumerate(batches):
            if not needs:
                items = self._repeated([item for element in elements for item in self._in_place(element)])
                if i == len(batches) - 1:
                    return [f"*{name}", *items]
                before = f"{name} += " if begun else f"{name}: list[nn.Module] = "
                self.lines += layout(Brackets("[", items, "]", together=False), indent, before)
                begun = True
                continue
            if not begun:
                self.lines.append(f"{pad}{name}: list[nn.Module] = []")
                begun = True
            (element,) = elements
            if isinstance(element, Loop):
                self._loop(element, name, indent)
            else:
                self.lines.append(f"{pad}if {element.condition}:")
                self.lines += layout(Brackets(f"{name}.append(", [self._make(element.make)]), indent + INDENT)
        return [f"*{name}"]

    def _needs_list(self, element: Element | Loop) -> bool:
        if isinstance(element, Element):
            return bool(element.condition)
        changes = {slot.change for slot in element.slots}
        return len(element.body) > 1 or ("first" in changes and (changes > {"same", "first"} or not _always(element)))

    def _in_place(self, element: Element | Loop) -> list[Expr]:
        """The children as arguments."""
        if isinstance(element, Element):
            return [self._make(element.make)]
        if all(slot.change in ("same", "first") for slot in element.slots) and _always(element):
            return self._first_and_others(element)
        return [Brackets("*(", [self._comprehension(element)])]

    def _first_and_others(self, loop: Loop) -> list[Expr]:
        if all(slot.change == "same" for slot in loop.slots):
            return [Brackets("*(", [self._comprehension(loop)])]
        for slot in loop.slots:
            slot.text = slot.value.text
        head = self._make(loop.body[0])
        for slot in loop.slots:
            slot.text = (slot.value if slot.other is None else slot.other).text
        count = flat(loop.count.text)
        others = str(int(count) - 1) if count.isdigit() else f"{count} - 1"
        return [head, Brackets("*(", [Comprehension(self._make(loop.body[0]), f"for _ in range({others})")])]

    def _comprehension(self, loop: Loop) -> Comprehension:
        clause, index = self._clause(loop)
        for slot in loop.slots:
            if slot.change == "first":
                assert slot.other is not None
                slot.text = f"{flat(slot.value.text)} if {index} == 0 else {flat(slot.other.text)}"
        return Comprehension(self._make(loop.body[0]), clause)

    def _clause(self, loop: Loop, *, index: bool = False) -> tuple[str, str]:
        """`for i, width in enumerate(widths)`: what a loop runs over. Sets what its slots say."""
        changes = {slot.change for slot in loop.slots}
        taken = self.parameters.taken | self.parameters.found.keys() | self._variables
        i = unique("i", taken) if index or changes & {"first", "steps"} else "_"
        tables: dict[str, str] = {}
        for slot in loop.slots:
            if slot.change == "table":
                text = flat(slot.value.text)
                name = unique(variable(slot.value.name.removesuffix("s")), taken | {i, *tables.values()})
                slot.text = tables.setdefault(text, name)
            elif slot.change == "same":
                slot.text = slot.value.text
            elif slot.change == "steps":
                assert slot.other is not None
                step = flat(slot.other.text)
                times = i if step == "1" else f"{step} * {i}"
                slot.text = f"{flat(slot.value.text)} + {times}"
        if not tables:
            return f"for {i} in range({flat(loop.count.text)})", i
        names = ", ".join(tables.values())
        over = next(iter(tables)) if len(tables) == 1 else f"zip({', '.join(tables)}, strict=True)"
        if i == "_":
            return f"for {names} in {over}", i
        names = names if len(tables) == 1 else f"({names})"
        return f"for {i}, {names} in enumerate({over})", i

    def _loop(self, loop: Loop, name: str, indent: int) -> None:
        """A loop as a statement. A value that is another one in the first round is a variable."""
        pad = " " * indent
        clause, _ = self._clause(loop)
        taken = self.parameters.taken | self.parameters.found.keys() | self._variables | set(re.findall(r"\w+", clause))
        carried: dict[tuple[str, str], str] = {}
        for slot in loop.slots:
            if slot.change == "first":
                assert slot.other is not None
                key = (flat(slot.value.text), flat(slot.other.text))
                if key not in carried:
                    own = variable(slot.value.name)
                    carried[key] = own if own == key[0] and not self._used_later(own, loop) else unique(own, taken)
                    if carried[key] != key[0]:
                        self.lines.append(f"{pad}{carried[key]} = {key[0]}")
                    taken.add(carried[key])
                slot.text = carried[key]
        if "i" in carried.values() or (clause.startswith("for i in range") and not self._mentions(loop, "i")):
            clause = clause.replace("for i in", "for _ in", 1)
        self.lines.append(f"{pad}{clause}:")
        items = [self._make(make) for make in loop.body]
        inner = indent + INDENT
        if len(items) == 1:
            self.lines += layout(Brackets(f"{name}.append(", items), inner)
        else:
            self.lines += layout(Brackets("[", items, "]", together=False), inner, f"{name} += ")
        self.lines += [f"{' ' * inner}{own} = {rest}" for (_, rest), own in carried.items()]

    def _mentions(self, loop: Loop, name: str) -> bool:
        return any(re.search(rf"\b{name}\b", flat(slot.text)) for slot in loop.slots if slot.change == "steps")

    def _used_later(self, name: str, loop: Loop) -> bool:
        """Whether anything but a loop says this name: it may then not be assigned."""
        inside = {id(slot) for slot in all_slots(loop)}
        outside = [s for template in self.blueprint.templates() for s in all_slots(template) if id(s) not in inside]
        others = [flat(slot.value.text) for slot in loop.slots if slot.change != "first"]
        others += [flat(slot.other.text) for slot in loop.slots if slot.other is not None]
        return any(re.search(rf"\b{name}\b", text) for text in [*(flat(slot.text) for slot in outside), *others])

    def _repeated(self, items: Sequence[Expr]) -> list[Expr]:
        """Equal children in a comprehension, where they are many."""
        found: list[Expr] = []
        for text, group in itertools.groupby(items, key=flat):
            same = list(group)
            if len(same) >= MIN_EQUAL and not text.startswith("*"):
                found.append(Brackets("*(", [Comprehension(same[0], f"for _ in range({len(same)})")]))
            else:
                found += same
        return found


def is_dict(head: str, names: list[str]) -> bool:
    """Whether an nn.ModuleDict can hold these children."""
    keys = [name.partition(".")[2] for name in names]
    return is_identifier(head) and all("." not in key and key not in _DICT_METHODS for key in keys)


def child(path: str, names: Sequence[str]) -> str:
    """How a child is said: `self.conv1`, `self.convs[0]`. `names`: all children of the module."""
    head, dot, rest = path.partition(".")
    if not dot:
        return f"self.{path}" if is_identifier(path) else f"getattr(self, {quote(path)})"
    siblings = [name for name in names if name.startswith(f"{head}.")]
    if siblings == [f"{head}.{i}" for i in range(len(siblings))] and is_identifier(head):
        return f"self.{head}[{rest}]"
    if is_dict(head, siblings):
        return f"self.{head}[{quote(rest)}]"
    return f"self.get_submodule({quote(path)})"


def _owner(parts: list[str]) -> str:
    return f"self.get_submodule({quote('.'.join(parts))})" if parts else "self"


def _always(loop: Loop) -> bool:
    """Whether every module goes through the loop."""
    return all(value is not MISSING and value > 0 for value in loop.count.values)


def _is_default(argument: Argument) -> bool:
    slot = argument.slot
    if argument.positional or isinstance(slot, LoopSlot):
        return False
    return all(value is MISSING or repr(value) == repr(slot.default) for value in slot.values)


__all__ = ["Constructor", "Slot", "Make", "child", "is_dict"]

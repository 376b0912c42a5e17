"""A blueprint as the lines of `__init__`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from archspec.codegen.blueprint import Blueprint, Item, ListItem, NumberedItem, TreeItem, all_slots, is_list
from archspec.codegen.layout import INDENT, WIDTH, Brackets, Expr, Operation, flat, layout, prefixed
from archspec.codegen.making import Maker, repeated
from archspec.codegen.names import is_identifier
from archspec.codegen.parameters import Parameters
from archspec.codegen.slots import MISSING, Slot
from archspec.codegen.templates import Chain, Element, Loop
from archspec.codegen.values import has_partial, quote

BODY = 2 * INDENT
"""How far the statements of a method are indented."""
SEQUENTIAL_METHODS = frozenset({"append", "extend", "insert", "pop"})
"""What no child of an nn.Sequential may be called that is made with an OrderedDict."""
_DICT_METHODS = frozenset({"clear", "items", "keys", "pop", "update", "values"})


@dataclass(slots=True)
class Constructor:
    """Writes the constructor of one class."""

    blueprint: Blueprint
    parameters: Parameters
    comments: Sequence[str] = ()
    """For the children of a chain."""
    imports: set[str] = field(default_factory=set)
    _lines: list[str] = field(default_factory=list)

    def write(self, flags: Sequence[tuple[str, Sequence[bool]]] = ()) -> list[str]:
        """The lines. `flags`: attributes that say which modules have something; each is set to what tells them."""
        slots = self._explain()
        conditions = [(name, self.parameters.condition(present, name, sized=True)) for name, present in flags]
        signature = layout(self.parameters.signature(), INDENT)
        local = [f"{' ' * BODY}{name} = {text}" for name, text in self.parameters.locals.items()]
        maker = Maker(self.parameters.names(), slots, BODY, self.imports, self._lines)
        chain = self.blueprint.chain
        if chain is not None:
            items = maker.items(chain)
            plain = self.blueprint.merged is None and len(items) == len(chain.elements)
            comments = self.comments if plain else ()
            return [
                *signature,
                *local,
                *self._lines,
                *layout(Brackets("super().__init__(", items, comments=comments), BODY),
            ]
        for item in self.blueprint.items:
            self._item(item, maker)
        for name, condition in conditions:
            self._emit(f"self.{name} = ", condition)
        if not self._lines:
            return []
        return [*signature, f"{' ' * BODY}super().__init__()", *local, *self._lines]

    def _explain(self) -> list[Slot]:
        """Find how each value is said."""
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
        return slots

    def _elements(self) -> list[Element]:
        found = [item for item in self.blueprint.items if isinstance(item, Element)]
        pending = self.blueprint.templates()
        while pending:
            template = pending.pop(0)
            if isinstance(template, Chain):
                inner = [element for element in template.elements if isinstance(element, Element)]
                found += inner
                pending += [element.make for element in inner]
        return found

    # children

    def _item(self, item: Item, maker: Maker) -> None:
        match item:
            case Element(name=name, make=make, condition=condition):
                self._child(name, maker.make(make), condition, "register_parameter" if make.bare else "add_module")
            case ListItem(name=name, elements=Loop() as loop):
                kind = "nn.ParameterList(" if loop.body[0].bare else "nn.ModuleList("
                self._emit(f"self.{name} = ", Brackets(kind, [maker.comprehension(loop)]))
            case ListItem(name=name, elements=list() as elements):
                kind = "nn.ParameterList(" if elements[0].bare else "nn.ModuleList("
                self._emit(f"self.{name} = ", _module_list([maker.make(element) for element in elements], kind))
            case TreeItem(name=name, elements=inner):
                tree = _tree({path: maker.make(make) for path, make in inner.items()})[name]
                bare = {path for path, make in inner.items() if make.bare}
                if is_identifier(name) and isinstance(tree, dict) and _can_nest(tree) and not bare:
                    self._emit(f"self.{name} = ", _nested(tree))
                else:
                    self._add("self", {name: tree}, "", bare)
            case NumberedItem(before=before, start=start, after=after, loop=loop):
                clause, index = maker.clause(loop, index=True, alone=True)
                self._lines += layout(clause, BODY, after=":")
                number = f"{index} + {start}" if start else index
                call = Brackets("self.add_module(", [f'f"{before}{{{number}}}{after}"', maker.make(loop.body[0])])
                self._lines += layout(call, BODY + INDENT)

    def _child(self, name: str, expression: Expr, condition: Operation | None, register: str) -> None:
        target = f"self.{name} = "
        choice: Expr = expression
        if condition is not None:
            choice = Operation(expression, f"if {condition.flat}", "else None")
        if not is_identifier(name):
            self._emit("", Brackets(f"self.{register}(", [quote(name), choice]))
            return
        if condition is None or BODY + INDENT + len(flat(choice)) <= WIDTH:
            self._emit(target, choice)
            return
        self._emit(target, "None")
        self._lines += layout(condition, BODY, "if ", ":")
        self._lines += layout(expression, BODY + INDENT, target)

    def _add(self, owner: str, tree: Tree, path: str, bare: set[str]) -> None:
        """Containers whose children no nn.ModuleDict can hold."""
        for name, inner in tree.items():
            own = f"{path}.{name}" if path else name
            register = "register_parameter" if own in bare else "add_module"
            if not isinstance(inner, dict):
                self._emit("", Brackets(f"{owner}.{register}(", [quote(name), inner]))
            elif _can_nest(inner) and not any(each.startswith(f"{own}.") for each in bare):
                self._emit("", Brackets(f"{owner}.add_module(", [quote(name), _nested(inner)]))
            else:
                self._emit("", Brackets(f"{owner}.add_module(", [quote(name), "nn.Module()"]))
                self._add(f"self.get_submodule({quote(own)})", inner, own, bare)

    def _emit(self, before: str, expression: Expr) -> None:
        self._lines += layout(expression, BODY, before)


Tree = dict[str, "Expr | Tree"]


def _tree(children: dict[str, Expr]) -> dict[str, Expr | Tree]:
    """The children by their containers."""
    tree: Tree = {}
    for path, expression in children.items():
        *parts, last = path.split(".")
        owner = tree
        for part in parts:
            inner = owner.setdefault(part, {})
            assert isinstance(inner, dict)
            owner = inner
        owner[last] = expression
    return tree


def _can_nest(tree: Tree) -> bool:
    return _DICT_METHODS.isdisjoint(tree) and all(_can_nest(t) for t in tree.values() if isinstance(t, dict))


def _nested(tree: Tree) -> Expr:
    made = {name: _nested(inner) if isinstance(inner, dict) else inner for name, inner in tree.items()}
    if list(made) == [str(i) for i in range(len(made))]:
        return _module_list(list(made.values()))
    entries = [prefixed(f"{quote(name)}: ", inner) for name, inner in made.items()]
    return Brackets("nn.ModuleDict(", [Brackets("{", entries, "}", together=False)])


def _module_list(items: Sequence[Expr], kind: str = "nn.ModuleList(") -> Expr:
    items = repeated(items)
    if len(items) == 1 and isinstance(items[0], Brackets) and items[0].head == "*(":
        return Brackets(kind, items[0].items)
    return Brackets(kind, [Brackets("[", items, "]", together=False)])


def child(path: str, siblings: Mapping[str, bool]) -> str:
    """How a child is said: `self.conv1`, `self.convs[0]`. `siblings`: all, and whether they are tensors."""
    head, dot, rest = path.partition(".")
    if not dot:
        return f"self.{path}" if is_identifier(path) else f"getattr(self, {quote(path)})"
    mates = {name: bare for name, bare in siblings.items() if name.startswith(f"{head}.")}
    if is_identifier(head) and "." not in rest:
        if is_list(head, mates):
            return f"self.{head}[{rest}]"
        if not any(mates.values()) and _can_nest(_tree(dict.fromkeys(mates, ""))):
            return f"self.{head}[{quote(rest)}]"
    return f"self.get_{'parameter' if siblings[path] else 'submodule'}({quote(path)})"

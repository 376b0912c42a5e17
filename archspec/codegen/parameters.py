"""The parameters of a class: what differs between its modules, under the names that a spec or torch has for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from archspec.codegen.arithmetic import sums
from archspec.codegen.bases import OPTIONS, Base, Bases, Key, agree, integers, is_size, key_of
from archspec.codegen.conditions import Present, find
from archspec.codegen.layout import Brackets, Expr, Operation, flat
from archspec.codegen.names import unique, variable
from archspec.codegen.parts import Part
from archspec.codegen.slots import MISSING, REQUIRED, Slot
from archspec.codegen.values import PARTIAL, Kind, has_partial, type_of, write


@dataclass(eq=False, slots=True)
class Parameter:
    name: str
    values: list[Any]
    default: Any = REQUIRED
    rank: tuple[int, int] = (2, 0)
    """Its place among the parameters: the size of the input, the params of the block in their order, others."""

    @property
    def order(self) -> tuple[bool, bool, tuple[int, int]]:
        """Those without default first, of them those that are said without keyword."""
        return (self.default is not REQUIRED, not self.positional, self.rank)

    @property
    def positional(self) -> bool:
        """Whether calls give it without its keyword: sizes only."""
        if self.default is not REQUIRED or self.name in OPTIONS:
            return False
        sized = self.rank[0] == 0 or self.name.endswith(("channels", "features"))
        return sized or all(map(is_size, self.values))


@dataclass(slots=True)
class _WorkedOut:
    """An expression, and the slots that say it."""

    key: Key
    slots: list[Slot] = field(default_factory=list)


class Parameters:
    """Finds out, for the modules of one class, how its constructor says each value."""

    def __init__(self, parts: Sequence[Part], taken: set[str]) -> None:
        self.parts = parts
        self.taken = taken
        self.found: dict[str, Parameter] = {}
        self.locals: dict[str, str] = {}
        """Local variables of the constructor, and what they hold."""
        self._bases = Bases(parts, taken)
        self._worked_out: dict[str, _WorkedOut] = {}

    def names(self) -> set[str]:
        """The names that no local variable may have."""
        return self.taken | self.found.keys() | self.locals.keys()

    # how a value is said

    def say(self, slot: Slot) -> Expr:
        """The expression for a slot. Asked for every slot, in the order of the text."""
        key = key_of(slot.values)
        if len({each for each in key if each is not None}) <= 1:
            value = next(value for value in slot.values if value is not MISSING)
            # some modules do not have it, and a param of that name may hold it in the others
            return (self._likely(key, slot, value) if None in key else None) or write(value)
        return self._known(key, slot.name) or self._arithmetic(key, slot) or self._introduce(slot, key)

    def _known(self, key: Key, name: str) -> str | None:
        """A parameter or a base that holds just these values; of several, the one that is called so."""
        if name in self.found and agree(key, key_of(self.found[name].values)):
            return name
        for base in sorted(self._bases.varying, key=lambda base: base.name != name):
            if agree(key, base.key):
                return self._use(base)
        return None

    def _likely(self, key: Key, slot: Slot, value: Any) -> str | None:
        """A base that holds the one value of a slot where there is one; only if that is no accident."""
        for base in sorted(self._bases.varying, key=lambda base: base.text not in self.found):
            telling = base.text == slot.name or (base.is_size and is_size(value)) or type(value) in (float, str)
            if telling and agree(key, base.key):
                return self._use(base)
        return None

    def _use(self, base: Base) -> str:
        if base.parameter not in self.found:
            self.found[base.parameter] = Parameter(base.parameter, base.values, rank=base.rank)
        return base.text

    def _arithmetic(self, key: Key, slot: Slot) -> str | None:
        numbers = integers([value for value in slot.values if value is not MISSING])
        if numbers is None:
            return None
        for text, known in self._worked_out.items():
            if agree(key, known.key):
                known.slots.append(slot)
                return text
        bases = [base for base in self._bases.varying if base.numbers is not None]
        bases.sort(key=lambda base: base.text not in self.found)
        for text, values, used in sums(slot.name, bases, len(set(numbers))):
            if agree(key, key_of(values)):
                for base in used:
                    self._use(base)
                self._worked_out[text] = _WorkedOut(key, [slot])
                return text
        return None

    def _introduce(self, slot: Slot, key: Key) -> str:
        """A new parameter, called after the argument that it is for."""
        kinds = tuple(value.target.partition(".")[2] if isinstance(value, Kind) else "" for value in slot.values)
        wanted = self._bases.kinds.get(kinds) or self._bases.let.get(key) or slot.name
        taken = self.taken | self.found.keys() | {base.parameter for base in self._bases.varying}
        name = variable(wanted)
        if name in taken and slot.child:
            name = variable(f"{slot.child}_{wanted}")
        name = unique(name, taken)
        params = list(self.parts[0].module.arguments)
        rank = (1, params.index(wanted)) if wanted in params else (2, len(self.found))
        parameter = self.found[name] = Parameter(name, slot.values, rank=rank)
        if MISSING in slot.values:
            parameter.default = _most_common(slot.values)
            parameter.values = [parameter.default if value is MISSING else value for value in slot.values]
        self._bases.add(name, slot.name, parameter.values, parameter.values, (2, 0))
        return name

    # conditions

    def condition(self, present: Present, name: str, *, sized: bool = False) -> Operation:
        """What is true for these modules (None: for any); a new parameter of this name where nothing tells them.

        `sized`: it holds for modules that keep the size, as those do that add their input.
        """
        wanted = [MISSING if value is None else value for value in present]
        opposite = key_of(value if value is MISSING else not value for value in wanted)
        for base in self._bases.varying:
            if agree(key_of(wanted), base.key):
                return Operation(self._use(base))
            if agree(opposite, base.key):
                return Operation(f"not {self._use(base)}")
        tests = find(present, self._bases, {text: w.key for text, w in self._worked_out.items()}, sized=sized)
        if tests is None:
            key = key_of(wanted)
            flag = self._introduce(Slot(wanted, self._bases.let.get(key, name)), key)
            self.found[flag].default = _most_common(wanted)
            return Operation(flag)
        for base in (base for test in tests for base in test.bases):
            self._use(base)
        first, *others = tests
        return Operation(first.text, *(f"{first.conjunction} {other.text}" for other in others))

    def let_name(self, present: Sequence[bool]) -> str | None:
        """What the spec calls a condition, if it does."""
        return self._bases.let.get(key_of(present))

    # the end: locals, defaults, the signature

    def name_locals(self) -> None:
        """What is worked out more than once, and has a name in the spec, becomes a local variable."""
        for text, known in self._worked_out.items():
            wanted = self._bases.let.get(known.key)
            if wanted is not None and len(known.slots) > 1:
                name = unique(variable(wanted), self.names())
                self.locals[name] = text
                for slot in known.slots:
                    slot.text = name

    def set_defaults(self, slots: Iterable[Slot]) -> None:
        """A parameter may be left out where most calls agree, and torch or the spec agrees with them."""
        torch = {flat(slot.text): slot.default for slot in slots if slot.default is not REQUIRED}
        left_out = self._left_out()
        for parameter in self.found.values():
            if parameter.default is not REQUIRED or parameter.rank[0] == 0:
                continue
            common = _most_common(parameter.values)
            share = sum(repr(value) == repr(common) for value in parameter.values)
            agreed = isinstance(common, Kind) or repr(torch.get(parameter.name, REQUIRED)) == repr(common)
            if parameter.name in left_out:
                parameter.default = left_out[parameter.name]
            elif share * 2 > len(self.parts) and agreed:
                parameter.default = common

    def _left_out(self) -> dict[str, Any]:
        """The params that some call leaves out, with the spec's defaults."""
        found: dict[str, list[Any]] = {}
        for i, part in enumerate(self.parts):
            for name in part.module.defaulted:
                own = self._bases.renamed.get(name, name)
                if own in self.found and self.found[own].rank[0] == 1:
                    found.setdefault(own, []).append(self.found[own].values[i])
        return {name: values[0] for name, values in found.items() if len(set(map(repr, values))) == 1}

    def ordered(self) -> list[Parameter]:
        return sorted(self.found.values(), key=lambda parameter: parameter.order)

    def imports(self) -> set[str]:
        """What the signature needs."""
        needed = {"Callable" for parameter in self.found.values() if PARTIAL in type_of(parameter.values)}
        return needed | {"partial" for parameter in self.found.values() if has_partial([parameter.default])}

    def signature(self) -> Brackets:
        """The parameters of the constructor, as its definition has them."""
        items = ["self"]
        for parameter in self.ordered():
            default = "" if parameter.default is REQUIRED else f" = {flat(write(parameter.default))}"
            items.append(f"{parameter.name}: {type_of(parameter.values)}{default}")
        return Brackets("def __init__(", items, ") -> None:")


def _most_common(values: Iterable[Any]) -> Any:
    present = [value for value in values if value is not MISSING]
    common = Counter(map(repr, present)).most_common(1)[0][0]
    return next(value for value in present if repr(value) == common)

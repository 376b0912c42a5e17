"""The parameters of a class: what differs between its modules, under the names that a spec or torch has for it."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from archspec.codegen.layout import Brackets, Expr, Operation, flat
from archspec.codegen.names import unique, variable
from archspec.codegen.parts import Part
from archspec.codegen.slots import MISSING, REQUIRED, Slot
from archspec.codegen.values import PARTIAL, Kind, has_partial, plain, type_of, write

OPTIONS = frozenset(
    {"kernel_size", "stride", "padding", "dilation", "groups", "output_padding", "output_size", "ceil_mode", "mode"}
    | {"padding_mode", "bias", "eps", "momentum", "affine", "p", "inplace", "depth"}
)
"""Parameters that are said with their keyword, and that sizes do not follow from."""

SMALLEST_SIZE = 8
"""Smaller numbers are rather factors or counts than channels."""

Key = tuple[str | None, ...]
"""The values of a slot, to compare: 1, 1.0 and True are three, a missing one is equal to any."""


@dataclass(eq=False, slots=True)
class Parameter:
    name: str
    values: list[Any]
    default: Any = REQUIRED
    rank: tuple[int, int] = (2, 0)
    """Its place among the parameters: the size of the input, those of the block as it declares them, others."""

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
        return sized or all(_is_size(value) for value in self.values)


@dataclass(frozen=True, slots=True)
class _Base:
    """A value that each module has: of a param of its block, or the size of its input."""

    text: str
    name: str
    values: list[Any]
    """Of the whole param, where the base is an element of a list."""
    key: Key
    rank: tuple[int, int]
    numbers: list[int] | None
    """The values themselves, where they are integers."""

    @property
    def is_size(self) -> bool:
        return self.numbers is not None and self.name not in OPTIONS and max(self.numbers) >= SMALLEST_SIZE


@dataclass(frozen=True, slots=True)
class _Test:
    """A comparison, and the modules that it holds for."""

    text: str
    operator: str
    holds: list[bool]
    bases: tuple[_Base, ...]
    is_size: bool = False

    @property
    def conjunction(self) -> str:
        return "or" if self.operator == "!=" else "and"

    def combined(self, other: _Test) -> list[bool]:
        pairs = zip(self.holds, other.holds, strict=True)
        return [a or b if self.operator == "!=" else a and b for a, b in pairs]


@dataclass(slots=True)
class Parameters:
    """Finds out, for the modules of one class, how its constructor says each value."""

    parts: Sequence[Part]
    taken: set[str]
    """Names that no parameter may have."""
    found: dict[str, Parameter] = field(default_factory=dict)
    locals: dict[str, str] = field(default_factory=dict)
    """Local variables of the constructor, and what they hold."""
    _by_key: dict[Key, str] = field(default_factory=dict)
    _bases: list[_Base] = field(default_factory=list)
    _renamed: dict[str, str] = field(default_factory=dict)
    _constant: list[_Base] = field(default_factory=list)
    """Bases that are the same in all modules, and are written as they are."""
    _let: dict[Key, str] = field(default_factory=dict)
    _worked_out: dict[str, tuple[Key, list[Slot]]] = field(default_factory=dict)
    _kinds: dict[tuple[str, ...], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.parts) == 1:
            return
        self._collect_params()
        self._collect_sizes()
        self._constant = [base for base in self._bases if len(set(base.key)) == 1]
        self._bases = [base for base in self._bases if len(set(base.key)) > 1]

    # what is there to say values by

    def _collect_params(self) -> None:
        first = self.parts[0].module
        for rank, name in enumerate(first.arguments):
            values = [plain(part.module.arguments.get(name, MISSING)) for part in self.parts]
            if all(hasattr(value, "kind") for value in values):
                self._kinds[tuple(value.kind for value in values)] = name
            elif all(_is_plain(value) for value in values):
                self._add_base(name, values, (1, rank))
        for name in first.let:
            values = [plain(part.module.let.get(name, MISSING)) for part in self.parts]
            if all(_is_plain(value) for value in values):
                self._let.setdefault(_key(values), name)

    def _add_base(self, name: str, values: list[Any], rank: tuple[int, int]) -> None:
        own = self._renamed.setdefault(name, unique(variable(name), self.taken))
        self._bases.append(_Base(own, name, values, _key(values), rank, _integers(values)))
        lengths = {len(value) if isinstance(value, tuple) else -1 for value in values}
        if len(lengths) == 1 and max(lengths) <= 8:
            for i in range(max(lengths)):
                column = [value[i] for value in values]
                self._bases.append(_Base(f"{own}[{i}]", name, values, _key(column), rank, _integers(column)))

    def _collect_sizes(self) -> None:
        shapes = [part.module.inputs[0].type.shape for part in self.parts if part.module.inputs]
        if len(shapes) < len(self.parts) or not all(shapes):
            return
        names = (
            {"in_channels": 0, "in_features": -1} if all(len(shape) > 1 for shape in shapes) else {"in_features": -1}
        )
        for name, axis in names.items():
            values = [shape[axis] for shape in shapes]
            own = unique(name, self.taken | set(self._renamed.values()))
            self._bases.append(_Base(own, name, values, _key(values), (0, 0), _integers(values)))

    def names(self) -> set[str]:
        """The names that no local variable may have."""
        return self.taken | self.found.keys() | self.locals.keys()

    # how a value is said

    def say(self, slot: Slot) -> Expr:
        """The expression for a slot. Asked for every slot, in the order of the text."""
        values = [value for value in slot.values if value is not MISSING]
        key = _key(slot.values)
        if len({k for k in key if k is not None}) <= 1:
            # some modules do not have it, and a param of that name may hold it in the others
            return (self._called(key, slot, values[0]) if None in key else None) or write(values[0])
        text = self._known(key, slot.name) or self._arithmetic(key, slot)
        return text or self._introduce(slot, key)

    def _known(self, key: Key, name: str) -> str | None:
        """A parameter or a base that holds just these values; of several, the one that is called so."""
        if name in self.found and _agree(key, _key(self.found[name].values)):
            return name
        for base in sorted(self._bases, key=lambda base: base.name != name):
            if _agree(key, base.key):
                return self._use(base)
        for other, text in self._by_key.items():
            if _agree(key, other):
                return text
        return None

    def _called(self, key: Key, slot: Slot, value: Any) -> str | None:
        """A param that holds the value of a slot where there is one; only if that is no accident."""
        for base in sorted(self._bases, key=lambda base: base.text not in self.found):
            telling = base.text == slot.name or (base.is_size and _is_size(value)) or type(value) in (float, str)
            if telling and _agree(key, base.key):
                return self._use(base)
        return None

    def _use(self, base: _Base) -> str:
        name = base.text.partition("[")[0]
        if name not in self.found:
            self.found[name] = Parameter(name, base.values, rank=base.rank)
        return base.text

    def _introduce(self, slot: Slot, key: Key) -> str:
        """A new parameter, called after the argument that it is for."""
        kinds = tuple(_torch_name(value) for value in slot.values)
        wanted = self._kinds.get(kinds) or self._let.get(key) or slot.name
        taken = self.taken | self.found.keys() | {base.text.partition("[")[0] for base in self._bases}
        name = variable(wanted)
        if name in taken and slot.child:
            name = variable(f"{slot.child}_{wanted}")
        name = unique(name, taken)
        values = _filled(slot.values)
        params = list(self.parts[0].module.arguments)
        rank = (1, params.index(wanted)) if wanted in params else (2, len(self.found))
        self.found[name] = Parameter(name, values, rank=rank)
        if values is not slot.values:
            self.found[name].default = _most_common(slot.values)
        self._by_key[key] = name
        self._bases.append(_Base(name, slot.name, values, _key(values), (2, 0), _integers(values)))
        return name

    def _arithmetic(self, key: Key, slot: Slot) -> str | None:
        numbers = _integers([value for value in slot.values if value is not MISSING])
        if numbers is None:
            return None
        for text, (other, slots) in self._worked_out.items():
            if _agree(key, other):
                slots.append(slot)
                return text
        wanted = [value if value is not MISSING else None for value in slot.values]
        for text, values, bases in self._sums(slot.name, len(set(numbers))):
            if all(a is None or a == b for a, b in zip(wanted, values, strict=True)):
                for base in bases:
                    self._use(base)
                self._worked_out.setdefault(text, (key, []))[1].append(slot)
                return text
        return None

    def _sums(self, name: str, distinct: int) -> Iterator[tuple[str, list[int], list[_Base]]]:
        """What may be worked out from the bases, the simplest first."""
        bases = sorted((b for b in self._bases if b.numbers is not None), key=lambda base: base.text not in self.found)
        if name in OPTIONS:
            if name == "padding":
                for base in bases:
                    if base.name.endswith("kernel_size"):
                        assert base.numbers is not None
                        yield f"{base.text} // 2", [value // 2 for value in base.numbers], [base]
            if name != "groups":
                return
        sizes = [(base, base.numbers) for base in bases if base.is_size and base.numbers is not None]
        for base, values in sizes:
            for factor in (2, 3, 4, 6, 8):
                yield f"{factor} * {base.text}", [factor * value for value in values], [base]
            for factor in (2, 4, 8):
                if all(value % factor == 0 for value in values):
                    yield f"{base.text} // {factor}", [value // factor for value in values], [base]
        if distinct < 3:
            return  # two numbers fit too much
        for (a, left), (b, right) in itertools.permutations(sizes, 2):
            if all(x % y == 0 for x, y in zip(left, right, strict=True)):
                yield f"{a.text} // {b.text}", [x // y for x, y in zip(left, right, strict=True)], [a, b]
        for (a, left), (b, right) in itertools.combinations(sizes, 2):
            yield f"{a.text} + {b.text}", [x + y for x, y in zip(left, right, strict=True)], [a, b]
        for (a, left), b in itertools.product(sizes, bases):
            if b is not a and b.numbers is not None:
                yield f"{a.text} * {b.text}", [x * y for x, y in zip(left, b.numbers, strict=True)], [a, b]

    # conditions

    def condition(self, present: Sequence[bool | None], name: str, *, sized: bool = False) -> Operation:
        """The expression that is true for these modules (None: for any); a new parameter where nothing tells them.

        `sized`: it holds for modules that keep the size, as those do that add their input.
        """
        wanted = [MISSING if value is None else value for value in present]
        key = _key(wanted)
        for base in self._bases:
            if _agree(key, base.key):
                return Operation(self._use(base))
            if _agree(_key([value if value is MISSING else not value for value in wanted]), base.key):
                return Operation(f"not {self._use(base)}")
        tests = [*self._comparisons(), *self._differences()]
        for test in tests:
            if _holds(present, test.holds):
                return self._both(self._stride(present, test, tests, sized=sized) or (test,))
        for a, b in itertools.combinations(tests, 2):
            if a.operator == b.operator and _holds(present, a.combined(b)):
                return self._both((a, b))
        return Operation(self._flag(wanted, key, name))

    def _both(self, tests: tuple[_Test, ...]) -> Operation:
        first, *others = tests
        for base in (base for test in tests for base in test.bases):
            self._use(base)
        return Operation(first.text, *(f"{first.conjunction} {other.text}" for other in others))

    def _stride(
        self, present: Sequence[bool | None], test: _Test, tests: list[_Test], *, sized: bool
    ) -> tuple[_Test, _Test] | None:
        """`stride != 1 or in_channels != channels`: one of the two may tell the calls apart, but both are meant."""
        is_stride = _is_stride(test)
        if not (test.is_size or (sized and is_stride)):
            return None
        for other in tests:
            fits = other.operator == test.operator and (other.is_size if is_stride else _is_stride(other))
            if fits and _holds(present, other.combined(test)):
                return (test, other) if is_stride else (other, test)
        return None

    def _flag(self, present: list[Any], key: Key, name: str) -> str:
        for other, text in self._by_key.items():
            if _agree(key, other):
                return text
        flag = self._introduce(Slot(present, self._let.get(key, name)), key)
        self.found[flag].default = _most_common(present)
        return flag

    def let_name(self, present: Sequence[bool]) -> str | None:
        """What the spec calls a condition, if it does."""
        return self._let.get(_key(present))

    def _comparisons(self) -> Iterator[_Test]:
        """`stride != 1`: a param that is no size, and one of its values."""
        for base in sorted(self._bases, key=lambda base: (base.rank, base.text not in self.found)):
            if base.is_size or any(isinstance(value, tuple | bool) for value in base.values):
                continue
            numbers = all(isinstance(value, int | float) for value in base.values)
            for value in sorted(set(base.values), key=lambda v: (v not in (0, 1, None), str(v))):
                differ = [repr(own) != repr(value) for own in base.values]
                negative, positive = ("is not", "is") if value is None else ("!=", "==")
                if numbers and value == 0 == min(base.values):
                    negative, value = ">", 0
                yield _Test(f"{base.text} {negative} {flat(write(value))}", "!=", differ, (base,))
                yield _Test(f"{base.text} {positive} {flat(write(value))}", "==", [not x for x in differ], (base,))

    def _differences(self) -> Iterator[_Test]:
        """`in_channels != 4 * channels`: two sizes, or what is worked out from them."""
        sizes: list[tuple[str, list[int], tuple[_Base, ...]]] = []
        for base in sorted((*self._bases, *self._constant), key=lambda base: base.rank):
            if base.is_size and base.numbers is not None:
                constant = len(set(base.numbers)) == 1
                sizes.append(
                    (str(base.numbers[0]) if constant else base.text, base.numbers, () if constant else (base,))
                )
        for text, (key, _) in self._worked_out.items():
            if None not in key:
                sizes.append((text, [int(value) for value in key if value is not None], ()))
        for (a, left, ours), (b, right, theirs) in itertools.combinations(sizes, 2):
            if a.isdigit():
                a, b = b, a
            differ = [x != y for x, y in zip(left, right, strict=True)]
            if not (a.isdigit() and b.isdigit()):
                yield _Test(f"{a} != {b}", "!=", differ, (*ours, *theirs), is_size=True)
                yield _Test(f"{a} == {b}", "==", [not value for value in differ], (*ours, *theirs), is_size=True)

    # the end: locals and defaults

    def name_locals(self) -> None:
        """What is worked out more than once, and has a name in the spec, becomes a local variable."""
        for text, (key, slots) in self._worked_out.items():
            wanted = self._let.get(key)
            if wanted is None or len(slots) < 2:
                continue
            name = unique(variable(wanted), self.taken | self.found.keys() | self.locals.keys())
            self.locals[name] = text
            for slot in slots:
                slot.text = name

    def set_defaults(self, slots: Iterable[Slot]) -> None:
        """A parameter may be left out where most calls agree, and torch or the spec agrees with them."""
        torch = {flat(slot.text): slot.default for slot in slots if slot.default is not REQUIRED}
        left_out = self._left_out()
        count = len(self.parts)
        for parameter in self.found.values():
            if parameter.default is not REQUIRED or parameter.rank[0] == 0:
                continue
            common = _most_common(parameter.values)
            share = sum(repr(value) == repr(common) for value in parameter.values)
            agreed = isinstance(common, Kind) or repr(torch.get(parameter.name, REQUIRED)) == repr(common)
            if parameter.name in left_out:
                parameter.default = left_out[parameter.name]
            elif share * 2 > count and agreed:
                parameter.default = common

    def _left_out(self) -> dict[str, Any]:
        """The params that some call leaves out, with the spec's defaults."""
        found: dict[str, list[Any]] = {}
        for i, part in enumerate(self.parts):
            for name in part.module.defaulted:
                own = self._renamed.get(name, name)
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


def _key(values: Iterable[Any]) -> Key:
    return tuple(None if value is MISSING else repr(value) for value in values)


def _agree(key: Key, other: Key) -> bool:
    return all(a is None or a == b for a, b in zip(key, other, strict=True))


def _is_stride(test: _Test) -> bool:
    return len(test.bases) == 1 and test.bases[0].name == "stride" and test.text.endswith(" 1")


def _holds(wanted: Sequence[bool | None], holds: Sequence[bool]) -> bool:
    return all(a is None or a == b for a, b in zip(wanted, holds, strict=True))


def _integers(values: list[Any]) -> list[int] | None:
    return values if all(type(value) is int and value >= 0 for value in values) else None


def _is_size(value: Any) -> bool:
    """Whether it looks like a number of channels, or some of them."""
    if isinstance(value, tuple):
        return len(value) > 0 and all(map(_is_size, value))
    return type(value) is int and value >= SMALLEST_SIZE


def _is_plain(value: Any) -> bool:
    if isinstance(value, tuple):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, bool | int | float | str)


def _torch_name(value: Any) -> str:
    return value.target.partition(".")[2] if isinstance(value, Kind) else ""


def _most_common(values: Iterable[Any]) -> Any:
    present = [value for value in values if value is not MISSING]
    common = Counter(map(repr, present)).most_common(1)[0][0]
    return next(value for value in present if repr(value) == common)


def _filled(values: list[Any]) -> list[Any]:
    """The values, with the most common one where there is none."""
    if MISSING not in values:
        return values
    common = _most_common(values)
    return [common if value is MISSING else value for value in values]

"""What the values of a class may be said by: the params of its block, the size of its input."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from archspec.codegen.names import unique, variable
from archspec.codegen.parts import Part
from archspec.codegen.slots import MISSING
from archspec.codegen.values import plain

OPTIONS = frozenset(
    {"kernel_size", "stride", "padding", "dilation", "groups", "output_padding", "output_size", "ceil_mode", "mode"}
    | {"padding_mode", "bias", "eps", "momentum", "affine", "p", "inplace", "depth"}
)
"""Parameters that are said with their keyword, and that sizes do not follow from."""
SMALLEST_SIZE = 8
"""Smaller numbers are rather factors or counts than channels."""
MAX_ELEMENTS = 8
"""Of a longer list no element is said by its number."""

Key = tuple[str | None, ...]
"""Values to compare: 1, 1.0 and True are three, a missing one is equal to any."""


def key_of(values: Iterable[Any]) -> Key:
    return tuple(None if value is MISSING else repr(value) for value in values)


def agree(key: Key, other: Key) -> bool:
    return all(a is None or a == b for a, b in zip(key, other, strict=True))


def integers(values: list[Any]) -> list[int] | None:
    """The values, if they are numbers to calculate with."""
    return values if all(type(value) is int and value >= 0 for value in values) else None


def is_size(value: Any) -> bool:
    """Whether it looks like a number of channels, or some of them."""
    if isinstance(value, tuple):
        return len(value) > 0 and all(map(is_size, value))
    return type(value) is int and value >= SMALLEST_SIZE


@dataclass(frozen=True, slots=True)
class Base:
    """A value that each module has."""

    text: str
    """How it is said: `stride`, `widths[0]`."""
    name: str
    """What the spec or torch calls it."""
    values: list[Any]
    """Of the whole param, where the base is an element of a list."""
    key: Key
    rank: tuple[int, int]
    """Its place among the parameters: the size of the input, the params in their order, others."""
    numbers: list[int] | None
    """The values themselves, where they are integers."""

    @property
    def is_size(self) -> bool:
        return self.numbers is not None and self.name not in OPTIONS and max(self.numbers) >= SMALLEST_SIZE

    @property
    def is_constant(self) -> bool:
        return len(set(self.key)) == 1

    @property
    def parameter(self) -> str:
        return self.text.partition("[")[0]


@dataclass(slots=True)
class Bases:
    """The bases of the modules of one class."""

    parts: Sequence[Part]
    taken: set[str]
    """Names that no parameter may have."""
    varying: list[Base] = field(default_factory=list)
    constant: list[Base] = field(default_factory=list)
    """Those that are the same in all modules, which are written as they are."""
    renamed: dict[str, str] = field(default_factory=dict)
    """What a param of the block is called in the source."""
    kinds: dict[tuple[str, ...], str] = field(default_factory=dict)
    """The params that hold layer kinds, by these."""
    let: dict[Key, str] = field(default_factory=dict)
    """What the spec calls a value that it works out."""

    def __post_init__(self) -> None:
        if len(self.parts) == 1:
            return
        first = self.parts[0].module
        for rank, name in enumerate(first.arguments):
            values = [plain(part.module.arguments.get(name, MISSING)) for part in self.parts]
            if all(hasattr(value, "kind") for value in values):
                self.kinds[tuple(value.kind for value in values)] = name
            elif all(map(_is_plain, values)):
                self._add_param(name, values, (1, rank))
        for name in first.let:
            values = [plain(part.module.let.get(name, MISSING)) for part in self.parts]
            if all(map(_is_plain, values)):
                self.let.setdefault(key_of(values), name)
        self._add_sizes()
        self._drop_defaults()

    def add(self, text: str, name: str, values: list[Any], column: list[Any], rank: tuple[int, int]) -> None:
        base = Base(text, name, values, key_of(column), rank, integers(column))
        (self.constant if base.is_constant else self.varying).append(base)

    def _add_param(self, name: str, values: list[Any], rank: tuple[int, int]) -> None:
        own = self.renamed.setdefault(name, unique(variable(name), self.taken))
        self.add(own, name, values, values, rank)
        lengths = {len(value) if isinstance(value, tuple) else 0 for value in values}
        if len(lengths) == 1 and max(lengths) <= MAX_ELEMENTS:
            for i in range(max(lengths)):
                self.add(f"{own}[{i}]", name, values, [value[i] for value in values], rank)

    def _add_sizes(self) -> None:
        shapes = [part.module.inputs[0].type.shape for part in self.parts if part.module.inputs]
        if len(shapes) < len(self.parts) or not all(shapes):
            return
        names = {"in_channels": 0} if all(len(shape) > 1 for shape in shapes) else {}
        for name, axis in (names | {"in_features": -1}).items():
            values = [shape[axis] for shape in shapes]
            self.add(unique(name, self.taken | set(self.renamed.values())), name, values, values, (0, 0))

    def _drop_defaults(self) -> None:
        """A param that no call gives, and that is always the size of the input, says nothing more."""
        sizes = {base.key for base in self.varying if base.rank[0] == 0}
        given = {name for part in self.parts for name in part.module.arguments.keys() - part.module.defaulted}
        params = {name for name in self.parts[0].module.arguments if name not in given}
        self.varying = [base for base in self.varying if base.name not in params or base.key not in sizes]


def _is_plain(value: Any) -> bool:
    if isinstance(value, tuple):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, bool | int | float | str)

"""The arguments of a layer kind: what may be written for each, in words, and a value as it is written."""

from collections.abc import Iterable, Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Self, Union, get_args, get_origin

from pydantic.fields import FieldInfo

BOUNDS = {"ge": "at least", "gt": "over", "le": "at most", "lt": "under"}
"""Pydantic's names of the bounds, in words."""


class PerAxis(NamedTuple):
    """Marks a field whose list holds so many `values` for each of the kind's spatial dimensions."""

    values: int = 1


class Argument(NamedTuple):
    """One argument of a kind, for messages, the reference page and completion."""

    name: str
    doc: str
    required: bool
    default: Any
    inferred: bool
    words: frozenset[str]
    """The words that it takes beside, or instead of, numbers; any other string is an expression."""
    length: int | None
    """How many values a list must hold, where the kind's dimensions fix that."""
    expects: str
    """What may be written: `an integer or a list of 2 integers`."""
    bounds: str
    """The range of its numbers: `at least 1`; empty where there is none."""

    @classmethod
    def of(cls, name: str, field: FieldInfo, *, dims: int, inferred: bool) -> Self:
        marked = list(marks(field))
        length = next((mark.values * dims for mark in marked if isinstance(mark, PerAxis)), None)
        types = [type for type in _members(field.annotation) if not (inferred and type is NoneType)]
        return cls(
            name=name,
            doc=field.description or "",
            required=field.is_required(),
            default=None if field.is_required() else field.default,
            inferred=inferred,
            words=frozenset(
                word
                for type in types
                if get_origin(type) is Literal
                for word in get_args(type)
                if isinstance(word, str)
            ),
            length=length,
            expects=_describe(types, length),
            bounds=" and ".join(
                f"{words} {limit}"
                for bound, words in BOUNDS.items()
                for limit in dict.fromkeys(plain(getattr(mark, bound)) for mark in marked if hasattr(mark, bound))
            ),
        )

    def refusal(self, value: Any) -> tuple[str, str]:
        """The rule, and what to say, where `value` is not what is expected."""
        rule = "argument-value" if isinstance(value, str) and self.words else "argument-type"
        return rule, f"{self.name} must be {self.expects}, not {written(value)}"


def plain(value: Any) -> Any:
    """A value as fields want it: whole floats as integers, lists as tuples."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list | tuple):
        return tuple(map(plain, value))
    return value


def written(value: Any) -> str:
    """A value as a spec has it."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case tuple() | list():
            return f"[{', '.join(map(written, value))}]"
        case _:
            return repr(value)


def alternatives(names: Iterable[str]) -> str:
    """`a, b or c`."""
    *some, last = names
    return f"{', '.join(some)} or {last}" if some else last


def _members(annotation: Any) -> list[Any]:
    """The members of a union, without what is annotated on them."""
    if get_origin(annotation) is Annotated:
        return _members(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return list(dict.fromkeys(each for member in get_args(annotation) for each in _members(member)))
    return [annotation]


def marks(field: FieldInfo) -> Iterator[Any]:
    """All that is annotated on a field: bounds, PerAxis."""
    yield from field.metadata
    yield from _marks(field.annotation)


def _marks(annotation: Any) -> Iterator[Any]:
    """All that is annotated anywhere in a type."""
    if get_origin(annotation) is Annotated:
        for mark in get_args(annotation)[1:]:
            yield from mark.metadata if isinstance(mark, FieldInfo) else [mark]
    if get_origin(annotation) is not Literal:
        for member in get_args(annotation):
            yield from _marks(member)


def _words(type: Any) -> list[str]:
    return [word for word in get_args(type) if isinstance(word, str)] if get_origin(type) is Literal else []


_NAMES: dict[Any, list[str]] = {
    int: ["an integer"],
    float: ["a number"],
    bool: ["true", "false"],
    str: ["a text"],
    NoneType: ["null"],
}


def _describe(types: list[Any], length: int | None) -> str:
    names: list[str] = []
    for type in types:
        if get_origin(type) is Literal:
            names += map(str, get_args(type))
        elif get_origin(type) is tuple:
            names.append(_describe_list(get_args(type), length))
        elif type not in _NAMES:
            raise TypeError(
                f"no spec can write {getattr(type, '__name__', type) if get_origin(type) is None else type}"
            )
        elif not (type is int and float in types):
            names += _NAMES[type]
    return alternatives(names)


def _describe_list(elements: tuple[Any, ...], length: int | None) -> str:
    if elements[-1] is not Ellipsis:
        length = len(elements)
    count = {None: "", 1: "one "}.get(length, f"{length} ")
    members = _members(Union[tuple(element for element in elements if element is not Ellipsis)])  # noqa: UP007
    for type, noun in ((float, "number"), (int, "integer")):
        if type in members and NoneType not in members:
            return f"a list of {count}{noun}{'' if length == 1 else 's'}"
    return f"a list of {count}values, each {_describe(members, None)}"

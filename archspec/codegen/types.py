"""The types of a constructor's parameters, from what the spec declares and what calls give."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from archspec.elaborate.values import KindValue, Unknown

_DECLARED = {"int": "int", "float": "float", "bool": "bool", "str": "str"}
CALLABLE = "Callable[..., nn.Module]"


class Types:
    """`classes` are the names of block classes that a variable may hold, by block name."""

    def __init__(self, classes: Mapping[str, list[str]], partials: Collection[str], needed: set[str]) -> None:
        self.partials = partials
        """The kinds that the document has defaults for: as values they bring these."""
        self.classes = classes
        self.needed = needed
        self.parameter_names: dict[str, str] = {}
        """By key, of all classes."""

    def of(self, declared: str | None, values: Sequence[Any], *, optional: bool = False) -> str:
        values = [value for value in values if value is not Unknown]
        if declared in _DECLARED:
            none = optional or None in values
            return _DECLARED[declared] + (" | None" if none else "")
        return self._union(values)

    def _union(self, values: Sequence[Any]) -> str:
        names = list(
            dict.fromkeys(
                name for value in values if not isinstance(value, list | tuple) for name in self._single(value)
            )
        )
        lists = [value for value in values if isinstance(value, list | tuple)]
        if "float" in names and "int" in names:
            names.remove("int")
        if lists:
            names.append(self._tuple(lists))
        kinds = [value for value in values if isinstance(value, KindValue)]
        if kinds:
            names = [name for name in names if name != CALLABLE and not name.startswith("type[")]
            names.append(self._kinds(kinds))
        if "None" in names:
            names.remove("None")
            names.append("None")
        return " | ".join(names) or "int"

    def _single(self, value: Any) -> list[str]:
        match value:
            case None:
                return ["None"]
            case bool():
                return ["bool"]
            case int():
                return ["int"]
            case float():
                return ["float"]
            case str():
                return ["str"]
            case KindValue():
                return []
        return ["object"]

    def _kinds(self, kinds: Sequence[KindValue]) -> str:
        classes = list(dict.fromkeys(name for kind in kinds for name in self.classes.get(kind.kind, ())))
        if all(kind.kind in self.classes for kind in kinds):
            if not any(kind.bound or kind.kind in self.partials for kind in kinds):
                return " | ".join(f"type[{name}]" for name in classes)
            self.needed.add("Callable")
            return f"Callable[..., {' | '.join(classes)}]"
        self.needed.add("Callable")
        return CALLABLE

    def _tuple(self, values: list[Any]) -> str:
        lengths = {len(value) for value in values}
        if lengths == {0}:
            return "tuple[int, ...]"
        items = [item for value in values for item in value]
        if all(isinstance(item, list | tuple) for item in items):
            return f"tuple[{self._tuple(items)}, ...]"
        mixed = len({self._union([item]) for item in items}) > 1
        if len(lengths) == 1 and (mixed or max(lengths) < 3) and max(lengths) <= 8:
            return f"tuple[{', '.join(self._union(column) for column in zip(*values, strict=True))}]"
        return f"tuple[{self._union(items)}, ...]"

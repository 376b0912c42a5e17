"""A param as it is declared: its type, its default."""

from __future__ import annotations

from collections.abc import Container, Iterable

from archspec import expressions, layers
from archspec.diagnostics import Collector, Edit, Fix
from archspec.diagnostics.suggest import certain
from archspec.document.model import Param
from archspec.document.schema import known_keys, shown
from archspec.source import Mapping as MappingNode
from archspec.source import Node, Scalar

TYPES = ("int", "float", "bool", "str", "list", "layer")
_TYPES_ELSEWHERE = {
    "integer": "int",
    "number": "float",
    "double": "float",
    "boolean": "bool",
    "string": "str",
    "text": "str",
    "tuple": "list",
    "array": "list",
    "kind": "layer",
    "module": "layer",
}
"""Types of other languages, and what they are called here."""


def read_param(key: Scalar, value: Node, collector: Collector, before: Param | None = None) -> Param:
    """`channels: int`, `stride: 1`, `{type: str, default: nearest}`."""
    if isinstance(value, Scalar) and value.value in TYPES:
        return Param(key, value.text, None)
    if isinstance(value, MappingNode) and value.key("type") is not None:
        value, _ = known_keys(value, ("type", "default"), "a param has no key {}", collector)
        kind = value.get("type")
        assert kind is not None
        if isinstance(kind, Scalar) and kind.value in TYPES:
            return Param(key, kind.text, value.get("default"))
        _refuse_type(kind, collector)
        return Param(key, None, value.get("default"))
    return Param(key, before.type if before is not None else None, value)


def _refuse_type(wrong: Node, collector: Collector) -> None:
    known = f"one of {', '.join(TYPES)}"
    near = None
    if isinstance(wrong, Scalar):
        near = _TYPES_ELSEWHERE.get(wrong.text) or certain(wrong.text, TYPES)
    collector.report(
        "param-type",
        f"the type of a param must be {known}, not {shown(wrong)}",
        wrong.span,
        help=f"did you mean {near}?" if near is not None else None,
        fix=Fix(f"write {near}", (Edit(wrong.span, near),)) if near is not None else None,
    )


def check_types(params: dict[str, Param], names: Iterable[Container[str]], collector: Collector) -> None:
    """`channels: integer`: a default that is one word, and no name, is meant as a type if it is near to one.

    `names` are the names that it may be, in parts.
    """
    for name, param in params.items():
        word = param.default
        if param.type is None and isinstance(word, Scalar) and isinstance(word.value, str) and word.plain:
            known = any(word.text in part for part in (*names, layers.KINDS, expressions.FUNCTIONS))
            near = _TYPES_ELSEWHERE.get(word.text) or certain(word.text, TYPES)
            if near is not None and not known:
                _refuse_type(word, collector)
                params[name] = param._replace(type=near, default=None)

"""What a layer's class says of the kind: its docstring, its fields, and an example made of them."""

from __future__ import annotations

import inspect
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from archspec.layers import KINDS, Layer, lookup
from archspec.layers.arguments import Argument, written

_TRIED: tuple[Any, ...] = (2, 0.5, "text", True, *([2] * length for length in range(1, 7)))
"""Values for an argument that must be given and shows no example: the first that it takes."""


class Page(NamedTuple):
    """A kind, for people to read about."""

    kind: str
    family: str
    summary: str
    """What it does, in a sentence."""
    rules: tuple[str, ...]
    """What it makes of a shape, and what else there is to say: paragraphs."""
    url: str | None
    """The page of the class that it becomes."""
    arguments: tuple[Argument, ...]
    direct: str | None
    """The argument that a value alone sets."""
    arity: tuple[int, int]
    target: str
    example: str
    """A node, as a spec has it."""
    short: str | None
    """A node with the direct argument alone, where there is one."""


def kinds() -> list[str]:
    """All kinds, family by family."""
    families: dict[str, list[str]] = {}
    for kind in KINDS:
        families.setdefault(_class(kind).family, []).append(kind)
    return [kind for family in sorted(families) for kind in families[family]]


def page(kind: str) -> Page:
    layer = _class(kind)
    summary, *paragraphs = _paragraphs(layer)
    url = next((line for text in paragraphs for line in text.splitlines() if line.startswith("https://")), None)
    rules = (" ".join(line for line in text.splitlines() if line != url) for text in paragraphs)
    fields = layer.fields()
    return Page(
        kind=kind,
        family=layer.family,
        summary=" ".join(summary.splitlines()),
        rules=tuple(rule for rule in rules if rule),
        url=url,
        arguments=tuple(fields.values()),
        direct=layer.direct,
        arity=layer.arity,
        target=layer.target,
        example=_with_inputs(_example(layer), layer.arity[0]),
        short=_short(layer),
    )


def example_value(layer: type[Layer], name: str) -> Any:
    """A value that the argument can have: the example of its field, its default, or the first that it takes."""
    field = _fields(layer)[name]
    if field.examples:
        return field.examples[0]
    if not field.is_required() and field.default is not None:
        return field.default
    return next((value for value in _words(layer, name) + _TRIED if _takes(layer, name, value)), None)


def _class(kind: str) -> type[Layer]:
    layer = lookup(kind)
    assert layer is not None
    return layer


def _paragraphs(layer: type[Layer]) -> list[str]:
    text = inspect.cleandoc(layer.__doc__ or "")
    return [paragraph.strip() for paragraph in text.split("\n\n")] if text else [""]


def _example(layer: type[Layer]) -> str:
    fields = layer.fields()
    required = [name for name, argument in fields.items() if argument.required]
    if not required:
        alone = layer.direct is None or fields[layer.direct].default is not None
        return layer.__name__ if alone else str(_short(layer))
    values = {name: _written(example_value(layer, name)) for name in required}
    if required == [layer.direct]:
        return f"{layer.__name__}: {values[required[0]]}"
    return f"{layer.__name__}: {{{', '.join(f'{name}: {value}' for name, value in values.items())}}}"


def _with_inputs(node: str, count: int) -> str:
    """A node that takes several tensors says which."""
    if count == 1:
        return node
    return f"{{from: [{', '.join('abc'[:count])}], {node if ': ' in node else f'{node}: '}}}"


def _short(layer: type[Layer]) -> str | None:
    if layer.direct is None:
        return None
    return f"{layer.__name__}: {_written(example_value(layer, layer.direct))}"


def _written(value: Any) -> str:
    """A value as a spec has it: a word without quotes."""
    return value if isinstance(value, str) and value.isidentifier() else written(value)


def _fields(layer: type[Layer]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in layer.model_fields.items()}


def _words(layer: type[Layer], name: str) -> tuple[str, ...]:
    return tuple(sorted(layer.fields()[name].words))


def _takes(layer: type[Layer], name: str, value: Any) -> bool:
    try:
        layer.model_validate({name: value})
    except ValidationError as error:
        return all(detail["loc"][:1] != (name,) for detail in error.errors(include_url=False))
    return True

"""What the plain parts of a document look like, for pydantic to check; nodes and expressions are read elsewhere."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from archspec.diagnostics import Collector, Edit, Fix
from archspec.diagnostics.suggest import certain, did_you_mean
from archspec.source import Mapping as MappingNode
from archspec.source import Node, Scalar, Sequence

LANGUAGE = 1
"""The version of the language that this program reads."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


class Expect(_Part):
    """What the network must come to, when it is read with its own input and params."""

    output: Any = None
    params: int | float | str | None = None
    macs: int | float | str | None = None
    layers: int | float | str | None = None


class Train(_Part):
    """The recipe that the network's source trained it with."""

    epochs: Annotated[int, Field(ge=1)] | None = None
    batch_size: Annotated[int, Field(ge=1)] | None = None
    lr: Annotated[int | float, Field(gt=0)] | None = None
    optimizer: Literal["sgd", "adam", "adamw"] | None = None
    momentum: Annotated[int | float, Field(ge=0, lt=1)] | None = None
    weight_decay: Annotated[int | float, Field(ge=0)] | None = None
    schedule: Literal["none", "cosine", "step"] | None = None
    init: Literal["default", "xavier_uniform", "xavier_normal", "kaiming_uniform", "kaiming_normal"] | None = None
    resize: Annotated[int, Field(ge=1)] | None = None


class Header(_Part):
    """The top-level keys of a document."""

    archspec: int | None = None
    name: str | None = None
    description: str | None = None
    source: str | None = None
    extends: str | None = None
    imports: str | list[str] | None = Field(default=None, alias="import")
    input: Any = None
    params: Any = None
    let: Any = None
    defaults: Any = None
    blocks: Any = None
    model: Any = None
    outputs: list[str] | dict[str, str] | None = None
    expect: Expect | None = None
    train: Train | None = None


TOP_LEVEL = tuple(field.alias or name for name, field in Header.model_fields.items())
_TREES = frozenset({"input", "params", "let", "defaults", "blocks", "model"})

M = TypeVar("M", bound=BaseModel)


def read_header(raw: MappingNode, collector: Collector) -> Header | None:
    """The top-level keys of a document, checked; None where one is wrong, and said so."""
    values = {key.text: value if key.text in _TREES else plain(value) for key, value in raw.entries}
    return _validate(Header, values, raw, "the document", collector)


def plain(node: Node) -> Any:
    """The Python value of a tree that holds neither nodes nor expressions."""
    if isinstance(node, MappingNode):
        return {key.text: plain(value) for key, value in node.entries}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    assert isinstance(node, Scalar)
    return node.value


def _validate(
    model: type[M], values: Mapping[str, Any], raw: MappingNode, where: str, collector: Collector
) -> M | None:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        seen: set[tuple[int | str, ...]] = set()
        for detail in error.errors(include_url=False):
            path = _path(detail, raw)
            if path not in seen:  # the members of a union each have their say
                seen.add(path)
                _report(model, detail, path, raw, where, collector)
        return None


def _path(detail: ErrorDetails, raw: Node) -> tuple[int | str, ...]:
    """The part of pydantic's location that is in the text, without the names of union members."""
    path: list[int | str] = []
    node: Node | None = raw
    for step in detail["loc"]:
        below: Node | None = None
        if isinstance(node, MappingNode) and isinstance(step, str):
            below = node.get(step)
        elif isinstance(node, Sequence) and isinstance(step, int):
            below = node.items[step]
        if below is not None:
            path.append(step)
            node = below
    return tuple(path)


def _report(
    model: type[BaseModel],
    detail: ErrorDetails,
    path: tuple[int | str, ...],
    raw: MappingNode,
    where: str,
    collector: Collector,
) -> None:
    node: Node = raw
    key: Scalar | None = None
    for step in path:
        if isinstance(node, MappingNode):
            key = node.key(str(step))
            node = node.get(str(step)) or node
        elif isinstance(node, Sequence):
            node = node.items[int(step)]
    name = ".".join(str(step) for step in path)
    if detail["type"] == "extra_forbidden" and key is not None:
        inner = model if len(path) == 1 else {"expect": Expect, "train": Train}.get(str(path[0]), model)
        known = [field.alias or n for n, field in inner.model_fields.items()]
        place = where if len(path) == 1 else str(path[0])
        unknown_key(key, known, f"{place} has no key {key.text!r}", collector)
        return
    collector.report(
        "document-value", f"{name} is {_wanted(detail)}, not {shown(node)}", node.span, help=_HELP.get(name)
    )


_HELP = {
    "import": "write one file, or a list of files",
    "outputs": "write a list of names of nodes, or `result: name` pairs",
    "name": "quote it, so that it is text",
}

_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "bool_type": "true or false",
}


def _wanted(detail: ErrorDetails) -> str:
    context = detail.get("ctx", {})
    match detail["type"]:
        case "greater_than_equal":
            return f"at least {context['ge']}"
        case "greater_than":
            return f"more than {context['gt']}"
        case "less_than":
            return f"less than {context['lt']}"
        case "literal_error":
            return f"one of {context['expected']}"
        case other:
            return _WANTED.get(other, "of another form")


def unknown_key(key: Scalar, known: list[str], message: str, collector: Collector) -> None:
    near = certain(key.text, known)
    fix = Fix(f"write {near}", (Edit(key.span, near),)) if near is not None and key.plain else None
    collector.report(
        "unknown-key",
        message,
        key.span,
        help=did_you_mean(key.text, known) or f"the keys are {', '.join(known)}",
        fix=fix,
    )


def shown(node: Node) -> str:
    """A value as a message quotes it."""
    if isinstance(node, MappingNode):
        return "a mapping"
    if isinstance(node, Sequence):
        return "a list"
    assert isinstance(node, Scalar)
    if node.value is None:
        return "nothing"
    text = node.text if len(node.text) <= 40 else node.text[:37] + "..."
    return repr(text) if isinstance(node.value, str) else text

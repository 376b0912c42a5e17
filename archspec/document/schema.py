"""What the plain parts of a document look like, for pydantic to check; nodes and expressions are read elsewhere."""

from collections.abc import Collection, Mapping
from copy import copy
from typing import Annotated, Any, Literal, NamedTuple, get_args, get_origin

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

    output: Any = Field(None, description="shape of the output, or of each of several")
    params: int | float | str | None = Field(None, description="parameters: a number, or a range such as ..7M")
    macs: int | float | str | None = Field(None, description="multiply-accumulates: a number or a range")
    layers: int | float | str | None = Field(None, description="calls of layers: a number or a range")


Finite = Annotated[float, Field(allow_inf_nan=False)]


class Train(_Part):
    """The recipe that the network's source trained it with."""

    epochs: Annotated[int, Field(ge=1)] | None = Field(None, description="times that all of the data is seen")
    batch_size: Annotated[int, Field(ge=1)] | None = Field(None, description="examples of a step")
    lr: Annotated[Finite, Field(gt=0)] | None = Field(None, description="learning rate")
    optimizer: Literal["sgd", "adam", "adamw"] | None = Field(None, description="what makes the steps")
    momentum: Annotated[Finite, Field(ge=0, lt=1)] | None = Field(None, description="of sgd")
    weight_decay: Annotated[Finite, Field(ge=0)] | None = Field(None, description="of the optimizer")
    schedule: Literal["none", "cosine", "step"] | None = Field(None, description="how the learning rate falls")
    init: Literal["default", "xavier_uniform", "xavier_normal", "kaiming_uniform", "kaiming_normal"] | None = Field(
        None, description="how the weights begin"
    )
    resize: Annotated[int, Field(ge=1)] | None = Field(None, description="height and width that images are brought to")


class Header(_Part):
    """The top-level keys of a document."""

    archspec: int | None = Field(None, description="version of the language")
    name: str | None = Field(None, description="name of the network, and of its class")
    description: str | None = Field(None, description="what there is to say about it")
    source: str | None = Field(None, description="paper or program that it is from")
    extends: str | None = Field(None, description="spec that this one is a variant of: what is not said here is its")
    imports: str | list[str] | None = Field(
        None, alias="import", description="files that bring their blocks; archspec:NAME comes with archspec"
    )
    input: Any = Field(None, description="what enters, without the batch: 3x224x224, or several by name")
    params: Any = Field(
        None, description="what a variant or --set may change: a default each, or a type where one must be given"
    )
    let: Any = Field(None, description="values to refer to: expressions")
    defaults: Any = Field(None, description="arguments for every layer of a kind, unless the node says otherwise")
    blocks: Any = Field(None, description="parts with params, to be called like layers")
    model: Any = Field(None, description="the nodes, from the input to the output")
    outputs: list[str] | dict[str, str] | None = Field(
        None, description="nodes whose outputs the network returns, in place of the last one's"
    )
    expect: Expect | None = Field(None, description="what the network must come to; checked whenever the spec is read")
    train: Train | None = Field(None, description="recipe that its source trained it with: defaults of archspec train")


TOP_LEVEL = tuple(field.alias or name for name, field in Header.model_fields.items())
_TREES = frozenset({"input", "params", "let", "defaults", "blocks", "model"})


class Read(NamedTuple):
    """The top level of a document, as far as it is right."""

    header: Header
    raw: MappingNode
    """The document as it was meant: misspelt keys put right, what is wrong left out."""
    whole: bool
    """Whether nothing was left out that may hold names, so that a name that is not there is a mistake."""
    complete: bool
    """Whether nothing was left out at all."""


def read_header(raw: MappingNode, collector: Collector) -> Read:
    """The top-level keys of a document, checked; what is wrong is reported."""
    size = len(raw.entries)
    raw, whole = known_keys(raw, TOP_LEVEL, "the document has no key {}", collector, _ELSEWHERE)
    for name, part in (("expect", Expect), ("train", Train)):
        inner = raw.get(name)
        if isinstance(inner, MappingNode):
            fields = list(part.model_fields)
            right, _ = known_keys(
                inner, fields, f"{name} has no key {{}}", collector, _TRAINING_ELSEWHERE if name == "train" else None
            )
            raw = raw.with_entries([(k, right if v is inner else v) for k, v in raw.entries])
    values = {key.text: value if key.text in _TREES else plain(value) for key, value in raw.entries}
    try:
        return Read(Header.model_validate(values), raw, whole, len(raw.entries) == size)
    except ValidationError as error:
        wrong = _report_values(error, raw, collector)
    right = raw.with_entries([(key, value) for key, value in raw.entries if key.text not in wrong])
    header = Header.model_validate({name: value for name, value in values.items() if name not in wrong})
    return Read(header, right, whole and wrong.isdisjoint({"import", "extends"}), complete=False)


def known_keys(
    raw: MappingNode,
    known: Collection[str],
    refusal: str,
    collector: Collector,
    elsewhere: Mapping[str, str] | None = None,
) -> tuple[MappingNode, bool]:
    """A mapping as it was meant: a misspelt key stands for the one that it is nearest to, other unknown ones are gone.

    All of them are reported, as `refusal` with the key for its {}. `elsewhere` says what is called otherwise here.
    False if one that is gone may hold names.
    """
    if all(key.text in known for key, _ in raw.entries):
        return raw, True
    whole = True
    entries: dict[str, tuple[Scalar, Node]] = {}
    for key, value in raw.entries:
        if key.text in known:
            entries[key.text] = (key, value)
            continue
        given = value if isinstance(value, Scalar) else None
        unknown_key(key, known, refusal.format(named(key.text)), collector, elsewhere, value=given)
        near = certain(key.text, known)
        if near is not None and near not in raw and near not in entries:
            meant = copy(key)
            meant.text = meant.value = near
            entries[near] = (meant, value)
        elif not isinstance(value, Scalar) or _names_file(value.text):
            whole = False
    return raw.with_entries(entries.values()), whole


def _names_file(text: str) -> bool:
    """Whether a value is what `extends` and `import` take."""
    return text.startswith("archspec:") or text.endswith((".yaml", ".yml"))


def plain(node: Node) -> Any:
    """The Python value of a tree that holds neither nodes nor expressions."""
    if isinstance(node, MappingNode):
        return {key.text: plain(value) for key, value in node.entries}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    assert isinstance(node, Scalar)
    return node.value


def _report_values(error: ValidationError, raw: MappingNode, collector: Collector) -> set[str]:
    """Reports what pydantic complains of. Returns the top-level keys that hold it."""
    seen: set[tuple[int | str, ...]] = set()
    for detail in error.errors(include_url=False):
        path = _path(detail, raw)
        if path not in seen:  # the members of a union each have their say
            seen.add(path)
            _report_value(detail, path, raw, collector)
    return {str(path[0]) for path in seen}


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


def _report_value(detail: ErrorDetails, path: tuple[int | str, ...], raw: MappingNode, collector: Collector) -> None:
    node: Node = raw
    for step in path:
        if isinstance(node, MappingNode):
            node = node.get(str(step)) or node
        elif isinstance(node, Sequence):
            node = node.items[int(step)]
    name = ".".join(str(step) for step in path)
    help, fix = _HELP.get(name), None
    if detail["type"] == "literal_error" and isinstance(node, Scalar):
        known = words(Train, str(path[-1]))
        near = certain(node.text, known)
        help = did_you_mean(node.text, known)
        fix = Fix(f"write {near}", (Edit(node.span, near),)) if near is not None else None
    elif name == "outputs" and isinstance(node, Scalar) and node.value is not None:
        help = f"write `outputs: [{node.text}]`"
    wanted = "a list of names, or a mapping" if name == "outputs" else _wanted(detail, path)
    message = f"{name} must be {wanted}, not {shown(node)}"
    collector.report("document-value", message, node.span, help=help, fix=fix)


_HELP = {
    "extends": "a spec extends one other; `import` takes the blocks of several",
    "import": "write one file, or a list of files",
    "outputs": "write a list of names of nodes, or `result: name` pairs",
    "name": "quote it, so that it is text",
}

_ELSEWHERE = {
    **dict.fromkeys(("layers", "nodes", "network", "net", "architecture", "body", "forward"), "model"),
    **dict.fromkeys(("backbone", "neck", "head", "features", "classifier"), "model"),
    **dict.fromkeys(("parameters", "args", "arguments", "hyperparameters", "variables"), "params"),
    **dict.fromkeys(("modules", "macros", "functions", "definitions"), "blocks"),
    **dict.fromkeys(("input_shape", "input_size", "image_size", "img_size", "imgsz"), "input"),
}
"""Top-level keys of other formats, and what they are called here."""
_TRAINING_ELSEWHERE = {
    **dict.fromkeys(("learning_rate", "lr0", "base_lr"), "lr"),
    **dict.fromkeys(("batch", "batchsize", "bs"), "batch_size"),
    **dict.fromkeys(("lr_scheduler", "scheduler"), "schedule"),
    **dict.fromkeys(("optim", "solver"), "optimizer"),
    **dict.fromkeys(("wd", "l2"), "weight_decay"),
}
"""The same of `train`."""

_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "bool_type": "true or false",
}


def _wanted(detail: ErrorDetails, path: tuple[int | str, ...]) -> str:
    context = detail.get("ctx", {})
    match detail["type"]:
        case "greater_than_equal":
            return f"at least {context['ge']:g}"
        case "greater_than":
            return f"more than {context['gt']:g}"
        case "less_than":
            return f"less than {context['lt']:g}"
        case "literal_error":
            return f"one of {', '.join(words(Train, str(path[-1])))}"
        case other:
            return _WANTED.get(other, "of another form")


def words(part: type[BaseModel], name: str) -> list[str]:
    """The words that a field takes."""
    annotation = part.model_fields[name].annotation
    literals = [each for each in (annotation, *get_args(annotation)) if get_origin(each) is Literal]
    return [word for literal in literals for word in get_args(literal)]


def unknown_key(
    key: Scalar,
    known: Collection[str],
    message: str,
    collector: Collector,
    elsewhere: Mapping[str, str] | None = None,
    otherwise: str | None = None,
    value: Scalar | None = None,
) -> None:
    near = certain(key.text, known)
    fix = Fix(f"write {near}", (Edit(key.span, near),)) if near is not None and key.plain else None
    other = (elsewhere or {}).get(key.text.lower())
    help = f"did you mean {other}?" if other is not None and near is None else did_you_mean(key.text, known)
    if otherwise is None and known is TOP_LEVEL and value is not None and type(value.value) in (int, float):
        otherwise = f"a value to refer to is a param: `params: {{{key.text}: {value.text}}}`"
    if otherwise is None and known:
        otherwise = f"the keys are {', '.join(known)}"
    collector.report("unknown-key", message, key.span, help=help or otherwise, fix=fix)


def named(text: str) -> str:
    """A name as a message quotes it."""
    return repr(text if len(text) <= 40 else text[:37] + "...")


def shown(node: Node) -> str:
    """A value as a message quotes it."""
    if isinstance(node, MappingNode):
        return "a mapping"
    if isinstance(node, Sequence):
        return "a list"
    assert isinstance(node, Scalar)
    if node.value is None:
        return "nothing"
    return named(node.text) if isinstance(node.value, str) else named(node.text)[1:-1]

"""What enters a network: `3x224x224`, `[3, 224, 224]`, `{shape: [128], dtype: int64}`, or several of them by name."""

from __future__ import annotations

import re
from typing import NamedTuple

from archspec.diagnostics import Collector, Edit, Fix
from archspec.diagnostics.suggest import certain, did_you_mean
from archspec.document.names import similar_name
from archspec.document.schema import known_keys, named, shown
from archspec.graph import TensorType
from archspec.source import Mapping as MappingNode
from archspec.source import Node, Scalar, Sequence

DTYPES = (
    "float32",
    "float64",
    "float16",
    "bfloat16",
    "int64",
    "int32",
    "int16",
    "int8",
    "uint8",
    "bool",
    "complex64",
    "complex128",
)
_DTYPES_ELSEWHERE = {"long": "int64", "int": "int64", "float": "float32", "double": "float64", "half": "float16"}
MAX_ELEMENTS = 10**12
_BATCH = re.compile(r"(?i)[(\[]?\s*(?:none|null|batch_size|batch|bs|b|n|\?|-1)\s*(?:[x\u00d7*,]\s*)?")
"""How the batch is written elsewhere, before the sizes."""
_AXES = {"channels": 0, "c": 0, "height": 1, "h": 1, "width": 2, "w": 2}
_WRITTEN = re.compile(r"[0-9]{1,19}(x[0-9]{1,19})*", re.ASCII)
DEFAULT_INPUT = "input"
_WITHOUT_BATCH = "write the sizes without the batch, as 3x224x224 or [3, 224, 224]"


class Input(NamedTuple):
    """A named tensor that enters the network."""

    name: str
    type: TensorType
    raw: Node


def read_shape(raw: Node) -> tuple[int, ...] | None:
    """`64x7x7`, `10` or `[64, 7, 7]`, literally; None for anything else."""
    if isinstance(raw, Sequence):
        sizes = [item.value if isinstance(item, Scalar) else None for item in raw.items]
        return tuple(s for s in sizes if type(s) is int) if all(type(s) is int for s in sizes) else None
    if isinstance(raw, Scalar):
        if type(raw.value) is int:
            return (raw.value,)
        if isinstance(raw.value, str):
            return parse_shape(raw.text)
    return None


def parse_shape(text: str) -> tuple[int, ...] | None:
    """The shape that is written `64x7x7`."""
    return tuple(map(int, text.split("x"))) if _WRITTEN.fullmatch(text) else None


def read_inputs(raw: Node, collector: Collector) -> dict[str, Input | None]:
    """The `input` of a document by name: one is called `input`. None stands for one that is wrong, and said so."""
    if not isinstance(raw, MappingNode) or "shape" in raw or "dtype" in raw:
        return {DEFAULT_INPUT: _read_input(DEFAULT_INPUT, raw, collector)}
    if not raw.entries:
        collector.report("input-shape", "input names no tensor", raw.span, help="write `input: 3x224x224`")
        return {DEFAULT_INPUT: None}
    axes = {_AXES.get(key.text): value.text for key, value in raw.entries if isinstance(value, Scalar)}
    if len(raw.entries) == 3 and set(axes) == {0, 1, 2} and all(size.isdecimal() for size in axes.values()):
        names = ", ".join(key.text for key, _ in raw.entries)
        message = f"input names several tensors here: {names}"
        collector.report("input-shape", message, raw.span, help=f"write `input: {axes[0]}x{axes[1]}x{axes[2]}`")
        return {DEFAULT_INPUT: None}
    for key, _ in raw.entries:
        if not key.text.isidentifier():
            collector.report(
                "node-name",
                f"{named(key.text)} cannot be the name of an input",
                key.span,
                help=similar_name(key.text) or "letters, digits and _ make a name",
            )
    return {key.text: _read_input(key.text, value, collector) for key, value in raw.entries}


def _read_input(name: str, raw: Node, collector: Collector) -> Input | None:
    dtype = "float32"
    shape_node: Node = raw
    if isinstance(raw, MappingNode):
        keys, _ = known_keys(raw, ("shape", "dtype"), "an input has no key {}", collector)
        given = keys.get("dtype")
        if given is not None:
            if not isinstance(given, Scalar) or given.text not in DTYPES:
                _wrong_dtype(given, collector)
                return None
            dtype = given.text
        inner = keys.get("shape")
        if inner is None:
            collector.report("input-shape", f"{name} has no shape", raw.span, help="write {shape: [128], dtype: int64}")
            return None
        shape_node = inner
    shape = read_shape(shape_node)
    if shape is None:
        _wrong_shape(name, shape_node, collector)
        return None
    problem = shape_problem(shape)
    if problem is not None:
        help = (
            f"leave the batch out: {_sizes(shape[1:], shape_node)}" if shape[0] == -1 and shape[1:] else _WITHOUT_BATCH
        )
        collector.report("input-shape", f"{name} {problem}", shape_node.span, help=help)
        return None
    return Input(name, TensorType(shape, dtype), raw)


def _wrong_dtype(raw: Node, collector: Collector) -> None:
    near, help = None, None
    if isinstance(raw, Scalar):
        word = raw.text.removeprefix("torch.")
        near = word if word in DTYPES else _DTYPES_ELSEWHERE.get(word) or certain(word, DTYPES)
        help = f"did you mean {near}?" if near is not None else did_you_mean(word, DTYPES)
    collector.report(
        "input-dtype",
        f"dtype must be the name of a torch dtype, not {shown(raw)}",
        raw.span,
        help=help or f"one of {', '.join(DTYPES)}",
        fix=Fix(f"write {near}", (Edit(raw.span, near),)) if near is not None else None,
    )


def _wrong_shape(name: str, raw: Node, collector: Collector) -> None:
    """Says what is no shape: the whole, or the first size that is none."""
    message, help, place = f"{name} must be a shape, not {shown(raw)}", _WITHOUT_BATCH, raw
    fix = None
    if isinstance(raw, Scalar) and raw.value is None:
        message = f"{name} has no shape"
    elif isinstance(raw, Scalar) and re.search(r"[0-9]", raw.text[:200]):
        batch = _BATCH.match(raw.text)
        rest = raw.text[batch.end() if batch is not None else 0 :][:200]
        if not re.search(r"[^0-9xX*,;() \[\]\u00d7\u201c\u201d\u2018\u2019]", rest):
            meant = "x".join(re.findall(r"[0-9]+", rest))
            help = f"write {meant}"
            whole = re.fullmatch(r"[^\w]*[0-9].*[0-9][^\w]*", rest) is not None  # no size is missing
            fix = Fix(help, (Edit(raw.span, meant),)) if batch is None and raw.plain and whole else None
            help = help if batch is None else f"leave the batch out: {help}"
        elif re.search(r"[A-Za-z_]{2}", rest):
            help = "write the numbers themselves: an input is no expression, and --input gives another"
    elif isinstance(raw, Sequence):
        place = next(i for i in raw.items if not isinstance(i, Scalar) or type(i.value) is not int)
        message = f"a size of {name} must be a whole number, not {shown(place)}"
        if isinstance(place, Scalar) and place is raw.items[0] and _BATCH.fullmatch(place.text or "null"):
            sizes = [item.text if isinstance(item, Scalar) else "..." for item in raw.items[1:]]
            help = f"leave the batch out: write [{', '.join(sizes)}]"
        elif isinstance(place, Scalar) and isinstance(place.value, str):
            help = "write the number itself: an input is no expression, and --input gives another"
    collector.report("input-shape", message, place.span, help=help, fix=fix)


def _sizes(shape: tuple[int, ...], raw: Node) -> str:
    """A shape in the form in which another is written."""
    return f"write {list(shape)}" if isinstance(raw, Sequence) else f"write {'x'.join(map(str, shape))}"


def channels_first(shape: tuple[int, ...]) -> str | None:
    """An image whose channels surely stand last, as it is written here: `3x224x224` for 224x224x3."""
    if len(shape) == 3 and shape[2] in (1, 3, 4) and min(shape[:2]) > 4:
        return "x".join(map(str, (shape[2], *shape[:2])))
    return None


def shape_problem(shape: tuple[int, ...]) -> str | None:
    """What is wrong with the shape of an input, if anything."""
    elements = 1
    for size in shape:
        if size < 1:
            return f"has a size of {size}, and sizes start at 1"
        elements *= size
        if elements > MAX_ELEMENTS:
            return "has more than 10^12 elements"
    return None

"""What enters a network: `3x224x224`, `[3, 224, 224]`, `{shape: [128], dtype: int64}`, or several of them by name."""

from __future__ import annotations

import re
from typing import NamedTuple

from archspec.diagnostics import Collector
from archspec.diagnostics.suggest import did_you_mean
from archspec.document.schema import shown, unknown_key
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
MAX_ELEMENTS = 10**12
_WRITTEN = re.compile(r"[0-9]{1,19}(x[0-9]{1,19})*", re.ASCII)
DEFAULT_INPUT = "input"


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


def read_inputs(raw: Node, collector: Collector) -> dict[str, Input] | None:
    """The `input` of a document; None where it is wrong, and said so."""
    if not isinstance(raw, MappingNode) or raw.key("shape") is not None:
        one = _read_input(DEFAULT_INPUT, raw, collector)
        return None if one is None else {DEFAULT_INPUT: one}
    if not raw.entries:
        collector.report("input-shape", "input names no tensor", raw.span, help="write `input: 3x224x224`")
        return None
    inputs = {}
    for key, value in raw.entries:
        if not key.text.isidentifier():
            collector.report(
                "node-name",
                f"{key.text!r} cannot be the name of an input",
                key.span,
                help="letters, digits and _ make a name",
            )
        one = _read_input(key.text, value, collector)
        if one is not None:
            inputs[key.text] = one
    return inputs if len(inputs) == len(raw.entries) else None


def _read_input(name: str, raw: Node, collector: Collector) -> Input | None:
    dtype = "float32"
    shape_node: Node = raw
    if isinstance(raw, MappingNode):
        for key, value in raw.entries:
            if key.text == "dtype":
                if not isinstance(value, Scalar) or value.text not in DTYPES:
                    help = did_you_mean(value.text, DTYPES) if isinstance(value, Scalar) else None
                    collector.report(
                        "input-dtype",
                        f"dtype is the name of a torch dtype, not {shown(value)}",
                        value.span,
                        help=help or f"one of {', '.join(DTYPES)}",
                    )
                    return None
                dtype = value.text
            elif key.text != "shape":
                unknown_key(key, ["shape", "dtype"], f"an input has no key {key.text!r}", collector)
                return None
        inner = raw.get("shape")
        if inner is None:
            collector.report("input-shape", f"{name} has no shape", raw.span, help="write {shape: [128], dtype: int64}")
            return None
        shape_node = inner
    shape = read_shape(shape_node)
    if shape is None:
        collector.report(
            "input-shape",
            f"{name} is a shape, not {shown(shape_node)}",
            shape_node.span,
            help="write the sizes without the batch, as 3x224x224 or [3, 224, 224]",
        )
        return None
    problem = shape_problem(shape)
    if problem is not None:
        collector.report(
            "input-shape", f"{name} {problem}", shape_node.span, help="write the sizes without the batch, as 3x224x224"
        )
        return None
    return Input(name, TensorType(shape, dtype), raw)


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

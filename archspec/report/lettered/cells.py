"""The cells of a row, in letters."""

from __future__ import annotations

from collections.abc import Mapping

from archspec.graph import Graph, TensorType
from archspec.report.shapes.rows import Row
from archspec.report.sizes.words import sizes_of
from archspec.sizes.formula import Writer


def numbers_of(row: Row, write: Writer) -> list[str]:
    """Output, parameters and MACs."""
    params = write.text(int.__pos__(row.params)) if row.params else "-"
    return [write.shape(row.output.shape), params, write.text(row.macs) if row.macs else "-"]


def types(given: TensorType | tuple[TensorType, ...] | Mapping[str, TensorType], write: Writer) -> str:
    """A shape, or several: `10`, `64 x H/4 x W/4 and 10`, `fine: 64 x H x W, coarse: 10`."""
    if isinstance(given, TensorType):
        return write.shape(given.shape)
    if isinstance(given, Mapping):
        return ", ".join(f"{name}: {write.shape(type.shape)}" for name, type in given.items())
    return " and ".join(write.shape(type.shape) for type in given)


def inputs(graph: Graph, write: Writer) -> str:
    """What enters, and what the letters may be."""
    entering = (
        write.shape(type.shape) if name == "input" else f"{name} {write.shape(type.shape)}"
        for name, type in graph.inputs.items()
    )
    letters = (f"{name}: {sizes_of(axis)}" for name, axis in graph.sizes.alike.items())
    return f"{', '.join(entering)} ({', '.join(letters)})"

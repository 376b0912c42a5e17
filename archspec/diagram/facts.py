"""What the page says of each layer: shapes, costs, receptive field, and the lines of the spec that it came from."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePath
from typing import Any

from archspec import receptive_field
from archspec.diagnostics import SourceFile, Span
from archspec.diagnostics.printable import printable
from archspec.diagram.scene import Call, Diagram, Row, walk
from archspec.graph import Graph
from archspec.receptive_field import Fields
from archspec.report import numbers

_BREAK = re.compile(r"\r\n?|\n")
"""What ends a line, as in messages."""


class Sources:
    """The files of the spec, each once, by their paths from the folder of the spec itself."""

    def __init__(self, spec: str) -> None:
        self._folder = os.path.dirname(spec) or "."
        self._numbers: dict[int, int] = {}
        self._files: list[SourceFile] = []

    def lines(self, span: Span) -> list[int]:
        """The number of the file, the first and the last line."""
        place = self._numbers.setdefault(id(span.source), len(self._files))
        if place == len(self._files):
            self._files.append(span.source)
        last = span.end_line - (span.end_column == 1 and span.end_line > span.line)
        return [place, span.line, last]

    def data(self) -> list[dict[str, Any]]:
        return [
            {"name": self._name(file), "lines": _BREAK.split(file.text.removeprefix("\ufeff"))} for file in self._files
        ]

    def _name(self, file: SourceFile) -> str:
        """Where the spec lies on this machine is nobody's business."""
        if file.path is None or file.name.startswith("archspec:"):
            return printable(file.name)
        return printable(PurePath(os.path.relpath(file.name, self._folder)).as_posix())


def about(graph: Graph) -> dict[str, Any]:
    """What the page says of the network."""
    inputs = ", ".join(str(type) if name == "input" else f"{name}: {type}" for name, type in graph.inputs.items())
    return {
        "name": graph.name,
        "origin": graph.origin,
        "description": graph.description,
        "facts": [
            ["input", inputs],
            ["output", numbers.shape(graph.output)],
            ["parameters", f"{numbers.count(graph.params)} ({numbers.size(graph.parameter_bytes)})"],
            ["MACs", numbers.count(graph.macs)],
            ["activations", f"{numbers.size(graph.activation_bytes)} for one example"],
        ],
    }


def facts(diagram: Diagram, sources: Sources) -> dict[str, Any]:
    """By the id of a row: `2.0:1` is the second row of the box 2.0."""
    return {f"{id}:{line}": _fact(row, sources) for id, box in walk(diagram.scene) for line, row in enumerate(box.rows)}


def _fact(row: Row, sources: Sources) -> dict[str, Any]:
    first = row.calls[0]
    return {
        "label": row.label,
        "kind": row.kind,
        "names": [call.name for call in row.calls],
        "inputs": ", ".join(map(str, first.inputs)),
        "output": str(first.output) + ("" if first.output.dtype == "float32" else f" ({first.output.dtype})"),
        "params": sum(call.params for call in row.calls),
        "macs": sum(call.macs for call in row.calls),
        "field": _range(row, receptive_field.sizes),
        "stride": _range(row, receptive_field.strides),
        "arguments": row.arguments,
        "remarks": ", ".join(_remarks(row, first)),
        "lines": None if first.span is None else sources.lines(first.span),
    }


def _range(row: Row, measure: Callable[[Fields], Sequence[int | None] | None]) -> str:
    """A receptive field or stride, of the first call and, where it is another, of the last."""
    ends = [numbers.per_axis(measure(call.fields)) for call in (row.calls[0], row.calls[-1])]
    return " to ".join(dict.fromkeys(ends))


def _remarks(row: Row, call: Call) -> Iterator[str]:
    if call.training_only:
        yield "runs in training mode only"
    if row.shared:
        yield "called before: its parameters count there"

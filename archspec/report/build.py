"""`archspec build`: what was built, as text and as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from archspec.diagnostics.printable import printable
from archspec.graph import Graph
from archspec.report import numbers
from archspec.report.formats import json_text
from archspec.report.shapes.json import to_dict

Format = Literal["text", "json"]


@dataclass(frozen=True, slots=True)
class Summary:
    """A network that was built and verified, and what became of its weights."""

    graph: Graph
    weights: str | None = None
    """The file that they were loaded from."""
    loaded: int = 0
    tensors: int = 0
    """How many of how many were loaded."""
    saved: str | None = None
    """The file that they were written to."""


def render(summary: Summary, format: Format) -> str:
    return _json(summary) if format == "json" else _text(summary)


def _text(summary: Summary) -> str:
    graph = summary.graph
    lines = [
        ("parameters", f"{numbers.count(graph.params)}  ({numbers.size(graph.parameter_bytes)})"),
        ("MACs", numbers.count(graph.macs)),
        ("output", numbers.shape(graph.output)),
        ("forward", f"verified: {_calls(len(graph.layers))}, in training and eval mode"),
    ]
    if summary.weights is not None:
        lines.append(("weights", f"{summary.loaded} of {summary.tensors} loaded from {summary.weights}"))
    if summary.saved is not None:
        lines.append(("saved", summary.saved))
    return f"{printable(graph.name)}, input {numbers.inputs(graph.inputs)}\n\n" + "".join(
        f"{name:<12}{value}\n" for name, value in lines
    )


def _calls(count: int) -> str:
    return f"{numbers.count(count)} layer call{'' if count == 1 else 's'}"


def _json(summary: Summary) -> str:
    """The head and the totals of `archspec shapes --format json`, and what was done."""
    entry = to_dict(summary.graph)
    entry["layer_calls"] = len(entry.pop("layers"))
    entry["verified"] = True
    if summary.weights is not None:
        entry["weights"] = {"file": summary.weights, "loaded": summary.loaded, "of": summary.tensors}
    if summary.saved is not None:
        entry["saved"] = summary.saved
    return json_text(entry)

"""The totals of both networks side by side, and what becomes of the weights, in words."""

from __future__ import annotations

from collections.abc import Sequence

from archspec.diagnostics.printable import printable
from archspec.graph import Graph
from archspec.report import measures, numbers
from archspec.report.diff.changes import Diff
from archspec.report.diff.rows import count
from archspec.shapes import format_shape

_SHOWN = 3
"""Tensors that are named of each sort."""


def totals(diff: Diff) -> list[tuple[str, str]]:
    """What it is, and both figures; of costs how much came, too."""
    old, new = diff.old, diff.new
    return [
        ("input", _both(numbers.inputs(old.inputs), numbers.inputs(new.inputs))),
        ("output", _both(numbers.shape(old.output), numbers.shape(new.output))),
        ("parameters", _cost(old.params, new.params)),
        ("MACs", _cost(old.macs, new.macs)),
        ("activations", _memory(old.activation_bytes, new.activation_bytes)),
        ("size", _memory(old.parameter_bytes, new.parameter_bytes)),
        ("depth", _both(str(measures.depth(old)), str(measures.depth(new)))),
        ("field", _both(_field(old), _field(new))),
    ]


def weights(diff: Diff) -> list[str]:
    """What of the old state_dict the new network can load; a line for each sort of tensor that it cannot."""
    found = diff.weights
    total = len(found.fit) + len(found.renamed) + len(found.reshaped) + len(found.left)
    if found.loads:
        return [f"all {count(total, 'tensor')} fit" if total else "no tensors"]
    reshaped = [f"{key} {format_shape(was)} -> {format_shape(now)}" for (_, was), (key, now) in found.reshaped]
    renamed = [f"{was} -> {now}" for was, now in found.renamed]
    sorts = {"renamed": renamed, "of another shape": reshaped, "left over": found.left, "new": found.added}
    head = f"{numbers.count(len(found.fit))} of {count(total, 'tensor')} fit as they are"
    return [head, *(f"{len(keys):,} {what}: {_some(keys)}" for what, keys in sorts.items() if keys)]


def _some(texts: Sequence[str]) -> str:
    return ", ".join(map(printable, texts[:_SHOWN])) + (", ..." if len(texts) > _SHOWN else "")


def _both(old: str, new: str) -> str:
    return old if old == new else f"{old} -> {new}"


def _cost(old: int, new: int) -> str:
    return _both(numbers.count(old), numbers.count(new)) + _came(f"{new - old:+,}", old, new)


def _memory(old: int, new: int) -> str:
    sign = "+" if new > old else "-"
    return _both(numbers.size(old), numbers.size(new)) + _came(f"{sign}{numbers.size(abs(new - old))}", old, new)


def _came(difference: str, old: int, new: int) -> str:
    if old == new:
        return ""
    return f"  ({difference}, {(new - old) / old:+.1%})" if old else f"  ({difference})"


def _field(graph: Graph) -> str:
    return numbers.per_axis(measures.receptive_field(graph))

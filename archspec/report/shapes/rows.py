"""A graph as rows: its modules in the order of execution, with totals, down to a depth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from archspec import receptive_field
from archspec.graph import CallStep, Graph, Leaf, Module, TensorType
from archspec.receptive_field import Fields


class Row(NamedTuple):
    """A call of a layer, or of a module; a module that is open has its children in the rows after it."""

    name: str
    """Its whole name."""
    label: str
    """Its name in its module."""
    depth: int
    kind: str
    output: TensorType
    params: int
    macs: int
    fields: Fields
    training_only: bool
    aux: bool = False
    """Whether a training-only branch begins here."""
    open: bool = False

    @property
    def receptive_field(self) -> tuple[int | None, ...] | None:
        return receptive_field.sizes(self.fields)

    @property
    def stride(self) -> tuple[int | None, ...] | None:
        return receptive_field.strides(self.fields)


def rows(graph: Graph, depth: int | None = None) -> list[Row]:
    """Every call of a module. With `depth`, what lies deeper is counted in the module that holds it."""
    all_rows = _rows(graph.root, ("",), 1, first=True, training_only=False)
    if depth is None:
        return list(all_rows)
    return [row._replace(open=row.open and row.depth < depth) for row in all_rows if row.depth <= depth]


def _rows(module: Module, prefixes: tuple[str, ...], level: int, *, first: bool, training_only: bool) -> Iterator[Row]:
    for step in module.steps:
        if not isinstance(step, CallStep):
            continue
        name = prefixes[len(prefixes) - 1 - step.owner] + step.path
        training = training_only or step.training_only
        new = first and step.first
        target = step.target
        inner: list[Row] = []
        if isinstance(target, Leaf):
            params, macs = target.parameter_count if new else 0, step.macs
        else:
            inner = list(_rows(target, (*prefixes, f"{name}."), level + 1, first=new, training_only=training))
            leaves = [row for row in inner if not row.open]
            params = sum(row.params for row in leaves)
            macs = sum(row.macs for row in leaves if training or not row.training_only)
        yield Row(
            name,
            step.path,
            level,
            target.kind,
            step.output.type,
            params,
            macs,
            step.output.fields,
            training,
            aux=training and not training_only,
            open=bool(inner),
        )
        yield from inner

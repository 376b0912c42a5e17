"""Layers on sizes that remember how they were made."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import Any

from archspec.elaborate.infer import Inference, Inferred
from archspec.graph import TensorType
from archspec.layers.arguments import marks, plain
from archspec.layers.base import Layer
from archspec.shapes.size import Size


class SymbolicInference(Inference):
    """Inference that keeps the expressions of sizes, of those in arguments too. It tells no receptive fields."""

    def layer(self, kind: type[Layer], arguments: dict[str, Any]) -> Layer:
        made = {name: plain(value) for name, value in arguments.items() if any(_sizes(value))}
        fields = {field.alias or name: (name, field) for name, field in kind.model_fields.items()} if made else {}
        for name, value in made.items():
            for mark in marks(fields[name][1]):
                _note_bounds(mark, value)
        layer = super().layer(kind, {name: _numbers(value) for name, value in arguments.items()})
        return layer.model_copy(update={fields[name][0]: value for name, value in made.items()}) if made else layer

    def infer(self, layer: Layer, inputs: tuple[TensorType, ...]) -> Inferred:
        return Inferred(
            layer.output(*inputs),
            layer.sizes(*inputs),
            layer.parameters(*inputs),
            layer.buffers(*inputs),
            layer.macs(*inputs),
            None,
            tuple(layer.check(*inputs)),
            passes_on=False,
        )


def _sizes(value: Any) -> Iterator[Size]:
    if isinstance(value, Size):
        yield value
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _sizes(each)


def _numbers(value: Any) -> Any:
    """The value with numbers in the place of sizes, as it is validated."""
    if isinstance(value, Size):
        return value.plain
    return [_numbers(each) for each in value] if isinstance(value, list) else value


def _note_bounds(mark: Any, value: Any) -> None:
    """Compare as validation will: it does that unseen."""
    for bound, holds in (("ge", operator.ge), ("gt", operator.gt), ("le", operator.le), ("lt", operator.lt)):
        limit = getattr(mark, bound, None)
        if limit is not None:
            for size in _sizes(value):
                holds(size, limit)

"""The shapes in letters as JSON: a size with letters is its text and its coefficients, another is a number."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from archspec.graph import Graph, LayerCall, TensorType
from archspec.report.sizes.words import sizes_of
from archspec.sizes.formula import Writer

VERSION = 1


def render_json(graph: Graph, write: Writer) -> str:
    data = {
        "version": VERSION,
        "name": graph.name,
        "inputs": {name: _shape(type, write) for name, type in graph.inputs.items()},
        "letters": {name: sizes_of(axis) for name, axis in graph.sizes.alike.items()},
        "output": _output(graph.output, write),
        "layers": [_layer(layer, write) for layer in graph.layers],
        "totals": {
            "params": int.__pos__(graph.params),
            "buffers": int.__pos__(graph.buffers),
            "macs": write.data(graph.macs),
            "activation_bytes": write.data(graph.activation_bytes),
        },
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _shape(type: TensorType, write: Writer) -> list[Any]:
    return [write.data(size) for size in type.shape]


def _output(output: TensorType | tuple[TensorType, ...] | Mapping[str, TensorType], write: Writer) -> Any:
    if isinstance(output, TensorType):
        return _shape(output, write)
    if isinstance(output, Mapping):
        return {name: _shape(type, write) for name, type in output.items()}
    return [_shape(type, write) for type in output]


def _layer(layer: LayerCall, write: Writer) -> dict[str, Any]:
    inputs = [_shape(type, write) for type in layer.inputs]
    entry = {
        "name": layer.name,
        "kind": layer.kind,
        "file": layer.span.file,
        "line": layer.span.line,
        "input": inputs[0] if len(inputs) == 1 else inputs,
        "output": _shape(layer.output, write),
        "dtype": layer.output.dtype,
        "params": int.__pos__(layer.params),
        "macs": write.data(layer.macs),
    }
    return entry | ({"training_only": True} if layer.training_only else {})

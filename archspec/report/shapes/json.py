"""The shapes as JSON, for scripts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from archspec.graph import Graph, LayerCall, TensorType
from archspec.report.formats import json_text

VERSION = 1


def render_json(graph: Graph) -> str:
    return json_text(to_dict(graph))


def to_dict(graph: Graph) -> dict[str, Any]:
    """The graph as plain data; shapes leave the batch out."""
    return {
        "version": VERSION,
        "name": graph.name,
        "inputs": {name: list(type.shape) for name, type in graph.inputs.items()},
        "output": _output(graph.output),
        "layers": [_layer(layer) for layer in graph.layers],
        "totals": {
            "params": graph.params,
            "buffers": graph.buffers,
            "macs": graph.macs,
            "parameter_bytes": graph.parameter_bytes,
            "activation_bytes": graph.activation_bytes,
        },
    }


def _output(output: TensorType | tuple[TensorType, ...] | Mapping[str, TensorType]) -> Any:
    if isinstance(output, TensorType):
        return list(output.shape)
    if isinstance(output, Mapping):
        return {name: list(type.shape) for name, type in output.items()}
    return [list(type.shape) for type in output]


def _layer(layer: LayerCall) -> dict[str, Any]:
    inputs = [list(type.shape) for type in layer.inputs]
    entry = {
        "name": layer.name,
        "kind": layer.kind,
        "file": layer.span.file,
        "line": layer.span.line,
        "input": inputs[0] if len(inputs) == 1 else inputs,
        "output": list(layer.output.shape),
        "dtype": layer.output.dtype,
        "params": layer.params,
        "macs": layer.macs,
        "receptive_field": layer.receptive_field,
        "stride": layer.stride,
    }
    if layer.training_only:
        entry["training_only"] = True
    return entry

"""The top level of a document, as its pydantic models have it, with what nodes and expressions can be filled in."""

from __future__ import annotations

from archspec.document.inputs import DTYPES
from archspec.document.params import TYPES
from archspec.document.schema import LANGUAGE, Expect, Header
from archspec.document.variables import RESERVED
from archspec.expressions import FUNCTIONS
from archspec.layers import KINDS, lookup
from archspec.report.schema import kinds, models
from archspec.report.schema.models import Schema
from archspec.report.schema.nodes import NAME, definitions

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_SIZE: Schema = {"type": "integer", "minimum": 1}
_SHAPE: Schema = {
    "description": "sizes without the batch: 3x224x224, [3, 224, 224] or 10",
    "anyOf": [
        {"type": "string", "pattern": "^0*[1-9][0-9]*(x0*[1-9][0-9]*)*$"},
        _SIZE,
        {"type": "array", "items": _SIZE},
    ],
}
_NAME: Schema = {"pattern": NAME}
_OPEN: Schema = {"$ref": "#/$defs/open"}


def document() -> Schema:
    layers = {kind: layer for kind in KINDS if (layer := lookup(kind)) is not None}
    header = models.of(Header)
    parts: dict[str, Schema] = header["$defs"]
    parts[Expect.__name__]["properties"]["output"] |= {"$ref": "#/$defs/outputs"}
    properties: dict[str, Schema] = header["properties"]
    properties["archspec"] |= {"const": LANGUAGE}
    for key in ("input", "params", "let", "defaults", "blocks"):
        properties[key] |= {"$ref": f"#/$defs/{key}"}
    properties["model"] |= {"$ref": "#/$defs/nodes"}
    return {
        "$schema": DIALECT,
        "title": "A network of archspec",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "anyOf": [{"required": ["model"]}, {"required": ["blocks"]}, {"required": ["extends"]}],
        "if": {"required": ["model"], "not": {"required": ["extends"]}},
        "then": {"required": ["input"]},
        "$defs": {
            "shape": _SHAPE,
            **_inputs(),
            **_outputs(),
            **_variables(),
            "defaults": {
                "type": ["object", "null"],
                "properties": {kind: {"$ref": f"#/$defs/{kind}"} for kind in layers},
                "additionalProperties": {"type": "object"},
            },
            "blocks": _mapping(_ref("block"), {**_NAME, "not": _ref("kind")}),
            "block": {
                "description": "a part that is called like a layer",
                "type": "object",
                "required": ["body"],
                "properties": {
                    "description": {"description": "what there is to say about it"},
                    "inputs": {
                        "description": "the names of the tensors that it takes, where they are several: [x, skip]",
                        "type": "array",
                        "items": _ref("variable"),
                        "minItems": 1,
                    },
                    "params": {
                        "description": "what a call gives; a value alone is the first",
                        **_ref("params"),
                    },
                    "let": {"description": "values to refer to: expressions", **_ref("let")},
                    "body": {"description": "its nodes", **_ref("nodes")},
                },
                "additionalProperties": False,
            },
            **definitions({kind: kinds.call(layer) for kind, layer in layers.items()}),
            **parts,
            **{kind: kinds.arguments(layer) for kind, layer in layers.items()},
        },
    }


def _inputs() -> dict[str, Schema]:
    full: Schema = {
        "type": "object",
        "required": ["shape"],
        "properties": {
            "shape": _ref("shape"),
            "dtype": {"description": "what its elements are; float32 if nothing is said", "enum": list(DTYPES)},
        },
        "additionalProperties": False,
    }
    alone: Schema = {"if": {"type": "object"}, "then": full, "else": _ref("shape")}
    several: Schema = {"minProperties": 1, "propertyNames": _NAME, "additionalProperties": _ref("one_input")}
    described = {"anyOf": [{"required": ["shape"]}, {"required": ["dtype"]}]}
    return {
        "one_input": alone,
        "input": {"if": {"type": "object", "not": described}, "then": several, "else": _ref("one_input")},
    }


def _outputs() -> dict[str, Schema]:
    """One shape, or several: of a list, or by name."""
    return {
        "outputs": {
            "anyOf": [
                _ref("shape"),
                {"type": "array", "items": _ref("shape")},
                {"type": "object", "additionalProperties": _ref("shape")},
            ]
        }
    }


def _variables() -> dict[str, Schema]:
    name: Schema = {**_NAME, "not": {"anyOf": [{"enum": [*RESERVED, *FUNCTIONS]}, _ref("kind")]}}
    typed: Schema = {
        "required": ["type"],
        "properties": {"type": {"enum": list(TYPES)}, "default": _OPEN},
        "additionalProperties": False,
    }
    param: Schema = {
        "description": f"a default, or a type where it must be given: {', '.join(TYPES)}",
        "if": {"type": "object", "required": ["type"]},
        "then": typed,
        "else": {"anyOf": [{"enum": list(TYPES)}, _OPEN]},
    }
    return {
        "variable": name,
        "param": param,
        "params": _mapping(_ref("param"), _ref("variable")),
        "let": _mapping(_OPEN, _ref("variable")),
    }


def _mapping(values: Schema, names: Schema) -> Schema:
    """Values by name; there may be none."""
    return {"type": ["object", "null"], "propertyNames": names, "additionalProperties": values}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}

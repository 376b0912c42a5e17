"""Nodes in all their forms: a word, a mapping with a kind, named nodes, a list; and the structures."""

from __future__ import annotations

from collections.abc import Mapping

from archspec.document.nodes import COMMON_KEYS, STRUCTURES
from archspec.report.schema.kinds import EXPRESSION
from archspec.report.schema.models import Schema

NAME = "^[A-Za-z_][A-Za-z0-9_]*$"
NODE: Schema = {"$ref": "#/$defs/node"}
_NODES: Schema = {"$ref": "#/$defs/nodes"}
_PART: Schema = {"anyOf": [_NODES, {"type": "null"}]}
"""The part of a long form; it may be left empty."""
_WORD: Schema = {"type": ["string", "number", "boolean"], "minLength": 1}
"""A name, which is its text."""

_COMMON: dict[str, Schema] = {
    "name": {"description": "what the node is called; {expression} parts are evaluated", **_WORD},
    "for": {
        "description": "the node once per element, in place: i, n in enumerate(depths)",
        "type": "string",
        "minLength": 1,
    },
    "repeat": {
        "description": "the node that many times, in place",
        "anyOf": [{"type": "integer", "minimum": 0}, EXPRESSION],
    },
    "when": {
        "description": "false: the node is left out, and takes no name or number",
        "type": ["boolean", "number", "string"],
    },
    "from": {
        "description": "the node whose output is this node's input; a list, or nodes by the names of a block's inputs, "
        "where it takes several",
        "anyOf": [
            _WORD,
            {"type": "array", "items": _WORD, "minItems": 1},
            {"type": "object", "additionalProperties": _WORD, "minProperties": 1},
        ],
    },
    "shape": {
        "description": "what the node's output must be, without the batch: 512x7x7",
        "anyOf": [
            {"type": ["integer", "string"], "minimum": 1, "minLength": 1},
            {"type": "array", "items": {"type": ["integer", "string"], "minimum": 1, "minLength": 1}},
        ],
    },
    "tie": {
        "description": "parameters of this layer that are those of layers before it: {weight: embedding.weight}",
        "type": "object",
        "additionalProperties": _WORD,
        "minProperties": 1,
    },
}


def _long(body: str, **parts: Schema) -> Schema:
    """Nodes, or a long form, which is known by its part `body`."""
    return {
        "if": {"type": "object", "required": [body]},
        "then": {"properties": {body: _PART, **parts}, "additionalProperties": False},
        "else": _NODES,
    }


_STRUCTURES: dict[str, Schema] = {
    "sequential": {"description": "one after another", **_NODES},
    "concat": {
        "description": "every node gets the same input; the outputs are joined along the channels, or along `dim`",
        **_long("of", dim={"anyOf": [{"type": "integer"}, EXPRESSION]}),
    },
    "add": {"description": "every node gets the same input; the outputs are added", **_NODES},
    "multiply": {"description": "every node gets the same input; the outputs are multiplied", **_NODES},
    "residual": {
        "description": "what the body makes, and its input, or what the shortcut makes of that, are added",
        **_long("body", shortcut=_PART),
    },
    "dense": {"description": "each node gets the input and all earlier outputs, joined along the channels", **_NODES},
    "aux": {"description": "a side branch, run in training mode only; what enters passes on", **_NODES},
    "reuse": {"description": "calls the module of that name again", **_WORD},
}


def structure(kind: str) -> str:
    """What a structure does, in a clause."""
    text: str = _STRUCTURES[kind]["description"]
    return text


def definitions(kinds: Mapping[str, Schema]) -> dict[str, Schema]:
    """What a node is; `kinds` are the layers, each with what may stand behind it."""
    assert tuple(_COMMON) == COMMON_KEYS
    assert tuple(_STRUCTURES) == STRUCTURES
    words = [*_STRUCTURES, *kinds]
    alone = {"not": {"$ref": "#/$defs/kind"}}
    return {
        "expression": {
            "description": "an expression, such as 2 * channels, that is evaluated where it stands",
            "type": "string",
            "minLength": 1,
        },
        "kind": {"description": "a layer or a structure", "enum": words},
        "nodes": {"description": "a node, nodes by name, or a list of nodes", **NODE},
        "node": {
            "description": "a node: a kind alone or with its arguments, nodes by name, or a list of nodes",
            "type": ["string", "array", "object"],
            "if": {"type": "object"},
            "then": {"$ref": "#/$defs/mapping"},
            "else": {
                "anyOf": [
                    {"enum": list(kinds)},
                    {"type": "string", "pattern": NAME},
                    {"type": "array", "items": NODE},
                ]
            },
        },
        "mapping": {
            "description": "a kind with its arguments, or nodes by name",
            "type": "object",
            "minProperties": 1,
            "properties": {**_COMMON, **_STRUCTURES, **kinds},
            "additionalProperties": {"$ref": "#/$defs/named"},
            "not": {"required": ["for", "repeat"]},
            "dependentSchemas": {
                word: {"propertyNames": {"enum": [word, *COMMON_KEYS]}} for word in words if word not in COMMON_KEYS
            },
        },
        "named": {
            "description": "a node under its name, or the arguments of a block",
            "allOf": [{"$ref": "#/$defs/open"}],
            "if": {"type": "object", "not": {"propertyNames": alone}},
            "then": {"not": {"required": ["name"]}},
        },
        "open": {
            "description": "a node, or a value: wherever a layer or a structure stands in it, that is a node",
            "if": {"type": "object"},
            "then": {
                "if": {"propertyNames": alone},
                "then": {"anyOf": [{"$ref": "#/$defs/mapping"}, {"additionalProperties": {"$ref": "#/$defs/named"}}]},
                "else": {"$ref": "#/$defs/mapping"},
            },
            "else": {"if": {"type": "array"}, "then": {"items": {"$ref": "#/$defs/open"}}},
        },
    }

"""The JSON Schema that pydantic makes of a model, for editors."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from archspec.layers.arguments import plain

Schema = dict[str, Any]

_LIMITS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}
"""What pydantic leaves as it is where a limit is set on a union."""


def of(model: type[BaseModel], path: str = "#/$defs/") -> Schema:
    """Without titles, which say the names again, and without nulls as defaults. `path` is where its parts stand."""
    return {key: _mended(value) for key, value in model.model_json_schema(ref_template=f"{path}{{model}}").items()}


def _mended(found: Any) -> Any:
    if isinstance(found, list):
        return [_mended(item) for item in found]
    if not isinstance(found, dict):
        return plain(found)  # a limit is 0 with one pydantic and 0.0 with another
    kept: Schema = {"type": found["type"]} if isinstance(found.get("type"), str) else {}
    for key, value in found.items():
        assert isinstance(key, str)
        if key == "properties":
            kept[key] = {name: _mended(inner) for name, inner in value.items()}
        elif key in ("default", "examples", "enum", "const"):
            kept[key] = value
        elif not (key == "title" and isinstance(value, str)):
            kept[_LIMITS.get(key, key)] = _mended(value)
    if kept.get("default", ...) is None:
        del kept["default"]
    return kept

"""The arguments of the layer kinds, as their classes have them; where they take a number, they take an expression."""

from __future__ import annotations

from typing import Any

from archspec.layers import Layer
from archspec.layers.arguments import Argument
from archspec.report.schema import models
from archspec.report.schema.models import Schema

EXPRESSION: Schema = {"$ref": "#/$defs/expression"}
_NULL: Schema = {"type": "null"}
_KEPT = ("description", "default", "examples", "deprecated")
"""What is said of an argument as a whole, whichever of its forms is written."""


def arguments(layer: type[Layer]) -> Schema:
    """The arguments of a kind, by name. None is required: a document's `defaults` may give it."""
    name = layer.__name__
    whole = models.of(layer, f"#/$defs/{name}/$defs/")
    properties = {key: _argument(whole["properties"][key], argument) for key, argument in layer.fields().items()}
    found: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return found | ({"$defs": whole["$defs"]} if "$defs" in whole else {})


def call(layer: type[Layer]) -> Schema:
    """What may stand behind the kind: its arguments, nothing, or the value of its direct argument."""
    name = layer.__name__
    forms: list[Schema] = [{"$ref": f"#/$defs/{name}"}, _NULL]
    if layer.direct is not None:
        forms.append({"$ref": f"#/$defs/{name}/properties/{layer.direct}"})
    return {"description": (layer.__doc__ or name).strip().splitlines()[0], "anyOf": forms}


def _argument(found: Schema, argument: Argument) -> Schema:
    about = {key: found[key] for key in _KEPT if key in found}
    forms = _forms(found, argument)
    if forms == [{"type": "string"}]:
        return about | forms[0]
    return about | {"anyOf": [*forms, EXPRESSION]}


def _forms(found: Schema, argument: Argument | None) -> list[Schema]:
    """The ways to write a value, but for expressions; `argument` where it is the whole value of one."""
    plain = {key: value for key, value in found.items() if key not in _KEPT}
    if "anyOf" in plain:
        limits = {key: value for key, value in plain.items() if key != "anyOf"}
        forms = [inner | limits for form in plain["anyOf"] for inner in _forms(form, argument)]
        numbers = [{**form, "type": "integer"} for form in forms if form.get("type") == "number"]
        return [form for i, form in enumerate(forms) if form not in forms[:i] and form not in numbers]
    if argument is not None and argument.inferred and plain == _NULL:
        return []
    if plain.get("type") == "array":
        return [_list(plain, None if argument is None else argument.length)]
    return [plain]


def _list(form: Schema, length: int | None) -> Schema:
    """A list, with expressions for its elements."""
    if "items" in form:
        form = form | {"items": _or_expression(form["items"])}
    if "prefixItems" in form:
        form = form | {"prefixItems": [_or_expression(item) for item in form["prefixItems"]]}
    return form if length is None else form | {"minItems": length, "maxItems": length}


def _or_expression(item: Any) -> Any:
    if not isinstance(item, dict):
        return item
    return {"anyOf": [*_forms(item, None), EXPRESSION]}

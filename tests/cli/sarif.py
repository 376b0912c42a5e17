"""The parts of SARIF 2.1.0 that archspec writes, as a JSON Schema, after sections 3.13 to 3.57 of the standard.

No object may have a property that is not listed, so whoever writes another one looks it up first.
"""

from __future__ import annotations

from typing import Any

SECTIONS = {
    "sarifLog": "3.13",
    "run": "3.14",
    "tool": "3.18",
    "toolComponent": "3.19",
    "reportingDescriptor": "3.49",
    "result": "3.27",
    "location": "3.28",
    "physicalLocation": "3.29",
    "region": "3.30",
    "logicalLocation": "3.33",
    "artifactLocation": "3.4",
    "message": "3.11",
    "fix": "3.55",
    "artifactChange": "3.56",
    "replacement": "3.57",
}


def _object(required: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": required.split(),
        "additionalProperties": False,
    }


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/$defs/{name}"}


def _list(name: str, least: int = 0) -> dict[str, Any]:
    return {"type": "array", "items": _ref(name), "minItems": least}


TEXT = {"type": "string", "minLength": 1}
FROM_ZERO = {"type": "integer", "minimum": 0}
FROM_ONE = {"type": "integer", "minimum": 1}

SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$ref": "#/$defs/sarifLog",
    "$defs": {
        "sarifLog": _object(
            "version runs", **{"$schema": {"type": "string"}}, version={"const": "2.1.0"}, runs=_list("run")
        ),
        "run": _object(
            "tool results",
            tool=_ref("tool"),
            columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
            results=_list("result"),
        ),
        "tool": _object("driver", driver=_ref("toolComponent")),
        "toolComponent": _object("name", name=TEXT, version=TEXT, rules=_list("reportingDescriptor")),
        "reportingDescriptor": _object("id", id=TEXT, shortDescription=_ref("message")),
        "result": _object(
            "message",
            ruleId=TEXT,
            ruleIndex=FROM_ZERO,
            level={"enum": ["none", "note", "warning", "error"]},
            message=_ref("message"),
            locations=_list("location"),
            relatedLocations=_list("location"),
            fixes=_list("fix"),
        ),
        "location": _object(
            "",
            id=FROM_ZERO,
            physicalLocation=_ref("physicalLocation"),
            logicalLocations=_list("logicalLocation"),
            message=_ref("message"),
        ),
        "physicalLocation": _object(
            "artifactLocation", artifactLocation=_ref("artifactLocation"), region=_ref("region")
        ),
        "artifactLocation": _object("uri", uri={"type": "string", "pattern": "^[A-Za-z0-9._~/:%-]+$"}),
        "region": _object("startLine", startLine=FROM_ONE, startColumn=FROM_ONE, endLine=FROM_ONE, endColumn=FROM_ONE),
        "logicalLocation": _object("", fullyQualifiedName=TEXT, kind=TEXT),
        "message": _object("text", text=TEXT),
        "fix": _object("artifactChanges", description=_ref("message"), artifactChanges=_list("artifactChange", 1)),
        "artifactChange": _object(
            "artifactLocation replacements",
            artifactLocation=_ref("artifactLocation"),
            replacements=_list("replacement", 1),
        ),
        "replacement": _object(
            "deletedRegion",
            deletedRegion=_ref("region"),
            insertedContent=_object("text", text={"type": "string"}),
        ),
    },
}

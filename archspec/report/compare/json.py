"""The comparison as JSON, for scripts.

    {"version": 1,
     "networks": [{"name": "VGG16", "file": "specs/vgg16.yaml", "inputs": {"input": [3, 224, 224]}, "output": [1000],
                   "depth": 16, "receptive_field": [212, 212], "totals": {"params": 138357544, ...}}]}

`inputs`, `output` and `totals` are those of `archspec shapes --format json`; a receptive field is null where every
layer sees all of the input.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from archspec.report.compare.rows import Row
from archspec.report.formats import json_text
from archspec.report.shapes.json import to_dict

VERSION = 1


def render_json(rows: Sequence[Row]) -> str:
    found = {"version": VERSION, "networks": [network(row) for row in rows]}
    return json_text(found)


def network(row: Row) -> dict[str, Any]:
    """A network and its measures as plain data."""
    shapes = to_dict(row.graph)
    return {
        "name": row.graph.name,
        "file": row.file,
        "inputs": shapes["inputs"],
        "output": shapes["output"],
        "depth": row.depth,
        "receptive_field": row.receptive_field,
        "totals": shapes["totals"],
    }

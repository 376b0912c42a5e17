"""The diff as JSON, for scripts.

    {"version": 1, "same": false,
     "old": {"file": "a.yaml", "name": "LeNet5", "inputs": {"input": [1, 32, 32]}, "output": [10], "depth": 5,
             "receptive_field": [32, 32], "totals": {"params": 61706, ...}},
     "new": {...},
     "changes": [{"change": "changed",
                  "old": {"name": "0", "kind": "Conv2d", "file": "a.yaml", "line": 7, "input": [1, 32, 32],
                          "output": [6, 28, 28], "dtype": "float32", "params": 156, "macs": 117600},
                  "new": {...},
                  "arguments": {"out_channels": ["6", "8"]}}],
     "weights": {"loads": false, "fit": ["9.weight"], "renamed": [["1.weight", "2.weight"]],
                 "reshaped": [{"old": "0.weight", "new": "0.weight", "shapes": [[6, 1, 5, 5], [8, 1, 5, 5]]}],
                 "left": ["..."], "added": ["..."]}}

`old` and `new` are as in `archspec compare`. `change` is added (`old` is null), removed (`new` is null), changed, or
renamed, where nothing but the name is another. There is an entry for each layer that is not as before, so that their
figures add up to the difference of the totals (MACs of aux branches are 0), and one for a module of which more than
what is in it changed: it has `"module": true`, null for params and macs, and `output` is that of its last layer. Pairs
are before and after: `arguments`, as a spec has them, `from`, the tensors that enter, and `result`, what a module
returns; each is there where it differs.
"""

from __future__ import annotations

from typing import Any

from archspec.report.compare.json import network
from archspec.report.compare.rows import rows
from archspec.report.diff.calls import Call
from archspec.report.diff.changes import Change, Diff
from archspec.report.formats import json_text

VERSION = 1


def render_json(diff: Diff) -> str:
    return json_text(to_dict(diff))


def to_dict(diff: Diff) -> dict[str, Any]:
    """The diff as plain data; shapes leave the batch out."""
    old, new = (network(row) for row in rows([(diff.old_file, diff.old), (diff.new_file, diff.new)]))
    found = diff.weights
    return {
        "version": VERSION,
        "same": diff.same,
        "old": old,
        "new": new,
        "changes": [_change(change) for change in diff.root.below() if _is_told(change)],
        "weights": {
            "loads": found.loads,
            "fit": found.fit,
            "renamed": found.renamed,
            "reshaped": [
                {"old": was, "new": now, "shapes": [old_shape, new_shape]}
                for (was, old_shape), (now, new_shape) in found.reshaped
            ],
            "left": found.left,
            "added": found.added,
        },
    }


def _is_told(change: Change) -> bool:
    if change.call.leaf is not None:
        return not change.same or (change.old is not None and change.old.name != change.call.name)
    return change.differs or change.renamed


def _change(change: Change) -> dict[str, Any]:
    sort = "added" if change.old is None else "removed" if change.new is None else "changed"
    if sort == "changed" and not change.differs:
        sort = "renamed"
    entry: dict[str, Any] = {"change": sort, "old": _call(change.old), "new": _call(change.new)}
    if change.call.leaf is None:
        entry["module"] = True
    if change.arguments:
        entry["arguments"] = change.arguments
    if change.source is not None:
        entry["from"] = change.source
    if change.result is not None:
        entry["result"] = change.result
    return entry


def _call(call: Call | None) -> dict[str, Any] | None:
    if call is None:
        return None
    inputs = [list(type.shape) for type in call.inputs]
    span = call.target.span
    entry: dict[str, Any] = {
        "name": call.name,
        "kind": call.kind,
        "file": span.file if span is not None else None,
        "line": span.line if span is not None else None,
        "input": inputs[0] if len(inputs) == 1 else inputs,
        "output": list(call.output.shape),
        "dtype": call.output.dtype,
        "params": call.params if call.leaf is not None else None,
        "macs": call.macs if call.leaf is not None else None,
    }
    if call.training_only:
        entry["training_only"] = True
    return entry

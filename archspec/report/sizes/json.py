"""The sizes as JSON, for scripts."""

from __future__ import annotations

from typing import Any

from archspec.diagnostics import Diagnostic
from archspec.report.formats import json_text
from archspec.report.sizes.words import axis_name, sizes_of
from archspec.sizes import AxisSizes, Sizes

VERSION = 1


def render_json(name: str, sizes: Sizes) -> str:
    inputs = {input: [_axis(axis) for axis in axes] for input, axes in sizes.inputs.items()}
    return json_text({"version": VERSION, "name": name, "inputs": inputs})


def _axis(axis: AxisSizes) -> dict[str, Any]:
    return {
        "axis": axis_name(axis),
        "least": axis.least,
        "most": axis.most,
        "multiple_of": axis.multiple_of,
        "fixed_by": _place(axis.fixed_by),
        "proved_to": axis.proved_to,
        "sizes": sizes_of(axis),
        "step": axis.step,
        "least_by": _place(axis.least_by),
        "step_by": _place(axis.step_by),
        "with": dict(axis.beside),
        "built": {"least": axis.built.least, "most": axis.most_built},
        "training": None if axis.training is None else _axis(axis.training),
    }


def _place(error: Diagnostic | None) -> dict[str, Any] | None:
    """The place that a size is refused at, with what is said there."""
    if error is None:
        return None
    return {
        "module": error.module,
        "file": error.span.file,
        "line": error.span.line,
        "column": error.span.column,
        "message": error.message,
    }

"""`expect`: what the author says the network comes to."""

from __future__ import annotations

import re
from collections.abc import Mapping

from archspec.diagnostics import Collector, Edit, Fix
from archspec.document.inputs import read_shape
from archspec.document.schema import shown
from archspec.graph import Graph, TensorType
from archspec.source import Mapping as MappingNode
from archspec.source import Node, Scalar, Sequence

_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9}
_NUMBER = r"([0-9][0-9_,]*(?:\.[0-9]+)?(?:[eE][0-9]+)?)\s*([KMG]?)"
_EXACT = rf"(?i:{_NUMBER})"
_RANGE = rf"(?i:(?:{_NUMBER})?\s*\.\.\s*(?:{_NUMBER})?)"
_COMPARED = rf"(?i:(<=|>=|<|>)\s*{_NUMBER})"


def check_expectations(graph: Graph, raw: MappingNode, collector: Collector) -> None:
    """Reports what did not come out as `expect` says."""
    actual = {"params": graph.params, "macs": graph.macs, "layers": len(graph.layers)}
    for key, value in raw.entries:
        if key.text == "output":
            _check_output(graph, value, collector)
        elif key.text in actual and isinstance(value, Scalar):
            _check_number(key.text, actual[key.text], value, collector)


def _check_number(name: str, actual: int, raw: Scalar, collector: Collector) -> None:
    holds = _holds(raw, actual)
    if holds is None:
        collector.report(
            "expect-form",
            f"{name} is a number or a range, not {shown(raw)}",
            raw.span,
            help="write 5977530, 5M..7M, ..7M or 7M..",
        )
    elif not holds:
        exact = re.fullmatch(_EXACT, raw.text.strip()) is not None
        fix = Fix(f"write {actual}", (Edit(raw.span, str(actual)),)) if exact and raw.plain else None
        help = f"write {actual}" if exact else f"write {actual}, or a range around it"
        noun = {"params": "parameters", "macs": "MACs", "layers": "layers"}[name]
        collector.report(
            "expect",
            f"the network has {actual:,} {noun}, not {raw.text}",
            raw.span,
            label="expected here",
            help=help,
            fix=fix,
        )


def _holds(raw: Scalar, actual: int) -> bool | None:
    """Whether a number is as written; None where what is written is neither a number nor a range."""
    if isinstance(raw.value, int | float) and not isinstance(raw.value, bool):
        return actual == raw.value
    text = raw.text.strip()
    if match := re.fullmatch(_EXACT, text):
        return actual == _number(match[1], match[2])
    if match := re.fullmatch(_COMPARED, text):
        bound = _number(match[2], match[3])
        return {"<": actual < bound, "<=": actual <= bound, ">": actual > bound, ">=": actual >= bound}[match[1]]
    match = re.fullmatch(_RANGE, text)
    if match is None or not (match[1] or match[3]):
        return None
    low = _number(match[1], match[2]) if match[1] else 0
    return low <= actual and (not match[3] or actual <= _number(match[3], match[4]))


def _number(digits: str, unit: str | None) -> float:
    return round(float(digits.replace("_", "").replace(",", "")) * _UNITS[(unit or "").upper()], 6)


def _check_output(graph: Graph, raw: Node, collector: Collector) -> None:
    output = graph.output
    if isinstance(output, TensorType):
        _check_shape("the output", output, raw, collector)
    elif isinstance(output, Mapping):
        if not isinstance(raw, MappingNode) or {key.text for key, _ in raw.entries} != set(output):
            collector.report(
                "expect-form",
                f"the network has the outputs {', '.join(output)}",
                raw.span,
                help="give a shape for each",
            )
            return
        for key, value in raw.entries:
            _check_shape(f"the output {key.text}", output[key.text], value, collector)
    else:
        if not isinstance(raw, Sequence) or len(raw.items) != len(output):
            collector.report(
                "expect-form",
                f"the network has {len(output)} outputs",
                raw.span,
                help="give a list of a shape for each",
            )
            return
        for i, (item, type) in enumerate(zip(raw.items, output, strict=True), 1):
            _check_shape(f"output {i}", type, item, collector)


def _check_shape(what: str, type: TensorType, raw: Node, collector: Collector) -> None:
    declared = read_shape(raw)
    if declared is None:
        collector.report(
            "expect-form", f"{what} is a shape, not {shown(raw)}", raw.span, help="write 10, 512x7x7 or [512, 7, 7]"
        )
    elif declared != type.shape:
        right = f"[{', '.join(map(str, type.shape))}]" if isinstance(raw, Sequence) else str(type)
        fix = Fix(f"write {right}", (Edit(raw.span, right),))
        wanted = "x".join(map(str, declared))
        collector.report(
            "expect", f"{what} is {type}, not {wanted}", raw.span, label="expected here", help=f"write {right}", fix=fix
        )

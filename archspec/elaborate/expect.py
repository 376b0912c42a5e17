"""`expect`: what the author says the network comes to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from archspec.diagnostics import Collector, Label
from archspec.document.inputs import read_shape
from archspec.document.schema import shown
from archspec.elaborate.reporter import ASSERTED
from archspec.graph import Graph, TensorType
from archspec.source import Mapping as MappingNode
from archspec.source import Node, Scalar, Sequence

_NOUNS = {"params": "parameters", "macs": "MACs", "layers": "layers"}
_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9}
_NUMBER = r"([0-9][0-9_,]*(?:\.[0-9]+)?(?:[eE][0-9]+)?)\s*([KMG]?)"
_EXACT = rf"(?i:{_NUMBER})"
_RANGE = rf"(?i:(?:{_NUMBER})?\s*\.\.\s*(?:{_NUMBER})?)"
_COMPARED = rf"(?i:(<=|>=|<|>)\s*{_NUMBER})"


class _Unmet(NamedTuple):
    """Something that did not come out as `expect` says."""

    message: str
    raw: Node
    right: str
    first: str | None = None
    """What to do to the network, if that is not as it should be."""


def check_forms(raw: MappingNode, collector: Collector) -> None:
    """Reports what is neither a number nor a range."""
    for key, value in raw.entries:
        if key.text in _NOUNS and isinstance(value, Scalar) and value.value is not None and _holds(value, 0) is None:
            collector.report(
                "expect-form",
                f"{key.text} must be a number or a range, not {shown(value)}",
                value.span,
                help="write 5977530, 6M, 5M..7M, ..7M or 7M..",
            )


def check_expectations(graph: Graph, raw: MappingNode, collector: Collector) -> None:
    """Reports what did not come out as `expect` says. Whatever that is, one thing is wrong with the network."""
    actual = {"params": graph.params, "macs": graph.macs, "layers": len(graph.layers)}
    unmet: list[_Unmet] = []
    for key, value in raw.entries:
        if key.text == "output":
            unmet += _output(graph, value, collector)
        elif key.text in actual and isinstance(value, Scalar) and _holds(value, actual[key.text]) is False:
            unmet.append(_number_unmet(key.text, actual[key.text], value))
    if not unmet:
        return
    first, *others = unmet
    help = f"write {_and([each.right for each in unmet])}, if the network is as it should be"
    collector.report(
        "expect",
        first.message,
        first.raw.span,
        label="expected here",
        help=help if first.first is None else f"{first.first}, or {help}",
        notes=tuple(Label(each.raw.span, each.message) for each in others),
        unfixed=ASSERTED,
    )


def _number_unmet(name: str, actual: int, raw: Scalar) -> _Unmet:
    exact = re.fullmatch(_EXACT, raw.text.strip()) is not None
    wanted = raw.text if len(raw.text) <= 40 else raw.text[:37] + "..."
    message = f"the network has {actual:,} {_NOUNS[name]}, not {wanted}"
    return _Unmet(message, raw, str(actual) if exact else f"a range around {actual}")


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


def _output(graph: Graph, raw: Node, collector: Collector) -> list[_Unmet]:
    output = graph.output
    if isinstance(output, TensorType):
        return _shape("the output", output, raw, collector)
    if isinstance(output, Mapping):
        if not isinstance(raw, MappingNode) or {key.text for key, _ in raw.entries} != set(output):
            right = ", ".join(f"{name}: {type}" for name, type in output.items())
            message = f"the network has the outputs {_and(list(output))}"
            collector.report("expect-form", message, raw.span, help=f"give a shape for each: {{{right}}}")
            return []
        return [
            unmet
            for key, value in raw.entries
            for unmet in _shape(f"the output {key.text}", output[key.text], value, collector)
        ]
    if not isinstance(raw, Sequence) or len(raw.items) != len(output):
        message = f"the network has {len(output)} output{'s' if len(output) != 1 else ''}"
        help = f"give a list of a shape for each: [{', '.join(map(str, output))}]"
        collector.report("expect-form", message, raw.span, help=help)
        return []
    return [
        unmet
        for i, (item, type) in enumerate(zip(raw.items, output, strict=True), 1)
        for unmet in _shape(f"output {i}", type, item, collector)
    ]


def _shape(what: str, type: TensorType, raw: Node, collector: Collector) -> list[_Unmet]:
    declared = read_shape(raw)
    if declared is None:
        collector.report(
            "expect-form",
            f"{what} must be a shape, not {shown(raw)}",
            raw.span,
            help="write 10, 512x7x7 or [512, 7, 7]",
        )
        return []
    if declared == type.shape:
        return []
    right = f"[{', '.join(map(str, type.shape))}]" if isinstance(raw, Sequence) else str(type)
    wanted = "x".join(map(str, declared))
    if declared == type.shape[-1:]:  # a Linear on a map: the number is right, and a Flatten was forgotten
        hint = "put a Flatten before the last layers"
        return [_Unmet(f"{what} is {type}, not {wanted}", raw, right, hint)]
    return [_Unmet(f"{what} is {type}, not {wanted}", raw, right)]


def _and(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"

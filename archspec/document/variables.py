"""What params, `let` values and loop variables may be called, and which of them hold a kind."""

from __future__ import annotations

import keyword
from collections.abc import Mapping

from archspec import expressions, layers
from archspec.diagnostics import Collector, Label
from archspec.document.model import Block, Param
from archspec.document.names import is_variable_name, similar_name
from archspec.document.nodes import STRUCTURES, Entry
from archspec.document.parse import Variables
from archspec.source import Mapping as MappingNode
from archspec.source import Node, Scalar, Sequence

RESERVED = {
    "input": "it is what enters a block or the network",
    **dict.fromkeys(("in_shape", "in_channels", "in_features"), "it is the size of the tensor that arrives"),
    **dict.fromkeys(("true", "false", "null", "True", "False", "None"), "it is a constant"),
}
"""What no variable can be called, and why."""


def variables(
    outer: Variables, params: Mapping[str, Param], let: Mapping[str, Entry], blocks: Mapping[str, Block]
) -> dict[str, bool | None]:
    """The names of a scope, and which of them hold a kind."""

    def holds_kind(raw: Node | None, declared: str | None) -> bool | None:
        if declared is not None:
            return declared == "layer"
        if isinstance(raw, Scalar) and isinstance(raw.value, str):
            return True if raw.text in layers.KINDS or raw.text in STRUCTURES or raw.text in blocks else None
        if isinstance(raw, MappingNode):
            return True
        return False if isinstance(raw, Sequence) or (isinstance(raw, Scalar) and raw.value is not None) else None

    found = {name: holds_kind(param.default, param.type) for name, param in params.items()} | dict.fromkeys(let)
    return {**outer, **{name: holds for name, holds in found.items() if variable_problem(name, blocks) is None}}


def variable_problem(name: str, blocks: Mapping[str, Block]) -> str | None:
    """Why a param, a `let` value or a loop variable cannot have this name, as the end of a sentence."""
    if name in RESERVED:
        return RESERVED[name]
    if name in expressions.FUNCTIONS:
        return "it is a function"
    for kinds, what in ((layers.KINDS, "layer"), (STRUCTURES, "structure"), (blocks, "block")):
        if name in kinds:
            return f"it is a {what}"
    if keyword.iskeyword(name):
        return "it is a word of Python's"
    return None if is_variable_name(name) else "names hold letters, digits and _, and begin with no digit"


def check_variables(
    params: Mapping[str, Param], let: Mapping[str, Entry], blocks: Mapping[str, Block], collector: Collector
) -> bool:
    """Report what no variable can be called. False where one is no name, so that it is not known what it should be."""
    whole = True
    for what, tokens in (
        ("a param", [param.token for param in params.values()]),
        ("a `let` value", [token for token, _ in let.values()]),
    ):
        for token in tokens:
            problem = variable_problem(token.text, blocks)
            whole = whole and is_variable_name(token.text)
            if problem is not None:
                collector.report(
                    "reserved-name",
                    f"{what} cannot be called {token.text}: {problem}",
                    token.span,
                    help=similar_name(token.text) or "choose another name",
                )
    for name, (token, _) in let.items():
        if name in params:
            collector.report(
                "reserved-name",
                f"{name} is a param and a `let` value",
                token.span,
                help="rename one of them",
                notes=(Label(params[name].token.span, "the param"),),
            )
    return whole

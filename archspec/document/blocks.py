"""The blocks of a document: what each takes, and the nodes of its body."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from archspec import layers
from archspec.budget import DECLARED, ELEMENT
from archspec.diagnostics import Collector, Label
from archspec.diagnostics.suggest import did_you_mean
from archspec.document.draft import entries
from archspec.document.model import Block
from archspec.document.names import is_variable_name, similar_name
from archspec.document.nodes import STRUCTURES, is_nothing
from archspec.document.params import read_param
from archspec.document.parse import NodeParser, Variables
from archspec.document.schema import known_keys, named, shown
from archspec.document.variables import check_variables, variables
from archspec.source import Mapping as MappingNode
from archspec.source import Scalar, Sequence

_ELSEWHERE = {
    **dict.fromkeys(("layers", "model", "nodes", "forward"), "body"),
    **dict.fromkeys(("args", "arguments", "parameters"), "params"),
}
"""Keys of a block in other formats, and what they are called here."""


_MOST_CALLS = 6
"""Calls that are told of blocks that call themselves."""


def check_names(own: Mapping[str, Block], collector: Collector) -> None:
    for name, block in own.items():
        if name in layers.KINDS or name in STRUCTURES:
            block.broken = True  # which of the two is meant where it is called, nobody knows
            what = "layer" if name in layers.KINDS else "structure"
            collector.report(
                "block-name",
                f"{name} is a {what}, and a block cannot be called so",
                block.token.span,
                help=f"call it My{name[:1].upper()}{name[1:]}",
            )
        elif not is_variable_name(name):
            block.home.whole = False
            collector.report(
                "block-name",
                f"{named(name)} cannot be the name of a block",
                block.token.span,
                help=similar_name(name)
                or "a block becomes a class: letters, digits and _, no digit first, no keyword of Python",
            )


def declare(block: Block, collector: Collector) -> None:
    """What a block takes. Known of every block before a body is read, since a body may call any of them."""
    raw = block.raw
    known = ("inputs", "params", "let", "body", "description")
    if isinstance(raw, Sequence) or (isinstance(raw, MappingNode) and _without((*known, *_ELSEWHERE), raw)):
        collector.report(
            "block-form",
            f"the block {block.name} has its nodes without a `body`",
            block.token.span,
            help="write `body:` above the nodes, and indent them below it",
        )
        block.broken = not isinstance(raw, Sequence)
        block.raw = MappingNode.over("body", raw)
        return
    if not isinstance(raw, MappingNode):
        block.broken = True
        collector.report(
            "block-form",
            f"the block {block.name} must be a mapping with a `body`, not {shown(raw)}",
            block.token.span if is_nothing(raw) else raw.span,
            help=f"write {block.name}: {{body: [...]}}",
        )
        return
    block.raw, whole = known_keys(raw, known, "a block has no key {}", collector, _ELSEWHERE)
    for name in ("params", "let"):
        value = block.raw.get(name)
        whole = whole and (value is None or is_nothing(value) or isinstance(value, MappingNode))
    block.whole = whole
    block.broken = block.broken or not whole
    for key, value in entries(block.raw, "params", collector):
        block.params[key.text] = read_param(key, value, collector)
    block.let = {key.text: (key, value) for key, value in entries(block.raw, "let", collector)}
    _read_inputs(block, collector)


def _read_inputs(block: Block, collector: Collector) -> None:
    """`inputs: [x, skip]`: the names of the tensors that it takes."""
    raw = block.raw.get("inputs") if isinstance(block.raw, MappingNode) else None
    if raw is None:
        return
    names = raw.items if isinstance(raw, Sequence) else []
    if not names:
        block.broken = True
        message = f"`inputs` must be a list of names, not {shown(raw)}"
        collector.report("block-form", message, raw.span, help="write `inputs: [x, skip]`")
    for name in names:
        problem, help = None, "write `inputs: [x, skip]`"
        if not isinstance(name, Scalar) or not is_variable_name(name.text):
            problem = f"{shown(name)} cannot be the name of an input"
        elif name.text == "input":
            problem = "an input cannot be called input, which is what enters where there is one"
        elif name.text in block.inputs:
            problem, help = f"the input {name.text} stands twice", "give each a name of its own"
        elif isinstance(name, Scalar):
            block.inputs[name.text] = name
        if problem is not None:
            block.broken = True
            collector.report("block-form", problem, name.span, help=help)


def read_body(block: Block, parser: NodeParser, scope: Variables, collector: Collector) -> None:
    """The nodes of its body."""
    if not isinstance(block.raw, MappingNode):
        return
    if not check_variables(block.params, block.let, block.home.blocks, collector):
        block.broken, block.whole = True, False
    body = block.raw.get("body")
    if body is None or is_nothing(body):
        if not block.whole:
            return  # it stands under a key that is not known
        block.broken = True
        collector.report(
            "block-form",
            f"the block {block.name} has no body",
            block.token.span,
            help="write its nodes below `body:`",
        )
        return
    if not collector.budget.spend((len(scope) + len(block.params) + len(block.let)) * ELEMENT):
        collector.exhausted(block.token.span)
    inner = variables(scope, block.params, block.let, block.home.blocks)
    whole, parser.whole = parser.whole, parser.whole and block.whole
    block.body = parser.children(body, inner)
    parser.whole = whole


def check_recursion(own: Mapping[str, Block], collector: Collector) -> None:
    """Report blocks that call themselves, each cycle once."""
    from archspec.document.recursion import find_cycle

    said: set[frozenset[str]] = set()
    for cycle in find_cycle(own):
        names = [name for name, _ in cycle]
        if not collector.budget.spend(DECLARED * len(names)):
            collector.exhausted(cycle[-1][1].token)
        for name in names:
            own[name].broken = True
        if frozenset(names) in said:
            continue
        said.add(frozenset(names))
        collector.report(
            "block-recursion",
            f"a block may not call itself: {' -> '.join([*_cut(names), names[0]])}",
            cycle[-1][1].token,
            help="blocks are expanded in place; write `repeat:` for a fixed number of times",
            notes=tuple(
                Label(item.token, f"{name} calls {called}")
                for (name, item), called in islice(zip(cycle[:-1], names[1:], strict=True), _MOST_CALLS)
            ),
        )


def _cut(names: list[str]) -> list[str]:
    """The first and the last of many names."""
    return names if len(names) <= _MOST_CALLS else [*names[: _MOST_CALLS - 1], "...", names[-1]]


def _without(known: tuple[str, ...], raw: MappingNode) -> bool:
    """Whether a mapping has none of the keys, not even misspelt."""
    return bool(raw.entries) and not any(key.text in known or did_you_mean(key.text, known) for key, _ in raw.entries)

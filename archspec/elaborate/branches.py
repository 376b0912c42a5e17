"""Branches that were hardly meant as such: a chain that runs side by side, and a branch that is alone."""

from __future__ import annotations

from archspec.diagnostics import Label
from archspec.document.nodes import Call, Item, Structure
from archspec.elaborate.frame import Frame
from archspec.elaborate.join import Branch
from archspec.elaborate.reporter import Reporter
from archspec.graph import CallStep, Leaf


def warn_of_chain(item: Structure, branches: list[Branch], frame: Frame, report: Reporter) -> None:
    """Of the branches that `concat`, `add` or `multiply` has just joined in `frame`."""
    leaves = _layers(branches, frame)
    heavy: Leaf | None = None
    for leaf in leaves:
        if leaf.layer.family in ("Normalization", "Activation") and heavy is not None:
            report.warning(
                "chain-in-concat",
                f"these {len(leaves)} layers are branches, not a chain: each takes what enters the {item.kind}",
                item.token,
                help=f"write each branch as a list of its own: {item.kind}: [[{heavy.kind}, {leaf.kind}], ...]",
                notes=(Label(leaf.span, f"takes the input, and not what the {heavy.kind} makes"),),
            )
            return
        if leaf.layer.family == "Convolution" or leaf.kind == "Linear":
            heavy = leaf


def _layers(branches: list[Branch], frame: Frame) -> list[Leaf]:
    """The layers of the branches, where each is a single one without a name or a `from`; else none."""
    if not all(isinstance(item := b.item, Call) and item.name is None and item.source is None for b in branches):
        return []
    made = {step.output: step for step in frame.steps[-len(branches) - 1 :] if isinstance(step, CallStep)}
    steps = [made[b.flow.value] for b in branches if b.flow.value in made]
    leaves = [step.target for step in steps if isinstance(step.target, Leaf)]
    return leaves if len(leaves) == len(branches) else []


def warn_of_one(item: Structure, report: Reporter) -> None:
    """Of one written node where several are joined."""
    if len(item.children) != 1:
        return
    child = item.children[0]
    while _is_group_of_one(child) and not _is_repeated(child):
        assert isinstance(child, Structure)
        child = child.children[0]
    if _is_repeated(child):
        return
    message, help = f"{item.kind} has one branch, and nothing to join it with", f"leave {item.kind} out"
    if item.kind == "dense":
        kind = child.kind_token.text if child.kind_token is not None else "node"
        message, help = f"dense joins what this {kind} makes with what enters it", f"for the {kind} alone {help}"
    if isinstance(child, Structure) and child.kind_token is None and len(child.children) > 1:
        help += f", or write each of the {len(child.children)} nodes in it as a branch of its own"
    report.warning("single-branch", message, item.token, help=help)


def _is_group_of_one(item: Item) -> bool:
    """Whether it is `- gate: ...`, a sequence that only holds the node under its name."""
    plain = isinstance(item, Structure) and item.kind_token is None and item.name is None
    return plain and isinstance(item, Structure) and len(item.children) == 1


def _is_repeated(item: Item) -> bool:
    return item.loop is not None or item.repeat is not None

"""What torch runs and nobody means, seen in the graph: results that go nowhere, a Linear on a map, a last Softmax."""

from __future__ import annotations

from archspec.diagnostics import Label
from archspec.elaborate.dataflow import Dataflow, Operation, Ran, Tensor
from archspec.elaborate.reporter import Place, Reporter
from archspec.graph import Graph

_MAKE_MAPS = frozenset({"Convolution", "Pooling"})
_KEEP_MAPS = frozenset({"Normalization", "Activation", "Dropout"})
"""Families that may stand between what makes a map and a Linear that takes it."""
_KEEP_SCORES = frozenset({"Flatten", "Identity", "Dropout"})
"""Kinds that may follow a Softmax, and it is the end of the network all the same."""


def warn(graph: Graph, report: Reporter) -> None:
    """The warnings of every network."""
    flow = Dataflow(graph)
    _unused_outputs(flow, report)
    _linear_on_maps(flow, report)


def warn_before_loss(graph: Graph, report: Reporter) -> None:
    """The warning of a network that is trained with cross entropy."""
    flow = Dataflow(graph)
    ends = flow.follow(lambda o: o.kind in ("Softmax", "Softmax2d"), lambda o: o.kind in _KEEP_SCORES)
    for last in dict.fromkeys(ends[result] for result in flow.results if result in ends):
        message = f"the network ends in {last.kind}, and cross entropy has one of its own"
        help = "take it out: the softmax of a softmax is nearly the same for all classes"
        _say(report, "softmax-before-loss", message, last, help)


def _unused_outputs(flow: Dataflow, report: Reporter) -> None:
    """The last modules of what runs in vain: none of their results reaches what the network returns."""
    wanted = set(flow.results)
    for operation in reversed(flow.operations):
        if operation.output in wanted:
            wanted.update(operation.inputs)
    useful: set[str] = set()  # by their names: a module that is used again may run in vain at one of its places
    for operation in flow.operations:
        if operation.output in wanted:
            useful.update((operation.name, *(ran.name for ran in operation.within.outwards())))
    vain = [o for o in flow.operations if o.output not in wanted and (o.leaf is None or o.name not in useful)]
    passed_on: set[Tensor] = set()  # to a module that runs in vain itself: of a row the last is told
    for operation in reversed(vain):
        if operation.leaf is not None or operation.output in passed_on:
            passed_on.update(operation.inputs)
    told: dict[Operation | Ran, None] = {}
    for operation in vain:
        if operation.leaf is not None and operation.output not in passed_on:
            around = [r for r in operation.within.outwards() if r.name not in useful and r.output not in wanted]
            outermost = around[-1] if around else operation
            if outermost.output not in passed_on:
                told[outermost] = None
    for module in told:
        is_structure = isinstance(module, Ran) and not module.is_block
        what = module.name.rpartition(".")[2] if is_structure else f"this {module.kind}"
        help = "take it out, or name it in a `from` or in `outputs`"
        _say(report, "unused-output", f"nothing uses what {what} makes", module, help)


def _linear_on_maps(flow: Dataflow, report: Reporter) -> None:
    """Linears whose in_features follow from the last dimension of a map that a convolution or a pooling made."""

    maps = flow.follow(lambda o: o.family in _MAKE_MAPS, lambda o: o.kind == "add" or o.family in _KEEP_MAPS)
    for linear in flow.operations:
        if linear.kind != "Linear" or linear.leaf is None or linear.leaf.layer.in_features is not None:
            continue
        type, maker = linear.leaf.inputs[0], maps.get(linear.inputs[0])
        if len(type.shape) < 3 or maker is None or maker.span is None:
            continue
        message = f"this Linear works on the rows of a {type} map: its in_features are {type.shape[-1]}"
        last = [0, *range(2, len(type.shape) + 1), 1]
        help = f"put Flatten before it, or `Permute: {last}` if it is to mix the channels of each pixel"
        _say(report, "linear-on-map", message, linear, help, (Label(maker.span, "makes the map"),))


def _say(
    report: Reporter, rule: str, message: str, at: Operation | Ran, help: str, notes: tuple[Label, ...] = ()
) -> None:
    """Warn of an operation or a module, with its name and the calls of blocks that it runs in."""
    assert at.span is not None
    assert at.within is not None
    report.module = at.name
    report.calls = [_call(ran) for ran in reversed([*at.within.outwards()]) if ran.is_block]
    report.warning(rule, message, at.span, help=help, notes=notes)


def _call(block: Ran) -> Place:
    assert block.span is not None
    return Place(block.span, lambda: f"in this {block.kind}")

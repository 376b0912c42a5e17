"""Names of nodes: which may be given, what `from`, `reuse` and `outputs` find, and what to say if they find nothing."""

from __future__ import annotations

from archspec import layers
from archspec.budget import NAME
from archspec.diagnostics import Edit, Fix, Label, Span
from archspec.diagnostics.suggest import certain, did_you_mean
from archspec.document.mistakes import listed
from archspec.document.names import name_problem, similar_name
from archspec.document.nodes import COMMON_KEYS, STRUCTURES, Item
from archspec.document.schema import named
from archspec.elaborate.frame import Frame
from archspec.elaborate.reporter import Reporter
from archspec.elaborate.scope import Scope
from archspec.elaborate.values import Flow, KindValue, Unknown
from archspec.source import Node, Scalar


def check_name(name: str, token: Scalar, scope: Scope, report: Reporter) -> None:
    """Whether a node may be called so."""
    problem = name_problem(name)
    if problem is None and name == "input":
        problem = "is what enters the block or the network"
    if problem is None and name in COMMON_KEYS:
        problem = "is a key of the language"
    if problem is None and (name in STRUCTURES or name in layers.KINDS or name in scope.document.blocks):
        problem = "is a kind"
    if problem is None and scope.has(name) and isinstance(held := scope.find(name), KindValue):
        problem = f"is a variable that holds a kind, {held}"
    if problem is not None:
        message = f"a node cannot be called {named(name)}: it {problem}"
        report.error("node-name", message, token.span, help=similar_name(name) or "choose another name")
        raise Unknown


def declare(name: str, span: Span, frame: Frame, report: Reporter, *, automatic: bool = False) -> None:
    """Give a name to a node; a name is given once in a module."""
    found = frame.declare(name, span, automatic=automatic)
    if found is None:
        return
    other, before = found
    where = f" in {frame.kind if frame.origin == 'block' else frame.path}" if frame.path else ""
    help = "choose another name for one of them"
    notes: tuple[Label, ...]
    if other != name:
        inner, outer = (name, other) if name.startswith(f"{other}.") else (other, name)
        message = f"{inner} would stand in {outer}, which is a node of its own{where}"
        notes = (Label(before.span, f"{other} stands here"),)
    elif before.span == span:
        if frame.repeats:
            raise Unknown  # of a loop over several nodes this was said of another
        frame.repeats = True
        message = f"the name {name} is given more than once{where}"
        help, notes = "put the loop variable into the name, as in layer{i}", ()
        if report.calls and report.calls[-1].words().startswith("in round"):
            help = f"leave the name out, or write `for: i in range(3)` and the name {name}{{i}}"
    else:
        message = f"the name {name} is taken{where}"
        if automatic:
            message = f"this node is called {name} of itself, and the name is taken{where}"
        first = f"{name}, as this node is called of itself" if before.automatic else f"{name} is given here first"
        notes = (Label(before.span, first),)
    report.error("duplicate-name", message, span, help=help, notes=notes)
    raise Unknown


def resolve(name: str, raw: Node, item: Item, frame: Frame, report: Reporter) -> Flow:
    """The tensor of a node that ran earlier, in this module or one around it."""
    flow = frame.resolve(name)
    if flow is None and item.name is not None and item.name.text == name:
        message = f"{name} is this node itself"
        report.error("from-later", message, raw.span, help="a `from` names a node that ran earlier")
        raise Unknown
    if flow is None:
        report_unknown(name, raw, frame, report, "from")
        raise Unknown
    return flow


def report_unknown(name: str, raw: Node, frame: Frame, report: Reporter, what: str) -> None:
    """Nothing of this name is there for `what` (`from`, `reuse`, `outputs`): say why, as far as can be told."""
    rule = "reuse-unknown" if what == "reuse" else "from-unknown"
    known: list[str] = []
    for around in frame.outwards():
        pending = around.names.get(name)
        if pending is not None and pending.flow is not None and pending.flow.value is None:
            return
        if pending is not None:
            message = (
                f"{name} is a tensor, not a module"
                if what == "reuse"
                else f"{name} has not run yet: it is around this node"
            )
            report.error(rule, message, raw.span, notes=(Label(pending.span, f"{name} stands here"),))
            return
        known.extend(n for n, named in around.names.items() if named.flow is not None)
    if name == "input" and what == "from":
        *_, block = frame.outwards()
        names = listed([n for n, named in block.names.items() if named.flow is not None][:8])
        message = f"{block.kind} takes several tensors, and none of them is its `input`"
        report.error(rule, message, raw.span, help=f"name one of them: {names}")
        return
    later = next((span for around in frame.outwards() if (span := around.written().get(name)) is not None), None)
    if later is not None:
        report.error(
            "from-later" if what == "from" else rule,
            f"{name} runs later than this node",
            raw.span,
            help=f"a `{what}` names a node that ran earlier",
            notes=(Label(later, f"{name} stands here"),),
        )
        return
    report.charge(NAME * len(known), raw)
    nodes = [n for n in known if not n.isdigit()]
    near = certain(name, [*nodes, "input"]) if what == "from" else certain(name, nodes)
    if near is None and frame.may_be_lost(name):
        return
    shown = name if len(name) <= 60 else name[:57] + "..."
    message = f"no node is called {shown}" if what == "outputs" else f"no node before this one is called {shown}"
    report.error(
        rule,
        message,
        raw.span,
        help=_counted(name, nodes)
        or _where(name, frame, known, what)
        or did_you_mean(name, [*nodes, "input"])
        or (f"the nodes before it are {', '.join(nodes[-8:])}" if nodes else None),
        fix=Fix(f"write {near}", (Edit(raw.span, near),)) if near is not None and _is_literal(raw) else None,
    )


def _counted(name: str, nodes: list[str]) -> str | None:
    """What to write for the `-1` of other formats, which count their nodes."""
    if not name.removeprefix("-").isdigit():
        return None
    if name == "-1":
        return "leave `from` out: a node takes what the one before it makes"
    return "nodes go by their names" + (f": those before it are {', '.join(nodes[-8:])}" if nodes else "")


def _where(name: str, frame: Frame, known: list[str], what: str) -> str | None:
    """Where a node of this name is, out of reach."""
    if "." in name and any(name.startswith(f"{n}.") for n in known):
        outer = max((n for n in known if name.startswith(f"{n}.")), key=len)
        inner = name.removeprefix(f"{outer}.")
        return f"a `{what}` sees {outer}, and nothing in it: let {outer} end with {inner}, and put the rest after it"
    *_, block = frame.outwards()
    caller = block.caller
    while caller is not None:
        if name in caller.names:
            return f"a block does not see the nodes around its call; what enters it is `input`, {name} is outside"
        caller = caller.around or caller.caller
    return None


def _is_literal(raw: Node) -> bool:
    return isinstance(raw, Scalar) and raw.plain and "{" not in raw.text

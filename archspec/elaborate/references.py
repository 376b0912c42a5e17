"""Names of nodes: which may be given, what `from`, `reuse` and `outputs` find, and what to say if they find nothing."""

from __future__ import annotations

from archspec import layers
from archspec.diagnostics import Label, Span
from archspec.diagnostics.suggest import did_you_mean
from archspec.document import Document
from archspec.document.names import name_problem
from archspec.document.nodes import COMMON_KEYS, STRUCTURES, Item, Structure
from archspec.elaborate.frame import Frame
from archspec.elaborate.reporter import Reporter
from archspec.elaborate.values import Flow, Unknown
from archspec.source import Node, Scalar


def check_name(name: str, token: Scalar, document: Document, report: Reporter) -> None:
    """Whether a node may be called so."""
    problem = name_problem(name)
    if problem is None and name == "input":
        problem = "is what enters the block or the network"
    if problem is None and name in COMMON_KEYS:
        problem = "is a key of the language"
    if problem is None and (name in STRUCTURES or name in layers.KINDS or name in document.blocks):
        problem = "is a kind"
    if problem is not None:
        shown = name if len(name) <= 40 else name[:37] + "..."
        report.error(
            "node-name", f"a node cannot be called {shown!r}: it {problem}", token.span, help="choose another name"
        )
        raise Unknown


def declare(name: str, span: Span, frame: Frame, report: Reporter, *, automatic: bool = False) -> None:
    """Give a name to a node; a name is given once in a module."""
    before = frame.declare(name, span, automatic=automatic)
    if before is None:
        return
    where = f" in {frame.path}" if frame.path else ""
    if before.span == span:
        message = f"the name {name} is given more than once{where}"
        report.error("duplicate-name", message, span, help="put the loop variable into the name, as in layer{i}")
        raise Unknown
    first = f"{name}, which is named automatically" if before.automatic else f"{name} is given here first"
    report.error(
        "duplicate-name",
        f"the name {name} is taken{where}",
        span,
        help="choose another name for one of them",
        notes=(Label(before.span, first),),
    )
    raise Unknown


def resolve(name: str, raw: Node, frame: Frame, report: Reporter) -> Flow:
    """The tensor of a node that ran earlier, in this module or one around it."""
    flow = frame.resolve(name)
    if flow is None:
        report_unknown(name, raw, frame, report, "from")
        raise Unknown
    return flow


def report_unknown(name: str, raw: Node, frame: Frame, report: Reporter, what: str) -> None:
    """Nothing of this name is there for `what` (`from`, `reuse`, `outputs`): say why, as far as can be told."""
    known: list[str] = []
    for around in frame.outwards():
        pending = around.names.get(name)
        if pending is not None:
            message = (
                f"{name} is a tensor, not a module"
                if what == "reuse"
                else f"{name} has not run yet: it is around this node"
            )
            report.error("from-unknown", message, raw.span, notes=(Label(pending.span, f"{name} stands here"),))
            return
        known.extend(n for n, named in around.names.items() if named.flow is not None)
    later = next((span for around in frame.outwards() if (span := _find(around.items, name)) is not None), None)
    if later is not None:
        report.error(
            "from-later",
            f"{name} runs later than this node",
            raw.span,
            help=f"a `{what}` names a node that ran earlier",
            notes=(Label(later, f"{name} stands here"),),
        )
        return
    help = None
    if "." in name and any(name.startswith(f"{n}.") for n in known):
        help = f"a `{what}` does not reach into a named module: name its output instead"
    nodes = [n for n in known if not n.isdigit()]
    help = (
        help
        or did_you_mean(name, [*nodes, "input"])
        or (f"the nodes before it are {', '.join(nodes[-8:])}" if nodes else None)
    )
    message = f"no node is called {name}" if what == "outputs" else f"no node before this one is called {name}"
    report.error("from-unknown", message, raw.span, help=help)


def _find(items: list[Item], name: str) -> Span | None:
    """Where a node of this name is written among these, looking through unnamed structures."""
    pending = list(reversed(items))
    while pending:
        item = pending.pop()
        if item.name is not None and item.name.text == name:
            return item.name.span
        if isinstance(item, Structure) and item.name is None:
            pending.extend(reversed([*item.children, *(item.shortcut or [])]))
    return None

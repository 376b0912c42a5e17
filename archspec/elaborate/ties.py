"""Tied parameters: `tie: {weight: wte.weight}` makes a layer's weight that of the embedding, one tensor for both."""

from __future__ import annotations

from archspec.diagnostics import Edit, Fix, Label
from archspec.diagnostics.suggest import certain, did_you_mean
from archspec.document.nodes import Call
from archspec.document.schema import named
from archspec.elaborate.evaluate import Evaluator
from archspec.elaborate.frame import Frame
from archspec.elaborate.reporter import Reporter
from archspec.elaborate.scope import View
from archspec.elaborate.values import Unknown
from archspec.graph import Leaf, Module, Tie
from archspec.shapes import format_shape
from archspec.source import Node, Scalar


class Ties:
    """Finds the parameters that a layer takes from layers which ran before it."""

    def __init__(self, report: Reporter, evaluate: Evaluator) -> None:
        self.report = report
        self.evaluate = evaluate

    def tied(self, item: Call, leaf: Leaf, child: str, view: View, frame: Frame) -> Leaf:
        """The layer, called `child` in its module, with what is tied in it. A mistake is reported."""
        assert item.tie is not None
        *_, root = frame.outwards()
        tied: set[str] = set()
        for key, value in item.tie.entries:
            name = "" if leaf.layer.bare else key.text
            if name not in leaf.parameters:
                known = list(leaf.parameters)
                help = did_you_mean(key.text, known) or _parameters(leaf)
                message = f"{leaf.kind} has no parameter {named(key.text)}"
                self.report.error("tie", message, key.span, help=help, fix=_fix(key, known))
                raise Unknown
            own = _within(root, frame, f"{child}.{name}".rstrip("."))
            root.ties.append(Tie(own, self._original(leaf, name, value, view, frame, root)))
            tied.add(name)
        return leaf._replace(tied=frozenset(tied))

    def _original(self, leaf: Leaf, name: str, raw: Node, view: View, frame: Frame, root: Frame) -> str:
        """The parameter that one of a layer is to be, by its name in `root`."""
        path = self.evaluate.text(raw, view) if isinstance(raw, Scalar) else ""
        known: list[str] = []
        for around in frame.outwards():
            found = _find(around.children, path)
            if found is not None:
                other, parameter = found
                theirs, ours = other.parameters[parameter], leaf.parameters[name]
                if theirs != ours:
                    self.report.error(
                        "tie",
                        f"{path} is {format_shape(theirs)}, and {name or 'the parameter'} of this {leaf.kind} is "
                        f"{format_shape(ours)}",
                        raw.span,
                        help="only parameters of one shape can be one tensor",
                        notes=(Label(other.span, f"{path} is made here"),),
                    )
                    raise Unknown
                return _within(root, around, path)
            if around.may_be_lost(path.partition(".")[0]):
                raise Unknown
            known += [f"{child}.{each}".rstrip(".") for child, each in _all(around.children)]
        help = did_you_mean(path, known) or (f"those before it are {', '.join(known[-8:])}" if known else None)
        message = f"no layer before this one has a parameter {named(path)}"
        self.report.error("tie", message, raw.span, help=help, fix=_fix(raw, known))
        raise Unknown


def _within(root: Frame, frame: Frame, name: str) -> str:
    """A name in a module as it is in the block or network around it."""
    path = f"{frame.path}.{name}" if frame.path else name
    return path.removeprefix(f"{root.path}.") if root.path else path


def _fix(token: Node, known: list[str]) -> Fix | None:
    """The edit where a name is one that there is, but for a slip."""
    if not isinstance(token, Scalar) or not token.plain or (near := certain(token.text, known)) is None:
        return None
    return Fix(f"write {near}", (Edit(token.span, near),))


def _find(children: dict[str, Module | Leaf], path: str) -> tuple[Leaf, str] | None:
    """The layer below a module that has a parameter of this name, and the name that the layer gives it."""
    for name, child in children.items():
        if isinstance(child, Leaf):
            rest = "" if path == name else path.removeprefix(f"{name}.") if path.startswith(f"{name}.") else None
            if rest is not None and rest in child.parameters:
                return child, rest
        elif path.startswith(f"{name}.") and (found := _find(dict(child.children), path[len(name) + 1 :])) is not None:
            return found
    return None


def _all(children: dict[str, Module | Leaf], prefix: str = "") -> list[tuple[str, str]]:
    """The parameters below a module: the layer's path, and its name for the parameter."""
    found: list[tuple[str, str]] = []
    for name, child in children.items():
        if isinstance(child, Leaf):
            found += [(f"{prefix}{name}", each) for each in child.parameters]
        elif len(found) < 1000:
            found += _all(dict(child.children), f"{prefix}{name}.")
    return found


def _parameters(leaf: Leaf) -> str:
    names = [name for name in leaf.parameters if name]
    return f"it has {', '.join(names[:12])}" if names else "it has no parameters"

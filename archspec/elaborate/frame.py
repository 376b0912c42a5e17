"""A module under construction: its children and their names, its steps, the tensors it reaches outside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from archspec.diagnostics import Span
from archspec.document.nodes import Item, Structure
from archspec.elaborate.values import NOWHERE, Flow
from archspec.graph import CallStep, Leaf, Module, Origin, Step, Tie, Value

if TYPE_CHECKING:
    from archspec.elaborate.scope import Scope

_SHORT = {
    "Conv": "conv",
    "BatchNorm": "bn",
    "LayerNorm": "ln",
    "Linear": "fc",
    "LocalResponseNorm": "lrn",
    "AdaptiveAvgPool": "avgpool",
    "AdaptiveMaxPool": "maxpool",
}


def short_form(kind: str) -> str:
    """What a person calls a layer of this kind: `bn` for BatchNorm2d, `basicblock` for BasicBlock."""
    stem = kind[:-2] if kind.endswith(("1d", "2d", "3d")) else kind
    return _SHORT.get(stem, stem.lower())


@dataclass(slots=True, eq=False, repr=False)
class Named:
    """What a name stands for in its module: a tensor once its node has run, and the module if it is one."""

    span: Span
    automatic: bool = False
    flow: Flow | None = None
    module: Module | Leaf | None = None


class Frame:
    """A module under construction. `around`: the module that a named structure stands in; None for a block."""

    def __init__(
        self,
        origin: Origin,
        kind: str,
        path: str,
        *,
        chain: bool,
        around: Frame | None = None,
        span: Span | None = None,
    ) -> None:
        self.origin: Origin = origin
        self.kind = kind
        self.path = path
        self.chain = chain
        self.around = around
        self.span = span
        self.entry: Flow | None = None
        self.caller: Frame | None = None
        """The module that a block is called in."""
        self.inputs: list[Value] = []
        self.captured: list[Value] = []
        """The tensors of the module around that enter after the first input."""
        self.several = False
        """Whether it is a block that names the tensors it takes, so that none of them is the `input`."""
        self.names: dict[str, Named] = {}
        self.children: dict[str, Module | Leaf] = {}
        self.steps: list[Step] = []
        self.aux: list[tuple[str, Value]] = []
        self.items: list[Item] = []
        """What is written in it, to tell a later name from an unknown one."""
        self.arguments: Mapping[str, Any] = {}
        self.defaulted: frozenset[str] = frozenset()
        self.let: Mapping[str, Any] = {}
        self.scope: Scope | None = None
        """The variables of a block."""
        self.repeats = False
        """Whether a name was found to be given in every round of a loop."""
        self.ties: list[Tie] = []
        self._counts: dict[str, int] = {}
        self._written: dict[str, Span] | None = None
        self._lost: set[str] = set()
        """How nodes are called that were lost: their templates; empty for those that have no name."""
        self._containers: set[str] = set()
        self._local: dict[int, Value] = {}
        self._entered: Value | None = None

    def enter(self, flow: Flow) -> Flow:
        """The tensor that the module is called with, as it is called inside."""
        if flow.value is None:
            self.entry = flow
            return flow
        self._entered = flow.value
        local = Value(flow.value.type, "x", flow.value.fields)
        self.inputs.append(local)
        self.entry = Flow(local, flow.maker)
        return self.entry

    def enter_named(self, flows: Mapping[str, Flow], spans: Mapping[str, Span]) -> Flow:
        """The tensors that a block is called with, each under the name it has inside; the first arrives at its body."""
        self.several = True
        for name, flow in flows.items():
            local = flow
            if flow.value is not None:
                value = Value(flow.value.type, name, flow.value.fields)
                self.inputs.append(value)
                local = Flow(value, flow.maker)
            self.names[name] = Named(spans[name], flow=local)
            self.entry = self.entry or local
        assert self.entry is not None
        return self.entry

    # names

    def automatic_name(self, kind: str) -> str:
        """The name of an unnamed child: its number in a chain, else its kind and its count."""
        stem = "" if self.chain else short_form(kind)
        count = self._counts.get(stem, 0 if not self.chain else -1) + 1
        self._counts[stem] = count
        return f"{stem}_{count}" if stem[-1:].isdigit() else f"{stem}{count}"

    def declare(self, name: str, span: Span, *, automatic: bool = False) -> tuple[str, Named] | None:
        """Give a name to a node. Returns the node that is in the way, if one is: of this name, around it or in it."""
        if name in self.names:
            return name, self.names[name]
        if name in self._containers:
            return next((other, named) for other, named in self.names.items() if other.startswith(f"{name}."))
        parts = name.split(".")
        for i in range(1, len(parts)):
            container = ".".join(parts[:i])
            if container in self.names:
                return container, self.names[container]
            self._containers.add(container)
        self.names[name] = Named(span, automatic)
        return None

    def written(self) -> dict[str, Span]:
        """The names that are written in it, looking through unnamed structures, and where; the first of each."""
        if self._written is None:
            self._written = {}
            pending = list(reversed(self.items))
            while pending:
                item = pending.pop()
                if item.name is not None:
                    self._written.setdefault(item.name.text, item.name.span)
                elif isinstance(item, Structure):
                    pending.extend(reversed([*item.children, *(item.shortcut or [])]))
        return self._written

    def lose(self, item: Item) -> None:
        """What a node would have brought is not known, but its names are: a `from` to one is no second mistake."""
        pending = [item]
        while pending:
            item = pending.pop()
            if item.name is not None and "{" not in item.name.text:
                named = self.names.setdefault(item.name.text, Named(item.name.span))
                if named.flow is None:
                    named.flow = NOWHERE
            elif item.name is not None:
                self._lost.add(item.name.text)
            elif isinstance(item, Structure):
                pending += [*item.children, *(item.shortcut or [])]
            else:
                self._lost.add("")

    def lose_any(self) -> None:
        """There may be nodes that could not be read."""
        self._lost.add("{any}")

    def may_be_lost(self, name: str) -> bool:
        """Whether a name that is not there may be that of a node that was lost."""
        import re

        templates = {template for frame in self.outwards() for template in frame._lost}
        patterns = [".*".join(map(re.escape, re.split(r"\{[^{}]*\}", template))) for template in templates if template]
        if "" in templates:
            patterns.append(r"[0-9]+|[a-z_]+[0-9]+(?:_[0-9]+)?")
        return any(re.fullmatch(pattern, name, re.DOTALL) for pattern in patterns)

    # tensors of the modules around

    def outwards(self) -> Iterator[Frame]:
        """This module and those around it, innermost first, up to the block call."""
        frame: Frame | None = self
        while frame is not None:
            yield frame
            frame = frame.around

    def resolve(self, name: str) -> Flow | None:
        """The tensor of a node that ran earlier, brought in here; None where there is none."""
        path: list[Frame] = []
        for frame in self.outwards():
            named = frame.names.get(name)
            flow = (
                named.flow
                if named is not None
                else frame.entry
                if name == "input" and frame.around is None and not frame.several
                else None
            )
            if flow is not None:
                for inner in reversed(path):
                    flow = inner.capture(flow)
                return flow
            path.append(frame)
        return None

    def capture(self, flow: Flow) -> Flow:
        outer = flow.value
        if outer is None:
            return flow
        if self._entered is outer and self.entry is not None:
            return self.entry
        local = self._local.get(id(outer))
        if local is None:
            local = Value(outer.type, outer.name, outer.fields)
            self._local[id(outer)] = local
            self.inputs.append(local)
            self.captured.append(outer)
        return Flow(local, flow.maker)

    def find_module(self, name: str) -> tuple[int, Module | Leaf] | None:
        """A module of this name here or around, and how many modules outwards it is owned."""
        for outwards, frame in enumerate(self.outwards()):
            named = frame.names.get(name)
            if named is not None and named.module is not None:
                return outwards, named.module
        return None

    def finish(self, output: Value) -> Module:
        return Module(
            self.origin,
            self.kind,
            tuple(self.inputs),
            self.children,
            tuple(self.steps),
            output,
            tuple(self.aux),
            self.chain and all(isinstance(step, CallStep) for step in self.steps),
            self.arguments,
            self.span,
            self.defaulted,
            self.let,
            tuple(self.ties),
        )

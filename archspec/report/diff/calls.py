"""A graph as a tree of calls, each with a key that equals another's where the same is written."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from archspec.graph import CallStep, Graph, Leaf, Module, TensorType
from archspec.layers.arguments import Argument, written


@dataclass(eq=False, repr=False, slots=True)
class Call:
    """A call of a layer or of a module, or the network itself. Told from others by identity."""

    name: str
    """Its whole name: that of what it calls."""
    label: str
    """Its name in its module."""
    target: Module | Leaf
    step: CallStep | None
    """None for the network."""
    training_only: bool = False
    again: bool = False
    """Whether what it calls was called before, and its parameters are counted there."""
    children: list[Call] = field(default_factory=list)
    structure: int = -1
    """Equal where the same is written: kinds and arguments, not names, and no size that is inferred."""
    params: int = 0
    macs: int = 0
    """As in the totals: those of aux branches do not count."""
    layers: int = 1
    """How many calls of layers it is."""

    @property
    def kind(self) -> str:
        return self.target.kind

    @property
    def leaf(self) -> Leaf | None:
        return self.target if isinstance(self.target, Leaf) else None

    @property
    def inputs(self) -> tuple[TensorType, ...]:
        return tuple(value.type for value in (self.target.inputs if self.step is None else self.step.inputs))  # type: ignore[union-attr]

    @property
    def output(self) -> TensorType:
        if self.step is not None:
            return self.step.output.type
        assert isinstance(self.target, Module)
        return self.target.output.type

    def below(self) -> Iterator[Call]:
        """This call and all that it makes, in the order of execution."""
        pending = [self]
        while pending:
            call = pending.pop()
            yield call
            pending.extend(reversed(call.children))


class Trees:
    """Makes trees whose keys can be compared."""

    def __init__(self) -> None:
        self._keys: dict[Hashable, int] = {}
        self._arguments: dict[int, Mapping[str, str]] = {}

    def tree(self, graph: Graph) -> Call:
        root = Call("", "", graph.root, None)
        self._fill(root, ("",))
        return root

    def arguments(self, leaf: Leaf) -> Mapping[str, str]:
        """What `arguments` tells, worked out once for each layer that is written."""
        known = self._arguments.get(id(leaf.layer))
        if known is None:
            known = self._arguments[id(leaf.layer)] = arguments(leaf)
        return known

    def _fill(self, call: Call, prefixes: tuple[str, ...]) -> None:
        if isinstance(call.target, Leaf):
            key: Hashable = (call.kind, call.again, *self.arguments(call.target).items())
            call.params = 0 if call.again else call.target.parameter_count
            call.macs = 0 if call.training_only or call.step is None else call.step.macs
        else:
            for step in call.target.steps:
                if isinstance(step, CallStep):
                    name = prefixes[len(prefixes) - 1 - step.owner] + step.path
                    training = call.training_only or step.training_only
                    child = Call(name, step.path, step.target, step, training, call.again or not step.first)
                    self._fill(child, (*prefixes, f"{name}."))
                    call.children.append(child)
            key = tuple(child.structure for child in call.children)
            call.params = sum(child.params for child in call.children)
            call.macs = sum(child.macs for child in call.children)
            call.layers = sum(child.layers for child in call.children)
        call.structure = self._keys.setdefault(key, len(self._keys))


def arguments(leaf: Leaf) -> dict[str, str]:
    """The arguments of a layer as a spec has them, those that are inferred left out; `3` stands for `[3, 3]`, too."""
    values = {name.removesuffix("_"): value for name, value in leaf.layer}
    fields = type(leaf.layer).fields()
    return {name: _written(values[name], field) for name, field in fields.items() if not field.inferred}


def given(leaf: Leaf) -> dict[str, str]:
    """Those of the arguments that are not the defaults."""
    fields = type(leaf.layer).fields()
    return {
        name: text
        for name, text in arguments(leaf).items()
        if fields[name].required or text != _written(fields[name].default, fields[name])
    }


def _written(value: Any, field: Argument) -> str:
    if field.length is not None and isinstance(value, tuple) and len({*value}) == 1:
        value = value[0]
    return value if isinstance(value, str) else written(value)

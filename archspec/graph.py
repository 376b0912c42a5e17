"""The typed graph: what a spec means. Flat steps in modules, immutable, every shape known."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from archspec import receptive_field
from archspec.receptive_field import Fields

if TYPE_CHECKING:
    from archspec.diagnostics import Diagnostic, Span

BYTES = {
    "float32": 4,
    "float64": 8,
    "float16": 2,
    "bfloat16": 2,
    "int64": 8,
    "int32": 4,
    "int16": 2,
    "int8": 1,
    "uint8": 1,
    "bool": 1,
    "complex64": 8,
    "complex128": 16,
}
"""Bytes of an element, by torch's name of the dtype."""


@dataclass(frozen=True, slots=True)
class TensorType:
    """Shape, without the batch dimension, and dtype (torch's name) of a tensor."""

    shape: tuple[int, ...]
    dtype: str = "float32"

    @property
    def elements(self) -> int:
        return math.prod(self.shape)

    @property
    def bytes(self) -> int:
        return self.elements * BYTES[self.dtype]

    def __str__(self) -> str:
        return "x".join(map(str, self.shape)) if self.shape else "a scalar"


class Value(NamedTuple):
    """A tensor within one module. Told from others by identity."""

    type: TensorType
    name: str = ""
    """What the spec calls it, if anything."""
    fields: Fields = None
    """What it sees of the input, for each dimension."""

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


class Tie(NamedTuple):
    """Two names of one parameter, as in the state_dict of the block or network that has both."""

    name: str
    """The later one: of the layer that `tie` stands beside."""
    of: str
    """The earlier one, under which it is made."""


class Leaf(NamedTuple):
    """A layer as a module: one torch.nn module with these arguments."""

    kind: str
    layer: Any
    """The validated `archspec.layers.base.Layer`."""
    inputs: tuple[TensorType, ...]
    """What it was made for."""
    span: Span
    parameters: Mapping[str, tuple[int, ...]]
    buffers: Mapping[str, tuple[int, ...]]
    tied: frozenset[str] = frozenset()
    """The parameters that are another layer's."""

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    @property
    def parameter_count(self) -> int:
        """Elements of its parameters; one that is tied counts where it is made."""
        return sum(math.prod(shape) for name, shape in self.parameters.items() if name not in self.tied)

    @property
    def buffer_count(self) -> int:
        return sum(map(math.prod, self.buffers.values()))


Origin = Literal["network", "block", "sequential", "concat", "add", "multiply", "residual", "dense", "aux"]


class Module(NamedTuple):
    """A module with children: the network, a block call, or a named structure.

    `inputs` are what enters, then the tensors of outer modules that a `from` inside reaches. `steps` run in order.
    """

    origin: Origin
    kind: str
    """The block's name, or the structure."""
    inputs: tuple[Value, ...]
    children: Mapping[str, Module | Leaf]
    """In the order of registration; `convs.0` lies in a container `convs`."""
    steps: tuple[Step, ...]
    output: Value
    aux: tuple[tuple[str, Value], ...] = ()
    """Results of training-only branches, its children's included, in the order of execution."""
    chain: bool = False
    """Whether its children are numbered and simply follow each other, as in nn.Sequential."""
    arguments: Mapping[str, Any] = {}
    """The values of a block's params, for the names and defaults of a constructor."""
    span: Span | None = None
    defaulted: frozenset[str] = frozenset()
    """The params that the call left to their defaults."""
    let: Mapping[str, Any] = {}
    """The values of a block's `let`, for the names of what a constructor works out."""
    ties: tuple[Tie, ...] = ()
    """Of a block or the network: the parameters in it that are one."""

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


class CallStep(NamedTuple):
    """Calls a child, or a child of a module around it (`reuse`)."""

    target: Module | Leaf
    path: str
    """The child's name, relative to the module that owns it."""
    owner: int
    """How many modules outwards the owner is: 0 is this one."""
    inputs: tuple[Value, ...]
    output: Value
    aux: tuple[Value, ...] = ()
    training_only: bool = False
    first: bool = True
    """False where the module is called again."""
    span: Span | None = None
    macs: int = 0

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


class JoinStep(NamedTuple):
    """Joins tensors: `concat` along `dim` (counted with the batch), `add`, `multiply`."""

    op: Literal["concat", "add", "multiply"]
    inputs: tuple[Value, ...]
    output: Value
    dim: int = 1

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


Step = CallStep | JoinStep


class LayerCall(NamedTuple):
    """One call of a layer, as a row of the shapes table."""

    name: str
    kind: str
    inputs: tuple[TensorType, ...]
    output: TensorType
    params: int
    """Learnable parameters that this call is the first to use."""
    buffers: int
    macs: int
    fields: Fields
    span: Span
    training_only: bool = False

    @property
    def input(self) -> TensorType:
        return self.inputs[0]

    @property
    def receptive_field(self) -> tuple[int | None, ...] | None:
        """Input pixels that an element sees, for each axis that it has; None: all."""
        return receptive_field.sizes(self.fields)

    @property
    def stride(self) -> tuple[int | None, ...] | None:
        """Input pixels from one element's field to the next one's, for each axis."""
        return receptive_field.strides(self.fields)


@dataclass(frozen=True)
class Graph:
    """A whole network: its modules and, in the order of execution, its layers."""

    name: str
    root: Module
    inputs: Mapping[str, TensorType]
    output: TensorType | tuple[TensorType, ...] | Mapping[str, TensorType]
    """A tuple or mapping where the spec has `outputs`."""
    outputs: tuple[Value, ...] | Mapping[str, Value] | None = None
    origin: str | None = None
    """Where the network comes from: the spec's `source`."""
    description: str | None = None
    file: str = ""
    warnings: tuple[Diagnostic, ...] = ()
    """What torch runs and nobody means."""
    written: Any = field(default=None, compare=False, repr=False)
    """What it was made from, node by node: an `archspec.elaborate.trace.Written`."""
    find_sizes: Callable[[], Any] | None = field(default=None, repr=False, compare=False)
    """Finds out which inputs the network takes; None of a graph that was made by hand."""

    lettered: bool = False
    """Whether letters stand for sizes of the inputs, as in `3xHxW`."""

    @cached_property
    def sizes(self) -> Any:
        """Which inputs the network takes: for each input its axes, as `archspec sizes` prints them."""
        return None if self.find_sizes is None else self.find_sizes()

    @cached_property
    def layers(self) -> tuple[LayerCall, ...]:
        return tuple(_layer_calls(self.root, "", False))

    @cached_property
    def params(self) -> int:
        """Learnable parameters, aux branches included; one that is used twice counts once."""
        return sum(layer.params for layer in self.layers)

    @cached_property
    def buffers(self) -> int:
        """Elements of persistent buffers."""
        return sum(layer.buffers for layer in self.layers)

    @cached_property
    def macs(self) -> int:
        """Multiply-accumulates of one example, without aux branches."""
        return sum(layer.macs for layer in self.layers if not layer.training_only)

    @property
    def parameter_bytes(self) -> int:
        return 4 * self.params

    @cached_property
    def activation_bytes(self) -> int:
        """Bytes of every layer's output for one example."""
        return sum(layer.output.bytes for layer in self.layers)

    def _repr_html_(self) -> str:
        """The picture and the table of layers, in a notebook."""
        notebook = import_module("archspec.diagram.notebook")  # by its name: what shows a graph comes after it
        return str(notebook.graph_html(self))


def _layer_calls(module: Module, prefix: str, training_only: bool) -> Iterator[LayerCall]:
    """Every call of a layer below a module, in the order of execution. Depth is bounded by the language."""
    pending: list[tuple[Iterator[Step], tuple[str, ...], bool, bool]] = [
        (iter(module.steps), (prefix,), training_only, True)
    ]
    while pending:
        steps, prefixes, training, first = pending[-1]
        step = next(steps, None)
        if step is None:
            pending.pop()
            continue
        if not isinstance(step, CallStep):
            continue
        name = prefixes[len(prefixes) - 1 - step.owner] + step.path
        training, first = training or step.training_only, first and step.first
        if isinstance(step.target, Module):
            pending.append((iter(step.target.steps), (*prefixes, name + "."), training, first))
            continue
        leaf = step.target
        yield LayerCall(
            name,
            leaf.kind,
            tuple(v.type for v in step.inputs),
            step.output.type,
            leaf.parameter_count if first else 0,
            leaf.buffer_count if first else 0,
            step.macs,
            step.output.fields,
            leaf.span,
            training,
        )

"""The proof that a module is what its graph says: every call of every layer is compared, in a real forward pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from archspec.codegen.names import aux_fields
from archspec.graph import Graph, LayerCall, TensorType
from archspec.layers import lookup
from archspec.runtime.running import buffers_kept, device_of, examples, is_out_of_memory, mode
from archspec.shapes import format_shape

_BATCH = 2


class VerificationError(Exception):
    """A module is not what was inferred. That is a bug in archspec, never a mistake of the spec."""

    def __init__(self, name: str, differences: Iterable[str]) -> None:
        self.differences = tuple(differences)
        lines = [f"{name} is not what archspec inferred; this is a bug in archspec, please report it with the spec:"]
        super().__init__("\n  ".join([*lines, *self.differences]))


@dataclass(frozen=True, slots=True)
class _Call:
    """What a layer did when it was called."""

    name: str
    output: str | None
    """None of a module that gives several tensors: what `forward` takes of them is seen in what follows."""
    flops: int


def verify(net: nn.Module, graph: Graph) -> None:
    """Run `net` once in training and once in eval mode and compare it with `graph`. Raises VerificationError.

    Compared are the output of every layer call, the results, parameters, buffers and, where torch counts them, MACs.
    The module's buffers, mode and torch's random state are left as they were.
    """
    for compare in (_sizes, _forward, _macs):
        if differences := list(compare(net, graph)):
            raise VerificationError(graph.name, differences)


def _sizes(net: nn.Module, graph: Graph) -> Iterator[str]:
    """Differences in parameters and buffers, of the layers and in all."""
    expected: dict[str, tuple[int, int]] = {}
    for layer in graph.layers:
        params, buffers = expected.get(layer.name, (0, 0))
        expected[layer.name] = params + layer.params, buffers + layer.buffers
    parts: dict[str, nn.Module | nn.Parameter] = {**dict(net.named_modules()), **dict(net.named_parameters())}
    counted: set[int] = set()  # a tied parameter counts with the layer that runs first
    for name, sizes in expected.items():
        if name not in parts:
            yield f"there is no module or parameter {name}"
        else:
            yield from _compare_sizes(name, parts[name], *sizes, counted)
    yield from _compare_sizes("the network", net, graph.params, graph.buffers, set())


def _compare_sizes(
    name: str, part: nn.Module | nn.Parameter, params: int, buffers: int, counted: set[int]
) -> Iterator[str]:
    tensors = part.state_dict(keep_vars=True).values() if isinstance(part, nn.Module) else [part]
    own = [p for p in (part.parameters() if isinstance(part, nn.Module) else [part]) if id(p) not in counted]
    counted.update(map(id, own))
    real_params = sum(p.numel() for p in own)
    real_buffers = sum(value.numel() for value in tensors if not isinstance(value, nn.Parameter))
    if real_params != params:
        yield f"{name} has {real_params:,} parameters, not {params:,}"
    if real_buffers != buffers:
        yield f"{name} has buffers of {real_buffers:,} elements, not {buffers:,}"


def _forward(net: nn.Module, graph: Graph) -> Iterator[str]:
    """Differences in what the layers and the network give, in training and in eval mode."""
    with buffers_kept(net), torch.no_grad():
        for training in (True, False):
            with mode(net, training=training):
                differences = list(_pass(net, graph, training=training))
            yield from (f"in {'training' if training else 'eval'} mode {difference}" for difference in differences)


def _pass(net: nn.Module, graph: Graph, *, training: bool) -> Iterator[str]:
    layers = [layer for layer in _modules(graph) if training or not layer.training_only]
    calls: list[_Call] = []
    result: Any = None
    failure: str | None = None
    try:
        with _recorded(net, layers, calls):
            result = net(*examples(graph, _BATCH, device_of(net)))
    except Exception as error:
        if is_out_of_memory(error):
            raise
        failure = (
            f"the forward pass fails after {calls[-1].name if calls else 'no layer'}: {type(error).__name__}: {error}"
        )
        layers = layers[: len(calls)]
    for layer, call in zip_longest(layers, calls):
        if layer is None or call is None or layer.name != call.name:
            yield f"{call.name if call else 'nothing'} is called where {layer.name if layer else 'nothing'} is expected"
            break
        if call.output not in (None, _expected(layer.output)):
            yield f"{_where(layer)} gives {call.output}, not {_expected(layer.output)}"
    expected = _results(graph, training=training)
    if failure is not None:
        yield failure
    elif (real := {place: _real(value) for place, value in _flat(result).items()}) != expected:
        yield f"the network returns {real}, not {expected}"


def _macs(net: nn.Module, graph: Graph) -> Iterator[str]:
    """Differences in MACs, counted on the meta device; kinds of which torch counts none are passed over."""
    with torch.device("meta"):
        twin = type(net)().train()
    layers = _modules(graph)
    calls: list[_Call] = []
    counter = FlopCounterMode(display=False)
    try:
        with torch.no_grad(), counter, _recorded(twin, layers, calls, counter):
            twin(*examples(graph, _BATCH, torch.device("meta")))
    except NotImplementedError:  # an operator that knows no meta device
        return
    for layer, call in zip(layers, calls, strict=True):
        if call.flops and call.flops != 2 * _BATCH * layer.macs:
            yield f"{_where(layer)} makes {call.flops // (2 * _BATCH):,} MACs, not {layer.macs:,}"
    outside = counter.get_total_flops() - sum(call.flops for call in calls)
    if outside:
        yield f"{outside // (2 * _BATCH):,} MACs are made outside of the layers"


def _modules(graph: Graph) -> list[LayerCall]:
    """The calls of modules: a layer that is but a parameter, as Scale, is called by no one."""
    return [layer for layer in graph.layers if not ((kind := lookup(layer.kind)) and kind.bare)]


@contextmanager
def _recorded(
    net: nn.Module, layers: Iterable[LayerCall], calls: list[_Call], counter: FlopCounterMode | None = None
) -> Iterator[None]:
    """Fill `calls` with what the layers do."""
    before: dict[nn.Module, int] = {}

    def start(module: nn.Module, arguments: Any) -> None:
        before[module] = counter.get_total_flops() if counter else 0

    def finish(module: nn.Module, arguments: Any, output: Any) -> None:
        flops = counter.get_total_flops() - before[module] if counter else 0
        calls.append(_Call(names[module], None if isinstance(output, tuple) else _real(output), flops))

    names = {net.get_submodule(layer.name): layer.name for layer in layers}
    hooks = [module.register_forward_pre_hook(start) for module in names]
    hooks += [module.register_forward_hook(finish) for module in names]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def _results(graph: Graph, *, training: bool) -> dict[str, str]:
    """What the network returns, by its place: `[0]`, `['fine']`, `.aux1`."""
    aux = graph.root.aux if training else ()
    main = {f"{'.output' if aux else ''}{key}": _expected(type) for key, type in _flat(graph.output).items()}
    fields = aux_fields(name for name, _ in reversed(aux))
    return main | {f".{name}": _expected(value.type) for name, (_, value) in zip(fields, reversed(aux), strict=True)}


def _flat(value: Any) -> dict[str, Any]:
    """The leaves of tuples, named tuples and dicts by their place."""
    if hasattr(value, "_fields"):
        parts = {f".{name}": part for name, part in zip(value._fields, value, strict=True)}
    elif isinstance(value, Mapping):
        parts = {f"[{key!r}]": part for key, part in value.items()}
    elif isinstance(value, tuple | list):
        parts = {f"[{i}]": part for i, part in enumerate(value)}
    else:
        return {"": value}
    return {place + rest: leaf for place, part in parts.items() for rest, leaf in _flat(part).items()}


def _expected(type: TensorType) -> str:
    return f"{format_shape((_BATCH, *type.shape))} {type.dtype}"


def _real(value: Any) -> str:
    if not isinstance(value, Tensor):
        return f"a {type(value).__name__}"
    return f"{format_shape(value.shape)} {str(value.dtype).removeprefix('torch.')}"


def _where(layer: LayerCall) -> str:
    return f"{layer.name} ({layer.kind}, {layer.span.file}:{layer.span.line})"

"""The proof that a module is what its graph says: every call of every layer is compared, in a real forward pass."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from archspec.graph import Graph, LayerCall, TensorType

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
    shape: tuple[int, ...]
    dtype: str
    flops: int

    @property
    def output(self) -> str:
        return f"{'x'.join(map(str, self.shape))} {self.dtype}"


def verify(net: nn.Module, graph: Graph) -> None:
    """Run `net` once in training and once in eval mode and compare it with `graph`. Raises VerificationError.

    Compared are the output of every layer call, the results, parameters, buffers and, where torch counts them, MACs.
    The module's buffers, mode and torch's random state are left as they were.
    """
    differences = list(_sizes(net, graph))
    if not differences:
        with _undisturbed(net), torch.no_grad():
            for training in (True, False):
                differences += _forward(net.train(training), graph)
        differences += _macs(net, graph)
    if differences:
        raise VerificationError(graph.name, differences)


def _sizes(net: nn.Module, graph: Graph) -> Iterator[str]:
    """Differences in parameters and buffers, of the layers and in all."""
    expected: dict[str, tuple[int, int]] = {}
    for layer in graph.layers:
        params, buffers = expected.get(layer.name, (0, 0))
        expected[layer.name] = params + layer.params, buffers + layer.buffers
    modules = dict(net.named_modules())
    for name, sizes in expected.items():
        if name not in modules:
            yield f"there is no module {name}"
        else:
            yield from _compare_sizes(name, modules[name], *sizes)
    yield from _compare_sizes("the network", net, graph.params, graph.buffers)


def _compare_sizes(name: str, module: nn.Module, params: int, buffers: int) -> Iterator[str]:
    real_params = sum(p.numel() for p in module.parameters())
    real_buffers = sum(value.numel() for value in module.state_dict(keep_vars=True).values() if not isinstance(value, nn.Parameter))
    if real_params != params:
        yield f"{name} has {real_params:,} parameters, not {params:,}"
    if real_buffers != buffers:
        yield f"{name} has buffers of {real_buffers:,} elements, not {buffers:,}"


def _forward(net: nn.Module, graph: Graph) -> Iterator[str]:
    """Differences in what the layers and the network give, in the mode that `net` is in."""
    mode = "training mode" if net.training else "eval mode"
    layers = [layer for layer in graph.layers if net.training or not layer.training_only]
    device = next((p.device for p in net.parameters()), torch.device("cpu"))
    calls: list[_Call] = []
    try:
        with _recorded(net, layers, calls):
            result = net(*_inputs(graph, device))
    except (RuntimeError, ValueError, TypeError, IndexError, AttributeError) as error:
        yield f"the forward pass fails in {mode}{f' after {calls[-1].name}' if calls else ''}: {error}"
        return
    for layer, call in _paired(layers, calls):
        if layer is None or call is None or layer.name != call.name:
            called = call.name if call else "nothing"
            yield f"{called} is called where {layer.name if layer else 'nothing'} is expected, in {mode}"
            return
        if call.output != _expected(layer.output):
            yield f"{_where(layer)} gives {call.output}, not {_expected(layer.output)}, in {mode}"
    expected = _results(graph, training=net.training)
    real = {name: _described(value) for name, value in _flat(result).items()}
    if real != expected:
        yield f"the network returns {_written(real)}, not {_written(expected)}, in {mode}"


def _macs(net: nn.Module, graph: Graph) -> Iterator[str]:
    """Differences in MACs, counted on the meta device; kinds of which torch counts none are passed over."""
    with torch.device("meta"):
        twin = type(net)().train()
    calls: list[_Call] = []
    counter = FlopCounterMode(display=False)
    try:
        with torch.no_grad(), counter, _recorded(twin, graph.layers, calls, counter):
            twin(*_inputs(graph, torch.device("meta")))
    except NotImplementedError:  # an operator that knows no meta device
        return
    for layer, call in zip(graph.layers, calls, strict=True):
        if call.flops and call.flops != 2 * _BATCH * layer.macs:
            yield f"{_where(layer)} makes {call.flops // (2 * _BATCH):,} MACs, not {layer.macs:,}"
    outside = counter.get_total_flops() - sum(call.flops for call in calls)
    if outside:
        yield f"{outside // (2 * _BATCH):,} MACs are made outside of the layers"


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
        tensor = output[0] if isinstance(output, tuple) else output
        calls.append(_Call(names[module], tuple(tensor.shape), _dtype(tensor), flops))

    names = {net.get_submodule(layer.name): layer.name for layer in layers}
    hooks = [module.register_forward_pre_hook(start) for module in names]
    hooks += [module.register_forward_hook(finish) for module in names]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


@contextmanager
def _undisturbed(net: nn.Module) -> Iterator[None]:
    """Put back what a forward pass in training mode changes."""
    training = net.training
    buffers = {name: buffer.clone() for name, buffer in net.named_buffers()}
    try:
        with torch.random.fork_rng():
            yield
    finally:
        net.train(training)
        with torch.no_grad():
            for name, buffer in net.named_buffers():
                buffer.copy_(buffers[name])


def _inputs(graph: Graph, device: torch.device) -> list[Tensor]:
    return [example(type, _BATCH, device) for type in graph.inputs.values()]


def example(type: TensorType, batch: int, device: torch.device | str = "cpu") -> Tensor:
    """A batch of what an input takes: noise, or zeros where it takes whole numbers."""
    dtype = getattr(torch, type.dtype)
    make = torch.randn if dtype.is_floating_point or dtype.is_complex else torch.zeros
    return make(batch, *type.shape, dtype=dtype, device=device)


def _results(graph: Graph, *, training: bool) -> dict[str, str]:
    """What the network returns, by its place: `[0]`, `['fine']`, `.aux1`."""
    aux = graph.root.aux if training else ()
    main = {f"{'.output' if aux else ''}{key}": _expected(type) for key, type in _flat(graph.output).items()}
    return main | {f".{name}": _expected(value.type) for name, value in reversed(aux)}


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

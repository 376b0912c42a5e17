"""Runs generated source so that its classes behave like imported ones: to inspect, tracebacks, pickle, deepcopy."""

from __future__ import annotations

import copyreg
import hashlib
import linecache
import sys
from collections.abc import Mapping
from contextlib import nullcontext
from threading import Lock
from types import ModuleType
from typing import Any

import torch
from torch import nn

from archspec import __version__
from archspec.codegen import class_name, generate
from archspec.graph import Graph
from archspec.runtime.provenance import Provenance

_modules: dict[str, ModuleType] = {}
"""What was executed, by its source: the same source gives the same classes. Kept, as imported modules are."""
_lock = Lock()


def build(
    graph: Graph, *, params: Mapping[str, Any] | None = None, device: torch.device | str | int | None = None
) -> nn.Module:
    """The network as a module, initialized as torch does it. `params` are those that `graph` was made with.

    The source that is run is the one that `archspec export` writes. Parameters are made on `device` directly.
    """
    source, name = generate(graph), class_name(graph)
    cls = getattr(execute(source, name), name)
    with nullcontext() if device is None else torch.device(device):
        net: nn.Module = cls()
    inputs = {key: type.shape for key, type in graph.inputs.items()}
    net.spec = Provenance(graph.name, graph.file, __version__, _digest(source), inputs, dict(params or {}))  # type: ignore[assignment]
    return net


def execute(source: str, name: str) -> ModuleType:
    """The Python module that `source` makes, executed the first time only. `name` says which network's it is."""
    with _lock:
        if source not in _modules:
            _modules[source] = _execute(source, name)
        return _modules[source]


def _execute(source: str, name: str) -> ModuleType:
    digest = _digest(source)[:12]
    module = ModuleType(f"archspec.generated.{name}_{digest}")
    module.__file__ = file = f"<archspec {name} {digest}>"
    # Without a time of modification linecache never looks for the file, so inspect and tracebacks find these lines.
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    sys.modules[module.__name__] = module  # inspect and torch.compile look a class's module up here
    try:
        exec(compile(source, file, "exec", dont_inherit=True), module.__dict__)
    except BaseException:
        del sys.modules[module.__name__]
        raise
    for cls in vars(module).values():
        if isinstance(cls, type) and cls.__module__ == module.__name__:
            _make_picklable(cls, source, name)
    return module


def _make_picklable(cls: type, source: str, name: str) -> None:
    """Pickle instances of `cls` with the source of their class: who unpickles them need not know the spec."""

    def reduce(instance: object) -> tuple[Any, ...]:
        recipe = instance.__reduce_ex__(4)
        assert not isinstance(recipe, str)
        new, (_, *arguments), *state = recipe  # new(cls, *arguments) is the instance, which then gets the state
        return _revive, (new, source, name, cls.__qualname__, *arguments), *state

    copyreg.pickle(cls, reduce)


def _revive(new: Any, source: str, name: str, cls: str, *arguments: Any) -> Any:
    """An instance before its state is set. Pickles name this function: it stays where it is."""
    return new(getattr(execute(source, name), cls), *arguments)


def _digest(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()

"""Kinds from elsewhere: of a module that the user named, or of an installed package. Never of the working directory.

An installed package offers kinds as entry points; each is called after its kind:

    [project.entry-points."archspec.layers"]
    LowRankLinear = "lowrank.layers:LowRankLinear"
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from archspec.layers import KINDS, register
from archspec.layers.arguments import Argument
from archspec.layers.base import Layer

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "archspec.layers"
_DOTTED = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)+")
_MODULE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")


class PluginError(Exception):
    """Kinds from elsewhere cannot be had; the message says why."""


def check(layer: Any) -> None:
    """Raises TypeError where a class cannot be a kind."""
    if not (isinstance(layer, type) and issubclass(layer, Layer)) or layer is Layer:
        raise TypeError(f"a kind is a class that extends archspec.Layer, not {layer!r}")
    name = layer.__name__
    if not re.fullmatch(r"[A-Z][A-Za-z0-9_]*", name):
        raise TypeError(f"{name} cannot be a kind: the name of one begins with a capital letter")
    if layer.output is Layer.output:
        raise TypeError(f"{name} has no method `output`, which tells the type of its output")
    if not layer.source and not _DOTTED.fullmatch(layer.target):
        raise TypeError(f"the target of {name} is the path of a class, as mypackage.modules.{name}: not {layer.target}")
    for argument, field in layer.model_fields.items():
        try:
            Argument.of(argument, field, dims=layer.dims, inferred=argument in layer.inferred)
        except TypeError as error:
            known = "write int, float, bool, str, a Literal, tuple[int, ...], or a union of them with None"
            raise TypeError(f"of the argument {argument} of {name} {error}; {known}") from None
    direct = () if layer.direct is None else (layer.direct,)
    unknown = {*layer.inferred, *layer.positional, *direct} - layer.fields().keys()
    if unknown:
        raise TypeError(f"{name} has no argument {', '.join(sorted(unknown))}")


def load_module(name: str) -> list[type[Layer]]:
    """Register the public layers of a module: those that it defines, and those of elsewhere that it imports.

    Raises PluginError. The module is not looked for in the working directory.
    """
    if not _MODULE.fullmatch(name):
        raise PluginError(f"{name} is not the name of a module, such as mypackage.layers")
    with _without_working_directory():
        try:
            module = import_module(name)
        except Exception as error:
            raise PluginError(_reason(error, name)) from error
    found = [
        value
        for key, value in vars(module).items()
        if isinstance(value, type)
        and issubclass(value, Layer)
        and not key.startswith("_")
        and not value.__name__.startswith("_")
        and not (value is Layer or _is_own(value))
    ]
    if not found:
        raise PluginError(f"{name} has no class that extends archspec.Layer")
    return [_register(layer) for layer in dict.fromkeys(found)]


def load_installed(kinds: Iterable[str] | None = None) -> dict[str, str]:
    """Register those of these kinds that installed packages offer; None: all that they offer.

    Returns those that they offer and that cannot be had, each with the reason.
    """
    failed = {}
    offered = _offered()
    for kind in offered if kinds is None else kinds:
        if kind in KINDS or kind not in offered:
            continue
        try:
            _load(offered[kind])
        except PluginError as error:
            failed[kind] = f"{_package(offered[kind])} offers {kind}, but {error}"
    return failed


def _load(entry: EntryPoint) -> None:
    with _without_working_directory():
        try:
            layer = entry.load()
        except Exception as error:
            raise PluginError(_reason(error, entry.module)) from error
    name = getattr(layer, "__name__", None)
    if name != entry.name:
        raise PluginError(f"what it gives is called {name}")
    _register(layer)


def _register(layer: type[Layer]) -> type[Layer]:
    try:
        return register(layer)
    except (TypeError, ValueError) as error:
        raise PluginError(str(error)) from error


@cache
def _offered() -> Mapping[str, EntryPoint]:
    """The entry points by kind. To read them takes as long as all else that a small spec takes: ask late."""
    from importlib.metadata import entry_points

    with _without_working_directory():
        return {entry.name: entry for entry in entry_points(group=GROUP)}


@contextmanager
def _without_working_directory() -> Iterator[None]:
    """While this lasts nothing is imported from a path that depends on where the program was started."""
    before, absolute = list(sys.path), [path for path in sys.path if os.path.isabs(path)]
    if before == absolute:
        yield
        return
    sys.path[:] = absolute
    try:
        yield
    finally:
        added = [path for path in sys.path if path not in absolute]
        sys.path[:] = [*before, *added]


def _is_own(layer: type[Layer]) -> bool:
    return layer.__module__.startswith("archspec.layers.")


def _package(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist is not None else entry.module


def _reason(error: Exception, module: str) -> str:
    if isinstance(error, ModuleNotFoundError) and error.name and f"{module}.".startswith(f"{error.name}."):
        return f"there is no module {error.name}: install it, or name its folder in PYTHONPATH"
    said = " ".join(str(error).split())
    return f"{module} cannot be imported: {type(error).__name__}{': ' if said else ''}{said}"

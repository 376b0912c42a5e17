"""Weights from files and to files: strictly, or what fits; tensors only, never code."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch
from torch import Tensor, nn

from archspec.diagnostics.printable import printable
from archspec.diagnostics.suggest import suggest
from archspec.files import write_whole
from archspec.shapes import format_shape

SUFFIXES = (".safetensors", ".pt", ".pth")
_NESTED = ("state_dict", "model_state_dict", "model")
"""Where checkpoints keep their state_dict."""
_WRAPPERS = ("module.", "_orig_mod.")
"""What DistributedDataParallel and torch.compile put before every key."""
_SHOWN = 8
"""Keys of each sort that a report names."""


class WeightsError(Exception):
    """A file of weights cannot be read, or does not fit the module. The message says which keys, and what is near."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many of a module's tensors were loaded, and what did not fit, in words."""

    loaded: int
    total: int
    problems: tuple[str, ...] = ()


def load(net: nn.Module, path: str | os.PathLike[str], *, partial: bool = False) -> Loaded:
    """Copy the tensors of a file into `net`: all of them or, if `partial`, those that fit.

    Raises WeightsError, and leaves `net` as it was, where keys are missing or unexpected or have other shapes.
    """
    if any(value.is_meta for value in net.state_dict().values()):
        raise WeightsError("weights cannot be loaded into a module on the meta device: it holds no values")
    given = _unwrapped(read(path), net)
    fit = _Fit(net, given)
    if not partial and fit.problems:
        raise WeightsError("\n".join([f"{os.fspath(path)} does not fit: {fit.summary}", *fit.problems]))
    if fit.problems and not fit.fitting:
        raise WeightsError("\n".join([f"nothing in {os.fspath(path)} fits", *fit.problems]))
    net.load_state_dict({key: given[key] for key in fit.fitting}, strict=False)
    total = len(fit.fitting) + len(fit.missing) + len(fit.misshaped)
    return Loaded(len(fit.fitting), total, tuple(fit.problems))


def read(path: str | os.PathLike[str]) -> dict[str, Tensor]:
    """The tensors of a `.safetensors`, `.pt` or `.pth` file, on the CPU. Raises WeightsError."""
    file = Path(path)
    if file.suffix not in SUFFIXES:
        raise WeightsError(f"weights are read from {', '.join(SUFFIXES)}, not from {printable(file.name)}")
    try:
        if file.suffix == ".safetensors":
            return safetensors.torch.load_file(file)
        return _state(torch.load(file, map_location="cpu", weights_only=True))
    except OSError as error:
        raise WeightsError(f"{file} cannot be read: {error.strerror or error}") from error
    except pickle.UnpicklingError as error:
        raise WeightsError(
            f"{file} is no file of tensors only: it is damaged, or holds pickled objects, which could run code; "
            "save a state_dict"
        ) from error
    except (safetensors.SafetensorError, RuntimeError, EOFError, ValueError, KeyError) as error:
        raise WeightsError(f"{file} is damaged, or is no {file.suffix} file") from error


def save(net: nn.Module, path: str | os.PathLike[str]) -> None:
    """Write the weights as safetensors, whole or not at all. Raises OSError."""
    tensors: dict[str, Tensor] = {}
    seen: set[int] = set()
    for key, value in net.state_dict().items():
        tensor = value.cpu().contiguous()
        # safetensors refuses tensors that share memory: a tied one is written twice, and any program loads the file.
        storage = tensor.untyped_storage().data_ptr()
        tensors[key] = tensor.clone() if storage in seen else tensor
        seen.add(storage)
    write_whole(path, safetensors.torch.save(tensors, metadata={"format": "pt"}))


def _state(content: Any) -> dict[str, Tensor]:
    """The state_dict in what torch.load returned, which may be a whole checkpoint."""
    if _is_state(content):
        return dict(content)
    nested = [key for key in _NESTED if isinstance(content, Mapping) and _is_state(content.get(key))]
    if len(nested) == 1:
        return dict(content[nested[0]])
    if nested:
        raise WeightsError(f"the file holds several state_dicts: {', '.join(nested)}")
    raise WeightsError(f"the file holds no state_dict, neither by itself nor as {', '.join(_NESTED)}")


def _is_state(content: Any) -> bool:
    return (
        isinstance(content, Mapping)
        and len(content) > 0
        and all(isinstance(key, str) and isinstance(value, Tensor) for key, value in content.items())
    )


def _unwrapped(given: dict[str, Tensor], net: nn.Module) -> dict[str, Tensor]:
    """The tensors without the prefixes that wrappers of modules add, unless the module's own keys begin so."""
    own = net.state_dict()
    foreign = [prefix for prefix in _WRAPPERS if not any(key.startswith(prefix) for key in own)]
    while prefix := next((p for p in foreign if given and all(key.startswith(p) for key in given)), ""):
        given = {key.removeprefix(prefix): value for key, value in given.items()}
    return given


class _Fit:
    """Which tensors of a file fit a module, and what is wrong with the others."""

    def __init__(self, net: nn.Module, given: Mapping[str, Tensor]) -> None:
        own = net.state_dict(keep_vars=True)
        present = {id(own[key]) for key in given if key in own}  # a tied parameter may stand there under one name only
        self.missing = [key for key, value in own.items() if id(value) not in present and not _is_counter(key)]
        self.unexpected = [key for key in given if key not in own]
        self.misshaped = [key for key in own if key in given and given[key].shape != own[key].shape]
        self.fitting = [key for key in own if key in given and given[key].shape == own[key].shape]
        self.problems = [
            *_lines("missing", self.missing, lambda key: _nearest(key, "the file", self.unexpected)),
            *_lines("unexpected", self.unexpected, lambda key: _nearest(key, "the network", self.missing)),
            *_lines(
                "of another shape",
                self.misshaped,
                lambda key: (
                    f": {format_shape(given[key].shape)} in the file, {format_shape(own[key].shape)} in the network"
                ),
            ),
        ]

    @property
    def summary(self) -> str:
        counts = {"missing": self.missing, "unexpected": self.unexpected, "of another shape": self.misshaped}
        return ", ".join(f"{len(keys)} {what}" for what, keys in counts.items() if keys)


def _is_counter(key: str) -> bool:
    """BatchNorm's counter, which files from before torch 0.4.1 lack; torch does without it too."""
    return key.rpartition(".")[2] == "num_batches_tracked"


def _nearest(key: str, owner: str, others: Iterable[str]) -> str:
    names = suggest(key, others, limit=2)
    return f"; {owner} has {' and '.join(map(printable, names))}" if names else ""


def _lines(what: str, keys: list[str], remark: Callable[[str], str]) -> list[str]:
    """A line for each of the first keys, and one that counts the others."""
    shown = keys if len(keys) <= _SHOWN + 1 else keys[:_SHOWN]
    lines = [f"  {printable(key)} is {what}{remark(key)}" for key in shown]
    return lines if len(shown) == len(keys) else [*lines, f"  {len(keys) - len(shown)} more are {what}"]

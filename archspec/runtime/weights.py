"""Weights from files and to files: strictly, or what fits; tensors only, never code."""

from __future__ import annotations

import os
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
from archspec.runtime.pickles import PickleError
from archspec.runtime.pickles import read as read_pickle
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
    """How many of a module's tensors were loaded, and, in words, what did not fit and what is odd about the others."""

    loaded: int
    total: int
    problems: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def load(net: nn.Module, path: str | os.PathLike[str], *, partial: bool = False) -> Loaded:
    """Copy the tensors of a file into `net`: all of them or, if `partial`, those that fit.

    Raises WeightsError, and leaves `net` as it was, where keys are missing or unexpected or have other shapes.
    """
    if any(value.is_meta for value in net.state_dict().values()):
        raise WeightsError("weights cannot be loaded into a module on the meta device: it holds no values")
    given = _unwrapped(read(path), net)
    fit = _Fit(net, given)
    name = printable(os.fspath(path))
    if not partial and fit.problems:
        raise WeightsError("\n".join([f"{name} does not fit: {fit.summary}", *fit.problems]))
    if fit.problems and not fit.fitting:
        raise WeightsError("\n".join([f"nothing in {name} fits", *fit.problems]))
    fitting = {key: given[key] for key in fit.fitting}
    own = net.state_dict()
    remarks = _remarks(own, fitting)
    net.load_state_dict({key: _as(value, own[key].dtype) for key, value in fitting.items()}, strict=False)
    total = len(fit.fitting) + len(fit.missing) + len(fit.misshaped) + len(fit.unusable)
    return Loaded(len(fit.fitting), total, tuple(fit.problems), tuple(remarks))


def read(path: str | os.PathLike[str]) -> dict[str, Tensor]:
    """The tensors of a `.safetensors`, `.pt` or `.pth` file, on the CPU. Raises WeightsError."""
    file = Path(path)
    if file.suffix not in SUFFIXES:
        raise WeightsError(f"weights are read from {', '.join(SUFFIXES)}, not from {printable(file.name)}")
    if file.suffix != ".safetensors":
        try:
            return _state(read_pickle(file))
        except PickleError as error:
            raise WeightsError(str(error)) from error
    try:
        with file.open("rb"):  # says why it cannot be opened, where safetensors has a number only
            return safetensors.torch.load_file(file)
    except OSError as error:
        raise WeightsError(f"{printable(str(file))} cannot be read: {error.strerror or error}") from error
    except Exception as error:  # damaged bytes raise more than a SafetensorError
        raise WeightsError(f"{printable(str(file))} is damaged, or is no .safetensors file") from error


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
        self.unusable = {key: why for key in own if key in given and (why := _unusable(given[key])) is not None}
        shared = [key for key in own if key in given and key not in self.unusable]
        self.misshaped = [key for key in shared if given[key].shape != own[key].shape]
        self.fitting = [key for key in shared if given[key].shape == own[key].shape]
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
            *_lines("not usable", list(self.unusable), lambda key: f": {self.unusable[key]}"),
        ]

    @property
    def summary(self) -> str:
        counts = {
            "missing": self.missing,
            "unexpected": self.unexpected,
            "of another shape": self.misshaped,
            "not usable": list(self.unusable),
        }
        return ", ".join(f"{len(keys)} {what}" for what, keys in counts.items() if keys)


def _unusable(value: Tensor) -> str | None:
    """Why a tensor cannot be copied into a parameter."""
    if value.is_nested:
        return "it is nested, and its rows are tensors"
    if value.is_meta:
        return "it is on the meta device, and holds no values"
    if value.is_quantized:
        return "it is quantized; save its dequantize()"
    if value.layout is not torch.strided:
        return "it is sparse; save its to_dense()"
    return None


def _as(value: Tensor, dtype: torch.dtype) -> Tensor:
    return (value.real if value.is_complex() and not dtype.is_complex else value).to(dtype)


def _remarks(own: Mapping[str, Tensor], given: Mapping[str, Tensor]) -> list[str]:
    """What is odd about tensors that are loaded all the same: their values, or another sort of number."""
    finite = {key: bool(_as(value, own[key].dtype).isfinite().all()) for key, value in given.items()}
    return [
        *_lines("not finite", [key for key in given if not finite[key]], lambda key: ": it holds NaN or infinities"),
        *_lines(
            "of another sort",
            [key for key in given if _sort(given[key].dtype) != _sort(own[key].dtype)],
            lambda key: f": {_name(given[key].dtype)} in the file becomes {_name(own[key].dtype)}",
        ),
    ]


def _sort(dtype: torch.dtype) -> tuple[bool, bool, bool]:
    return dtype.is_complex, dtype.is_floating_point, dtype is torch.bool


def _name(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def _is_counter(key: str) -> bool:
    """BatchNorm's counter, which files from before torch 0.4.1 lack; torch does without it too."""
    return key.rpartition(".")[2] == "num_batches_tracked"


def _nearest(key: str, owner: str, others: Iterable[str]) -> str:
    names = suggest(key, others, limit=2)
    return f"; {owner} has {' and '.join(map(printable, names))}" if names else ""


def _lines(what: str, keys: list[str], remark: Callable[[str], str]) -> list[str]:
    """A line for each of the first keys, and one that counts the others."""
    shown = keys if len(keys) <= _SHOWN + 1 else keys[:_SHOWN]
    lines = [f"  {printable(key) or repr(key)} is {what}{remark(key)}" for key in shown]
    return lines if len(shown) == len(keys) else [*lines, f"  {len(keys) - len(shown)} more are {what}"]

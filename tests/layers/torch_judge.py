"""The judge of every layer rule: what torch makes of a call, in training mode and with a batch of two."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from archspec.graph import TensorType

BATCH = 2


@dataclass(frozen=True)
class Refusal:
    """Torch raises."""

    message: str


@dataclass(frozen=True)
class Contents:
    """What a module is: names and shapes of its tensors, and its arguments as torch understood them."""

    parameters: list[tuple[str, tuple[int, ...]]]
    buffers: list[tuple[str, tuple[int, ...]]]
    settings: str


@dataclass(frozen=True)
class Verdict:
    """Torch runs."""

    output: TensorType
    contents: Contents


def make(target: str, positional: Sequence[Any], keywords: Mapping[str, Any]) -> nn.Module:
    """The module of a call that source would write: `nn.Conv2d(3, 64, kernel_size=3)`."""
    package, name = target.split(".")
    assert package == "nn"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of tensors without elements
        module: nn.Module = getattr(nn, name)(*positional, **keywords)
    return module


def contents(module: nn.Module) -> Contents:
    return Contents(
        parameters=[(name, tuple(parameter.shape)) for name, parameter in module.named_parameters()],
        buffers=[(name, tuple(buffer.shape)) for name, buffer in module.named_buffers()],
        settings=repr({name: value for name, value in vars(module).items() if not name.startswith("_")}),
    )


def judge(target: str, keywords: Mapping[str, Any], *inputs: TensorType) -> Verdict | Refusal:
    """Make a module and run it once, on the CPU."""
    try:
        module = make(target, (), keywords).train()
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            output = module(*map(_tensor, inputs))
    except Exception as error:
        return Refusal(f"{type(error).__name__}: {error}")
    if not isinstance(output, Tensor):
        return Refusal(f"makes a {type(output).__name__}")
    if output.dim() == 0 or output.shape[0] != BATCH:
        return Refusal(f"loses the batch: {tuple(output.shape)}")
    dtype = str(output.dtype).removeprefix("torch.")
    return Verdict(TensorType(tuple(output.shape[1:]), dtype), contents(module))


def count_macs(target: str, keywords: Mapping[str, Any], *inputs: TensorType) -> int:
    """Multiply-accumulates for one example, as torch counts them on the meta device.

    In evaluation mode: in training BatchNorm may read its counter of batches, and a meta tensor has no value.
    """
    counter = FlopCounterMode(display=False)
    with torch.device("meta"), torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module, tensors = make(target, (), keywords).eval(), [*map(_tensor, inputs)]
        with counter:
            module(*tensors)
    flops: int = counter.get_total_flops()
    assert flops % (2 * BATCH) == 0
    return flops // (2 * BATCH)


def _tensor(type: TensorType) -> Tensor:
    return torch.ones(BATCH, *type.shape).to(getattr(torch, type.dtype))

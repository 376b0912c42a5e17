"""The judge of every layer rule: what torch makes of a call, in training mode and with a batch of two."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode
from torchvision import ops

from archspec.graph import TensorType
from archspec.layers.arguments import plain
from tests.layers.references import Callee, reference

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
    value: Tensor = field(compare=False)
    """What it makes in evaluation mode, after the run in training mode."""


def make(target: str, positional: Sequence[Any], keywords: Mapping[str, Any]) -> nn.Module:
    """The module of a call that source would write: `nn.Conv2d(3, 64, kernel_size=3)`."""
    package, name = target.split(".")
    module: nn.Module = getattr({"nn": nn, "ops": ops}[package], name)(*positional, **keywords)
    return module


def contents(node: nn.Module | nn.Parameter) -> Contents:
    if isinstance(node, nn.Parameter):
        return Contents([("", tuple(node.shape))], [], "")
    return Contents(
        parameters=[(name, tuple(parameter.shape)) for name, parameter in node.named_parameters()],
        buffers=[(name, tuple(buffer.shape)) for name, buffer in node.named_buffers()],
        settings="\n".join(map(_settings, node.modules())),
    )


def judge(kind: str, target: str, keywords: Mapping[str, Any], *inputs: TensorType) -> Verdict | Refusal:
    """Make what torch has for a kind and run it once, on the CPU."""
    try:
        made = _reference(kind, target, keywords, inputs)
        output = run(made, *inputs, training=True)
    except Exception as error:
        return Refusal(f"{type(error).__name__}: {error}")
    if not isinstance(output, Tensor):
        return Refusal(f"makes a {type(output).__name__}")
    if output.dim() == 0 or output.shape[0] != BATCH:
        return Refusal(f"loses the batch: {tuple(output.shape)}")
    dtype = str(output.dtype).removeprefix("torch.")
    made_of = contents(made.node)
    return Verdict(TensorType(tuple(output.shape[1:]), dtype), made_of, run(made, *inputs, training=False))


def run(made: Callee, *inputs: TensorType, training: bool) -> Any:
    """The output, of the same chances each time."""
    if isinstance(made.node, nn.Module):
        made.node.train(training)
    tensors = [tensor(type, index, tokens=made.tokens) for index, type in enumerate(inputs)]
    torch.manual_seed(1)
    with torch.no_grad(), warnings.catch_warnings(), _no_chance_memory():
        warnings.simplefilter("ignore")
        return made.forward(*tensors)


@contextmanager
def _no_chance_memory() -> Iterator[None]:
    """Memory that torch takes and leaves as it is, as circular padding that also crops does, holds NaN each time."""
    torch.use_deterministic_algorithms(True, warn_only=True)
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(False)


def count_macs(kind: str, target: str, keywords: Mapping[str, Any], *inputs: TensorType) -> int:
    """Multiply-accumulates for one example, as torch counts them on the meta device.

    In evaluation mode: in training BatchNorm may read its counter of batches, and a meta tensor has no value.
    """
    counter = FlopCounterMode(display=False)
    with torch.device("meta"), torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = _reference(kind, target, keywords, inputs)
        tensors = [tensor(type, index, tokens=made.tokens) for index, type in enumerate(inputs)]
        if isinstance(made.node, nn.Module):
            made.node.eval()
        with counter:
            made.forward(*tensors)
    flops: int = counter.get_total_flops()
    assert flops % (2 * BATCH) == 0
    return flops // (2 * BATCH)


def tensor(type: TensorType, seed: int, *, tokens: bool = False) -> Tensor:
    """Numbers from 1 to 2 and, first, from -1 to -2. `tokens`: integers are zero."""
    shape = (BATCH, *type.shape)
    values = 1 + torch.rand(shape, generator=torch.Generator().manual_seed(seed), device="cpu")
    values.view(-1)[::2] *= -1
    if tokens and type.dtype.removeprefix("u").startswith("int"):
        values.zero_()
    return values.to(device=torch.get_default_device(), dtype=getattr(torch, type.dtype))


def _reference(kind: str, target: str, keywords: Mapping[str, Any], inputs: Sequence[TensorType]) -> Callee:
    torch.manual_seed(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of tensors without elements
        return reference(kind, keywords, inputs) or Callee.of(make(target, (), keywords))


def _settings(module: nn.Module) -> str:
    """A number counts the same whether it is written 1 or 1.0."""
    return repr({name: plain(value) for name, value in vars(module).items() if not name.startswith("_")})

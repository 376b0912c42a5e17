"""What is looked at before the first step: each check says what is wrong and what to type."""

from __future__ import annotations

import math
import os
import shutil
from itertools import chain
from pathlib import Path

import torch
from torch import nn

from archspec.graph import Graph, TensorType
from archspec.report import numbers
from archspec.runtime.running import buffers_kept, mode
from archspec.runtime.train import memory
from archspec.runtime.train.classifier import loss_of
from archspec.runtime.train.data import Data
from archspec.runtime.train.errors import TrainError
from archspec.runtime.train.options import Options

_TRIAL = 8
"""Examples of the trial step."""
_CHECKPOINTS = 3
"""That lie on the disk at once: the last, the best, and the one that is being written."""


def classifies_images(graph: Graph) -> tuple[int, int, int]:
    """Channels, height and width of the input. Raises TrainError where the network is no classifier of images."""
    types = list(graph.inputs.values())
    if len(types) != 1:
        raise TrainError(f"archspec train feeds one input, images, and {graph.name} has {len(types)}")
    if len(types[0].shape) != 3 or types[0].dtype != "float32":
        raise TrainError(
            f"archspec train feeds images, channels x height x width, and {graph.name} takes {types[0]} of "
            f"{types[0].dtype}: write the spec's input as 1x28x28"
        )
    outputs = [graph.output, *(value.type for _, value in graph.root.aux)]
    for output in outputs:
        if not isinstance(output, TensorType):
            raise TrainError(f"archspec train wants one output, and {graph.name} has {len(output)}: leave outputs out")
        if len(output.shape) != 1:
            raise TrainError(
                f"archspec train wants an output of one number a class, and {graph.name} gives {output} "
                f"({_last_line(graph)}): end with Flatten and Linear"
            )
    channels, height, width = types[0].shape
    return channels, height, width


def fits_data(graph: Graph, input: tuple[int, int, int], data: Data, params: dict[str, int]) -> None:
    """Channels and classes are the data's. `params` are the spec's whole-numbered ones."""
    channels, height, width = input
    if channels != data.channels:
        raise TrainError(
            f"{graph.name} takes images of {_count(channels, 'channel')}, and those of {data.name} have "
            f"{data.channels}: type --input {data.channels}x{height}x{width}"
        )
    for output in (graph.output, *(value.type for _, value in graph.root.aux)):
        assert isinstance(output, TensorType)
        (width,) = output.shape
        if width != data.classes:
            named = [name for name, value in params.items() if value == width]
            help = f"type --set {named[0]}={data.classes}" if named else f"write {data.classes} at {_last_line(graph)}"
            raise TrainError(
                f"{graph.name} has {_count(width, 'output')}, and {data.name} {data.classes} classes: {help}"
            )


def batches(graph: Graph, count: int, options: Options, ranks: int) -> None:
    """Every process gets its share of a batch, and no last batch is one that BatchNorm cannot train on."""
    size = options.batch_size
    if size % ranks:
        even = max(size - size % ranks, ranks)
        raise TrainError(f"{ranks} processes cannot share a batch of {size} evenly: --batch-size {even}")
    norm = next(
        (layer for layer in graph.layers if layer.kind.startswith("BatchNorm") and _is_flat(layer.output)), None
    )
    if norm is not None and _last(count, size, ranks) == 1:
        others = chain(range(size - ranks, 0, -ranks), range(size + ranks, count + ranks, ranks))
        better = next((other for other in others if _last(count, other, ranks) > 1), None)
        raise TrainError(
            f"the last batch of an epoch would hold 1 of the {count:,} examples, and {norm.kind} ({norm.name}) cannot "
            f"train on 1: {f'--batch-size {better}' if better is not None else 'more examples are needed'}"
        )


def enough_memory(graph: Graph, options: Options, ranks: int, data: int, device: torch.device) -> None:
    """The step and `data` bytes of images fit into the device's memory, as far as that can be known before."""
    free = memory.available(device)
    if free is None:
        return
    need = memory.needed(graph, options)
    sharing = ranks if device.type == "cpu" else 1
    wanted = sharing * (need.of(options.batch_size // ranks) + data)
    if wanted <= free:
        return
    fitting = need.batch_within(free // sharing - data) * ranks
    help = f"--batch-size {_rounded(fitting, ranks)} would fit" if fitting >= ranks else "not even a batch of 1 fits"
    raise TrainError(
        f"a step with batches of {options.batch_size} needs about {numbers.size(wanted)} of memory, and "
        f"{numbers.size(max(free, 0))} are free on {device}: {help}"
    )


def enough_disk(graph: Graph, options: Options, folder: Path) -> None:
    """The checkpoints fit onto the disk of the run's folder, which need not be there yet."""
    place = next(parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.exists())
    if not os.access(place, os.W_OK | os.X_OK):
        raise TrainError(f"{folder} cannot be made, for {place} is read-only: name another folder with --out")
    free, need = shutil.disk_usage(place).free, _CHECKPOINTS * memory.checkpoint_bytes(graph, options)
    if free < need:
        raise TrainError(
            f"the disk of {folder} has {numbers.size(free)} left, and the run's checkpoints take "
            f"{numbers.size(need)}: make room, or name a folder on another disk with --out"
        )


def first_step(net: nn.Module, data: Data, options: Options, device: torch.device) -> None:
    """One forward and backward pass of a few examples has a finite loss. Leaves `net` as it was, on the device."""
    images, labels = (tensor.to(device) for tensor in data.trial(min(_TRIAL, options.batch_size)))
    net.to(device)
    with buffers_kept(net), mode(net, training=True):
        loss, _ = loss_of(net(images.float() / 255), labels)
        torch.autograd.backward(loss)
    finite = loss.isfinite() and all(p.grad is None or bool(p.grad.isfinite().all()) for p in net.parameters())
    net.zero_grad(set_to_none=True)
    if not finite:
        raise TrainError(
            f"the network is not fit to train: its loss on the first examples is {loss.item():g}, with gradients that "
            "are not finite; begin with other weights (--init xavier_uniform), or look for a layer that overflows"
        )


def _last(count: int, size: int, ranks: int) -> int:
    """How many examples the last batch of an epoch holds for a process."""
    return math.ceil((count % size or min(size, count)) / ranks)


def _is_flat(output: TensorType) -> bool:
    """Whether a channel has one value an example."""
    return math.prod(output.shape[1:]) == 1


def _last_line(graph: Graph) -> str:
    """Where the layer that makes the output stands."""
    span = next(layer for layer in reversed(graph.layers) if not layer.training_only).span
    return f"{span.file}:{span.line}"


def _rounded(batch: int, ranks: int) -> int:
    """A power of two, or less, that the processes can share."""
    power = 1 << (batch.bit_length() - 1)
    return power if power % ranks == 0 else batch - batch % ranks


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"

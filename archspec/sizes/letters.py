"""Inputs with letters: `3xHxW` as a user writes it, and the letters of a network's own inputs."""

from __future__ import annotations

import re
from collections.abc import Mapping

from archspec.document import Document
from archspec.graph import CallStep, Leaf, Module, TensorType
from archspec.shapes.size import expression_of
from archspec.sizes.axes import is_taken
from archspec.sizes.trial import Input, Question, attempt
from archspec.source import Node

_WRITTEN = re.compile(r"(?:[0-9]{1,19}|[A-Z])(?:x(?:[0-9]{1,19}|[A-Z]))*", re.ASCII)
_IMAGE, _SEQUENCE = 224, 32
"""What a letter stands for at first, in a map and in a sequence, where the network has no input of its own."""


def read(text: str) -> Input | None:
    """The shape that is written `3xHxW`; None where it has no letter, or is none."""
    if not _WRITTEN.fullmatch(text) or text.isdecimal():
        return None
    sizes = tuple(int(size) if size.isdecimal() else size for size in text.split("x"))
    return sizes if any(isinstance(size, str) for size in sizes) else None


def numbers(shape: Input) -> tuple[int, ...]:
    """A shape to begin with: numbers for the letters."""
    wanted = _IMAGE if len(shape) > 2 else _SEQUENCE
    return tuple(wanted if isinstance(size, str) else size for size in shape)


def ask(
    document: Document, params: Mapping[str, Node], types: Mapping[str, TensorType], given: Mapping[str, Input]
) -> tuple[Question, dict[str, int]]:
    """What to ask of a network with these inputs, some of them lettered, and what the letters stand for at first.

    Without any, each size gets a letter but the channels.
    """
    inputs: dict[str, tuple[Input, str]] = {}
    values: dict[str, int] = {}
    for name, type in types.items():
        if given:
            shape = given.get(name, type.shape)
        else:
            prefix = "" if len(types) == 1 else f"{name}."
            shape = tuple(f"{prefix}{size}" if isinstance(size, str) else size for size in _own(type))
        inputs[name] = (shape, type.dtype)
        for written, size in zip(shape, type.shape, strict=True):
            if isinstance(written, str):
                values.setdefault(written, size)
    question = Question(document, params, inputs)
    return (question if given else _without_channels(question, values)), values


def _own(type: TensorType) -> Input:
    """The axes of an input, by what they are called. Of two that it has one is the channels: which, is found out."""
    if type.dtype.startswith(("int", "uint")):
        return tuple("T" if len(type.shape) == 1 else f"T{i}" for i in range(1, len(type.shape) + 1))
    match len(type.shape):
        case 0 | 1:
            return type.shape
        case 2:
            return ("first", "L")
        case 3:
            return (type.shape[0], "H", "W")
        case 4:
            return (type.shape[0], "D", "H", "W")
    return (type.shape[0], *(f"S{i}" for i in range(1, len(type.shape))))


def _without_channels(question: Question, values: dict[str, int]) -> Question:
    """Inputs of two axes: the size that the first layer with a size of its own takes it from is the channels."""
    letters = [name for name in question.letters if name.rpartition(".")[2] == "first"]
    if not letters:
        return question
    trial = attempt(question, values)
    taken = _inferred(trial.graph.root) if is_taken(trial) and trial.graph is not None else set()
    fixed: dict[str, int] = {}
    renamed: dict[str, str] = {}
    for first in letters:
        length = f"{first.removesuffix('first')}L"
        if length in taken and first not in taken:
            fixed[length] = values[length]
            renamed[first] = length
            values[length] = values[first]
        else:
            fixed[first] = values[first]
    found = question.with_numbers(fixed)
    for first, length in renamed.items():
        found = found.with_letter([first], length)
    return found


def _inferred(module: Module) -> set[str]:
    """The letters that layers take as their number of channels or features, alone."""
    found: set[str] = set()
    for step in module.steps:
        if not isinstance(step, CallStep):
            continue
        target = step.target
        if isinstance(target, Module):
            found |= _inferred(target)
        elif isinstance(target, Leaf):
            sizes = target.layer.sizes(*target.inputs).values()
            found |= {str(expression_of(size)) for size in sizes if isinstance(size, int)}
    return found

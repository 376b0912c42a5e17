"""The file: docstring, imports, classes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

import archspec
from archspec.codegen.classes import Classes
from archspec.codegen.layout import WIDTH
from archspec.codegen.names import TAKEN, camel_case
from archspec.codegen.parts import parts_of
from archspec.diagnostics import Diagnostic, SpecError
from archspec.graph import Graph, Leaf


def class_name(graph: Graph) -> str:
    """What the network's class is called: `U-Net (padded)` is `UNetPadded`."""
    name = camel_case(graph.name, "Network")
    return f"{name}Net" if name in TAKEN else name


def generate(graph: Graph) -> str:
    """The network as one standalone Python file that needs torch alone (torchvision where a layer is of its ops)."""
    parts = parts_of(graph)
    _refuse_special(child for part in parts for child in part.children.values() if isinstance(child, Leaf))
    targets = {child.layer.target for part in parts for child in part.children.values() if isinstance(child, Leaf)}
    modules = {module for target in targets if (module := target.rpartition(".")[0]) not in ("", "nn", "ops")}
    classes = Classes(graph, class_name(graph))
    classes.make(parts, {module.partition(".")[0] for module in modules})
    blocks = [cls.lines for cls in classes.made]
    if classes.outputs:
        blocks.insert(len(blocks) - 1, classes.outputs)
    body = "\n\n\n".join("\n".join(lines) for lines in blocks)
    text = f"{_docstring(graph)}\n\n{_imports(classes, modules, body)}\n\n\n{body}\n"
    if any(len(line) > WIDTH for line in text.splitlines()):
        text = f"# ruff: noqa: E501\n{text}"
    return text


def _refuse_special(leaves: Iterable[Leaf]) -> None:
    """A layer that is more than a module called with its input has shapes, and no source yet."""
    for leaf in leaves:
        layer, inputs = leaf.layer, leaf.inputs
        if layer.source or layer.bare or layer.call(*inputs) or layer.construction(*inputs):
            message = f"{leaf.kind} has shapes, and cannot be built yet"
            raise SpecError([Diagnostic("unknown-kind", message, leaf.span)])


def _imports(classes: Classes, modules: set[str], body: str) -> str:
    """`modules` are those of the layers that are not torch's."""
    standard = []
    if "OrderedDict" in classes.imports:
        standard.append("from collections import OrderedDict")
    if "Callable" in classes.imports:
        standard.append("from collections.abc import Callable")
    if "partial" in classes.imports:
        standard.append("from functools import partial")
    if "pairwise" in classes.imports:
        standard.append("from itertools import pairwise")
    if classes.outputs:
        standard.append("from typing import NamedTuple")
    others = sorted([f"import {module}" for module in modules] + (["import torch"] if "torch.cat(" in body else []))
    others.append("from torch import Tensor, nn" if "Tensor" in body else "from torch import nn")
    if "ops" in classes.imports:
        others.append("from torchvision import ops  # type: ignore[import-untyped]")
    return "\n".join([*standard, *([""] if standard else []), *others])


def _docstring(graph: Graph) -> str:
    paragraphs = [f"{graph.name}."]
    about = [text.strip().rstrip(".") + "." for text in (graph.description, graph.origin) if text and text.strip()]
    inputs = ", ".join(str(type) if name == "input" else f"{name} {type}" for name, type in graph.inputs.items())
    about.append(f"Input {inputs}; {graph.params:,} parameters. Made by archspec {archspec.__version__}.")
    paragraphs.append("\n".join(about))
    lines = [line for paragraph in "\n\n".join(paragraphs).split("\n") for line in _wrap(_printable(paragraph))]
    opening = '""" ' if lines[0].startswith('"') else '"""'
    return "\n".join([opening + lines[0], *lines[1:], '"""'])


def _wrap(text: str) -> list[str]:
    """The text in lines; a longer word has one of its own."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _width(longer) > WIDTH - len('""" '):
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _printable(text: str) -> str:
    """A text as a docstring may hold it: what could end it, escape, or steer a terminal is spelled out."""
    text = unicodedata.normalize("NFC", text).replace("\\", "\\\\").replace('"""', "'''")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode().replace("\\", "\\\\") for c in text)

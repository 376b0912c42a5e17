"""The file: docstring, imports, classes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import archspec
from archspec.codegen.classes import Classes
from archspec.codegen.layout import WIDTH
from archspec.codegen.names import TAKEN, camel_case
from archspec.codegen.parts import parts_of
from archspec.graph import Graph, Leaf, Module


def class_name(graph: Graph) -> str:
    """What the network's class is called: `U-Net (padded)` is `UNetPadded`."""
    name = camel_case(graph.name, "Network")
    taken = TAKEN | {layer.target for layer in _layers(graph) if layer.source}
    return f"{name}Net" if name in taken else name


def generate(graph: Graph) -> str:
    """The network as one standalone Python file that needs torch alone (torchvision where a layer is of its ops)."""
    layers = {layer.target: layer for layer in _layers(graph)}
    modules = {module for target in layers if (module := target.rpartition(".")[0]) not in ("", "nn", "ops")}
    classes = Classes(graph, class_name(graph))
    classes.make(parts_of(graph), {name.partition(".")[0] for name in (*modules, *layers)})
    sources = [layer.source.strip() for layer in layers.values() if layer.source]
    blocks = ["\n".join(cls.lines) for cls in classes.made]
    if classes.outputs:
        blocks.insert(len(blocks) - 1, "\n".join(classes.outputs))
    needed = classes.imports | {name for source in sources for name in re.findall(r"\b(?:torch|Tensor)\b", source)}
    body = "\n\n\n".join([_docstring(graph), _imports(needed, modules), *sources, *blocks])
    text = body.replace("\n\n\n", "\n\n", 1) + "\n"
    return f"# ruff: noqa: E501\n{text}" if any(len(line) > WIDTH for line in text.splitlines()) else text


def _layers(graph: Graph) -> Iterator[Any]:
    """The layers, in the order of registration."""
    pending: list[Module | Leaf] = [graph.root]
    while pending:
        child = pending.pop()
        if isinstance(child, Leaf):
            yield child.layer
        else:
            pending.extend(reversed(list(child.children.values())))


_STANDARD = {
    "OrderedDict": "from collections import OrderedDict",
    "Callable": "from collections.abc import Callable",
    "partial": "from functools import partial",
    "pairwise": "from itertools import pairwise",
    "NamedTuple": "from typing import NamedTuple",
}


def _imports(needed: set[str], modules: set[str]) -> str:
    """`modules` are those of the layers that are not torch's."""
    standard = [line for name, line in _STANDARD.items() if name in needed]
    others = sorted(f"import {module}" for module in modules | (needed & {"torch"}))
    others.append("from torch import Tensor, nn" if "Tensor" in needed else "from torch import nn")
    if "ops" in needed:
        others.append("from torchvision import ops  # type: ignore[import-untyped,unused-ignore]")
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

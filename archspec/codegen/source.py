"""The file: docstring, imports, helpers, classes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import archspec
from archspec.codegen.classes import ClassWriter
from archspec.codegen.expressions import HELPERS
from archspec.codegen.finish import Finisher
from archspec.codegen.layout import WIDTH, Expr, layout
from archspec.codegen.names import TAKEN, camel_case, unique
from archspec.codegen.translate import Translation
from archspec.codegen.types import Types
from archspec.graph import Graph, Leaf, Module


def class_name(graph: Graph) -> str:
    """What the network's class is called: `U-Net (padded)` is `UNetPadded`."""
    name = camel_case(graph.name, "Network")
    taken = TAKEN | {layer.target for layer in _layers(graph) if layer.source}
    return f"{name}Net" if name in taken else name


def generate(graph: Graph) -> str:
    """The network as one standalone Python file that needs torch alone (torchvision where a layer is of its ops)."""
    forced: dict[str, set[int]] = {}
    exported: dict[str, set[int]] = {}
    while True:
        translation = Translation(graph, forced, exported)
        network = translation.network()
        finisher = Finisher(translation)
        finished = finisher.run()
        if not finisher.missing and all(dims <= exported.get(name, set()) for name, dims in finisher.read.items()):
            break
        for name, needs in finisher.missing.items():
            forced.setdefault(name, set()).update(needs)
        for name, dims in finisher.read.items():
            exported.setdefault(name, set()).update(dims)
    modules = {m for target in translation.layers if (m := target.rpartition(".")[0]) not in ("", "nn", "ops")}
    outside = {name.partition(".")[0] for name in (*modules, *translation.layers)}
    own_name = class_name(graph)
    output_name = unique(f"{own_name}Output", {*outside, own_name}, separator="")
    taken = {*TAKEN, *outside, *HELPERS, "reduce", "math", own_name, output_name}
    names: dict[str, str] = {network.key: own_name}
    by_block: dict[str, list[str]] = {}
    for each in finished:
        cls = each.source
        if cls.key not in names:
            names[cls.key] = unique(camel_case(cls.wanted, "Block"), taken, separator="")
            taken.add(names[cls.key])
        by_block.setdefault(cls.wanted, []).append(names[cls.key])
    needed = translation.needed
    types = Types(by_block, translation.document.defaults, needed)
    blocks: list[str] = []
    constants: dict[str, tuple[str, Expr]] = {}
    outputs: list[str] = []
    reserved = {*names.values(), *outside, *HELPERS, output_name, "math", "reduce"}
    for each in finished:
        writer = ClassWriter(each, translation, names, types, reserved, needed, graph, output_name, constants)
        writer._name_parameters()
        types.parameter_names |= writer.parameter_names
    for each in finished:
        writer = ClassWriter(each, translation, names, types, reserved, needed, graph, output_name, constants)
        blocks.append("\n".join(writer.lines()))
        outputs += writer.output_lines
    if outputs:
        blocks.insert(len(blocks) - 1, "\n".join(outputs))
    used = dict(translation.layers)
    sources = [layer.source.strip() for layer in used.values() if layer.source]
    helpers = [HELPERS[name].strip() for name in HELPERS if name in needed]
    needed |= {name for name in ("torch", "Tensor", "ops") if any(re.search(rf"\b{name}\b", part) for part in sources)}
    defaults = ["\n".join(line for name, (_, tree) in constants.items() for line in layout(tree, 0, f"{name} = "))]
    defaults = defaults if constants else []
    body = "\n\n\n".join([_docstring(graph), _imports(needed, modules), *helpers, *sources, *defaults, *blocks])
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
    "math": "import math",
    "OrderedDict": "from collections import OrderedDict",
    "Callable": "from collections.abc import Callable",
    "functools": "",
}


def _imports(needed: set[str], modules: set[str]) -> str:
    """`modules` are those of the layers that are not torch's."""
    functools = [name for name in ("partial", "reduce") if name in needed]
    standard = [line for name, line in _STANDARD.items() if name in needed and line]
    if functools:
        standard.append(f"from functools import {', '.join(functools)}")
    typing = [name for name in ("Any", "NamedTuple") if name in needed]
    if typing:
        standard.append(f"from typing import {', '.join(typing)}")
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

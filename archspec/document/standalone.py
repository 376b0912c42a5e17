"""A spec as one text that needs no other file and no option: what it extends and imports is written into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from archspec.document.files import LIBRARY
from archspec.document.model import Block, Document, Param
from archspec.document.schema import plain
from archspec.graph import Graph


def standalone(document: Document, graph: Graph, params: Mapping[str, str]) -> str:
    """The text of the spec that `graph` was made from, with `params` given. A library file stays an import.

    There are specs that one text cannot say so: where blocks of two files have one name, or where the default of a
    block's param reads a param of the file that the block is from.
    """
    return yaml.safe_dump(
        _merged(document, graph, params), sort_keys=False, allow_unicode=True, default_flow_style=None, width=120
    )


def _merged(document: Document, graph: Graph, params: Mapping[str, str]) -> dict[str, Any]:
    blocks: dict[str, Any] = {}
    imports: list[str] = []
    _add_blocks(document, document, blocks, imports)
    parts: dict[str, Any] = {
        "name": graph.name,
        "source": graph.origin,
        "description": graph.description,
        "import": imports,
        "input": _input(graph),
        "params": {name: _given(param, params.get(name)) for name, param in document.params.items()},
        "let": {name: plain(value) for name, (_, value) in document.let.items()},
        "defaults": {
            kind: {name: plain(value) for name, (_, value) in arguments.items()}
            for kind, arguments in document.defaults.items()
        },
        "blocks": blocks,
        "model": plain(document.model_raw) if document.model_raw is not None else None,
        "outputs": _outputs(document),
        "train": document.train.model_dump(exclude_none=True) if document.train is not None else None,
    }
    return {name: part for name, part in parts.items() if part}


def _add_blocks(document: Document, top: Document, blocks: dict[str, Any], imports: list[str]) -> None:
    """The blocks that the text of a document may call, and those that theirs may; `top` is what stands alone."""
    for name, block in document.blocks.items():
        library = block.home.source.name
        if library.startswith(LIBRARY):
            if library not in imports:
                imports.append(library)
        elif name not in blocks:
            blocks[name] = plain(block.raw) if block.home is top else _inlined(block)
            if block.home is not document:
                _add_blocks(block.home, top, blocks, imports)


def _inlined(block: Block) -> Any:
    """A block of another file, with what it reads of that file's params and `let` among its own."""
    raw = plain(block.raw)
    home = {
        **{name: plain(param.default) for name, param in block.home.params.items() if param.default is not None},
        **{name: plain(value) for name, (_, value) in block.home.let.items()},
    }
    if not isinstance(raw, dict) or block.words.isdisjoint(home):
        return raw
    outer = {name: value for name, value in home.items() if name not in block.params}
    head = {key: value for key, value in raw.items() if key != "body"}
    return {**head, "let": {**outer, **(raw.get("let") or {})}, "body": raw["body"]}


def _given(param: Param, given: str | None) -> Any:
    default: Any = plain(param.default) if param.default is not None else None
    if given is not None:
        default = int(given) if given.isdecimal() else str(given)
    if param.type is None:
        return default
    return param.type if param.default is None and given is None else {"type": param.type, "default": default}


def _input(graph: Graph) -> Any:
    types = {name: {"shape": list(type.shape), "dtype": type.dtype} for name, type in graph.inputs.items()}
    if list(types) == ["input"] and graph.inputs["input"].dtype == "float32":
        return str(graph.inputs["input"])
    return types["input"] if list(types) == ["input"] else types


def _outputs(document: Document) -> Any:
    if isinstance(document.outputs, Mapping):
        return {name: value.text for name, value in document.outputs.items()}
    return [value.text for value in document.outputs] if isinstance(document.outputs, Sequence) else None

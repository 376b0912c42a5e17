"""Networks as rows: a name that tells each from the others, and its measures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import takewhile
from typing import Any, NamedTuple

from archspec.diagnostics.printable import printable
from archspec.graph import Graph
from archspec.report import measures


class Row(NamedTuple):
    """A network and its measures; the receptive field is in pixels of the input."""

    name: str
    """Its name, and the file where several networks have it."""
    file: str
    graph: Graph
    depth: int
    receptive_field: tuple[int | None, ...] | None


ORDERS: dict[str, Callable[[Row], Any]] = {
    "name": lambda row: row.name.lower(),
    "depth": lambda row: row.depth,
    "parameters": lambda row: row.graph.params,
    "macs": lambda row: row.graph.macs,
    "activations": lambda row: row.graph.activation_bytes,
}
"""What rows may be sorted by, the least first."""


def rows(networks: Sequence[tuple[str, Graph]]) -> list[Row]:
    """A row for each network, in their order, given with the file that it was read from."""
    files: dict[str, list[str]] = {}
    for file, graph in networks:
        files.setdefault(graph.name, []).append(file)
    return [
        Row(
            _name(graph.name, file, files[graph.name]),
            file,
            graph,
            measures.depth(graph),
            measures.receptive_field(graph),
        )
        for file, graph in networks
    ]


def _name(name: str, file: str, files: Sequence[str]) -> str:
    """The name; where networks of several files have it, with what tells its file from the others."""
    if len(files) > 1:
        folders = zip(*(each.split("/")[:-1] for each in files), strict=False)
        shared = sum(1 for _ in takewhile(lambda parts: len({*parts}) == 1, folders))
        name = f"{name} ({'/'.join(file.split('/')[shared:])})"
    return printable(name)

"""archspec shapes: the table of layers."""

from __future__ import annotations

from typing import Annotated

import typer

from archspec.cli.common import (
    DepthOption,
    InputOption,
    LayersOption,
    NoColorOption,
    QuietOption,
    RootOption,
    SetOption,
    SpecArgument,
    choose,
    read_graph,
    terminal_width,
)
from archspec.cli.streams import put


def shapes(
    spec: SpecArgument,
    input: InputOption = None,
    set: SetOption = None,
    depth: DepthOption = None,
    stride: Annotated[bool, typer.Option("--stride", help="Show the stride, in pixels of the input, too.")] = False,
    format: Annotated[str, typer.Option("--format", metavar="FORMAT", help="table, json, csv or markdown.")] = "table",
    root: RootOption = None,
    layers: LayersOption = None,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
) -> None:
    """Show each layer's shape, parameters, MACs and receptive field.

    With capital letters in --input, as 3xHxW, shapes and MACs are formulas in them.
    """
    from archspec.report.shapes import FORMATS, render

    choose(format, FORMATS)
    graph = read_graph(spec, input, set, root, quiet=quiet, no_color=no_color, letters=True)
    put(render(graph, format, depth=depth, stride=stride, width=terminal_width()))

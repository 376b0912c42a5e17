"""archspec export: the network as a file of another kind; the suffix says which."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archspec.cli.common import (
    InputOption,
    LayersOption,
    NoColorOption,
    QuietOption,
    RootOption,
    SetOption,
    SpecArgument,
    read_graph,
    read_params,
    usage_error,
)
from archspec.cli.output import WeightsOption, existing, explained, writing

if TYPE_CHECKING:
    from archspec.graph import Graph

STDOUT = "-"
SOURCE = "py"
FORMATS = (SOURCE, "onnx", "pt2", "safetensors")


def export(
    spec: SpecArgument,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="The file; - prints the source.", show_default=False)
    ],
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="FORMAT", help=f"{', '.join(FORMATS)}; else the suffix says.", show_default=False),
    ] = None,
    weights: WeightsOption = None,
    input: InputOption = None,
    set: SetOption = None,
    root: RootOption = None,
    layers: LayersOption = None,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
) -> None:
    """Write PyTorch source (.py), an .onnx or .pt2 program, or the weights (.safetensors)."""
    format = _format(output, to)
    if format == SOURCE and weights is not None:
        usage_error("--weights: source holds no weights; write .safetensors beside it")
    existing("--weights", weights)
    graph = read_graph(spec, input, set, root, quiet=quiet, no_color=no_color)
    if format == SOURCE:
        _write_source(graph, output)
    else:
        _write_module(graph, read_params(set), weights, output, format)
    if output != STDOUT and not quiet:
        typer.echo(f"wrote {output}", err=True)


def _format(output: str, to: str | None) -> str:
    known = f"the formats are {', '.join(FORMATS)}"
    if output == STDOUT:
        if to not in (None, SOURCE):
            usage_error("only source is written to standard output: -o names a file")
        return SOURCE
    format = (Path(output).suffix if to is None else to).removeprefix(".").lower()
    if format in FORMATS:
        return format
    if to is not None:
        usage_error(f"--to {to} is unknown: {known}")
    return usage_error(f"the suffix of {output} says no format: {known}")


def _write_source(graph: Graph, output: str) -> None:
    from archspec.codegen import generate
    from archspec.files import write_whole

    source = generate(graph)
    if output == STDOUT:
        typer.echo(source, nl=False)
        return
    with writing(output):
        write_whole(output, source)


def _write_module(graph: Graph, params: dict[str, str], weights: str | None, output: str, format: str) -> None:
    with explained(output):
        from archspec.runtime import export, module
        from archspec.runtime.weights import load

        net = module.build(graph, params=params)
        if weights is not None:
            load(net, weights)
        export.export(net, graph, output, format)

"""archspec build: the module, verified, with weights loaded and saved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from archspec.cli.common import (
    InputOption,
    LayersOption,
    NoColorOption,
    QuietOption,
    RootOption,
    SetOption,
    SpecArgument,
    StrictOption,
    choose,
    read_graph,
    read_params,
    usage_error,
)
from archspec.cli.output import WeightsOption, existing, explained, load_weights
from archspec.cli.streams import put

if TYPE_CHECKING:
    from archspec.graph import Graph
    from archspec.report.build import Summary


def build(
    spec: SpecArgument,
    weights: WeightsOption = None,
    partial: Annotated[
        bool, typer.Option("--partial", help="Load the weights that fit, and leave the others.")
    ] = False,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="Save the weights as .safetensors.", show_default=False),
    ] = None,
    input: InputOption = None,
    set: SetOption = None,
    format: Annotated[str, typer.Option("--format", metavar="FORMAT", help="text or json.")] = "text",
    root: RootOption = None,
    layers: LayersOption = None,
    strict: StrictOption = False,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
) -> None:
    """Build the PyTorch module, and verify it.

    It is run once, and every layer is compared with what was inferred.
    """
    from archspec.report.build import Format, render

    choose(format, get_args(Format))
    if partial and weights is None:
        usage_error("--partial says how --weights are loaded, and there are none")
    if output is not None and Path(output).suffix != ".safetensors":
        usage_error(f"-o writes a .safetensors file, not {output}; archspec export writes other formats")
    existing("--weights", weights)
    graph = read_graph(spec, input, set, root, quiet=quiet, no_color=no_color, strict=strict)
    with explained(output):
        summary = _build(graph, read_params(set), weights, output, partial=partial, quiet=quiet)
    put(render(summary, format))  # type: ignore[arg-type]


def _build(
    graph: Graph, params: dict[str, str], weights: str | None, output: str | None, *, partial: bool, quiet: bool
) -> Summary:
    from archspec.report.build import Summary
    from archspec.runtime import module
    from archspec.runtime import weights as files
    from archspec.runtime.verify import verify

    net = module.build(graph, params=params)
    verify(net, graph)
    loaded = files.Loaded(0, 0)
    if weights is not None:
        loaded = load_weights(net, weights, partial=partial, quiet=quiet)
    if output is not None:
        files.save(net, output)
    return Summary(graph, weights, loaded.loaded, loaded.total, output)

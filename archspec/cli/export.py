"""archspec export: the network as a file of another kind, or as a picture; the suffix says which."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archspec import diagram
from archspec.cli.common import (
    WRONG_SPEC,
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
from archspec.cli.output import WeightsOption, existing, explained, load_weights, writing
from archspec.cli.streams import put, say

if TYPE_CHECKING:
    from archspec.graph import Graph

STDOUT = "-"
SOURCE = "py"
PICTURES = diagram.FORMATS
FORMATS = (SOURCE, "onnx", "pt2", "safetensors", *PICTURES)
TEXTS = (SOURCE, "svg", "html", "mmd", "dot")
"""What may go to standard output."""
THEMES = diagram.THEMES


def export(
    spec: SpecArgument,
    output: Annotated[
        str,
        typer.Option("--output", "-o", metavar="FILE", help="The file; - prints a text.", show_default=False),
    ],
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="FORMAT", help=f"{', '.join(FORMATS)}; else the suffix says.", show_default=False),
    ] = None,
    weights: WeightsOption = None,
    depth: Annotated[
        int | None,
        typer.Option(
            "--depth",
            metavar="N",
            min=0,
            help="Of a picture: open so many levels of blocks; else each kind of block once.",
            show_default=False,
        ),
    ] = None,
    theme: Annotated[
        str, typer.Option("--theme", metavar="NAME", help="Of an .svg or .png: auto (the reader's), light or dark.")
    ] = "auto",
    input: InputOption = None,
    set: SetOption = None,
    root: RootOption = None,
    layers: LayersOption = None,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
) -> None:
    """Write PyTorch source, a program, weights or a picture.

    The suffix says which: .py; .onnx, .pt2; .safetensors; .svg, .png, .html, .mmd, .dot.
    """
    format = _format(output, to)
    if format == SOURCE and weights is not None:
        usage_error("--weights: source holds no weights; write .safetensors beside it")
    _check_picture(format, weights, depth, theme)
    existing("--weights", weights)
    graph = read_graph(spec, input, set, root, quiet=quiet, no_color=no_color)
    if format == SOURCE:
        _write_source(graph, output)
    elif format in PICTURES:
        _write_picture(graph, output, format, depth, theme)
    else:
        _write_module(graph, read_params(set), weights, output, format, quiet=quiet)
    if output != STDOUT and not quiet:
        say(f"wrote {output}")


def _format(output: str, to: str | None) -> str:
    known = f"the formats are {', '.join(FORMATS)}"
    if output == STDOUT:
        if to is None or to in TEXTS:
            return to or SOURCE
        usage_error(f"only text goes to standard output: --to is one of {', '.join(TEXTS)}")
    format = (Path(output).suffix if to is None else to).removeprefix(".").lower()
    if format in FORMATS:
        return format
    if to is not None:
        usage_error(f"--to {to} is unknown: {known}")
    return usage_error(f"the suffix of {output} says no format: {known}")


def _check_picture(format: str, weights: str | None, depth: int | None, theme: str) -> None:
    """Refuse options that say nothing of this format."""
    if theme not in THEMES:
        usage_error(f"--theme is one of {', '.join(THEMES)}, not {theme}")
    if format in PICTURES and weights is not None:
        usage_error("--weights: a picture shows no weights")
    if format not in PICTURES and depth is not None:
        usage_error(f"--depth is for pictures: {', '.join(PICTURES)}")
    if format not in ("svg", "png") and theme != "auto":
        usage_error("--theme is for .svg and .png")


def _write_source(graph: Graph, output: str) -> None:
    from archspec.codegen import generate
    from archspec.files import write_whole

    source = generate(graph)
    if output == STDOUT:
        put(source)
        return
    with writing(output):
        write_whole(output, source)


def _write_picture(graph: Graph, output: str, format: str, depth: int | None, theme: str) -> None:
    from archspec.files import write_whole

    try:
        picture = diagram.render(graph, format, depth=depth, theme=theme)
    except diagram.DiagramError as error:
        say(*f"error: {error}".split("\n"))
        raise typer.Exit(WRONG_SPEC) from None
    if output == STDOUT:
        assert isinstance(picture, str)  # only text goes there
        put(picture)
        return
    with writing(output):
        write_whole(output, picture)


def _write_module(
    graph: Graph, params: dict[str, str], weights: str | None, output: str, format: str, *, quiet: bool
) -> None:
    with explained(output):
        from archspec.runtime import export, module

        net = module.build(graph, params=params)
        if weights is not None:
            load_weights(net, weights, quiet=quiet)
        export.export(net, graph, output, format)

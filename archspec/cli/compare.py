"""archspec compare: networks side by side, as a table and as a plot."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archspec.cli.common import (
    WRONG_SPEC,
    InputOption,
    LayersOption,
    NoColorOption,
    QuietOption,
    RootOption,
    SetOption,
    choose,
    terminal_width,
    usage_error,
)
from archspec.cli.finding import find
from archspec.cli.networks import read_networks
from archspec.cli.output import writing
from archspec.cli.streams import put, say

if TYPE_CHECKING:
    from archspec.report.compare import Row


def compare(
    specs: Annotated[
        list[str], typer.Argument(metavar="SPEC", help="Specs, folders of them, or -.", show_default=False)
    ],
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Plot MACs against parameters, too, as .svg, .png or .pdf.",
            show_default=False,
        ),
    ] = None,
    sort: Annotated[
        str | None,
        typer.Option(
            "--sort",
            metavar="COLUMN",
            help="The least first, by name, depth, parameters, macs or activations.",
            show_default=False,
        ),
    ] = None,
    input: InputOption = None,
    set: SetOption = None,
    format: Annotated[str, typer.Option("--format", metavar="FORMAT", help="table, json, csv or markdown.")] = "table",
    root: RootOption = None,
    layers: LayersOption = None,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
) -> None:
    """Show networks side by side: a row each, and a plot.

    Depth is the most convolutions and linear layers on a path from input to output, as papers count. MACs are those of
    one example, and activations the outputs of all layers for it. The field is what the last features see of the input,
    in pixels. The size is that of the parameters.
    """
    from archspec.report.compare import FORMATS, ORDERS, render, rows

    choose(format, FORMATS)
    if sort is not None and sort not in ORDERS:
        usage_error(f"--sort is one of {', '.join(ORDERS)}, not {sort}")
    if output is not None:
        _check_plot(output)
    networks = read_networks(find(specs), specs, input, set, root, quiet=quiet, no_color=no_color)
    if networks.right:
        table = rows(networks.right)
        if sort is not None:
            table.sort(key=ORDERS[sort])
        put(render(table, format, width=terminal_width()))
        if output is not None:
            _plot(table, output)
            if not quiet:
                say(f"wrote {output}")
    if networks.failed:
        raise typer.Exit(WRONG_SPEC)


def _check_plot(output: str) -> None:
    """Whether `output` can be plotted, before anything is read."""
    from archspec.report.compare import FORMATS, PLOTS

    if _suffix(output) not in PLOTS:
        usage_error(
            f"-o draws a plot, as .{', .'.join(PLOTS[:-1])} or .{PLOTS[-1]}, and not {output}; "
            f"the table goes to standard output, as --format {', '.join(FORMATS[:-1])} or {FORMATS[-1]}"
        )
    if find_spec("matplotlib") is None:
        usage_error("a plot needs matplotlib: pip install 'archspec-nn[diagram]'")


def _plot(table: list[Row], output: str) -> None:
    from archspec.files import write_whole
    from archspec.report.compare.plot import draw

    picture = draw(table, _suffix(output))
    with writing(output):
        write_whole(output, picture)


def _suffix(output: str) -> str:
    return Path(output).suffix.removeprefix(".").lower()

"""archspec sizes: which inputs a network takes."""

from __future__ import annotations

from typing import Annotated

import typer

from archspec.cli.common import (
    WRONG_SPEC,
    LayersOption,
    NoColorOption,
    QuietOption,
    RootOption,
    SetOption,
    SpecArgument,
    choose,
    show,
    survey,
    terminal_width,
)
from archspec.cli.streams import put, say


def sizes(
    spec: SpecArgument,
    input: Annotated[
        list[str] | None,
        typer.Option(
            "--input",
            metavar="SHAPE",
            help="Which sizes to ask for: 3xHxW, or name=SHAPE; a number is a size that stays.",
            show_default=False,
        ),
    ] = None,
    set: SetOption = None,
    format: Annotated[str, typer.Option("--format", metavar="FORMAT", help="table, json, csv or markdown.")] = "table",
    root: RootOption = None,
    layers: LayersOption = None,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
) -> None:
    """Show which inputs the network takes, and why.

    The least and the largest, what sizes must divide by, and the layer that says so: proved, not sampled.
    """
    from archspec.report.sizes import FORMATS, render

    choose(format, FORMATS)
    analysis, found = survey(spec, input, set, root)
    if found is None:
        show(analysis.diagnostics, no_color=no_color)
        if not analysis.failed:
            say(f"error: {spec} has no model, or takes no input like this one")
        raise typer.Exit(WRONG_SPEC)
    if not quiet:
        show([d for d in analysis.diagnostics if d.severity == "warning"], no_color=no_color)
    put(render(found.graph.name, found, format, terminal_width()))

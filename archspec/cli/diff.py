"""archspec diff: what changed between two networks."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from archspec.cli.common import (
    STDIN,
    WRONG_SPEC,
    DepthOption,
    InputOption,
    LayersOption,
    NoColorOption,
    QuietOption,
    RootOption,
    SetOption,
    choose,
    terminal_width,
    usage_error,
    wants_color,
)
from archspec.cli.finding import Found
from archspec.cli.networks import read_networks
from archspec.cli.streams import put


def diff(
    old: Annotated[str, typer.Argument(metavar="A", help="The spec before, or -.", show_default=False)],
    new: Annotated[str, typer.Argument(metavar="B", help="The spec after, or -.", show_default=False)],
    input: InputOption = None,
    set: SetOption = None,
    depth: DepthOption = None,
    format: Annotated[str, typer.Option("--format", metavar="FORMAT", help="table, json or markdown.")] = "table",
    root: RootOption = None,
    layers: LayersOption = None,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
) -> None:
    """Show what changed from A to B, and which weights still fit.

    + is added, - removed, ~ changed. Figures stand below each other: before, after, the difference. Modules are matched
    by name first, then by what they are. Two versions of a file: git show HEAD:net.yaml | archspec diff - net.yaml
    """
    from archspec.report.diff import FORMATS, compare, render

    choose(format, FORMATS)
    if old == new == STDIN:
        usage_error("only one of A and B can be standard input")
    networks = read_networks(Found([old, new], []), [old, new], input, set, root, quiet=quiet, no_color=no_color)
    if networks.failed:
        raise typer.Exit(WRONG_SPEC)
    (old_file, before), (new_file, after) = networks.right
    found = compare(before, after, old_file, new_file)
    color = wants_color(sys.stdout.isatty(), no_color)
    put(render(found, format, depth=depth, width=terminal_width(), color=color), color=color)

"""archspec layers: what can stand in a spec."""

from __future__ import annotations

from typing import Annotated

import typer

from archspec.cli.common import (
    LayersOption,
    NoColorOption,
    QuietOption,
    choose,
    terminal_width,
    usage_error,
)
from archspec.cli.streams import put, say


def layers(
    kind: Annotated[
        str | None, typer.Argument(metavar="KIND", help="A layer; without one: all of them.", show_default=False)
    ] = None,
    layers: LayersOption = None,
    format: Annotated[str, typer.Option("--format", metavar="FORMAT", help="text, json or markdown.")] = "text",
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
) -> None:
    """List the layers, or tell about one.

    That is its arguments, its shape rule and torch's page.
    """
    from archspec.layers import KINDS, plugins
    from archspec.report.reference import FORMATS, render_list, render_page

    choose(format, FORMATS)
    if kind is None:
        for reason in plugins.load_installed().values():
            if not quiet:
                say(f"warning: {reason}")
        put(render_list(format, terminal_width()))
        return
    failed = plugins.load_installed([kind])
    if kind not in KINDS:
        usage_error(failed.get(kind) or _unknown(kind))
    put(render_page(kind, format, terminal_width()))


def _unknown(kind: str) -> str:
    from archspec.diagnostics.suggest import did_you_mean
    from archspec.document.nodes import STRUCTURES
    from archspec.foreign import nodes
    from archspec.layers import KINDS
    from archspec.report.schema.nodes import structure

    if kind in STRUCTURES:
        return f"{kind} is a structure, and not a layer: {structure(kind)} (archspec/docs/language.md, Branches)"
    here = nodes.kind(kind)
    near = f"did you mean {here}?" if here is not None else did_you_mean(kind, KINDS)
    return f"there is no layer {kind} ({near or '`archspec layers` lists them'})"

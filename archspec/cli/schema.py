"""archspec schema: what an editor needs to complete and check specs."""

from __future__ import annotations

from typing import Annotated

import typer

from archspec.cli.common import LayersOption, NoColorOption, QuietOption
from archspec.cli.output import writing
from archspec.cli.streams import put, say


def schema(
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write it there, and not to standard output."),
    ] = None,
    layers: LayersOption = None,
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
) -> None:
    """Write the JSON Schema of a spec, for editors.

    With it they complete and check what you type.
    """
    from archspec.files import write_whole
    from archspec.report.schema import render

    text = render()
    if output is None:
        put(text)
        return
    with writing(output):
        write_whole(output, text)
    if not quiet:
        say(f"wrote {output}")

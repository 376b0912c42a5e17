"""The command line: one file a command. What is heavy is imported when its command runs."""

from __future__ import annotations

import typer

from archspec.cli import build, check, export, shapes
from archspec.cli.common import guarded

app = typer.Typer(
    name="archspec",
    help="Neural networks as short YAML specs: shapes and mistakes without torch, and an ordinary PyTorch module.",
    epilog="Example: archspec shapes specs/vgg11.yaml --input 1x224x224",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def version(
    show: bool = typer.Option(False, "--version", help="Show the version and leave.", is_eager=True),
) -> None:
    if show:
        from archspec import __version__

        typer.echo(f"archspec {__version__}")
        raise typer.Exit


app.command(epilog="Example: archspec shapes specs/vgg11.yaml --depth 1")(shapes.shapes)
app.command(epilog="Example: archspec check specs/ --fix")(check.check)
app.command(epilog="Example: archspec build specs/googlenet.yaml -o googlenet.safetensors")(build.build)
app.command(epilog="Example: archspec export specs/resnet18.yaml -o resnet18.py")(export.export)


def main() -> None:
    """The entry point of `archspec` and of `python -m archspec`."""
    guarded(app)

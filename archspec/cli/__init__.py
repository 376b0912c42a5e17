"""The command line: one file a command, each imported when it is called for."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from archspec.cli.common import usage_error
from archspec.cli.streams import guarded
from archspec.diagnostics.printable import printable

COMMANDS = {
    "new": "archspec new lenet",
    "shapes": "archspec shapes specs/vgg11.yaml --depth 1",
    "sizes": "archspec sizes specs/vgg11.yaml",
    "check": "archspec check specs/ --fix",
    "build": "archspec build specs/googlenet.yaml -o googlenet.safetensors",
    "export": "archspec export specs/resnet18.yaml -o resnet18.py",
    "train": "archspec train specs/lenet_bn.yaml --data fashion-mnist --data-dir DIR",
    "compare": "archspec compare specs/lenet5.yaml specs/alexnet.yaml specs/vgg16.yaml -o compare.svg",
    "diff": "archspec diff specs/resnet18.yaml my_resnet.yaml",
    "layers": "archspec layers Conv2d",
    "explain": "archspec explain linear-in-features",
    "schema": "archspec schema -o archspec.schema.json",
}
"""Every command, in the order of the help, with an example. Its function bears its name, in a module of that name."""


class Commands(TyperGroup):
    """Commands that are imported one by one: to run one of them is not to pay for all."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """With room for the levels that the language allows; they are bounded, and take a few calls each."""
        before = sys.getrecursionlimit()
        sys.setrecursionlimit(max(before, 10_000))
        try:
            return super().main(*args, **extra)
        finally:
            sys.setrecursionlimit(before)

    def make_context(self, *args: Any, **extra: Any) -> Any:
        with _printable_messages():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: Any) -> Any:
        with _printable_messages():
            return super().invoke(ctx)

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            from archspec.diagnostics.suggest import did_you_mean

            known = did_you_mean(cmd_name, COMMANDS) or f"the commands are {', '.join(COMMANDS)}"
            usage_error(f"there is no command {cmd_name} ({known})")
        function = getattr(import_module(f"archspec.cli.{cmd_name}"), cmd_name)
        alone = typer.Typer(add_completion=False, rich_markup_mode=None, context_settings=_HELP)
        alone.command(cmd_name, epilog=f"Example: {COMMANDS[cmd_name]}")(function)
        return typer.main.get_command(alone)


@contextmanager
def _printable_messages() -> Iterator[None]:
    """What is said of a wrong command line shows its words, and obeys none of their characters."""
    try:
        yield
    except Exception as error:
        if isinstance(message := getattr(error, "message", None), str):
            error.message = "\n".join(map(printable, message.split("\n")))  # type: ignore[attr-defined]
        raise


_HELP = {"help_option_names": ["-h", "--help"]}

app = typer.Typer(
    name="archspec",
    cls=Commands,
    help="Neural networks as short YAML specs: shapes and mistakes without torch, and an ordinary PyTorch module.",
    epilog="Example: archspec shapes specs/vgg11.yaml --input 1x224x224",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings=_HELP,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from archspec import __version__

        typer.echo(f"archspec {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    """What may stand before a command."""


def main() -> None:
    """Run the command that the command line says."""
    guarded(app)

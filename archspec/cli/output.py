"""What goes wrong when a command builds or writes something, in a sentence instead of a traceback."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from archspec.cli.common import WRONG_SPEC, usage_error
from archspec.cli.streams import say

if TYPE_CHECKING:
    from archspec.runtime.weights import Loaded

WeightsOption = Annotated[
    str | None,
    typer.Option("--weights", metavar="FILE", help="Load a .safetensors, .pt or .pth file.", show_default=False),
]


@contextmanager
def explained(path: str | None = None) -> Iterator[None]:
    """Exit status 1 with the reason, where the runtime refuses or `path` cannot be written."""
    from archspec.runtime.export import ExportError
    from archspec.runtime.running import is_out_of_memory
    from archspec.runtime.verify import VerificationError
    from archspec.runtime.weights import WeightsError

    gc.enable()  # off since the start, and torch makes garbage of many megabytes
    try:
        with writing(path):
            yield
    except (WeightsError, VerificationError, ExportError) as error:
        _fail(str(error))
    except (MemoryError, RuntimeError) as error:
        if not is_out_of_memory(error):
            raise
        _fail("there is not enough memory for this network")


@contextmanager
def writing(path: str | None) -> Iterator[None]:
    """Exit status 1 with the reason, where `path` cannot be written."""
    try:
        yield
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        _fail(f"{error.filename or path or 'a file'} cannot be written: {error.strerror or error}")


def load_weights(net: Any, path: str, *, partial: bool = False, quiet: bool = False) -> Loaded:
    """Load them, and say what is left out or odd."""
    from archspec.runtime.weights import load

    loaded = load(net, path, partial=partial)
    for title, lines in (("not loaded:", loaded.problems), ("warning: odd weights were loaded:", loaded.remarks)):
        if lines and not quiet:
            say(title, *lines)
    return loaded


def existing(option: str, path: str | None) -> None:
    """A file that is named and does not exist is a mistake of the command line."""
    if path is not None and not Path(path).exists():
        usage_error(f"{option} names no file: {path}")


def _fail(message: str) -> NoReturn:
    say(*f"error: {message}".split("\n"))
    raise typer.Exit(WRONG_SPEC) from None

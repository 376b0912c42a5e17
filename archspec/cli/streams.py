"""Standard input, output and error, whatever they are: closed, full, of few characters, or read by nobody."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable

import typer

from archspec.diagnostics.printable import printable


def guarded(app: Callable[[], None]) -> None:
    """Run the program; a closed pipe or Ctrl-C ends it quietly, output that cannot be written with a sentence."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by whoever called, as by `>&-`
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))
    if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal of few characters is no reason to fail
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        app()
        sys.stdout.flush()
    except BrokenPipeError:  # nobody reads on, as under `| head`
        _drop_output()
        raise SystemExit(1) from None
    except OSError as error:
        _drop_output()
        say(f"error: {error.filename or 'standard output'}: {error.strerror or error}")
        raise SystemExit(1) from None


def say(*lines: str) -> None:
    """Lines on standard error; whatever names stand in them, none breaks a line or steers the terminal."""
    typer.echo("\n".join(map(printable, lines)), err=True)


def put(text: str, *, color: bool = False) -> None:
    """A result on standard output. What is no terminal gets UTF-8, whatever the locale is: it is a file's content."""
    if color or sys.stdout.isatty():
        typer.echo(text, nl=False, color=color)
    else:
        typer.echo(text.encode("utf-8", "backslashreplace"), nl=False)


def _drop_output() -> None:
    """Let nothing more be written to standard output: Python would try once more at exit, and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

"""Runs commands as a shell would, in this process."""

from __future__ import annotations

from typer.testing import CliRunner, Result

from archspec.cli import app


def run(*arguments: object, stdin: str | None = None) -> Result:
    """The exit code, and what went to standard output and to standard error."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin, catch_exceptions=False)

"""The floor that `archspec shapes` is measured against: an empty command of a typer app, with yaml and pydantic."""

import typer
import yaml  # noqa: F401
from pydantic import BaseModel  # noqa: F401

app = typer.Typer()


@app.command()
def nothing() -> None:
    """Does nothing."""


if __name__ == "__main__":
    app()

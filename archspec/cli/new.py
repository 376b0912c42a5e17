"""archspec new: a spec to start from."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated

import typer

from archspec.cli.common import NoColorOption, QuietOption, usage_error
from archspec.cli.finding import SUFFIXES
from archspec.cli.output import writing
from archspec.cli.streams import put, say

STDOUT = "-"
TEMPLATE = Path(__file__).parents[1] / "docs" / "template.yaml"
"""A spec of its own: the network is called Net, and the file net.yaml."""


def new(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="The network; NAME.yaml is written. - prints it.", show_default=False)
    ],
    quiet: QuietOption = False,
    no_color: NoColorOption = False,
) -> None:
    """Write a small spec with comments, to start from."""
    from archspec.files import write_whole

    template = TEMPLATE.read_text(encoding="utf-8")
    if name == STDOUT:
        put(template)
        return
    path = _path(name)
    typed = _typed(path)
    text = template.replace("name: Net\n", f"name: {_written(Path(path).stem)}\n").replace("net.yaml", typed)
    with writing(path):
        write_whole(path, text)
    if not quiet:
        say(f"wrote {path}; next: archspec shapes {typed}")


def _path(name: str) -> str:
    """The file to write. Nothing that is there is written over, and no folder is made."""
    if not name or not name.isprintable():
        usage_error("NAME is what the network is called, as in archspec new lenet")
    path = name if name.endswith(SUFFIXES) else f"{name}.yaml"
    folder, file = os.path.split(path)
    if name.endswith(("/", os.sep)) or file in SUFFIXES:
        usage_error(f"{name} names no file: add the network, as in archspec new {os.path.join(folder, 'lenet')}")
    if folder and not os.path.isdir(folder):
        usage_error(f"there is no folder {folder}: make it first")
    if os.path.lexists(path):
        usage_error(f"{path} is there already, and stays as it is: choose another name")
    return path


def _typed(path: str) -> str:
    """The path as it is typed in a shell."""
    from shlex import quote

    return quote(f"./{path}" if path.startswith("-") else path)


def _written(name: str) -> str:
    """A name as YAML reads it: quoted where it would be something else than text."""
    from json import dumps

    from archspec.source.scalars import resolve

    plain = re.fullmatch(r"[A-Za-z][\w.-]*", name, re.ASCII) is not None and resolve(name) == name
    return name if plain else dumps(name, ensure_ascii=False)

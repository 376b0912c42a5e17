"""Plays pages that teach by trying: Markdown with files, and commands beside what they print.

A block with a name behind its language is a file from there on, as in ```yaml small.yaml; a `yaml` block without one is
net.yaml. In a `console` block `$ ` stands before a command, and what follows is what it prints, errors included. The
commands are archspec and python; they run in this process and in the working directory.
"""

from __future__ import annotations

import io
import re
import runpy
import shlex
from contextlib import redirect_stdout
from pathlib import Path

from tests.cli.running import run

DEFAULT_FILE = "net.yaml"

_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def played(page: str) -> str:
    """The page with what its commands print now; its files are written on the way."""
    return _BLOCK.sub(_played, page)


def blocks(page: str) -> list[tuple[str, str, str]]:
    """Language, name and content of every block."""
    return _BLOCK.findall(page)


def commands(page: str) -> list[str]:
    """Every command of the page."""
    return [command for language, _, content in blocks(page) if language == "console" for command in _commands(content)]


def _played(block: re.Match[str]) -> str:
    language, name, content = block.groups()
    if language == "console":
        content = "".join(f"$ {command}\n{_printed(command)}" for command in _commands(content))
        return f"```console\n{content}```"
    if name is not None or language == "yaml":
        Path(name or DEFAULT_FILE).write_text(content)
    return block[0]


def _commands(content: str) -> list[str]:
    return re.findall(r"^\$ (.+)$", content, re.MULTILINE)


def _printed(command: str) -> str:
    program, *arguments = shlex.split(command)
    if program == "archspec":
        return run(*arguments).output
    assert program == "python", f"neither archspec nor python: {command}"
    (script,) = arguments
    printed = io.StringIO()
    with redirect_stdout(printed):
        runpy.run_path(str(Path(script).resolve()), run_name="__main__")
    return printed.getvalue()

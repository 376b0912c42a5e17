"""Which specs a command line means: files, standard input, and what lies in folders."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from archspec.cli.common import STDIN, usage_error

if TYPE_CHECKING:
    from archspec.diagnostics import Diagnostic

SUFFIXES = (".yaml", ".yml")


class Found(NamedTuple):
    """The specs, each once, and the folders that could not be searched."""

    specs: list[str]
    unread: list[Diagnostic]


def find(named: Iterable[str]) -> Found:
    """Every spec that is meant: of a folder the .yaml and .yml files in it and its folders, hidden ones left out."""
    found: dict[str, str] = {}
    unread: list[Diagnostic] = []
    for name in named:
        specs = [name]
        if name != STDIN and os.path.isdir(name):
            refused: list[OSError] = []
            specs = _inside(name, refused)
            if not specs and not refused:
                usage_error(f"there is no .yaml file in {name}")
            unread += map(_unreadable, refused)
        for spec in specs:
            found.setdefault(spec if spec == STDIN else os.path.abspath(spec), spec)
    return Found(list(found.values()), unread)


def _inside(folder: str, refused: list[OSError]) -> list[str]:
    found = []
    for path, folders, files in os.walk(folder, onerror=refused.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        specs = [Path(path, name) for name in files if name.endswith(SUFFIXES) and not name.startswith(".")]
        found += [spec for spec in specs if spec.is_file()]
    return [str(spec) for spec in sorted(found)]


def _unreadable(error: OSError) -> Diagnostic:
    from archspec.diagnostics import Diagnostic, SourceFile, Span

    name = str(Path(error.filename))
    message = f"{name} cannot be read: {(error.strerror or 'the system refuses').lower()}"
    return Diagnostic("file-unreadable", message, Span(SourceFile(name, ""), 1, 1, 1, 1))

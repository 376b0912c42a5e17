"""The files that `extends` and `import` name. Opens none that it is not allowed to."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from archspec.budget import FILE, FOLLOWED
from archspec.diagnostics import Collector, Diagnostic, SourceFile, SpecError
from archspec.diagnostics.suggest import did_you_mean
from archspec.document.schema import named
from archspec.source import Scalar, read

LIBRARY = "archspec:"
_FOLDER = Path(__file__).parent.parent / "library"
MAX_FILES = 200
"""Files that extend or import one another in a row."""


@cache
def library_blocks() -> dict[str, str]:
    """Every block that comes with archspec, and the file that it is in."""
    found = {}
    for path in sorted(_FOLDER.glob("*.yaml")):
        for name in re.findall(r"^  (\w+):", path.read_text(encoding="utf-8"), re.MULTILINE):
            found[name] = LIBRARY + path.stem
    return found


class Files:
    """Opens them, each once."""

    def __init__(self, root: Path | None, collector: Collector, texts: Mapping[Path, str]) -> None:
        self.root = root.resolve() if root is not None else None
        self.collector = collector
        self.texts = texts
        self.opened: dict[Path, SourceFile] = {}
        self.resolved: dict[SourceFile, Path | None] = {}

    def open(self, token: Scalar, written_in: SourceFile, chain: tuple[SourceFile, ...]) -> SourceFile | None:
        """The text that `token` names. `chain` are the files that led there, the one that names it last."""
        written = token.text
        if written.startswith(LIBRARY):
            return self._library(token, chain)
        base = written_in.path.parent if written_in.path is not None else self.root
        if base is None or self.root is None:
            self.collector.report(
                "path-refused",
                f"a spec that is in no file reads no other file, and this one names {written}",
                token.span,
                help="write the spec to a file, or name the folder that it may read as `root`",
            )
            return None
        try:
            path = (base / written).resolve()
        except (OSError, ValueError, RuntimeError):
            self.collector.report("file-not-found", f"{named(written)} is not the path of a file", token.span)
            return None
        if not path.is_relative_to(self.root):
            self.collector.report(
                "path-refused",
                f"{written} is outside the folder of the spec",
                token.span,
                help="move it there, or allow a wider folder with --root",
            )
            return None
        return self._read(token, path, _printed(path), chain)

    def _library(self, token: Scalar, chain: tuple[SourceFile, ...]) -> SourceFile | None:
        name = token.text.removeprefix(LIBRARY)
        folder = _FOLDER
        known = (
            sorted(f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml"))
            if folder.is_dir()
            else []
        )
        if name not in known:
            self.collector.report(
                "file-not-found",
                f"there is no library file {token.text}",
                token.span,
                help=did_you_mean(token.text, [LIBRARY + k for k in known])
                or f"the library has {', '.join(LIBRARY + k for k in known) or 'no files'}",
            )
            return None
        return self._read(token, folder / f"{name}.yaml", token.text, chain)

    def _read(self, token: Scalar, path: Path, name: str, chain: tuple[SourceFile, ...]) -> SourceFile | None:
        if not self.collector.budget.spend(FOLLOWED):
            self.collector.exhausted(token.span)
        if path in (known := [self._resolved(file) for file in chain]):
            names = " -> ".join([*(file.name for file in chain[known.index(path) :]), name])
            message = f"{name} names itself" if path == known[-1] else f"these files lead back to themselves: {names}"
            help = "name another file" if path == known[-1] else "move what they share into a file of its own"
            self.collector.report("file-cycle", message, token.span, help=help)
            return None
        if len(chain) >= MAX_FILES:
            message = f"more than {MAX_FILES} files extend or import one another in a row"
            self.collector.report("bounds", message, token.span)
            return None
        if path not in self.opened and path in self.texts:
            self.opened[path] = SourceFile(name, self.texts[path], path)
        if path not in self.opened:
            self.collector.budget.spend(FILE)
            try:
                self.opened[path] = read(path, name)
            except SpecError as error:
                for found in error.diagnostics:
                    # told at the place that names the file, since there is no text to show of the file itself
                    self.collector.add(
                        Diagnostic(found.rule, found.message, token.span, help=found.help)
                        if found.rule.startswith("file-") or found.span.source.text == ""
                        else found
                    )
                return None
        return self.opened[path]

    def _resolved(self, file: SourceFile) -> Path | None:
        if file not in self.resolved:
            self.resolved[file] = file.path.resolve() if file.path is not None else None
        return self.resolved[file]


def _printed(path: Path) -> str:
    """A path as it is printed: relative to the working directory."""
    try:
        return os.path.relpath(path)
    except ValueError:  # on another drive
        return str(path)

"""Files and bytes to text: bounded, never blocking, UTF-8."""

from __future__ import annotations

import os
import re
import stat
from itertools import islice
from pathlib import Path
from typing import NoReturn

from archspec.budget import MAX_BYTES, Budget
from archspec.diagnostics import Diagnostic, SourceFile, Span, SpecError
from archspec.diagnostics.suggest import did_you_mean
from archspec.source.tree import Locator

_HEAD = 4_096

_UTF8_BOM = b"\xef\xbb\xbf"
_WIDE_BOMS = {  # the four bytes first: they begin with the two
    b"\xff\xfe\0\0": "UTF-32",
    b"\0\0\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
_FORBIDDEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_NAMES = {
    "\0": "a NUL character",
    "\x85": "a next-line character (U+0085)",
    "\u2028": "a line separator (U+2028)",
    "\u2029": "a paragraph separator (U+2029)",
    "\ufeff": "a byte order mark (U+FEFF)",
}
_NOT_FOUND = (FileNotFoundError, NotADirectoryError)
_MOST_NEIGHBOURS = 1_000
_SAVE_AS_UTF8 = "save the file as UTF-8"


def read(path: Path, name: str) -> SourceFile:
    """The text of a file. `name` is how messages call it; rule `file-not-found`: there is no such file."""
    try:
        # Asked before it is opened: to open some devices is to use them.
        kind = stat.S_IFMT(os.stat(path).st_mode)
        if kind != stat.S_IFREG:
            article = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}.get(
                kind, "a device"
            )
            _unreadable(path, name, f"{name} is {article}, not a file")
        # Without O_NONBLOCK a pipe that took the file's place since would be waited for.
        with open(path, "rb", opener=_without_blocking) as file:
            return decode(file.read(MAX_BYTES + 1), name, path)
    except _NOT_FOUND:
        _fail(SourceFile(name, "", path), "file-not-found", f"there is no file {name}", help=_near(path))
    except OSError as error:
        _unreadable(path, name, f"{name} cannot be read: {(error.strerror or 'the system refuses').lower()}")
    except ValueError:  # a NUL in the path
        _fail(SourceFile(name, "", path), "file-not-found", f"there is no file {name}")


def decode(data: bytes, name: str, path: Path | None = None) -> SourceFile:
    """The text of a file's bytes, without a byte order mark; its line breaks are left as they are."""
    if len(data) > MAX_BYTES:
        _check_binary(data, name, path)
        _too_long(SourceFile(name, "", path))
    for bom, encoding in _WIDE_BOMS.items():
        if data.startswith(bom):
            source = SourceFile(name, data.decode(encoding, "replace"), path)
            _fail(source, "yaml-encoding", f"the file is {encoding}, not UTF-8", help=_SAVE_AS_UTF8)
    data = data.removeprefix(_UTF8_BOM)
    try:
        return SourceFile(name, data.decode("utf-8"), path)
    except UnicodeDecodeError as error:
        _check_binary(data, name, path)
        source = SourceFile(name, data.decode("utf-8", "replace"), path)
        byte = data[error.start]
        guess = bytes([byte]).decode("cp1252", "replace")
        hint = f" (Latin-1 has {guess} there)" if guess.isprintable() and guess != "\ufffd" else ""
        offset = len(data[: error.start].decode("utf-8"))
        _fail(source, "yaml-encoding", f"the byte 0x{byte:02X} is not UTF-8{hint}", offset, help=_SAVE_AS_UTF8)


def _check_binary(data: bytes, name: str, path: Path | None) -> None:
    """Raises SpecError where data that is no text is a file of a known kind."""
    from archspec.source.binary import recognized

    known = recognized(data)
    if known is not None:
        what, way = known
        _fail(SourceFile(name, "", path), "foreign-format", f"{name} is {what}, and no spec", help=way)


def check_characters(locator: Locator, budget: Budget) -> None:
    """Raises SpecError where a text is too long, or holds what YAML does not allow in a text."""
    text = locator.text
    alone = budget.bytes == MAX_BYTES
    budget.bytes -= len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
    if budget.bytes < 0:
        _too_long(locator.source, alone=alone)
    match = _FORBIDDEN.search(text)
    if match is None:
        return
    character = match[0]
    _check_binary(text[:_HEAD].encode("utf-8", "replace"), locator.source.name, locator.source.path)
    if "\ud800" <= character <= "\udfff":
        what = f"half a character (the surrogate U+{ord(character):04X})"
    else:
        what = _NAMES.get(character, f"a control character (U+{ord(character):04X})")
    if character == "\0" and "\0" in text[1:2] + text[:1]:
        help = "is the file UTF-16? " + _SAVE_AS_UTF8
    elif "\ud800" <= character <= "\udfff":
        help = None
    else:
        escape = f"\\x{ord(character):02X}" if character < "\x80" else f"\\u{ord(character):04X}"
        help = f'remove it; a double-quoted text may hold it as "{escape}"'
    span = locator.span(match.start(), match.end())
    raise SpecError([Diagnostic("yaml-encoding", f"{what} in the text", span, help=help)])


def _near(path: Path) -> str | None:
    """Which file beside it may have been meant."""
    try:
        with os.scandir(path.parent) as entries:
            names = sorted(entry.name for entry in islice(entries, _MOST_NEIGHBOURS))
    except OSError:
        return None
    return did_you_mean(path.name, [name for name in names if name.endswith((".yaml", ".yml"))])


def _without_blocking(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _too_long(source: SourceFile, *, alone: bool = True) -> NoReturn:
    subject = "the text is" if alone else "the files of the document are together"
    message = f"{subject} longer than {MAX_BYTES // 2**20} MiB"
    raise SpecError([Diagnostic("yaml-bounds", message, Span(source, 1, 1, 1, 1))])


def _unreadable(path: Path, name: str, message: str) -> NoReturn:
    _fail(SourceFile(name, "", path), "file-unreadable", message)


def _fail(source: SourceFile, rule: str, message: str, offset: int = 0, help: str | None = None) -> NoReturn:
    span = Locator(source).span(offset, min(offset + 1, len(source.text)))
    raise SpecError([Diagnostic(rule, message, span, help=help)])

"""Files are written whole: whoever looks, at any time, finds the old content or the new one, never a part."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO


def write_whole(path: str | os.PathLike[str], data: bytes | str) -> None:
    """Make `data` the content of a file; a text is written as UTF-8, its line breaks as they are.

    Raises OSError, with the path as it was given, where the file cannot be written; it is then as it was before.
    """
    with replacing(path) as file:
        file.write(data.encode("utf-8") if isinstance(data, str) else data)


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """A file to write to, which takes the place of `path` when the block ends well, and is gone when it does not.

    Its `name` is that of a temporary file in the same folder. A link is followed, and the mode of a file that is there
    is kept. What is no ordinary file, such as /dev/stdout, is written to directly.
    """
    target = os.path.realpath(path)
    temporary = os.path.join(os.path.dirname(target), f".archspec-{os.urandom(8).hex()}.tmp")
    try:
        old = _status(path)
        if old is not None and not stat.S_ISREG(old.st_mode):
            with open(path, "wb") as file:
                yield file
            return
        if old is not None and not (old.st_mode & 0o222 and os.access(target, os.W_OK)):
            raise PermissionError(errno.EACCES, "it is read-only", target)
        try:
            with open(temporary, "xb") as file:  # its mode is what the umask gives to every new file
                if old is not None:
                    _take_after(temporary, old)
                yield file
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, target)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary)
            raise
    except OSError as error:
        if error.errno is None or error.filename not in (None, temporary, target):
            raise
        raise OSError(error.errno, error.strerror, os.fspath(path)) from None


def _status(path: str | os.PathLike[str]) -> os.stat_result | None:
    try:
        return os.stat(path)
    except FileNotFoundError:
        return None


def _take_after(path: str, old: os.stat_result) -> None:
    """Give a new file the owner, where that is allowed, and the mode of the old one."""
    if hasattr(os, "chown"):
        with suppress(OSError):
            os.chown(path, old.st_uid, old.st_gid)
    with suppress(OSError):
        os.chmod(path, stat.S_IMODE(old.st_mode))

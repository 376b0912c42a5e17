"""Files are written whole: whoever looks, at any time, finds the old content or the new one, never a part."""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

_TEMPORARY = re.compile(r"\.archspec-[0-9a-f]{16}\.tmp")


_begun: set[str] = set()
"""The temporary files that are being written."""
_overwritten: set[str] = set()
"""Those whose content is on its way into a file that keeps its place."""


def abandon() -> bool:
    """Take away the files that are written in part, since the process ends. False where one must first be whole."""
    if _overwritten:
        return False
    for path in list(_begun):
        with suppress(OSError):
            os.unlink(path)
    return True


def tidy(folder: str | os.PathLike[str]) -> None:
    """Take away what a process that was killed has left of the files that it wrote there."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _TEMPORARY.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                with suppress(OSError):
                    os.unlink(entry.path)


def write_whole(path: str | os.PathLike[str], data: bytes | str) -> None:
    """Make `data` the content of a file; a text is written as UTF-8, its line breaks as they are.

    Raises OSError, with the path as it was given, where the file cannot be written; it is then as it was before.
    """
    with replacing(path) as file:
        file.write(data.encode("utf-8") if isinstance(data, str) else data)


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """A file to write to, which takes the place of `path` when the block ends well, and is gone when it does not.

    Its `name` is that of a temporary file in the same folder. A link is followed; of a file that is there mode, owner
    and extended attributes are kept. One that has other names too, or that this user may write to but not make, keeps
    its place, and is overwritten once the new content lies whole beside it. What is no ordinary file, such as
    /dev/stdout, is written to directly.
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
            alike = True
            _begun.add(temporary)
            with open(temporary, "xb") as file:  # its mode is what the umask gives to every new file
                if old is not None:
                    alike = _take_after(temporary, target, old)
                yield file
                file.flush()
                os.fsync(file.fileno())
            if old is None or (alike and old.st_nlink == 1):
                os.replace(temporary, target)
                return
            with _to_its_end(temporary), open(target, "r+b") as there:
                if hasattr(os, "posix_fallocate") and (size := os.path.getsize(temporary)) > old.st_size:
                    os.posix_fallocate(there.fileno(), 0, size)  # a full disk is met before anything is lost
                _overwrite(there, temporary)
            os.unlink(temporary)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary)
            raise
        finally:
            _begun.discard(temporary)
    except OSError as error:
        if error.errno is None or error.filename not in (None, temporary, target):
            raise
        raise OSError(error.errno, error.strerror, os.fspath(path)) from None


@contextmanager
def _to_its_end(temporary: str) -> Iterator[None]:
    """What is not to be abandoned."""
    _overwritten.add(temporary)
    try:
        yield
    finally:
        _overwritten.discard(temporary)


def _status(path: str | os.PathLike[str]) -> os.stat_result | None:
    try:
        return os.stat(path)
    except FileNotFoundError:
        return None


def _overwrite(there: BinaryIO, temporary: str) -> None:
    """Put the content of the temporary file into the old one; where that breaks off, the temporary one stays."""
    try:
        with open(temporary, "rb") as new:
            shutil.copyfileobj(new, there)
        there.truncate()
        there.flush()
        os.fsync(there.fileno())
    except BaseException as error:
        kept = f"{temporary}.kept"
        os.rename(temporary, kept)
        if isinstance(error, OSError):
            raise OSError(error.errno, f"{error.strerror}; the new content is in {kept}") from None
        raise


def _take_after(path: str, model: str, old: os.stat_result) -> bool:
    """Give a new file what the old one has: owner, mode, extended attributes. False if the owner stays another."""
    if hasattr(os, "chown"):
        with suppress(OSError):
            os.chown(path, old.st_uid, old.st_gid)
    with suppress(OSError):
        os.chmod(path, stat.S_IMODE(old.st_mode))
    if hasattr(os, "listxattr"):
        with suppress(OSError):  # not every file system has them
            for name in os.listxattr(model):
                os.setxattr(path, name, os.getxattr(model, name))
    new = os.stat(path)
    return (new.st_uid, new.st_gid) == (old.st_uid, old.st_gid)

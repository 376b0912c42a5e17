"""Files are written whole or not at all."""

import os
import stat
import sys
import threading
from pathlib import Path
from typing import BinaryIO

import pytest

from archspec.files import replacing, write_whole

posix = pytest.mark.skipif(sys.platform == "win32", reason="modes, links and pipes of POSIX")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("data", [b"", b"\x00\xff\r\n", b"x" * 1_000_000])
def test_bytes(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "new"
    write_whole(path, data)
    assert path.read_bytes() == data
    assert os.listdir(tmp_path) == ["new"]


def test_text_is_utf8_with_its_line_breaks(tmp_path: Path) -> None:
    write_whole(os.fspath(tmp_path / "new"), "é\r\n漢\n\r")
    assert (tmp_path / "new").read_bytes() == "é\r\n漢\n\r".encode()


def test_replaces_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("a longer old text")
    write_whole(path, "new")
    assert path.read_text() == "new"
    assert os.listdir(tmp_path) == ["file"]


@posix
def test_a_new_file_has_the_mode_of_new_files(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("")
    write_whole(tmp_path / "new", "x")
    assert mode(tmp_path / "new") == mode(tmp_path / "plain")


@posix
@pytest.mark.parametrize("old", [0o600, 0o644, 0o755, 0o664])
def test_mode_is_kept(tmp_path: Path, old: int) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    path.chmod(old)
    write_whole(path, "new")
    assert mode(path) == old
    assert path.read_text() == "new"


@posix
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    target, link = folder / "target", tmp_path / "link"
    target.write_text("old")
    link.symlink_to(Path("folder") / "target")
    write_whole(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert os.listdir(folder) == ["target"]


@posix
def test_a_link_to_nothing_makes_its_target(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("target")
    write_whole(tmp_path / "link", "new")
    assert (tmp_path / "target").read_text() == "new"


@posix
def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    write_whole(pipe, "through")
    reader.join(timeout=10)
    assert got == [b"through"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_read_only(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    path.chmod(0o444)
    with pytest.raises(PermissionError, match="read-only") as caught:
        write_whole(path, "new")
    assert caught.value.filename == os.fspath(path)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["file"]
    path.chmod(0o644)


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(OSError) as caught:  # noqa: PT011  (IsADirectoryError, on Windows PermissionError)
        write_whole(tmp_path, "new")
    assert caught.value.filename == os.fspath(tmp_path)


def test_a_missing_folder(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "file"
    with pytest.raises(FileNotFoundError) as caught:
        write_whole(path, "new")
    assert caught.value.filename == os.fspath(path)


def _fail_after_half(file: BinaryIO, error: type[BaseException]) -> None:
    file.write(b"half of the new")
    raise error


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_what_goes_wrong_on_the_way_leaves_the_old_content(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(error), replacing(path) as file:
        _fail_after_half(file, error)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["file"]


def test_an_error_about_another_file_keeps_its_name(tmp_path: Path) -> None:
    other = tmp_path / "other"
    with pytest.raises(FileNotFoundError) as caught, replacing(tmp_path / "file"):
        other.read_bytes()
    assert caught.value.filename in (other, os.fspath(other))


def test_the_temporary_file_has_a_name_that_others_may_write_to(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with replacing(path) as file:
        Path(file.name).write_text("by name")
        assert Path(file.name).parent == tmp_path
    assert path.read_text() == "by name"

"""Files are written whole or not at all."""

import os
import stat
import sys
import threading
from pathlib import Path
from typing import BinaryIO

import pytest

from archspec.files import replacing, tidy, write_whole

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
@pytest.mark.parametrize("new", ["", "new", "a new text that is longer than the old one"])
def test_hard_links_stay_one_file(tmp_path: Path, new: str) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_text("the old text")
    os.link(first, second)
    write_whole(first, new)
    assert (first.read_text(), second.read_text()) == (new, new)
    assert first.stat().st_ino == second.stat().st_ino
    assert sorted(os.listdir(tmp_path)) == ["first", "second"]


@posix
def test_a_file_of_another_owner_keeps_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    path.write_text("the old text")
    inode = path.stat().st_ino
    monkeypatch.setattr("archspec.files._take_after", lambda *_: False)
    write_whole(path, "new")
    assert (path.read_text(), path.stat().st_ino) == ("new", inode)
    assert os.listdir(tmp_path) == ["file"]


@posix
def test_a_hard_link_that_cannot_be_written_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    path.write_text("the old text")
    os.link(path, tmp_path / "other")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("archspec.files.shutil.copyfileobj", full)
    with pytest.raises(OSError, match="No space left on device; the new content is in ") as caught:
        write_whole(path, "new")
    kept = str(caught.value.strerror).rpartition(" ")[2]
    assert Path(kept).read_text() == "new"
    assert path.read_text() == "the old text"


def attributes(path: Path) -> dict[str, bytes]:
    return {name: os.getxattr(path, name) for name in os.listxattr(path)}


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="extended attributes of Linux")
def test_extended_attributes_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    try:
        os.setxattr(path, "user.archspec", b"\x00 a value")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    before = attributes(path)
    write_whole(path, "new")
    assert (path.read_text(), attributes(path)) == ("new", before)


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


def test_tidy_takes_away_what_was_half_written_and_nothing_else(tmp_path: Path) -> None:
    others = [".archspec-notes.tmp", "archspec-0123456789abcdef.tmp", ".archspec-0123456789abcdef.tmp.kept", "file"]
    for name in [*others, ".archspec-0123456789abcdef.tmp"]:
        (tmp_path / name).write_text("x")
    (tmp_path / ".archspec-fedcba9876543210.tmp").mkdir()
    tidy(tmp_path)
    assert sorted(os.listdir(tmp_path)) == sorted([*others, ".archspec-fedcba9876543210.tmp"])
    tidy(tmp_path / "missing")

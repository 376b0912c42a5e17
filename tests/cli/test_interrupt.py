"""Ctrl-C ends every command with status 130, wherever it is: in silence, and with no file that is written in part."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from archspec import files
from archspec.cli import COMMANDS
from tests.forks import call
from tests.reference import SPECS

SPEC = str(SPECS / "lenet5.yaml")
OTHER = str(SPECS / "alexnet.yaml")
INTERRUPTED = 130

OF_COMMAND: dict[str, tuple[str, ...]] = {
    "new": ("new", "net"),
    "shapes": ("shapes", SPEC),
    "check": ("check", SPEC, OTHER),
    "export": ("export", SPEC, "-o", "net.py"),
    "compare": ("compare", SPEC, OTHER),
    "diff": ("diff", SPEC, OTHER),
    "layers": ("layers", "Conv2d"),
    "explain": ("explain", "bounds"),
    "schema": ("schema", "-o", "schema.json"),
    "sizes": ("sizes", SPEC),
}
WITH_TORCH = {
    "build": ("build", SPEC, "-o", "net.safetensors"),
    "train": ("train", SPEC, "--data", "noise"),
}


def test_every_command_is_tried() -> None:
    assert {*OF_COMMAND, *WITH_TORCH} == set(COMMANDS)


def pressed(after: int, arguments: tuple[str, ...], folder: Path) -> int:
    """The status of the command, interrupted after so many calls. Whatever it was writing is whole, or not there."""
    before = {path.name for path in folder.iterdir()}
    ended = call("tests.interrupts:interrupted", after, *arguments, folder=folder, count=False)
    assert "Traceback" not in ended.err, ended.err
    assert "KeyboardInterrupt" not in ended.err
    if ended.status == INTERRUPTED:
        assert ended.err == ""
        left = {path.name for path in folder.iterdir()} - before - {"stdout", "stderr", "calls"}
        assert not any(name.startswith(".archspec") for name in left)
    return ended.status


@pytest.mark.parametrize("arguments", [*OF_COMMAND.values(), ("--help",), ("shapes", "--help")], ids=" ".join)
def test_at_any_moment(arguments: tuple[str, ...], tmp_path: Path) -> None:
    after = 1
    while pressed(after, arguments, tmp_path) == INTERRUPTED:
        after *= 4
    assert after > 100


def test_while_a_file_is_written(tmp_path: Path) -> None:
    """A file that has other names keeps its place: it is whole before the end."""
    spec, other = tmp_path / "net.py", tmp_path / "other.py"
    spec.write_text("old\n")
    os.link(spec, other)
    whole = {"old\n"}
    for after in range(1, 400, 3):
        status = call("tests.cli.test_interrupt:overwrite", after, folder=tmp_path, count=False).status
        assert other.read_text() in {"old\n", "new\n" * 1000}
        assert not [path for path in tmp_path.iterdir() if path.name.startswith(".archspec")]
        whole.add(other.read_text())
        spec.write_text("old\n")
        if status != INTERRUPTED:
            break
    assert len(whole) == 2


def overwrite(after: int) -> None:
    """Overwrites a file, with Ctrl-C after so many calls of what writes it."""
    import archspec.__main__ as program

    signal.signal(signal.SIGINT, program._interrupted)
    left = after

    def count(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            sys.setprofile(None)
            os.kill(os.getpid(), signal.SIGINT)

    sys.setprofile(count)
    files.write_whole("net.py", "new\n" * 1000)
    sys.setprofile(None)
    time.sleep(0.1)  # the end that was put off


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [*OF_COMMAND.values(), *WITH_TORCH.values(), ("--help",)], ids=" ".join)
@pytest.mark.parametrize("seed", range(6))
def test_at_random_times_of_a_fresh_process(arguments: tuple[str, ...], seed: int, tmp_path: Path) -> None:
    code = "from archspec.__main__ import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", f"import sys; sys.argv = {['archspec', *arguments]!r}; print(flush=True); {code}"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()  # Python itself has started
        time.sleep(0.02 + random.Random(seed).random() * (3 if arguments in WITH_TORCH.values() else 0.4))
        process.send_signal(signal.SIGINT)
        _, err = process.communicate()
    assert "Traceback" not in err
    assert process.returncode in (0, 1, 2, INTERRUPTED)
    assert process.returncode != INTERRUPTED or err == "" or arguments[0] == "train"
    assert not list(tmp_path.glob(".archspec*"))

"""A call of the library leaves the process as it was, and meanwhile too: other threads have it as well."""

from __future__ import annotations

import gc
import locale
import os
import signal
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import torch

import archspec
from archspec import Source, SpecError

SPEC = "input: 3x8x8\nparams: {n: 4}\nmodel: [Conv2d: {out_channels: n, kernel_size: 3}, ReLU, Flatten, Linear: 5]\n"
CALLS = {
    "analyze": lambda: archspec.analyze(Source(SPEC), input="3x9x9", params={"n": 5}),
    "to_python": lambda: archspec.to_python(Source(SPEC)),
    "build": lambda: archspec.build(Source(SPEC)),
    "a mistake": lambda: archspec.analyze(Source("input: 8\nmodel: [Linar: 3, Nope]")),
    "an unreadable text": lambda: archspec.analyze(Source("input: [")),
    "a wrong argument": lambda: archspec.analyze(Source(SPEC), params={"n": object()}),
}


def state() -> dict[str, Any]:
    """What a process has once."""
    return {
        "recursion limit": sys.getrecursionlimit(),
        "garbage collector": (gc.isenabled(), gc.get_threshold(), gc.get_debug()),
        "environment": dict(os.environ),
        "working directory": os.getcwd(),
        "sys.path": list(sys.path),
        "signals": [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)],
        "warnings": list(warnings.filters),
        "locale": locale.setlocale(locale.LC_ALL),
        "umask": _umask(),
        "dtype": torch.get_default_dtype(),
        "device": torch.get_default_device(),
        "gradients": torch.is_grad_enabled(),
        "threads": (torch.get_num_threads(), threading.active_count()),
        "hooks": (sys.excepthook, threading.excepthook, sys.getswitchinterval(), sys.gettrace(), sys.getprofile()),
    }


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


@pytest.mark.parametrize("path", [None, "."], ids=["absolute paths", "a relative path"])
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_nothing_is_left_behind(call: Any, path: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if path is not None:
        monkeypatch.setattr(sys, "path", [*sys.path, path])
    before = state()
    with suppress(SpecError, TypeError):
        call()
    assert state() == before


@pytest.fixture
def watched() -> Iterator[list[tuple[int, bool, str | None]]]:
    """What another thread sees of the state, again and again."""
    seen: list[tuple[int, bool, str | None]] = []
    over = threading.Event()

    def watch() -> None:
        while not over.is_set():
            seen.append((sys.getrecursionlimit(), gc.isenabled(), os.environ.get("PYDANTIC_DISABLE_PLUGINS")))

    watcher = threading.Thread(target=watch)
    watcher.start()
    yield seen
    over.set()
    watcher.join()


def test_other_threads_see_no_change(watched: list[tuple[int, bool, str | None]]) -> None:
    for _ in range(3):
        for call in CALLS.values():
            with suppress(SpecError, TypeError):
                call()
    assert len(watched) > 100
    assert len(set(watched)) == 1


def test_many_threads_at_once() -> None:
    found: list[Any] = []

    def work(n: int) -> None:
        graph = archspec.analyze(Source(SPEC), params={"n": n})
        net: Any = archspec.build(Source(SPEC), params={"n": n})
        found.append((n, graph.layers[0].output.shape[0], net[0].out_channels))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [(n, n, n) for n in range(1, 9)]


DEEP = "input: 4\nmodel: " + "{a: " * 198 + "ReLU" + "}" * 198


def test_a_stack_that_is_too_small_is_an_error_of_bounds() -> None:
    """The levels that the language allows may take more of Python's than a caller has left."""

    def call_from(depth: int) -> None:
        if depth:
            call_from(depth - 1)
        else:
            archspec.analyze(Source(DEEP))

    with pytest.raises(SpecError) as caught:
        call_from(sys.getrecursionlimit() * 2 // 5)
    (mistake,) = caught.value.diagnostics
    assert mistake.rule == "bounds"
    assert mistake.message.startswith("this is nested deeper than the stack of this program goes, ")


def test_the_command_has_room_for_every_level(tmp_path: Path) -> None:
    (tmp_path / "deep.yaml").write_text(DEEP)
    command = [sys.executable, "-m", "archspec", "check", str(tmp_path / "deep.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "1 spec checked: no mistakes\n")

"""Runs `archspec` as a process of its own: for what only a terminal, a pipe or a closed stream shows."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

COMMAND = [sys.executable, "-m", "archspec"]
TIMEOUT = 120


def process(*arguments: object, encoding: str = "utf-8", **options: Any) -> subprocess.CompletedProcess[str]:
    """The finished process; standard output and error are caught unless `options` say otherwise."""
    options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    return subprocess.run([*COMMAND, *map(str, arguments)], encoding=encoding, timeout=TIMEOUT, check=False, **options)


def on_terminal(*arguments: object, columns: int = 80, **environment: str) -> str:
    """What a person sees: standard output on a terminal, line breaks as the program wrote them."""
    ours, theirs = os.openpty()
    child = subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=subprocess.DEVNULL,
        env={k: v for k, v in os.environ.items() if k != "NO_COLOR"} | {"COLUMNS": str(columns)} | environment,
    )
    os.close(theirs)
    seen = b""
    try:
        while piece := os.read(ours, 65536):
            seen += piece
    except OSError:  # Linux says so at the end
        pass
    finally:
        os.close(ours)
        child.wait(TIMEOUT)
    return seen.decode().replace("\r\n", "\n")

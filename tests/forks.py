"""Calls a function in a fork of a small process: it starts at once, and what it uses is all its own."""

from __future__ import annotations

import atexit
import gc
import io
import json
import os
import resource
import subprocess
import sys
import traceback
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from archspec.cli import main
from tests.work import counted

ROOT = Path(__file__).parent.parent
BYTES = 2**30
FUSE = 300
"""Seconds of the processor after which what hangs is ended. No bound: a way out."""
_OUTPUTS = ("stdout", "stderr", "calls")
_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Ended:
    """How a call ended, and what it used: calls of functions, seconds of the processor, bytes at most at once."""

    status: int
    out: str
    err: str
    calls: int
    seconds: float
    bytes: int


def call(function: str, *arguments: Any, folder: Path, count: bool = True) -> Ended:
    """Calls `package.module:function` in `folder`, with arguments that JSON knows and a gibibyte of memory.

    The status is what it returns, or leaves with. Without `count`, its `seconds` are not those of counting too.
    """
    server = _server()
    assert server.stdin is not None
    assert server.stdout is not None
    print(json.dumps([function, arguments, str(folder), count]), file=server.stdin, flush=True)
    status, seconds, peak = json.loads(server.stdout.readline())
    out, err, calls = ((folder / name).read_text(errors="replace") for name in _OUTPUTS)
    return Ended(status, out, err, int(calls or 0), seconds, peak)


@cache
def _server() -> subprocess.Popen[str]:
    command = [sys.executable, "-c", "from tests.forks import serve; serve()"]
    server = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(server.kill)
    return server


def archspec(*arguments: str) -> None:
    """The command, for `call`."""
    sys.argv = ["archspec", *arguments]
    main()


def serve() -> None:
    """Answers each line of standard input with a line."""
    with redirect_stdout(io.TextIOWrapper(io.BytesIO())), redirect_stderr(io.StringIO()), suppress(SystemExit):
        archspec("check", str(ROOT / "specs" / "lenet5.yaml"), __file__)  # imports what is imported where it is needed
    gc.disable()  # as the command line does
    for line in sys.stdin:
        function, arguments, folder, count = json.loads(line)
        child = os.fork()
        if not child:
            _run(function, arguments, Path(folder), count)
        _, status, usage = os.wait4(child, 0)
        answer = [os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, usage.ru_maxrss * _UNIT]
        print(json.dumps(answer), flush=True)


def _run(function: str, arguments: list[Any], folder: Path, count: bool) -> NoReturn:
    status: object = 1
    try:
        os.chdir(folder)
        resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (FUSE, FUSE))
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        out, err, calls = (os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600) for name in _OUTPUTS)
        os.dup2(out, 1)
        os.dup2(err, 2)
        module, _, name = function.partition(":")
        with counted(count) as done:
            try:
                status = getattr(import_module(module), name)(*arguments) or 0
            except SystemExit as leaving:
                status = leaving.code or 0
        os.write(calls, str(done()).encode())
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:
        os.write(2, traceback.format_exc().encode(errors="replace"))
    finally:
        os._exit(status if isinstance(status, int) else 1)

"""Ctrl-C at a moment that is counted in calls: the same moment whenever it is tried, on every machine."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType


def interrupted(after: int, *arguments: str) -> None:
    """Runs the command, for `tests.forks.call`, and presses Ctrl-C once so many functions were called."""
    from archspec.__main__ import main

    left = after

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal left
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            return  # what the program does first is to see to it
        left -= event in ("call", "c_call")
        if left <= 0:
            sys.setprofile(None)
            os.kill(os.getpid(), signal.SIGINT)

    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has what it puts in the background ignore it
    sys.argv = ["archspec", *arguments]
    sys.setprofile(count)
    main()

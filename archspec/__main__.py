"""The entry point of `archspec`, and of `python -m archspec`."""

import _signal  # type: ignore[import-not-found]  # beneath `signal`, and there at once: no Ctrl-C comes before it
import gc
import os
import sys

INTERRUPTED = 130
_SOON = 0.02
"""Seconds after which it is tried again to end, while a file must first be whole."""


def main() -> None:
    """Run the command line. What only delays the start is switched off before anything is imported."""
    _signal.signal(_signal.SIGINT, _interrupted)
    gc.disable()  # a short run has no garbage to speak of, and a large spec many objects to look at
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")  # to look for them reads every package's metadata
    from archspec.cli import main as run

    try:
        run()
    except SystemExit as leaving:
        if isinstance(leaving.code, int) and "torch" not in sys.modules:
            _end(leaving.code)
        raise


def _interrupted(number: int, _: object) -> None:
    """Ctrl-C: end at once, wherever the program is, and leave no file that is written in part.

    An exception would be lost where it meets a callback of C's, and would show what it passed through elsewhere.
    """
    files = sys.modules.get("archspec.files")
    if files is None or files.abandon():
        os._exit(INTERRUPTED)
    if hasattr(_signal, "setitimer"):
        _signal.signal(_signal.SIGALRM, _interrupted)
        _signal.setitimer(_signal.ITIMER_REAL, _SOON)


def _end(status: int) -> None:
    """End at once, as mypy does: to take every object down first would take longer than many a command."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:  # told, or left alone, on the usual way out
        return
    os._exit(status)


if __name__ == "__main__":
    # `python -m` looks for modules in the working directory first: what lies there is data, and never run
    if not sys.flags.safe_path and sys.path[0] in ("", os.getcwd()):
        del sys.path[0]
    main()

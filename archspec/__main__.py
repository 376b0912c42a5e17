"""The entry point of `archspec`, and of `python -m archspec`."""

import gc
import os
import sys


def main() -> None:
    """Run the command line. What only delays the start is switched off before anything is imported."""
    gc.disable()  # a short run has no garbage to speak of
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")  # to look for them reads every package's metadata
    from archspec.cli import main as run

    run()


if __name__ == "__main__":
    # `python -m` looks for modules in the working directory first: what lies there is data, and never run
    if not sys.flags.safe_path and sys.path[0] in ("", os.getcwd()):
        del sys.path[0]
    main()

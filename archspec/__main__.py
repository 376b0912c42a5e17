"""`python -m archspec` is the `archspec` command."""

import os
import sys

if __name__ == "__main__":
    # `python -m` looks for modules in the working directory first: what lies there is data, and never run
    if not sys.flags.safe_path and sys.path[0] in ("", os.getcwd()):
        del sys.path[0]

    from archspec.cli import main

    main()

"""`python -m archspec` is the `archspec` command."""

from archspec.cli import main

if __name__ == "__main__":
    main()

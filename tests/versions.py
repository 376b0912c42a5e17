"""Prints constraints for pip: `lowest`, where `>=2.7` in pyproject.toml becomes `==2.7`; none for `newest`."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).parent.parent / "pyproject.toml"
_LOWEST = re.compile(r"([\w.-]+)>=([\w.]+)")


def lowest() -> Iterator[str]:
    """Each dependency once, those of the extras too."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    every = [*project["dependencies"], *(each for extra in project["optional-dependencies"].values() for each in extra)]
    for requirement in dict.fromkeys(every):
        if (match := _LOWEST.match(requirement)) is not None:
            yield f"{match[1]}=={match[2]}"


if __name__ == "__main__":
    print(*(lowest() if sys.argv[1:] == ["lowest"] else ()), sep="\n")

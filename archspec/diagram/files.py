"""The files that stand beside this package: scripts, style sheets, fonts."""

from __future__ import annotations

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
FONTS = FOLDER / "fonts"


@cache
def asset(path: str) -> str:
    """The text of a file, by its path in this package."""
    return (FOLDER / path).read_text(encoding="utf-8")

"""Files that show what archspec prints and writes. With ARCHSPEC_UPDATE set, pytest does nothing but write them anew.

A test that asks for the fixture `golden` holds a file to what there is now, or writes it; one that is marked `update`
only writes, where other tests read more closely. `make docs` sets the switch; a person reads the difference.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Golden = Callable[..., None]
UPDATE = "ARCHSPEC_UPDATE" in os.environ


def hold(path: Path, now: str, read: Callable[[str], Any] = str) -> None:
    """The file holds `now`, as far as `read` sees it."""
    kept = path.read_text(encoding="utf-8") if path.exists() else ""
    if UPDATE and kept != now:
        path.write_text(now, encoding="utf-8")
        kept = now
    assert read(kept) == read(now), f"`make docs` writes {path.name} anew"


def writes(test: pytest.Item) -> bool:
    """Whether a test has a part in an update."""
    return "golden" in getattr(test, "fixturenames", ()) or only_writes(test)


def only_writes(test: pytest.Item) -> bool:
    return test.get_closest_marker("update") is not None

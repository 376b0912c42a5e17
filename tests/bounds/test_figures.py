"""The time and the memory of hostile specs, and of the largest that are allowed; `make bench` has the strict limits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bounds.folders import FOLDERS
from tests.bounds.specs import HOSTILE, largest
from tests.forks import BYTES, Ended
from tests.test_hostile import check

SECONDS = 15
"""Three times what is promised of a machine that does nothing else."""
LARGEST = largest()


def ends_well(path: Path) -> Ended:
    ended = check(path, count=False)
    assert "Traceback" not in ended.err, ended.err[-2000:]
    assert ended.status in (0, 1)
    assert ended.seconds < SECONDS
    assert ended.bytes < BYTES
    return ended


@pytest.mark.slow
@pytest.mark.parametrize("title", HOSTILE)
def test_hostile(title: str, tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(HOSTILE[title])
    ends_well(tmp_path / "spec.yaml")


@pytest.mark.slow
@pytest.mark.parametrize("title", LARGEST)
def test_what_the_bounds_allow(title: str, tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(LARGEST[title])
    ended = ends_well(tmp_path / "spec.yaml")
    assert ended.status == 0, ended.out


@pytest.mark.slow
@pytest.mark.parametrize("make", FOLDERS.values(), ids=FOLDERS)
def test_many_files(make: Callable[[Path], Path], tmp_path: Path) -> None:
    ends_well(make(tmp_path))

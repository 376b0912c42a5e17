"""Processor time and memory of the hostile specs and texts, of which the tests count the work."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.bench.result import Result
from tests.forks import BYTES, Ended, call
from tests.test_hostile import TEXTS, check
from tests.test_source import HOSTILE

SECONDS = 5


def run() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        return [*_worst("spec", _specs(Path(folder))), *_worst("text of 16 MiB", _texts(Path(folder)))]


def _worst(what: str, ends: Iterable[tuple[str, Ended]]) -> list[Result]:
    every = list(ends)
    slowest, seconds = max(((title, ended.seconds) for title, ended in every), key=lambda each: each[1])
    largest, peak = max(((title, ended.bytes) for title, ended in every), key=lambda each: each[1])
    return [
        Result(f"slowest hostile {what}: {slowest}", seconds, SECONDS, "s"),
        Result(f"largest hostile {what}: {largest}", peak / BYTES, 1, "GiB"),
    ]


def _specs(folder: Path) -> Iterator[tuple[str, Ended]]:
    for title, text, _ in TEXTS:
        path = folder / "spec.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        yield title, check(path, count=False)


def _texts(folder: Path) -> Iterator[tuple[str, Ended]]:
    for title, (expression, _) in HOSTILE.items():
        yield title, call("tests.hostile_texts:read", expression, folder=folder, count=False)

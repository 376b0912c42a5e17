"""Processor time and memory of the hostile specs and texts, of which the tests count the work."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.bench.result import Result
from tests.bounds.folders import FOLDERS
from tests.bounds.specs import HOSTILE, largest
from tests.forks import BYTES, Ended, call
from tests.test_hostile import TEXTS, check
from tests.test_source import HOSTILE as HOSTILE_TEXTS

SECONDS = 5


def run() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        return [
            *_worst("hostile spec", _specs(Path(folder), [(title, text) for title, text, _ in TEXTS])),
            *_worst("spec of much work", _specs(Path(folder), HOSTILE.items())),
            *_worst("spec at the bounds", _specs(Path(folder), largest().items())),
            *_worst("spec of many files", _folders(Path(folder))),
            *_worst("hostile text of 16 MiB", _texts(Path(folder))),
        ]


def _worst(what: str, ends: Iterable[tuple[str, Ended]]) -> list[Result]:
    every = list(ends)
    slowest, seconds = max(((title, ended.seconds) for title, ended in every), key=lambda each: each[1])
    largest, peak = max(((title, ended.bytes) for title, ended in every), key=lambda each: each[1])
    return [
        Result(f"slowest {what}: {slowest}", seconds, SECONDS, "s"),
        Result(f"largest {what}: {largest}", peak / BYTES, 1, "GiB"),
    ]


def _specs(folder: Path, specs: Iterable[tuple[str, str | bytes]]) -> Iterator[tuple[str, Ended]]:
    for title, text in specs:
        path = folder / "spec.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        yield title, check(path, count=False)


def _folders(folder: Path) -> Iterator[tuple[str, Ended]]:
    for number, (title, make) in enumerate(FOLDERS.items()):
        inner = folder / str(number)
        inner.mkdir()
        yield title, check(make(inner), count=False)


def _texts(folder: Path) -> Iterator[tuple[str, Ended]]:
    for title, (expression, _) in HOSTILE_TEXTS.items():
        yield title, call("tests.hostile_texts:read", expression, folder=folder, count=False)

"""The picture in the README is what the command draws."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import archspec
from archspec.diagram import render
from tests.reference import SPECS

PICTURE = Path(archspec.__file__).parent / "docs" / "resnet18.svg"


def drawn() -> str | bytes:
    pytest.importorskip("py_mini_racer", reason="the layout runs in mini-racer")
    return render(archspec.analyze(SPECS / "resnet18.yaml"), "svg")


@pytest.mark.skipif("ARCHSPEC_UPDATE" not in os.environ, reason="only where the picture is to be drawn anew")
def test_update() -> None:
    PICTURE.write_text(str(drawn()))


def test_picture_is_what_is_drawn() -> None:
    assert PICTURE.read_text() == drawn(), "`make docs` draws it anew"


def test_readme_shows_it() -> None:
    assert f"](archspec/docs/{PICTURE.name})" in (SPECS.parent / "README.md").read_text()

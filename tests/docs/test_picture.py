"""The picture in the README is what the command draws."""

from __future__ import annotations

from pathlib import Path

import pytest

import archspec
from archspec.diagram import render
from tests.golden import Golden
from tests.reference import SPECS

PICTURE = Path(archspec.__file__).parent / "docs" / "resnet18.svg"


def test_picture_is_what_is_drawn(golden: Golden) -> None:
    pytest.importorskip("py_mini_racer", reason="the layout runs in mini-racer")
    golden(PICTURE, str(render(archspec.analyze(SPECS / "resnet18.yaml"), "svg")))


def test_readme_shows_it() -> None:
    assert f"](archspec/docs/{PICTURE.name})" in (SPECS.parent / "README.md").read_text()

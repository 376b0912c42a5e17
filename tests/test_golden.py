"""The one switch that writes golden files anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import golden


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.md"
    path.write_text("old 1\n")
    return path


def test_a_file_is_held_to_what_there_is_now(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(golden, "UPDATE", False)
    golden.hold(page, "old 1\n")
    golden.hold(page, "old 2\n", read=lambda text: text.split()[0])
    with pytest.raises(AssertionError, match=r"`make docs` writes page\.md anew"):
        golden.hold(page, "new\n")
    with pytest.raises(AssertionError):
        golden.hold(page.with_name("none.md"), "new\n")
    assert page.read_text() == "old 1\n"


def test_an_update_writes_it(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(golden, "UPDATE", True)
    for path in (page, page.with_name("none.md")):
        golden.hold(path, "new\n", read=str.strip)
        assert path.read_text() == "new\n"

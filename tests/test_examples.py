"""The stories of examples/: every command is run, and prints what its page shows.

`make docs` writes what is printed anew, for a person to read. The custom layer and the notebook have their own tests,
in test_plugins.py and test_notebook.py.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.golden import Golden
from tests.sessions import commands, played

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
STORIES = sorted(page.parent.name for page in EXAMPLES.glob("*/README.md") if commands(page.read_text()))


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the examples, beside the specs; what a story writes is gone afterwards."""
    shutil.copytree(EXAMPLES, tmp_path / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "specs").symlink_to(ROOT / "specs")
    return tmp_path / "examples"


@pytest.mark.parametrize("story", STORIES)
def test_story_is_as_told(story: str, copied: Path, monkeypatch: pytest.MonkeyPatch, golden: Golden) -> None:
    monkeypatch.chdir(copied / story)
    page = EXAMPLES / story / "README.md"
    golden(page, played(page.read_text()))


def test_every_example_is_in_the_list() -> None:
    folders = {path.name for path in EXAMPLES.iterdir() if path.is_dir()}
    assert set(re.findall(r"\]\((\w+)/", (EXAMPLES / "README.md").read_text())) == folders

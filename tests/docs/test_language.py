"""The page about the language: every spec on it is right, or followed by what is said of it; it leaves nothing out.

`make docs` writes what the commands print anew, for a person to read.
"""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

import archspec
from archspec.document.nodes import COMMON_KEYS, STRUCTURES
from archspec.document.params import TYPES
from archspec.document.schema import TOP_LEVEL, Expect, Train
from archspec.expressions import FUNCTIONS
from tests.cli.running import run
from tests.golden import Golden
from tests.sessions import DEFAULT_FILE, blocks, played

PAGE = Path(archspec.__file__).parent / "docs" / "language.md"
LINKS = re.findall(r"\]\(([^)#]*)(?:#([^)]*))?\)", PAGE.read_text())


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a reader tries the specs."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_commands_print_what_the_page_shows(golden: Golden) -> None:
    golden(PAGE, played(PAGE.read_text()))


def test_every_spec_is_right_or_its_mistake_is_shown(folder: Path) -> None:
    mistakes = []
    for (language, name, content), (next_language, _, shown) in pairwise([*blocks(PAGE.read_text()), ("", "", "")]):
        if language != "yaml":
            continue
        (folder / (name or DEFAULT_FILE)).write_text(content)
        said = run("check", name or DEFAULT_FILE)
        expected = shown if next_language == "console" and "$ archspec check" in shown else ""
        if said.exit_code or said.stdout:
            assert said.stdout in expected, content
            mistakes += re.findall(r"^error\[(.+)\]", said.stdout)
        else:
            assert "error[" not in expected, content
    assert mistakes == ["norm-num-features", "concat-shapes", "yaml-quote", "yaml-duplicate-key"]


@pytest.mark.parametrize(
    "word",
    sorted({*TOP_LEVEL, *COMMON_KEYS, *STRUCTURES, *TYPES, *FUNCTIONS, *Expect.model_fields, *Train.model_fields}),
)
def test_page_tells_of_every_word_of_the_language(word: str) -> None:
    code = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", PAGE.read_text(), flags=re.DOTALL | re.MULTILINE))
    assert any(re.search(rf"\b{word}\b", text) for text in code)


@pytest.mark.parametrize(("file", "anchor"), LINKS)
def test_links_lead_somewhere(file: str, anchor: str) -> None:
    text = (PAGE.parent / file).read_text() if file else PAGE.read_text()
    titles = [re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in re.findall(r"(?m)^#+ (.+)$", text)]
    assert not anchor or anchor in titles

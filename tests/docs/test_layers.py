"""The reference of the layers that ships with the package is what the command prints."""

from __future__ import annotations

import re
from pathlib import Path

import archspec
from archspec.layers import KINDS
from archspec.report.reference import render_list
from tests.golden import Golden

PAGE = Path(archspec.__file__).parent / "docs" / "layers.md"


def test_page_is_the_reference(golden: Golden) -> None:
    golden(PAGE, render_list("markdown"))


def test_page_has_a_section_for_every_kind_and_a_link_to_it() -> None:
    text = PAGE.read_text()
    sections = re.findall(r"^### (.+)$", text, re.MULTILINE)
    assert sorted(sections) == sorted(KINDS)
    assert re.findall(r"^\| \[(\w+)\]\(#\w+\)", text, re.MULTILINE) == sections

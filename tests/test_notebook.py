"""The notebook of examples/: its cells run, and show what stands in it.

`make docs` writes the outputs anew, for a person to look at.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.golden import Golden
from tests.notebooks import executed, without_images

NOTEBOOK = Path(__file__).parents[1] / "examples" / "notebook" / "tour.ipynb"


@pytest.fixture(scope="module")
def now() -> dict[str, Any]:
    return executed(json.loads(NOTEBOOK.read_text()))


def outputs(notebook: dict[str, Any]) -> list[list[dict[str, Any]]]:
    return [cell["outputs"] for cell in notebook["cells"] if cell["cell_type"] == "code"]


def test_cells_show_what_stands_in_the_notebook(now: dict[str, Any], golden: Golden) -> None:
    text = json.dumps(now, indent=1, ensure_ascii=False) + "\n"
    golden(NOTEBOOK, text, lambda text: list(map(without_images, outputs(json.loads(text)))))


def test_a_graph_is_a_picture_and_a_table(now: dict[str, Any]) -> None:
    html = "".join(outputs(now)[1][0]["data"]["text/html"])
    assert '<img alt="Diagram of Digits"' in html
    assert "data:image/svg+xml;base64," in html
    assert "<td>inception.near</td><td>Conv2d</td><td>16x12x12</td>" in html


def test_every_cell_but_the_imports_shows_something(now: dict[str, Any]) -> None:
    assert [bool(shown) for shown in outputs(now)] == [False] + [True] * 6

"""Whatever a spec asks for, the work that it causes ends with its budget. It is counted in calls: no clock decides."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from archspec.budget import MAX_STEPS, Budget
from archspec.diagnostics import Collector, Diagnostic, SourceFile
from archspec.diagnostics.collector import MAX_DIAGNOSTICS
from archspec.diagnostics.excerpt import render_all
from archspec.diagnostics.suggest import bounded
from archspec.document import load
from archspec.elaborate import elaborate
from tests.bounds.folders import dense, diamond, large, tiny
from tests.bounds.specs import HOSTILE
from tests.work import counted

STEPS = 300_000
"""A hundredth of what a document has: what is bounded at this is so at any."""


def read(text: str, steps: int, folder: Path | None = None) -> tuple[tuple[Diagnostic, ...], Budget]:
    """What is said of a spec that may cost so many steps, and what is left of them."""
    budget = Budget(steps)
    collector = Collector(budget)
    path = folder / "spec.yaml" if folder is not None else None
    with bounded(steps // 10):
        document = load(SourceFile("spec.yaml", text, path), folder, collector)
        if document is not None:
            elaborate(document, collector)
    return collector.diagnostics, budget


@pytest.mark.parametrize("title", HOSTILE)
def test_the_work_of_a_spec_is_within_its_budget(title: str) -> None:
    with counted() as done:
        found, budget = read(HOSTILE[title], STEPS)
    assert done() < 2 * STEPS + 20 * len(HOSTILE[title])
    errors = [d for d in found if d.severity == "error"]
    assert errors or budget.left >= 0


@pytest.mark.parametrize("title", ["unknown arguments", "names that are one", "keys of the document", "calls"])
def test_many_mistakes_are_told_in_a_bounded_text(title: str) -> None:
    with counted() as done:
        found, _ = read(HOSTILE[f"3,000 {title}"], 10 * STEPS)
        text = render_all(found)
    assert done() < 20 * STEPS
    assert found
    assert len(found) <= MAX_DIAGNOSTICS + 1
    assert len(text) < 1_000_000


def test_each_file_of_a_diamond_is_read_once(tmp_path: Path) -> None:
    spec = diamond(tmp_path, 25)
    collector = Collector()
    with counted() as done:
        document = load(SourceFile("spec.yaml", spec.read_text(), spec), tmp_path, collector)
    assert document is not None
    assert not collector.failed
    assert len(document.files) == 53
    assert done() < 200_000


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda folder: tiny(folder, 300), "the document takes too much work, 300,000 steps is the most"),
        (lambda folder: dense(folder, 60), "the document takes too much work, 300,000 steps is the most"),
        (
            lambda folder: large(folder, 3, 15 * 2**20),
            "the files of the document are together longer than 16 MiB",
        ),
    ],
    ids=["many files", "files that import all before them", "large files"],
)
def test_many_files(make: Callable[[Path], Path], message: str, tmp_path: Path) -> None:
    path = make(tmp_path)
    found, _ = read(path.read_text(), MAX_STEPS if "MiB" in message else STEPS, tmp_path)
    assert [d.message for d in found] == [message]


def test_the_values_of_all_files_count_together(tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text("let: {b: [" + ", ".join(["1"] * 60) + "]}\nblocks: {B: {body: [ReLU]}}\n")
    text = "input: 8\nimport: net.yaml\nlet: {a: [" + ", ".join(["1"] * 60) + "]}\nmodel: [ReLU]\n"
    collector = Collector()
    collector.budget.values = 100
    assert load(SourceFile("spec.yaml", text, tmp_path / "spec.yaml"), tmp_path, collector) is None
    assert [d.message for d in collector.diagnostics] == [
        "the files of the document hold more than 1,000,000 values, aliases written out"
    ]


def test_the_error_says_where_the_work_was_spent() -> None:
    found, _ = read("input: 8\nmodel:\n- repeat: 9\n  sequential: [{repeat: 99999, when: false, ReLU: }]\n", STEPS)
    (error,) = found
    assert (error.rule, error.span.line, error.label) == ("bounds", 4, "they are spent here")
    assert error.message == "the document takes too much work, 300,000 steps is the most"

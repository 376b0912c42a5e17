"""Whatever a spec asks for, the work that it causes ends with its budget. It is counted in calls: no clock decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from archspec.budget import Budget
from archspec.diagnostics import Collector, Diagnostic, SourceFile
from archspec.diagnostics.suggest import bounded
from archspec.document import load
from archspec.elaborate import elaborate
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

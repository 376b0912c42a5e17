"""Specs that ran for minutes: an error of bounds, or an answer, within the work of a document."""

from __future__ import annotations

from pathlib import Path

import pytest

from archspec.budget import Budget
from archspec.diagnostics import Collector
from archspec.document import load
from archspec.elaborate import elaborate
from archspec.source import read
from tests.work import counted

STEPS = 300_000


@pytest.mark.parametrize("case", ["hang_empty_rounds", "hang_long_expression", "hang_dense"])
def test_what_ran_for_minutes(case: str) -> None:
    path = Path(__file__).with_name(f"{case}.yaml")
    collector = Collector(Budget(STEPS))
    with counted() as done:
        document = load(read(path, path.name), None, collector)
        assert document is not None
        elaborate(document, collector)
    assert done() < 2 * STEPS
    assert [d.rule for d in collector.diagnostics] == ["bounds"]

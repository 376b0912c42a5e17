"""Specs that ran without a word, and were not what their author meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from archspec import checking
from archspec.source import read

HERE = Path(__file__).parent


def found(path: Path) -> list[tuple[str, str, int, int]]:
    """The severity, the rule and the place of everything that `check` says of a file."""
    target = checking.Target(read(path, path.name), path.parent)
    checked = checking.check([target])
    return [(d.severity, d.rule, d.span.line, d.span.column) for d in checked.diagnostics]


@pytest.mark.parametrize(
    ("case", "said"),
    {
        "silent_resdual_body": [("error", "unknown-kind", 3, 5)],
        "silent_Concat_from": [("error", "unknown-kind", 5, 7)],
        "silent_Concat_then_fix": [("error", "unknown-kind", 6, 5)],
        "dense_one_linear": [("warning", "single-branch", 5, 5)],
        "unused_output": [("warning", "unused-output", 10, 10)],
        "empty_block": [("warning", "empty-block", 12, 5)],
        "chain_in_concat": [("warning", "chain-in-concat", 3, 5)],
        "linear_on_map": [("warning", "linear-on-map", 5, 5)],
        "softmax_before_loss": [],  # only `train` says it
    }.items(),
)
def test_case(case: str, said: list[tuple[str, str, int, int]]) -> None:
    assert found(HERE / f"{case}.yaml") == said

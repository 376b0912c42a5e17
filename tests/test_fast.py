"""What the fast run leaves out is in the slow one."""

from __future__ import annotations

import pytest

from tests import fast


def test_what_is_not_kept_is_marked_slow() -> None:
    kept, left = fast.only(["a"], ["a", "b"])
    assert kept == "a"
    assert (left.values, [mark.name for mark in left.marks]) == (("b",), ["slow"])


def test_what_is_kept_is_one_of_them() -> None:
    with pytest.raises(AssertionError, match="one of them"):
        fast.only(["c"], ["a", "b"])


@pytest.mark.parametrize(("whole", "count"), [(True, 100), (False, 10)])
def test_examples(monkeypatch: pytest.MonkeyPatch, whole: bool, count: int) -> None:
    monkeypatch.setattr(fast, "WHOLE", whole)
    assert fast.examples(10, 100) == count


def test_this_run_knows_which_it_is(pytestconfig: pytest.Config) -> None:
    assert ("not slow" not in pytestconfig.getoption("markexpr")) == fast.WHOLE

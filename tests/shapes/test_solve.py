"""Where comparisons come out the same, against trying one value after the other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archspec.shapes.expression import Expression
from archspec.shapes.size import Comparison
from archspec.shapes.solve import lines_of, solution, solve
from tests.shapes.test_expression import n

H = Expression.of("H")


def grown(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    return st.one_of(
        st.builds(lambda a, b: a + b, inner, inner),
        st.builds(lambda a, b: a - b, inner, inner),
        st.builds(lambda a, b: a + n(b), inner, st.integers(-40, 40)),
        st.builds(lambda a, b: a * n(b), inner, st.integers(-3, 3)),
        st.builds(lambda a, b: a // n(b), inner, st.integers(1, 8)),
        st.builds(lambda a, b: a % n(b), inner, st.integers(1, 8)),
        st.builds(lambda a, b: a * b, inner, inner),
    )


EXPRESSIONS = st.recursive(st.just(H), grown, max_leaves=6)


@given(EXPRESSIONS, st.sampled_from(["<", "=="]), st.booleans())
def test_solutions_are_those_that_trying_finds(expression: Expression, relation: str, holds: bool) -> None:
    comparison = Comparison(expression, relation, holds)  # type: ignore[arg-type]
    found = solution(comparison, "H")
    assert [h for h in range(1, 500) if h in found] == [h for h in range(1, 500) if comparison.at({"H": h})]


@given(EXPRESSIONS)
def test_lines_are_the_expression(expression: Expression) -> None:
    lines = lines_of(expression, "H")
    if lines is None:
        return
    for h in [*range(1, 100), 10**9, 10**9 + 7]:
        turn, residue = divmod(h, lines.period)
        assert lines.starts[residue] + lines.slopes[residue] * turn == expression.at({"H": h})


def test_what_holds_is_known_for_all_sizes() -> None:
    declared = Comparison(n(512 * 7) * (H // n(32)) - n(25088), "==", True)
    found = solve([declared, Comparison(H // n(32) - n(1), "<", False)], "H")
    assert (found.least, found.most, found.step) == (224, 255, 1)
    joined = Comparison(n(16) * (H // n(16)) - H, "==", True)
    found = solve([joined, Comparison(H // n(16) - n(1), "<", False)], "H")
    assert (found.least, found.most, found.step) == (16, None, 16)
    assert 16 * 10**15 in found


@pytest.mark.parametrize("expression", [H * H - n(10_000), H.scaled(0.3) - n(30)])
def test_what_is_no_line_is_tried(expression: Expression) -> None:
    found = solution(Comparison(expression, "<", False), "H")
    assert found.least == 100
    assert 10_000 not in found

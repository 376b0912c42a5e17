"""Expressions of sizes: simplified as they are built, never wrongly, and printed as Python has them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archspec.shapes.expression import Expression

H, W, C = (Expression.of(name) for name in "HWC")
VALUES = st.fixed_dictionaries({name: st.integers(1, 300) for name in "HWC"})


def n(value: int) -> Expression:
    return Expression.of(value)


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (n(0), "0"),
        (n(-3), "-3"),
        (H + n(0), "H"),
        (H * n(1), "H"),
        (H // n(1), "H"),
        (H - H, "0"),
        ((H + n(6) - n(7)) // n(2) + n(1), "(H + 1) // 2"),
        (H // n(2) // n(2), "H // 4"),
        ((H // n(2) + n(1)) // n(2), "(H + 2) // 4"),
        (n(2) * (H // n(2)), "2 * (H // 2)"),
        ((n(2) * H) // n(2), "H"),
        ((n(4) * H + n(6)) // n(8), "(H + 1) // 2"),
        (n(3) * H // n(2), "3 * H // 2"),
        (-(-H // n(2)), "(H + 1) // 2"),
        (n(5) - H, "5 - H"),
        (-H - n(5), "-H - 5"),
        (H * W, "H * W"),
        ((H + W) * n(3), "3 * H + 3 * W"),
        (H // C, "H // C"),
        (H // (C + n(1)), "H // (C + 1)"),
        (n(4) * C * H // (n(2) * C), "2 * H"),
        ((H + W) // (H + W), "1"),
        (H % n(32), "H - 32 * (H // 32)"),
        ((n(4) * H + n(1)) % n(4), "1"),
        (H.scaled(0.5), "H // 2"),
        (H.scaled(2.0), "2 * H"),
        (H.scaled(0.3), "int(H * 0.3)"),
        ((H // n(2)) * (W // n(2)), "(H // 2) * (W // 2)"),
        (H // n(-2), "-((H + 1) // 2)"),
    ],
)
def test_simplifies_and_prints(expression: Expression, text: str) -> None:
    assert str(expression) == text


def grown(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    numbers = st.integers(-9, 9).map(n)
    divisors = st.integers(1, 12).map(n)
    return st.one_of(
        st.builds(lambda a, b: a + b, inner, inner | numbers),
        st.builds(lambda a, b: a - b, inner, inner),
        st.builds(lambda a, b: a * b, inner, inner | numbers),
        st.builds(lambda a, b: a // b, inner, divisors | st.just(C)),
        st.builds(lambda a, b: a % b, inner, divisors),
        st.builds(lambda a: a.scaled(0.75), inner),
    )


EXPRESSIONS = st.recursive(st.sampled_from([H, W, C]), grown, max_leaves=8)


@given(EXPRESSIONS, VALUES)
def test_python_computes_what_is_printed(expression: Expression, values: dict[str, int]) -> None:
    assert eval(str(expression), {}, dict(values)) == expression.at(values)


@given(EXPRESSIONS, EXPRESSIONS, VALUES, st.sampled_from([2, 3, 4, 5, 12, -2]))
def test_arithmetic_is_that_of_the_values(a: Expression, b: Expression, values: dict[str, int], by: int) -> None:
    x, y = a.at(values), b.at(values)
    assert (a + b).at(values) == x + y
    assert (a - b).at(values) == x - y
    assert (a * b).at(values) == x * y
    assert (a // n(by)).at(values) == x // by
    assert (a % n(by)).at(values) == x % by


@given(EXPRESSIONS, VALUES, st.integers(1, 50))
def test_values_in_the_place_of_variables(expression: Expression, values: dict[str, int], twice: int) -> None:
    other = expression.replace({"H": n(2) * W, "C": twice})
    assert other.variables <= {"W"}
    assert other.at(values) == expression.at(values | {"H": 2 * values["W"], "C": twice})


def test_the_order_of_terms_does_not_matter() -> None:
    assert H + W == W + H
    assert hash(H * W + C) == hash(C + W * H)
    assert H // n(2) != W // n(2)


def test_variables_are_found_within_divisions() -> None:
    assert ((H + C) // n(2) * W).variables == {"H", "C", "W"}

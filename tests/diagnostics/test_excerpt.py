"""What a person reads: layout, alignment, and nothing that harms the terminal."""

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archspec.diagnostics import Diagnostic, Label, SourceFile, Span, SpecError
from archspec.diagnostics.excerpt import render, render_all
from tests.diagnostics.cases import CASES
from tests.diagnostics.marked import marked, span_of
from tests.golden import Golden
from tests.work import allocated, counted

EXCERPTS = Path(__file__).parent / "excerpts"

LANGUAGE_EXAMPLE = """\
error[linear-in-features]: Linear gets 1408 features, not 1440
   ┌─ specs/inception_mnist.yaml:48:30
   │
47 │   flatten: Flatten
   │            ^^^^^^^ makes 1408 features: 88 x 4 x 4 flattened
48 │   fc: {Linear: {in_features: 1440, out_features: 10}}
   │                              ^^^^ declared here
   │
   = module: fc
   = help: write 1408, or leave in_features out and it is inferred"""


def plain(text: str) -> str:
    """Without the styles."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def columns(text: str) -> int:
    """The columns that a terminal gives to a printable text."""
    return sum(
        0
        if unicodedata.category(c) in ("Mn", "Me") or "\u1160" <= c <= "\u11ff"
        else 1 + (unicodedata.east_asian_width(c) in "WF")
        for c in text
    )


def test_the_example_of_the_language() -> None:
    assert render(CASES["language"]()) == LANGUAGE_EXAMPLE


@pytest.mark.parametrize("name", CASES)
def test_excerpt(name: str, golden: Golden) -> None:
    golden(EXCERPTS / f"{name}.txt", render(CASES[name]()) + "\n")


@pytest.mark.parametrize("name", CASES)
def test_color_changes_no_letter(name: str) -> None:
    diagnostic = CASES[name]()
    colored = render(diagnostic, color=True)
    assert plain(colored) == render(diagnostic)
    assert ("\x1b[1;33m" if diagnostic.severity == "warning" else "\x1b[1;31m") in colored


def test_every_excerpt_has_a_case() -> None:
    assert {path.stem for path in EXCERPTS.iterdir()} == set(CASES)


def test_several_are_separated_by_an_empty_line() -> None:
    one, two = CASES["bare"](), CASES["warning"]()
    assert render_all([one, two]) == f"{render(one)}\n\n{render(two)}"
    assert render_all([]) == ""


def test_spec_error_reads_as_the_excerpts() -> None:
    assert str(SpecError([CASES["language"]()])) == LANGUAGE_EXAMPLE


def test_one_file_read_twice_is_one_block() -> None:
    (a,) = marked("x: «1»\ny: 2\n")
    (b,) = marked("x: 1\ny: «2»\n")
    text = render(Diagnostic("shape", "m", a, notes=(Label(b, "second"),)))
    assert text.count("┌─") == 1


LINE = st.lists(
    st.one_of(
        st.sampled_from("abc xyz:{}[]\t"),
        st.sampled_from("漢字カナ한글🎉é\u0301\u0308\u200d\u202e\x1b\x9b\x07\u00a0\ufeff\u1161\ud800"),
        st.characters(),
    ),
    max_size=20,
).map("".join)


@given(st.data(), st.lists(LINE, min_size=1, max_size=6))
def test_carets_stand_under_the_token(data, lines: list[str]) -> None:
    text = "\n".join(lines).lstrip("\ufeff")  # a byte order mark has no column
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    span = span_of(SourceFile("f", text), start, end)
    shown = render(Diagnostic("shape", "m", span, label="here")).split("\n")
    assert all(line.isprintable() for line in shown)
    if not text:
        return
    above, carets = shown[3:5]
    assert re.fullmatch(r" *│ +\^+ here", carets)
    first = carets.index("^")
    last = carets.rindex("^") + 1
    assert columns(above) <= 120
    token = text[start:end]
    if token.isprintable() and token.strip() and columns(token[0]) and "\\" not in above and len(text) < 60:
        with_columns = "".join(c for c in token if columns(c))
        assert _columns_between(above, first, last) in (with_columns, with_columns.rstrip())


def _columns_between(line: str, first: int, last: int) -> str:
    """The part of a printed line that stands in these columns."""
    part = ""
    at = 0
    for character in line:
        if first <= at < last and columns(character):
            part += character
        at += columns(character)
    return part


@given(st.data(), st.text(max_size=300))
def test_any_span_is_rendered(data, text: str) -> None:
    """Also one that does not lie in its text: a message is never lost to the drawing of its excerpt."""
    number = st.integers(-3, 400)
    source = SourceFile("f", text)
    spans = [Span(source, *(data.draw(number) for _ in range(4))) for _ in range(3)]
    notes = tuple(Label(span, data.draw(st.text(max_size=5))) for span in spans[1:])
    shown = render(Diagnostic("shape", data.draw(st.text(max_size=9)), spans[0], notes=notes))
    assert all(line.isprintable() for line in shown.split("\n"))


@given(st.integers(0, 3000), st.integers(1, 3000), st.sampled_from("x漢\t\u0301\x1b"))
def test_a_long_line_is_cut_around_the_token(before: int, length: int, letter: str) -> None:
    source = SourceFile("f", letter * before + "T" * length + letter * 3000)
    span = Span(source, 1, before + 1, 1, before + length + 1)
    above, carets = render(Diagnostic("shape", "m", span)).split("\n")[3:5]
    assert columns(above) <= 120
    assert columns(carets) <= 120
    first, last = carets.index("^"), len(carets)
    covered = _columns_between(above, first, last)
    assert set(covered) == {"T"}
    assert len(covered) == min(length, len(covered))
    assert len(covered) == length or len(covered) >= 80


def test_a_text_of_16_mebibytes_in_one_line_is_quick() -> None:
    (token,) = marked("«x»")
    source = SourceFile("f", "a" * 8_000_000 + "T" + "b" * 8_000_000)
    with counted() as calls, allocated() as peak:
        shown = render(Diagnostic("shape", "m", Span(source, 1, 8_000_001, 1, 8_000_002), notes=(Label(token, "x"),)))
    assert calls() < 10_000
    assert peak() < 1_000_000
    assert "aTb" in shown


def test_many_diagnostics_of_a_large_file_are_quick() -> None:
    source = SourceFile("f", "- ReLU\n" * 100_000)
    with counted() as calls:
        for line in range(1, 2_000):
            render(Diagnostic("shape", "m", Span(source, line, 3, line, 7)))
    assert calls() < 500 * 2_000

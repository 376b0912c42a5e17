"""Lines and columns to offsets."""

from archspec.diagnostics import SourceFile
from archspec.diagnostics.lines import line_bounds, offset

SOURCE = SourceFile("f", "\ufeffab\r\nc\rd\n\nlast")


def test_a_line_ends_at_lf_crlf_and_cr() -> None:
    lines = [SOURCE.text[slice(*line_bounds(SOURCE, line))] for line in range(1, 7)]
    assert lines == ["ab", "c", "d", "", "last", ""]


def test_nothing_else_ends_a_line() -> None:
    source = SourceFile("f", "a\x85b\u2028c\x0bd\x0ce")
    assert line_bounds(source, 1) == (0, len(source.text))


def test_offset() -> None:
    assert offset(SOURCE, 1, 1) == 1
    assert offset(SOURCE, 1, 3) == 3
    assert offset(SOURCE, 5, 1) == SOURCE.text.index("last")
    assert offset(SOURCE, 5, 5) == len(SOURCE.text)


def test_no_such_place() -> None:
    assert offset(SOURCE, 0, 1) is None
    assert offset(SOURCE, 6, 1) is None
    assert offset(SOURCE, 1, 0) is None
    assert offset(SOURCE, 1, 4) is None

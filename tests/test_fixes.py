"""Fixes: the edits are made, and not a byte more."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archspec.diagnostics import Diagnostic, Edit, Fix, SourceFile, Span
from archspec.fixes import Change, patched, plan, write
from tests.diagnostics.marked import marked, span_of


def wrong(*edits: Edit) -> Diagnostic:
    return Diagnostic("shape", "m", edits[0].span, fix=Fix("mend it", edits))


def read(path: Path) -> SourceFile:
    """As archspec.source reads a file."""
    return SourceFile(path.name, path.read_bytes().removeprefix(b"\xef\xbb\xbf").decode(), path)


def edit(source: SourceFile, old: str, new: str) -> Edit:
    start = source.text.index(old)
    return Edit(span_of(source, start, start + len(old)), new)


# the text


@pytest.mark.parametrize(
    ("text", "new", "expected"),
    [
        ("x: «1440»\n", ["1408"], "x: 1408\n"),
        ("x: «1440»", ["1408"], "x: 1408"),
        ("x: «1»\r\ny:\t«2»\r\n", ["10", ""], "x: 10\r\ny:\t\r\n"),
        ("\ufeffx: «1»\n", ["2"], "\ufeffx: 2\n"),
        ("a: «1»\rb: «2»  \n\n", ["3", "4"], "a: 3\rb: 4  \n\n"),
        ("漢🎉: «é»\n", ["e\u0301"], "漢🎉: e\u0301\n"),
        ("«a»«b»", ["1", "2"], "12"),
        ("«a\nb»c", ["x"], "xc"),
        ("a«»b«»", ["1", "2"], "a1b2"),
        ("«»", ["x"], "x"),
        ("a«»«b»", ["1", "2"], "a12"),
    ],
)
def test_patched(text: str, new: list[str], expected: str) -> None:
    spans = marked(text)
    edits = [Edit(span, piece) for span, piece in zip(spans, new, strict=True)]
    assert patched(spans[0].source, edits) == expected
    assert patched(spans[0].source, reversed(edits)) == expected
    assert patched(spans[0].source, edits * 2) == expected


@pytest.mark.parametrize("text", ["«a«b»c»", "«a«b»»", "«««»»»"])
def test_overlapping_edits(text: str) -> None:
    spans = marked(text)
    with pytest.raises(ValueError, match="overlap"):
        patched(spans[0].source, [Edit(span, str(i)) for i, span in enumerate(spans)])


@pytest.mark.parametrize("place", [(1, 2, 1, 5), (2, 1, 2, 1), (1, 0, 1, 1), (1, 2, 1, 1)])
def test_edits_outside_of_the_text(place: tuple[int, int, int, int]) -> None:
    source = SourceFile("f", "abc")
    with pytest.raises(ValueError, match="outside"):
        patched(source, [Edit(Span(source, *place), "x")])


@given(st.data(), st.text(st.one_of(st.sampled_from("ab \t\r\n"), st.characters(codec="utf-8"))))
def test_patched_is_what_slicing_makes(data, text: str) -> None:
    text = text.lstrip("\ufeff")
    source = SourceFile("f", text)
    cuts = [i for i in range(len(text) + 1) if text[i - 1 : i + 1] != "\r\n"]  # no place is inside a line break
    places = sorted(data.draw(st.lists(st.sampled_from(cuts), unique=True, max_size=8)))
    spans = list(zip(places[::2], places[1::2], strict=False))
    pieces = [data.draw(st.text(st.characters(codec="utf-8"), max_size=3)) for _ in spans]
    expected = text
    for (start, end), piece in reversed(list(zip(spans, pieces, strict=True))):
        expected = expected[:start] + piece + expected[end:]
    edits = [Edit(span_of(source, *span), piece) for span, piece in zip(spans, pieces, strict=True)]
    assert patched(source, data.draw(st.permutations(edits))) == expected


# the plan


@pytest.fixture
def spec(tmp_path: Path) -> SourceFile:
    path = tmp_path / "spec.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb:\t2 \r\n# caf\xc3\xa9\r\nc: 3")
    return read(path)


def made(diagnostics: list[Diagnostic], *named: Path) -> dict[str, str]:
    return {change.path.name: change.after for change in plan(diagnostics, named).changes}


def test_plan(spec: SourceFile) -> None:
    one, two = wrong(edit(spec, "1", "10")), wrong(edit(spec, "3", "30"))
    without = Diagnostic("shape", "m", one.span)
    assert spec.path is not None
    found = plan([two, without, one], [spec.path])
    assert found.fixed == (two, one)
    (change,) = found.changes
    assert change.before is spec
    assert change.after == "a: 10\r\nb:\t2 \r\n# café\r\nc: 30"


def test_nothing_to_fix(spec: SourceFile) -> None:
    assert plan([Diagnostic("shape", "m", edit(spec, "1", "").span)], [str(spec.path)]).changes == ()


def test_the_same_edit_twice_is_made_once(spec: SourceFile) -> None:
    diagnostics = [wrong(edit(spec, "1", "10")), wrong(edit(spec, "1", "10"), edit(spec, "3", "30"))]
    assert spec.path is not None
    found = plan(diagnostics, [spec.path])
    assert found.fixed == tuple(diagnostics)
    assert found.changes[0].after == "a: 10\r\nb:\t2 \r\n# café\r\nc: 30"


def test_of_conflicting_fixes_the_first_is_made_and_no_part_of_the_second(spec: SourceFile) -> None:
    first = wrong(edit(spec, "a: 1", "x"))
    second = wrong(edit(spec, "3", "30"), edit(spec, "1", "10"))
    third = wrong(edit(spec, "2", "20"))
    assert spec.path is not None
    found = plan([first, second, third], [spec.path])
    assert found.fixed == (first, third)
    assert found.changes[0].after == "x\r\nb:\t20 \r\n# café\r\nc: 3"


def test_a_fix_whose_own_edits_conflict_is_left_out(spec: SourceFile) -> None:
    diagnostic = wrong(edit(spec, "a: 1", "x"), edit(spec, "1", "10"))
    assert spec.path is not None
    assert plan([diagnostic], [spec.path]).fixed == ()


def test_only_named_files_are_changed(spec: SourceFile, tmp_path: Path) -> None:
    library = tmp_path / "library.yaml"
    library.write_text("k: 5\n")
    other = read(library)
    assert spec.path is not None
    both = wrong(edit(spec, "1", "10"), edit(other, "5", "50"))
    theirs = wrong(edit(other, "k", "l"))
    mine = wrong(edit(spec, "3", "30"))
    assert plan([both, theirs, mine], [spec.path]).fixed == (mine,)
    assert made([both, theirs, mine], spec.path, library) == {
        "spec.yaml": "a: 10\r\nb:\t2 \r\n# café\r\nc: 30",
        "library.yaml": "l: 50\n",
    }


def test_text_that_is_in_no_file_is_left_alone() -> None:
    (span,) = marked("«x»", "<stdin>")
    assert plan([wrong(Edit(span, "y"))], ["<stdin>", "-"]).changes == ()


def test_a_file_read_twice_and_named_by_other_paths_is_one_file(spec: SourceFile, tmp_path: Path) -> None:
    assert spec.path is not None
    folder = tmp_path / "folder"
    folder.mkdir()
    link = folder / "link.yaml"
    link.symlink_to(spec.path)
    again = SourceFile("link.yaml", spec.text, folder / ".." / "spec.yaml")
    diagnostics = [wrong(edit(spec, "1", "10")), wrong(edit(again, "1", "10")), wrong(edit(again, "3", "30"))]
    found = plan(diagnostics, [link])
    assert found.fixed == tuple(diagnostics)
    (change,) = found.changes
    assert change.path == Path(os.path.realpath(spec.path))
    assert change.after == "a: 10\r\nb:\t2 \r\n# café\r\nc: 30"


def test_a_file_that_changed_between_two_readings(spec: SourceFile) -> None:
    assert spec.path is not None
    later = SourceFile(spec.name, "z\n" + spec.text, spec.path)
    one, two = wrong(edit(spec, "1", "10")), wrong(edit(later, "3", "30"))
    assert plan([one, two], [spec.path]).fixed == (one,)


def test_an_edit_that_changes_nothing_changes_no_file(spec: SourceFile) -> None:
    assert spec.path is not None
    assert plan([wrong(edit(spec, "1", "1"))], [spec.path]).changes == ()


# the file


def test_write_keeps_every_other_byte(spec: SourceFile) -> None:
    assert spec.path is not None
    (change,) = plan([wrong(edit(spec, "1", "10"))], [spec.path]).changes
    write(change)
    assert spec.path.read_bytes() == b"\xef\xbb\xbfa: 10\r\nb:\t2 \r\n# caf\xc3\xa9\r\nc: 3"


@pytest.mark.parametrize("meanwhile", [b"a: 1\n", b"", b"#\na: 1\r\nb:\t2 \r\n# caf\xc3\xa9\r\nc: 3", b"\xff"])
def test_write_refuses_a_file_that_is_no_longer_what_was_read(spec: SourceFile, meanwhile: bytes) -> None:
    assert spec.path is not None
    (change,) = plan([wrong(edit(spec, "1", "10"))], [spec.path]).changes
    spec.path.write_bytes(meanwhile)
    with pytest.raises(OSError, match="meanwhile"):
        write(change)
    assert spec.path.read_bytes() == meanwhile


def test_write_to_a_file_that_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "gone"
    with pytest.raises(FileNotFoundError):
        write(Change(path, SourceFile("gone", "a", path), "b"))
    assert not path.exists()


@given(st.binary(max_size=40).filter(lambda data: b"\r" not in data), st.data())
def test_round_trip_of_any_utf8(tmp_path_factory, data: bytes, draw) -> None:
    """Whatever the bytes are, as long as they are UTF-8, an edit at their end adds and removes nothing else."""
    text = data.decode("utf-8", "ignore")
    path = tmp_path_factory.mktemp("fixes") / "spec.yaml"
    mark = draw.draw(st.sampled_from([b"", b"\xef\xbb\xbf"]))
    path.write_bytes(mark + text.encode())
    source = read(path)
    end = len(source.text)
    (change,) = plan([wrong(Edit(span_of(source, end, end), "z"))], [path]).changes
    write(change)
    assert path.read_bytes() == mark + text.encode() + b"z"

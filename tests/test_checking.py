"""Several specs checked together, and what `--fix` makes of them: certain edits only, byte for byte."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archspec import checking
from archspec.checking import Checked, Target
from archspec.source import read
from tests.specs_in_text import written

FOLDER = Path(__file__).parents[1] / "specs"
SPECS = [path for path in sorted(FOLDER.glob("*.yaml")) if "\nmodel:" in path.read_text()]


def targets(*paths: Path) -> list[Target]:
    return [Target(read(path, path.name), path.parent) for path in paths]


def found(*paths: Path) -> list[str]:
    """Every mistake as `file:line:column rule`."""
    return told(checking.check(targets(*paths)))


def told(checked: Checked) -> list[str]:
    return [f"{d.span.file}:{d.span.line}:{d.span.column} {d.rule}" for d in checked.diagnostics]


def mend(*paths: Path) -> tuple[list[str], dict[str, int]]:
    """What remains, and how much was mended in each file."""
    named = targets(*paths)
    mended = checking.fix(named, checking.check(named))
    assert not mended.failed
    return told(mended.checked), dict(mended.written)


def reasons(*paths: Path) -> list[str]:
    """Why each mistake that `--fix` leaves remains."""
    named = targets(*paths)
    return [reason for _, reason in checking.fix(named, checking.check(named)).left]


def unwritten(*paths: Path) -> list[str]:
    """The files that `--fix` could not write, and why."""
    named = targets(*paths)
    return [f"{error.filename}: {error.strerror}" for error in checking.fix(named, checking.check(named)).failed]


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    return tmp_path / "spec.yaml"


# byte for byte


BYTES = {
    "a declared size": (b"input: 784\nmodel: [Linear: {in_features: 700, out_features: 10}]\n", [(b"700", b"784")]),
    "a misspelt kind": (b"input: 784\nmodel: [Linar: 10]", [(b"Linar", b"Linear")]),
    "CRLF": (b"input: 784\r\nmodel:\r\n  - Linar: 10\r\n  - ReLu\r\n", [(b"Linar", b"Linear"), (b"ReLu", b"ReLU")]),
    "CR": (b"input: 784\rmodel:\r  - ReLu\r", [(b"ReLu", b"ReLU")]),
    "mixed line breaks": (b"input: 8\r\n\nmodel:\r\n  - Tanh\n  - ReLu\r\n", [(b"ReLu", b"ReLU")]),
    "a byte order mark": (b"\xef\xbb\xbfinput: 784\nmodel: [ReLu]\n", [(b"ReLu", b"ReLU")]),
    "a tab in a comment": (b"input: 8 #\t\t in\nmodel:\n  - Tanh #\there\n  - ReLu\t# x\n", [(b"ReLu", b"ReLU")]),
    "trailing blanks": (b"input: 8  \nmodel:   \n  - ReLu   \n\n\n   ", [(b"ReLu", b"ReLU")]),
    "no ASCII before it on its line": (
        '# café 漢\u00a0\ninput: 8\nmodel: [{name: a, shape: "8", ReLu: }] # 🎉\n'.encode(),
        [(b"ReLu", b"ReLU")],
    ),
    "beyond the basic plane before it": (
        'input: 8\ndefaults: {Dropout: {p: 0.5}}\nmodel: [{Dropout: {"p": 0.5}}, # 🎉\n  ReLu] # 🎉🎉\n'.encode(),
        [(b"ReLu", b"ReLU")],
    ),
    "several on one line": (
        b"input: 784\nmodel: [Linear: {in_featurs: 784, out_featurs: 10}, ReLu, Tahn]\n",
        [(b"in_featurs", b"in_features"), (b"out_featurs", b"out_features"), (b"ReLu", b"ReLU"), (b"Tahn", b"Tanh")],
    ),
    "the same slip in two places": (b"input: 8\nmodel: [ReLu, Tanh, ReLu]\n", [(b"ReLu", b"ReLU")]),
    "quoted sizes and comments stay": (
        b"input: 784 # 700\nmodel:\n  - Linear: {in_features: 700, out_features: 10}  # was 701\n",
        [(b"features: 700", b"features: 784")],
    ),
    "an anchor and its alias": (
        b"input: 8\nmodel:\n  - &a {Linear: {in_features: 9, out_features: 8}}\n  - *a\n",
        [(b"9", b"8")],
    ),
}


@pytest.mark.parametrize(("before", "edits"), BYTES.values(), ids=BYTES)
def test_the_edits_and_not_another_byte(spec: Path, before: bytes, edits: list[tuple[bytes, bytes]]) -> None:
    spec.write_bytes(before)
    assert found(spec) != []
    remaining, mended = mend(spec)
    expected = before
    for old, new in edits:
        expected = expected.replace(old, new)
    assert spec.read_bytes() == expected
    assert remaining == []
    assert mended == {"spec.yaml": len(edits)}


@settings(max_examples=40)
@given(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\ufeff￾￿")),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_whatever_stands_around_it_stays(tmp_path_factory, words: str, line_break: str, mark: bool) -> None:
    spec = tmp_path_factory.mktemp("fix") / "spec.yaml"
    quoted = words.replace("'", "''")
    lines = [f"# {words}", f"name: '{quoted}'", "input: 8", f"model: [Tahn, {{name: a, ReLu: }}] # {words}", "# end"]
    before = b"\xef\xbb\xbf" * mark + line_break.join(lines).encode()
    spec.write_bytes(before)
    assert mend(spec) == ([], {"spec.yaml": 2})
    model = before.rindex(b"model: [Tahn")
    assert spec.read_bytes() == before[:model] + before[model:].replace(b"Tahn", b"Tanh", 1).replace(
        b"ReLu", b"ReLU", 1
    )


SLIPS = {
    "Conv2d": "Cnov2d",
    "MaxPool2d": "MaxPol2d",
    "BatchNorm2d": "Batchnorm2D",
    "Flatten": "Flaten",
    "Linear": "Linaer",
    "kernel_size": "kernal_size",
    "out_channels": "out_chanels",
    "padding": "paddding",
}


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_a_published_network_with_slips_in_it_is_made_what_it_was(path: Path, spec: Path) -> None:
    right = path.read_text()
    head, model, nodes = right.partition("\nmodel:")
    for word, slip in SLIPS.items():
        nodes = re.sub(rf"(?m)^([^#\n]*?)\b{word}\b", rf"\g<1>{slip}", nodes, count=1)
    spec.write_text(head + model + nodes)
    assert found(spec) != []
    assert mend(spec)[0] == []
    assert spec.read_text() == right


# rounds


def test_a_mended_mistake_uncovers_the_next(spec: Path) -> None:
    """An unknown kind hides its arguments, a misspelt argument its value: three rounds, on one line."""
    spec.write_text("input: 1x28x28\nmodel: [Flatten, Linar: {in_featurs: 700, out_features: 10}]\n")
    assert found(spec) == ["spec.yaml:2:18 unknown-kind"]
    assert mend(spec) == ([], {"spec.yaml": 3})
    assert spec.read_text() == "input: 1x28x28\nmodel: [Flatten, Linear: {in_features: 784, out_features: 10}]\n"


def test_what_cannot_be_mended_remains(spec: Path) -> None:
    spec.write_text("input: 8\nmodel:\n  - ReLu\n  - Frobnicate\n  - Tahn\n")
    assert mend(spec) == (["spec.yaml:4:5 unknown-kind"], {"spec.yaml": 2})
    assert spec.read_text() == "input: 8\nmodel:\n  - ReLU\n  - Frobnicate\n  - Tanh\n"


def test_one_fix_that_is_refused_keeps_none_of_the_others_back(tmp_path: Path) -> None:
    kinds = ["Tahn", "ReLu", "Sigmod", "Softpls", "LeakyRelu", "Hardswsh", "Flaten", "Identty", "GELu", "Mishh"]
    model = "".join(f"  - {kind}\n" for kind in kinds)
    written(
        tmp_path,
        lib="blocks:\n  Head: {body: [{Linear: {in_features: 5, out_features: 1}}]}\n",
        a=f"input: 8\nimport: lib.yaml\nmodel:\n  - Head\n{model}",
        b="input: 9\nimport: lib.yaml\nmodel: [Head]\n",
    )
    named = [tmp_path / f"{name}.yaml" for name in ("a", "b", "lib")]
    remaining, mended = mend(*named)
    assert remaining == [f"{shown(tmp_path / 'lib.yaml')}:2:40 linear-in-features"]
    assert mended == {"a.yaml": len(kinds)}


@pytest.mark.parametrize(("before", "_"), BYTES.values(), ids=BYTES)
def test_a_second_time_changes_nothing(spec: Path, before: bytes, _: object) -> None:
    spec.write_bytes(before)
    mend(spec)
    once = spec.read_bytes(), spec.stat().st_mtime_ns
    assert mend(spec) == ([], {})
    assert (spec.read_bytes(), spec.stat().st_mtime_ns) == once


def test_what_is_right_is_not_written(spec: Path) -> None:
    spec.write_text("input: 8\nmodel: [ReLU]\n")
    before = spec.stat().st_ino, spec.stat().st_mtime_ns
    assert mend(spec) == ([], {})
    assert (spec.stat().st_ino, spec.stat().st_mtime_ns) == before


# edits that would break something


NEEDS_DIFFER = {
    "a block called with two sizes": """
        input: 784
        blocks:
          Head: {body: [{Linear: {in_features: 5, out_features: 10}}]}
        model: [Head, Head]
    """,
    "right for one call, wrong for the other": """
        input: 784
        blocks:
          Head: {body: [{Linear: {in_features: 784, out_features: 10}}]}
        model: [Head, Head]
    """,
    "a loop over two sizes": """
        input: 784
        model:
          - for: n in [10, 20]
            Linear: {in_features: 5, out_features: n}
    """,
    "an alias at two sizes": """
        input: 784
        model:
          - &a {Linear: {in_features: 5, out_features: 10}}
          - *a
    """,
}


@pytest.mark.parametrize("text", NEEDS_DIFFER.values(), ids=NEEDS_DIFFER)
def test_a_size_that_must_differ_from_call_to_call_is_left_out(spec: Path, text: str) -> None:
    spec.write_text(dedent(text))
    assert mend(spec) == ([], {"spec.yaml": 1})
    assert spec.read_text() == re.sub(r"in_features: \d+, ", "", dedent(text))


NO_EDIT = {
    "a size on a line of its own": """
        input: 784
        blocks:
          Head:
            body:
              - Linear:
                  in_features: 5
                  out_features: 10
        model: [Head, Head]
    """,
    "a shape that differs from round to round": """
        input: 784
        model:
          - for: n in [10, 20]
            shape: 5
            Linear: n
    """,
    "a default that fits no two layers": """
        input: 3x8x8
        defaults: {Conv2d: {in_channels: 5}}
        model:
          - Conv2d: {out_channels: 4, kernel_size: 1}
          - Conv2d: {out_channels: 6, kernel_size: 1}
    """,
    "a param that is right elsewhere": """
        input: 8
        params: {n: 5}
        model: [Linear: {in_features: n, out_features: n}]
    """,
}


@pytest.mark.parametrize("text", NO_EDIT.values(), ids=NO_EDIT)
def test_no_edit_breaks_another_call(spec: Path, text: str) -> None:
    spec.write_text(dedent(text))
    before, mistakes = spec.read_bytes(), found(spec)
    assert mistakes != []
    assert mend(spec) == (mistakes, {})
    assert spec.read_bytes() == before


def test_a_block_whose_calls_agree_is_mended(spec: Path) -> None:
    spec.write_text(
        dedent("""
            input: 10
            blocks:
              Head: {body: [{Linear: {in_features: 5, out_features: 10}}]}
            model: [Head, Head]
        """)
    )
    assert mend(spec) == ([], {"spec.yaml": 1})


# several files


LIBRARY = "blocks:\n  Head: {body: [{Linear: {in_features: 5, out_features: 1}}]}\n"


@pytest.fixture
def library(tmp_path: Path) -> dict[str, Path]:
    """Two specs that use one library with a wrong size, 8 being right for one of them and 9 for the other."""
    written(
        tmp_path,
        lib=LIBRARY,
        eight="input: 8\nimport: lib.yaml\nmodel: [Head]\n",
        nine="input: 9\nimport: lib.yaml\nmodel: [Head]\n",
    )
    return {name: tmp_path / f"{name}.yaml" for name in ("lib", "eight", "nine")}


def test_an_imported_file_is_not_edited(library: Mapping[str, Path]) -> None:
    remaining, mended = mend(library["eight"])
    assert remaining == [f"{shown(library['lib'])}:2:40 linear-in-features"]
    assert mended == {}
    assert reasons(library["eight"]) == [f"{shown(library['lib'])} is not named on the command line"]
    assert library["lib"].read_text() == LIBRARY


def test_it_is_edited_where_it_is_named_too(library: Mapping[str, Path]) -> None:
    assert mend(library["eight"], library["lib"]) == ([], {"lib.yaml": 1})
    assert library["lib"].read_text() == LIBRARY.replace("5", "8")
    assert library["eight"].read_text() == "input: 8\nimport: lib.yaml\nmodel: [Head]\n"


def test_specs_that_need_different_sizes_are_left_alone(library: Mapping[str, Path]) -> None:
    remaining, mended = mend(*library.values())
    assert remaining == [f"{shown(library['lib'])}:2:40 linear-in-features"]
    assert mended == {}
    assert reasons(*library.values()) == ["nine.yaml needs another size"]
    assert library["lib"].read_text() == LIBRARY


def test_no_spec_that_was_right_is_broken(library: Mapping[str, Path]) -> None:
    library["lib"].write_text(LIBRARY.replace("5", "8"))
    assert mend(library["nine"], library["eight"], library["lib"])[1] == {}
    assert reasons(library["nine"], library["eight"], library["lib"]) == ["eight.yaml is right as it is"]
    assert found(library["eight"]) == []


def test_the_base_of_a_variant_is_not_edited(tmp_path: Path) -> None:
    base = "input: 8\nparams: {n: 4}\nmodel: [Linear: {in_features: 5, out_features: n}]\n"
    written(tmp_path, base=base, variant="extends: base.yaml\nparams: {n: 3}\n")
    assert mend(tmp_path / "variant.yaml")[1] == {}
    assert (tmp_path / "base.yaml").read_text() == base
    assert mend(tmp_path / "variant.yaml", tmp_path / "base.yaml") == ([], {"base.yaml": 1})
    assert (tmp_path / "base.yaml").read_text() == base.replace("5", "8")


def test_a_mistake_of_a_shared_file_is_told_once(library: Mapping[str, Path]) -> None:
    assert found(library["eight"], library["nine"]) == [f"{shown(library['lib'])}:2:40 linear-in-features"]


def test_a_file_named_by_two_paths_is_mended_once(spec: Path) -> None:
    spec.write_text("input: 8\nmodel: [ReLu]\n")
    again = spec.parent / "folder" / ".." / "spec.yaml"
    again.parent.parent.mkdir()
    assert mend(spec, again) == ([], {"spec.yaml": 1})
    assert spec.read_text() == "input: 8\nmodel: [ReLU]\n"


def shown(path: Path) -> str:
    """As an imported file is called: relative to the working directory."""
    return os.path.relpath(path)


# the file


def test_its_mode_is_kept(spec: Path) -> None:
    spec.write_text("input: 8\nmodel: [ReLu]\n")
    spec.chmod(0o640)
    mend(spec)
    assert stat.S_IMODE(spec.stat().st_mode) == 0o640


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real = tmp_path / "real.yaml"
    real.write_text("input: 8\nmodel: [ReLu]\n")
    link = tmp_path / "link.yaml"
    link.symlink_to(real)
    assert mend(link) == ([], {"link.yaml": 1})
    assert link.is_symlink()
    assert real.read_text() == "input: 8\nmodel: [ReLU]\n"


def test_a_file_that_is_read_only_stays_as_it_is(spec: Path) -> None:
    spec.write_text("input: 8\nmodel: [ReLu]\n")
    spec.chmod(0o444)
    assert unwritten(spec) == ["spec.yaml: it is read-only"]
    assert spec.read_text() == "input: 8\nmodel: [ReLu]\n"


def test_a_write_that_fails_leaves_the_old_file_and_no_other(spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec.write_text("input: 8\nmodel: [ReLu]\n")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert unwritten(spec) == ["spec.yaml: No space left on device"]
    assert [path.name for path in spec.parent.iterdir()] == ["spec.yaml"]
    assert spec.read_text() == "input: 8\nmodel: [ReLu]\n"


def test_a_file_that_changes_meanwhile_is_not_overwritten(spec: Path) -> None:
    spec.write_text("input: 8\nmodel: [ReLu]\n")
    named = targets(spec)
    checked = checking.check(named)
    spec.write_text("input: 8\nmodel: [ReLu, Tanh]\n")
    (error,) = checking.fix(named, checked).failed
    assert error.strerror == "it was changed by someone else meanwhile"
    assert spec.read_text() == "input: 8\nmodel: [ReLu, Tanh]\n"


def test_of_several_files_those_that_can_be_written_are(tmp_path: Path) -> None:
    wrong = "input: 8\nmodel: [ReLu]\n"
    written(tmp_path, **dict.fromkeys(("a", "b", "c", "d"), wrong))
    a, b, c, d = (tmp_path / f"{name}.yaml" for name in "abcd")
    named = targets(a, b, c, d)
    checked = checking.check(named)
    b.chmod(0o444)
    c.unlink()
    mended = checking.fix(named, checked)
    assert mended.written == {"a.yaml": 1, "d.yaml": 1}
    assert [(e.filename, e.strerror) for e in mended.failed] == [
        ("b.yaml", "it is read-only"),
        ("c.yaml", "No such file or directory"),
    ]
    assert [(left.span.file, reason) for left, reason in mended.left] == [
        ("b.yaml", "b.yaml cannot be written"),
        ("c.yaml", "c.yaml cannot be written"),
    ]
    assert a.read_text() == d.read_text() == wrong.replace("ReLu", "ReLU")
    assert b.read_text() == wrong


# why a mistake remains


REASONS = {
    "an assertion is its author's word": """
        input: 8
        model: [{Linear: 4, shape: 5}]
    """,
    "it comes to 784 and 10 in turn": """
        input: 784
        blocks:
          Head:
            body:
              - Linear:
                  in_features: 5
                  out_features: 10
        model: [Head, Head]
    """,
    "an expression gives the size, and what it reads may be right elsewhere": """
        input: 8
        params: {n: 5}
        model: [Linear: {in_features: n, out_features: n}]
    """,
    "no one edit is certain": """
        input: 8
        model: [Frobnicate]
    """,
}


@pytest.mark.parametrize(("reason", "text"), REASONS.items(), ids=REASONS)
def test_what_is_left_has_a_reason(spec: Path, reason: str, text: str) -> None:
    spec.write_text(dedent(text))
    assert reasons(spec) == [reason]
    assert spec.read_text() == dedent(text)


ASSERTIONS = ["{output: 5}", "{params: 63}", "{macs: 5}", "{layers: 4}", "{output: 5, params: 1, macs: 1, layers: 7}"]


@pytest.mark.parametrize("expect", ASSERTIONS)
def test_an_expectation_is_not_edited(spec: Path, expect: str) -> None:
    before = f"input: 8\nmodel: [Linear: 4]\nexpect: {expect}\n"
    spec.write_text(before)
    assert reasons(spec) == ["an assertion is its author's word"]
    assert spec.read_text() == before

"""Every mistake beside what `archspec check` says of it, word for word: tests/errors/*.md.

`make docs` writes what is said now; a person reads it as one who made the slip.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from archspec.cli import app
from archspec.diagnostics.rules import RULES
from tests.errors_in_markdown import Case, cases, files, read, update

_HEAD = re.compile(r"^(error|warning)\[([\w-]+)\]: (.+)$", re.MULTILINE)
_USAGE = re.compile(r"^error: (.+)$", re.MULTILINE)


def run(arguments: list[str]) -> Result:
    return CliRunner().invoke(app, arguments, catch_exceptions=False)


def said(result: Result) -> str:
    """What a person gets to read: the mistakes of the spec, or the one of the command line."""
    return result.stderr if result.exit_code == 2 or not result.stdout else result.stdout


def diagnostics(text: str) -> list[tuple[str, str]]:
    """The rule and the message of everything that was said."""
    return [(rule, message) for _, rule, message in _HEAD.findall(text)]


def named(case: Case) -> list[str]:
    """The files that the command names."""
    return [word for word in case.arguments() if word in case.files]


def actual(case: Case, folder: Path) -> Case:
    """The case with what is said now and what the fixes make now."""
    case.write(folder)
    text = said(run(case.arguments()))
    run([*case.arguments(), "--fix"])
    after = {name: (folder / name).read_bytes() for name in case.files}
    return replace(
        case, text=text, fixed={name: new.decode() for name, new in after.items() if new != case.files[name]}
    )


@pytest.mark.update
@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_update(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new = []
    for number, case in enumerate(read(path)):
        folder = tmp_path / str(number)
        folder.mkdir()
        monkeypatch.chdir(folder)
        new.append(actual(case, folder))
    update(path, new)


@pytest.mark.parametrize("case", cases(), ids=str)
def test_mistake(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert actual(case, tmp_path) == case


@pytest.mark.parametrize("case", cases(), ids=str)
def test_one_mistake_is_one_diagnostic(case: Case) -> None:
    found = diagnostics(case.text)
    if not found:
        assert len(_USAGE.findall(case.text)) == 1, "neither a diagnostic nor a wrong command line"
        return
    assert [rule for rule, _ in found] == [case.rule]


@pytest.mark.parametrize("case", [case for case in cases() if case.fixed], ids=str)
def test_fix_mends_the_mistake_and_makes_no_other(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert set(case.fixed) <= set(named(case)), "only files that are named are changed"
    case.write(tmp_path)
    result = run([*case.arguments(), "--fix"])
    assert diagnostics(result.stdout) == []
    assert result.exit_code == 0


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_golden(rule: str) -> None:
    assert rule in {path.stem for path in files()}


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_file_is_called_after_its_rule(path: Path) -> None:
    assert path.stem in RULES
    lines = path.read_text().splitlines()
    assert lines[:3] == [f"# {path.stem}", "", RULES[path.stem]]

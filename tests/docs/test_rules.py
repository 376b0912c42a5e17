"""Every rule has its page: the wrong spec breaks it and says what the page shows, the right one breaks none.

`make docs` writes the messages and the index anew, for a person to read.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import Result

from archspec.api import Source, analyze
from archspec.cli.common import USAGE_RULES, read_params
from archspec.diagnostics import SpecError
from archspec.diagnostics.rules import GROUPS, RULES
from archspec.report import explain
from archspec.report.explain.page import FOLDER, Example
from tests.cli.running import run
from tests.golden import Golden

INDEX = FOLDER / "index.md"

_HEAD = re.compile(r"^(?:error|warning)\[([\w-]+)\]: ", re.MULTILINE)


def tried(example: Example, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Result:
    """The command of an example, run where its files are."""
    monkeypatch.chdir(folder)
    for name in example.files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(example.content(name))
    return run(*example.command.split()[1:])


def said(result: Result) -> str:
    """What a person gets to read: the mistakes of the spec, or the one of the command line."""
    return result.stderr if result.exit_code == 2 or not result.stdout else result.stdout


@pytest.mark.update
@pytest.mark.parametrize("rule", RULES)
def test_update(rule: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = explain.page(rule)
    new = said(tried(page.wrong, tmp_path, monkeypatch))
    text = explain.source(rule).replace(f"```text\n{page.wrong.says}```\n", f"```text\n{new}```\n")
    (FOLDER / f"{rule}.md").write_text(text)


def test_every_rule_has_a_page_and_every_page_a_rule() -> None:
    assert {path.stem for path in FOLDER.glob("*.md")} == {*RULES, INDEX.stem}


def test_every_rule_stands_in_one_group() -> None:
    assert len(RULES) == sum(map(len, GROUPS.values()))


def test_index(golden: Golden) -> None:
    golden(INDEX, explain.render_list("markdown"))


@pytest.mark.parametrize("rule", RULES)
def test_page_says_what_the_rule_is_and_why(rule: str) -> None:
    head, *sections = re.split(r"^## (.+)\n", explain.source(rule), flags=re.MULTILINE)
    assert head.startswith(f"# {rule}\n\n{RULES[rule]}\n\n")
    assert sections[::2] == ["Wrong", "Right"]
    assert explain.page(rule).why
    assert max(map(len, head.splitlines())) <= 120


@pytest.mark.parametrize("rule", RULES)
def test_wrong_spec_breaks_this_rule_alone_and_says_so(
    rule: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    example = explain.page(rule).wrong
    text = said(tried(example, tmp_path, monkeypatch))
    assert text == example.says, "`make docs` writes it anew"
    if rule not in USAGE_RULES:  # a wrong command line is one sentence, without its rule
        assert _HEAD.findall(text) == [rule]


@pytest.mark.parametrize("rule", USAGE_RULES)
def test_wrong_command_line_breaks_this_rule(rule: str) -> None:
    example = explain.page(rule).wrong
    *_, option, value = example.command.split()
    given = {"params": read_params([value])} if option == "--set" else {"input": value}
    with pytest.raises(SpecError) as caught:
        analyze(Source(example.files["net.yaml"]), **given)
    assert [diagnostic.rule for diagnostic in caught.value.diagnostics] == [rule]


@pytest.mark.parametrize("rule", RULES)
def test_right_spec_is_right(rule: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    example = explain.page(rule).right
    result = tried(example, tmp_path, monkeypatch)
    assert (result.exit_code, _HEAD.findall(result.output)) == (0, [])
    assert not example.says


@pytest.mark.parametrize("rule", RULES)
def test_right_spec_is_the_wrong_one_mended(rule: str) -> None:
    page = explain.page(rule)
    assert (page.wrong.files, page.wrong.command) != (page.right.files, page.right.command)

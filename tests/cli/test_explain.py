"""archspec explain: the page of a rule, in the terminal."""

from __future__ import annotations

import json

import pytest

from archspec.diagnostics.rules import GROUPS, RULES
from archspec.report import explain
from tests.cli.running import run

CONV_GROUPS = """\
conv-groups

A convolution's groups do not divide its channels.

A grouped convolution splits the input channels and the output channels into
that many equal parts, and convolves each with its own. So `groups` divides
both. A depthwise convolution has `groups: in_channels`.

Wrong

    input: 3x32x32
    model:
      - Conv2d: {out_channels: 8, kernel_size: 3, groups: 2}

    error[conv-groups]: Conv2d gets 3 channels, which do not divide into 2 groups
      ┌─ net.yaml:3:55
      │
    1 │ input: 3x32x32
      │        ^^^^^^^ the input is 3x32x32
    2 │ model:
    3 │   - Conv2d: {out_channels: 8, kernel_size: 3, groups: 2}
      │                                                       ^
      │
      = module: 0
      = help: groups must divide both 3 and 8

Right

    input: 3x32x32
    model:
      - Conv2d: {out_channels: 9, kernel_size: 3, groups: 3}
"""


class TestOne:
    def test_as_text(self) -> None:
        result = run("explain", "conv-groups")
        assert (result.exit_code, result.stdout, result.stderr) == (0, CONV_GROUPS, "")

    @pytest.mark.parametrize("copied", ["error[conv-groups]", "warning[conv-groups]", "[conv-groups]"])
    def test_as_it_is_copied_from_a_message(self, copied: str) -> None:
        assert run("explain", copied).stdout == CONV_GROUPS

    def test_titles_are_bold_in_a_terminal(self) -> None:
        bold = explain.render_page("conv-groups", "text", color=True)
        assert bold.startswith("\x1b[1mconv-groups\x1b[0m\n")
        assert bold.replace("\x1b[1m", "").replace("\x1b[0m", "") == CONV_GROUPS

    @pytest.mark.parametrize("rule", RULES)
    def test_as_markdown(self, rule: str) -> None:
        assert run("explain", rule, "--format", "markdown").stdout == explain.source(rule)

    def test_as_json(self) -> None:
        (entry,) = json.loads(run("explain", "override-param", "--format", "json").stdout)["rules"]
        (why,) = entry.pop("why")
        assert why.startswith("`--set` (`params=` in Python) stands in for")
        spec = {"net.yaml": "params: {classes: 10}\ninput: 8\nmodel: [Linear: classes]\n"}
        assert entry == {
            "rule": "override-param",
            "group": "The document",
            "summary": RULES["override-param"],
            "wrong": {
                "files": spec,
                "command": "archspec shapes net.yaml --set class=100",
                "says": "error: the spec has no param class (did you mean classes?)\n",
            },
            "right": {"files": spec, "command": "archspec shapes net.yaml --set classes=100"},
        }

    @pytest.mark.parametrize("rule", RULES)
    def test_prose_fits_a_terminal(self, rule: str) -> None:
        lines = run("explain", rule).stdout.splitlines()
        assert lines[0] == rule
        assert max(len(line) for line in lines if not line.startswith(" ")) <= 80


class TestAll:
    def test_as_text(self) -> None:
        result = run("explain")
        assert (result.exit_code, result.stderr) == (0, "")
        lines = result.stdout.splitlines()
        assert [line for line in lines if line in GROUPS] == list(GROUPS)
        assert [line.split()[0] for line in lines if line[:2] == "  " and line[2] != " "] == list(RULES)
        assert max(map(len, lines)) <= 80

    def test_as_markdown(self) -> None:
        text = run("explain", "--format", "markdown").stdout
        assert f"| [shape](shape.md) | {RULES['shape']} |" in text

    def test_as_json(self) -> None:
        reference = json.loads(run("explain", "--format", "json").stdout)
        assert reference["version"] == 1
        assert [entry["rule"] for entry in reference["rules"]] == list(RULES)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["linear-in-feature"], "there is no rule linear-in-feature (did you mean linear-in-features?)"),
        (["yaml-quotes"], "there is no rule yaml-quotes (did you mean yaml-quote?)"),
        (["frobnicate"], "there is no rule frobnicate (`archspec explain` lists them)"),
        ([""], "there is no rule  (`archspec explain` lists them)"),
        (["../../README"], "there is no rule ../../README (`archspec explain` lists them)"),
        (["shape", "--format", "html"], "--format is one of text, json, markdown, not html"),
    ],
)
def test_wrong_command_line(arguments: list[str], message: str) -> None:
    result = run("explain", *arguments)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"error: {message}\n")

"""`# allow: RULE` accepts a warning, wherever YAML takes a comment; a comment that names no rule is told."""

from __future__ import annotations

import pytest

from archspec.api import examine
from archspec.diagnostics import SourceFile

NODE = "dense: {Linear: 10}"


def said(text: str) -> list[tuple[str, str, int, int]]:
    found = examine(SourceFile("spec.yaml", text), None).diagnostics
    return [(d.rule, d.message, d.span.line, d.span.column) for d in found]


def rules(text: str) -> list[str]:
    return [rule for rule, *_ in said(text)]


@pytest.mark.parametrize(
    "text",
    [
        # on its line, on the line above
        f"model:\n  - {NODE}  # allow: single-branch\n",
        f"model:\n  # allow: single-branch\n  - {NODE}\n",
        f"model:  # allow: single-branch\n  - {NODE}\n",
        f"model:\n# allow: single-branch\n  - {NODE}\n",
        f"model:\n              # allow: single-branch\n  - {NODE}\n",
        # in brackets and braces that go over lines
        f"model: [  # allow: single-branch\n  {NODE}]\n",
        f"model: [\n  # allow: single-branch\n  {NODE}]\n",
        f"model: [{NODE}  # allow: single-branch\n  ]\n",
        f"model: [{NODE},  # allow: single-branch\n  ReLU]\n",
        "model: {dense:  # allow: single-branch\n  {Linear: 10}}\n",
        "model: {\n  # allow: single-branch\n  dense: {Linear: 10}}\n",
        # between a key and what is below it
        "model:\n  - dense:  # allow: single-branch\n      Linear: 10\n",
        "model:\n  - dense:  # allow: single-branch\n    - Linear: 10\n",
        # a node over several lines, from its name to its kind
        f"model:\n  wide:  # allow: single-branch\n    {NODE}\n",
        f"model:\n  wide:\n    # allow: single-branch\n    {NODE}\n",
        f"model:\n  # allow: single-branch\n  wide:\n    {NODE}\n",
        f"model:\n  # allow: single-branch\n  - name: wide\n    shape: 18\n    {NODE}\n",
        f"model:\n  - name: wide  # allow: single-branch\n    shape: 18\n    {NODE}\n",
        f"model:\n  - name: wide\n    shape: 18  # allow: single-branch\n    {NODE}\n",
        # behind a text, an anchor
        f"description: 'a # b'\nmodel:\n  - {NODE}  # allow: single-branch\n",
        f"model:\n  - &node  # allow: single-branch\n    {NODE}\n",
        # ways to write it
        f"model:\n  - {NODE}  #allow: single-branch\n",
        f"model:\n  - {NODE}  #  allow :  single-branch\n",
        f"model:\n  - {NODE}\t# allow: single-branch\t\n",
        f"model:\n  - {NODE}  # allow: single-branch  # as in the paper\n",
        f"model:\n  - {NODE}  # allow: unused-output, single-branch\n",
        f"model:\n  - {NODE}  # allow: unused-output single-branch\n",
        f"model:\n  - {NODE}  # allow: unused-output,single-branch,empty-block\n",
        f"model:\r\n  - {NODE}  # allow: single-branch\r\n",
    ],
)
def test_accepted(text: str) -> None:
    assert said(f"input: 8\n{text}") == []


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"model:\n  # allow: single-branch\n\n  - {NODE}\n", ["single-branch"]),
        (f"model:\n  - {NODE}\n  # allow: single-branch\n", ["single-branch"]),
        (f"# allow: single-branch\nmodel:\n  - {NODE}\n", ["single-branch"]),
        (f"model:\n  - {NODE}  # allow: unused-output\n", ["single-branch"]),
        (f"model:\n  - {NODE}  # it would allow: single-branch\n", ["single-branch"]),
        (f"model:\n  - {NODE}  # allows: single-branch\n", ["single-branch"]),
        (f"description: '# allow: single-branch'\nmodel: {{{NODE}}}\n", ["single-branch"]),
        (f"description: |\n  # allow: single-branch\nmodel: {{{NODE}}}\n", ["single-branch"]),
        (f"description: >-\n  a\n\n  # allow: single-branch\nmodel: {{{NODE}}}\n", ["single-branch"]),
        (f'description: "a\n  # allow: single-branch"\nmodel: {{{NODE}}}\n', ["single-branch"]),
        (f"description: {{a# allow: single-branch, b: }}\nmodel: {{{NODE}}}\n", ["document-value", "single-branch"]),
        # a comment behind the indicator of a text, and one below the text
        (f"description: |  # allow: single-branch\n  text\nmodel: {{{NODE}}}\n", ["single-branch"]),
        (f"description: |\n  text\n# allow: single-branch\nmodel: {{{NODE}}}\n", []),
        # an error is not accepted
        (
            "model:\n  - Linear: {in_features: 9, out_features: 3}  # allow: linear-in-features\n",
            ["linear-in-features", "unknown-rule"],
        ),
    ],
)
def test_not_accepted(text: str, left: list[str]) -> None:
    assert rules(f"input: 8\n{text}") == left


def test_of_params_and_blocks_the_line_and_the_one_above() -> None:
    text = """
params:
  a: 1  # allow: unused-param
  b: 2
  c: 3
input: 8
blocks:
  # allow: unused-block
  B: {body: [ReLU]}
model: [ReLU]
"""
    assert [(rule, line) for rule, _, line, _ in said(text)] == [("unused-param", 5)]


def test_of_the_call_of_a_block_and_of_the_node_within() -> None:
    blocks = "blocks:\n  B:\n    body:\n      p: {Linear: 4}%s\n      q: {Linear: 8, from: input}\n"
    assert rules(f"{blocks % ''}input: 8\nmodel: [B]  # allow: unused-output\n") == ["unused-output"]
    assert rules(f"{blocks % '  # allow: unused-output'}input: 8\nmodel: [B]\n") == []


@pytest.mark.parametrize(
    ("comment", "message", "column"),
    [
        ("# allow: single-brnch", "there is no rule single-brnch", 25),
        ("# allow: single-branch, foo", "there is no rule foo", 40),
        ("# allow: node-form", "node-form is an error, and cannot be allowed", 25),
        ("# allow:", "this comment names no rule", 16),
        ("# allow: # single-branch", "this comment names no rule", 16),
        ("# allow: -", "there is no rule -", 25),
    ],
)
def test_comment_that_names_no_rule(comment: str, message: str, column: int) -> None:
    assert said(f"input: 8\nmodel: [ReLU]  {comment}\n") == [("unknown-rule", message, 2, column)]


def test_comment_in_a_text_that_is_no_yaml_is_no_second_mistake() -> None:
    assert rules("input: 8\nmodel: [ReLU  # allow: foo\n") == ["yaml-unclosed"]


def test_long_word_is_cut() -> None:
    ((_, message, *_),) = said(f"input: 8\nmodel: [ReLU]  # allow: {'x' * 1_000}\n")
    assert message == f"there is no rule {'x' * 37}..."


def test_accepted_warnings_are_not_counted() -> None:
    nodes = "".join(f"  n{i}: {{from: input, Linear: 2}}  # allow: unused-output\n" for i in range(1_100))
    assert said(f"input: 8\nmodel:\n{nodes}  last: ReLU\n") == []

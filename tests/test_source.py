"""YAML text to a located tree: what the values are, where they stand, and what is said of a text that is wrong.

In the tables «...» marks the span of the mistake, or of the value; it is no part of the text.
"""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
import textwrap
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from yaml.error import MarkedYAMLError
from yaml.scanner import ScannerError

from archspec.diagnostics import Diagnostic, Fix, SourceFile, Span, SpecError
from archspec.diagnostics.rules import RULES
from archspec.source import MAX_BYTES, Mapping, Node, Scalar, Sequence, build, decode, parse, read
from archspec.source.events import PythonParser, open_events
from tests import fast
from tests.forks import call

ROOT = Path(__file__).parent.parent


@pytest.fixture(params=["libyaml", "python"])
def parser(request, monkeypatch):
    """Both of PyYAML's parsers: libyaml is missing on some machines."""
    monkeypatch.setattr(build, "open_events", open_events if request.param == "libyaml" else PythonParser)


def source(text: str) -> SourceFile:
    return SourceFile("spec.yaml", text)


def tree(text: str) -> Any:
    return parse(source(text))


def plain(node: Node | None):
    """The tree as Python values."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    assert isinstance(node, Mapping)
    return {key.text: plain(value) for key, value in node.entries}


def errors(text: str) -> tuple[Diagnostic, ...]:
    with pytest.raises(SpecError) as caught:
        tree(text)
    for diagnostic in caught.value.diagnostics:
        assert diagnostic.rule in RULES
        assert diagnostic.severity == "error"
        cut(diagnostic.span)
        for note in diagnostic.notes:
            cut(note.span)
    return caught.value.diagnostics


def error(text: str) -> Diagnostic:
    (diagnostic,) = errors(text)
    return diagnostic


def offsets(span: Span) -> tuple[int, int]:
    lines = span.source.text.removeprefix("\ufeff").splitlines(keepends=True) or [""]
    if lines[-1].endswith(("\n", "\r")):
        lines.append("")
    starts = [0, *accumulate(map(len, lines))]
    for line, column in ((span.line, span.column), (span.end_line, span.end_column)):
        assert 1 <= column <= len(lines[line - 1].rstrip("\r\n")) + 1
    start, end = starts[span.line - 1] + span.column - 1, starts[span.end_line - 1] + span.end_column - 1
    assert start <= end
    return start, end


def cut(span: Span) -> str:
    """The text that a span covers."""
    start, end = offsets(span)
    return span.source.text.removeprefix("\ufeff")[start:end]


def marked(text: str) -> tuple[str, tuple[int, int]]:
    """The text without its marks, and the offsets between them."""
    before, _, rest = text.partition("«")
    inside, _, after = rest.partition("»")
    return before + inside + after, (len(before), len(before) + len(inside))


def mended(text: str, fix: Fix | None) -> str:
    assert fix is not None
    for edit in reversed(fix.edits):
        start, end = offsets(edit.span)
        text = text[:start] + edit.text + text[end:]
    return text


# Values


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("-17", -17),
        ("+3", 3),
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775807", -(2**63) + 1),
        ("00000000000000000000000000001", 1),
        ("1e-3", 0.001),
        ("1E5", 100000.0),
        ("1.", 1.0),
        (".5", 0.5),
        ("-0.25", -0.25),
        (".inf", math.inf),
        ("-.Inf", -math.inf),
        ("true", True),
        ("False", False),
        ("TRUE", True),
        ("null", None),
        ("~", None),
        ("NULL", None),
        # YAML 1.1 has other ideas about these
        ("on", "on"),
        ("no", "no"),
        ("yes", "yes"),
        ("y", "y"),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("0b11", "0b11"),
        ("-0x10", "-0x10"),
        ("2024-01-01", "2024-01-01"),
        ("=", "="),
        ("1e", "1e"),
        ("٣", "٣"),
        ("nULL", "nULL"),
        (".", "."),
        ("inf", "inf"),
        ("3x224x224", "3x224x224"),
        ("..7M", "..7M"),
        ("64 * 2 ** s", "64 * 2 ** s"),
        ("'1'", "1"),
        ('"true"', "true"),
        ("''", ""),
        ("'it''s'", "it's"),
        (r'"a\tb\u00e9"', "a\tbé"),
    ],
)
def test_scalars_are_those_of_yaml_1_2(text, value, parser):
    for node in (tree(f"a: {text}").get("a"), tree(f"[{text}]").items[0]):
        assert (type(node.value), node.value) == (type(value), value)


def test_nan():
    assert math.isnan(plain(tree("[.nan]"))[0])


def test_a_scalar_knows_how_it_was_written():
    items = tree("[0x10, '0x10', ~, plain words, \"quoted\"]").items
    assert [(item.text, item.plain) for item in items] == [
        ("0x10", True),
        ("0x10", False),
        ("~", True),
        ("plain words", True),
        ("quoted", False),
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 1\nb:\n  c: 2\n", {"a": 1, "b": {"c": 2}}),
        ("a:\n- 1\n- - 2\n  - 3\n", {"a": [1, [2, 3]]}),
        ("- ReLU\n- Conv2d: {out_channels: 64}\n", ["ReLU", {"Conv2d": {"out_channels": 64}}]),
        ("{a, b: , c: {}, d: []}", {"a": None, "b": None, "c": {}, "d": []}),
        ("[a: 1, b]", [{"a": 1}, "b"]),
        ("a:\nb: ~\n", {"a": None, "b": None}),
        ("-\n- \n", [None, None]),
        ("a: |\n  x\n  y\nb: >-\n  x\n  y\n", {"a": "x\ny\n", "b": "x y"}),
        ("a: x\n  y\n", {"a": "x y"}),
        ("1: a\nnull: b\ntrue: c\n1.0: d\n", {"1": "a", "null": "b", "true": "c", "1.0": "d"}),
        ("layer{s + 1}:\n  a\n", {"layer{s + 1}": "a"}),
        ("? a\n: b\n", {"a": "b"}),
        ("%YAML 1.2\n---\na: 1\n...\n# done\n", {"a": 1}),
        ("--- a", "a"),
        ("word", "word"),
        ("null", None),
    ],
)
def test_trees(text, value, parser):
    assert plain(tree(text)) == value


def test_a_key_is_its_text():
    mapping = tree("'a b': 1\n2: x\n")
    assert [(key.text, key.value, key.plain) for key, _ in mapping.entries] == [("a b", "a b", False), ("2", "2", True)]
    assert "2" in mapping
    assert "3" not in mapping
    assert plain(mapping.get("2")) == "x"
    assert mapping.get("3") is None
    assert mapping.key("2").span.line == 2
    assert mapping.key("3") is None


# Anchors, aliases, merges


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: &x 1\nb: *x\n", {"a": 1, "b": 1}),
        ("a: &x {b: 1}\nc: [*x, *x]\n", {"a": {"b": 1}, "c": [{"b": 1}, {"b": 1}]}),
        ("- &x a\n- *x : 1\n", ["a", {"a": 1}]),
        ("- &x 1\n- &x 2\n- *x\n", [1, 2, 2]),
        ("- &x a\n- &y\n  - *x\n- *y\n", ["a", ["a"], ["a"]]),
        ("a: &x\nb: *x\n", {"a": None, "b": None}),
        # the mapping's own keys win, wherever they stand
        ("- &x {a: 1, b: 2}\n- {<<: *x, b: 3, c: 4}\n", [{"a": 1, "b": 2}, {"a": 1, "b": 3, "c": 4}]),
        ("- &x {a: 1, b: 2}\n- {b: 3, <<: *x}\n", [{"a": 1, "b": 2}, {"b": 3, "a": 1}]),
        # the earlier of several mappings wins
        ("- &x {a: 1}\n- &y {a: 2, b: 2}\n- <<: [*x, *y]\n", [{"a": 1}, {"a": 2, "b": 2}, {"a": 1, "b": 2}]),
        ("- &x {a: 1}\n- &y\n  <<: *x\n  b: 2\n- <<: *y\n", [{"a": 1}, {"a": 1, "b": 2}, {"a": 1, "b": 2}]),
        ("<<: {a: 1}\nb: 2\n", {"a": 1, "b": 2}),
        ("a:\n  <<:\n    b: 1\n", {"a": {"b": 1}}),
        ("<<: []\na: 1", {"a": 1}),
        # quoted it is a key like any other
        ("'<<': {a: 1}\n", {"<<": {"a": 1}}),
        ("- <<\n", ["<<"]),
    ],
)
def test_aliases_and_merges(text, value, parser):
    assert plain(tree(text)) == value


def test_merged_entries_stand_where_the_merge_stands():
    mapping = tree("- &x {a: 1, b: 2}\n- {c: 3, <<: *x, b: 4, d: 5}\n").items[1]
    assert [key.text for key, _ in mapping.entries] == ["c", "a", "b", "d"]


def test_merged_entries_keep_their_spans_and_aliases_share_their_nodes():
    items = tree("- &x {a: [1]}\n- {<<: *x}\n- *x\n").items
    assert items[2] is items[0]
    assert items[1].get("a") is items[0].get("a")
    assert items[1].key("a").span.line == 1


# Spans


@pytest.mark.parametrize(
    "text",
    [
        "a: «1»\n",
        "a: «'x'»\n",
        'a: «"x"»  # comment\n',
        "a: «two words»   # comment\n",
        "a: «one\n  two»\nb: 1\n",
        "a: &anchor «1»\n",
        "a: &anchor\n  «- 1»\n",
        "a: &anchor # comment\n\n  «b: 1»\n",
        "a: &anchor «{b: 1}»\n",
        "a:«»\nb: 1\n",
        "a:«» # comment\n",
        "a: «|\n  x\n  y»\n\n# comment\nb: 1\n",
        "a: «{b: 1, c: [2]}»\nd: 1\n",
        "a: «[1,\n  2\n  ]» # comment\nd: 1\n",
        "a:\n  «b: 1\n  c: 2»  # comment\n\n# comment\nd: 3\n",
        "a:\n«- 1\n- {b: 2}»\n\nd: 3\n",
        "a:\n  «b:\n    - c:\n        d: e»\n\n",
        "a:\n  «b:»\nc: 1\n",
        "a: «'é😀e\u0301'» # x\n",
        "é: 😀\na: «x»\n",
        "é: 😀\r\na: «x»\r\nb: 1\r\n",
        "é: 😀\ra: «x»\rb: 1\r",
        "x: '\t'\na: «'\t'»\n",
        "\ufeffa: «x»\n",
        "'é': \"😀\"\n'😀':   [é]\na: «{é: 😀}»",
    ],
)
def test_a_span_covers_its_value_and_no_more(text, parser):
    text, place = marked(text)
    node = tree(text).get("a")
    start, end = offsets(node.span)
    assert (start, end) == tuple(offset - text.startswith("\ufeff") for offset in place)
    assert node.source is node.span.source
    assert node.span.file == "spec.yaml"


@pytest.mark.parametrize("text", ["{«a», b: 1}", "{a:«» , b: 1}", "{a\n  , b: 1}", "{? a : «»}"])
def test_an_empty_value_stands_behind_its_key(text):
    text, _ = marked(text)
    mapping = tree(text)
    start, end = offsets(mapping.get("a").span)
    assert start == end
    assert text[:start].rstrip(" :").endswith("a")


def test_columns_count_code_points():
    span = tree("é😀e\u0301: [x, '😀', y]").entries[0][1].items[2].span
    assert (span.line, span.column, span.end_line, span.end_column) == (1, 16, 1, 17)


def test_the_root_spans_from_its_first_to_its_last_character():
    assert cut(tree("# before\n\na: 1\nb: [2]\n\n# behind\n").span) == "a: 1\nb: [2]"


@pytest.mark.parametrize(
    ("text", "piece", "covered"),
    [
        ("a: in_channels // 2", "in_channels", "in_channels"),
        ("a: 'in_channels // 2'", "// 2", "// 2"),
        ('a: "😀 // 2"', "// 2", "// 2"),
        ("a: 'it''s x'", "it'", "it'"),
        # where escapes and folding hide the place, the whole of it
        ("a: 'it''s x'", "x", "'it''s x'"),
        (r'a: "\x41 b"', "b", r'"\x41 b"'),
        ("a: one\n  two", "two", "one\n  two"),
        ("a: one\n  two", "one", "one"),
        ("a: |\n  one\n", "one", "|\n  one"),
    ],
)
def test_the_span_of_a_piece_of_a_scalar(text, piece, covered):
    node = tree(text).get("a")
    start = node.text.index(piece)
    assert cut(node.span_at(start, start + len(piece))) == covered


# Mistakes. Each line: the rule, the text with the place marked, words of the message, the help and the notes.

MISTAKES = [
    # keys
    ("yaml-duplicate-key", "a: 1\nb: 2\n«a»: 3\n", "`a` stands twice"),
    ("yaml-duplicate-key", "{a: 1, b: {c: 1, «'c'»: 2}}", "`c` stands twice"),
    ("yaml-duplicate-key", "a: {<<: {b: 1}, «<<»: {c: 2}}", "write a list: `<<: [*a, *b]`"),
    ("yaml-key", "? «[»a, b]\n: 1\n", "not a list"),
    ("yaml-key", "? «a»: 1\n: 2\n", "not a mapping"),
    ("yaml-key", "«{»{x}}: 1\n", "quote text that starts with a bracket"),
    ("yaml-key", "«:» 1\n", "there is no key"),
    # tags
    ("yaml-tag", "a: «!!python/object/apply:os.system» [ls]\n", "has no place here"),
    ("yaml-tag", "a: «!!str» 1\n", "quotes make a string"),
    ("yaml-tag", "a: &x «!foo» 1\n", "`!foo`"),
    ("yaml-tag", "a: «!foo» &x 1\n", "`!foo`"),
    ("yaml-tag", "when: «!projected»\n", "write `not projected`"),
    ("yaml-tag", "«!<tag:x>» a\n", "`!<tag:x>`"),
    ("yaml-tag", "a: «!»e!x y\n", "has no place here"),
    ("yaml-tag", "«%TAG ! tag:x»\n---\na: 1\n", "remove the line"),
    # aliases and merges
    ("yaml-alias", "a: &conv 1\nb: «*con»\n", "did you mean `*conv`?"),
    ("yaml-alias", "c: «*k»\n", "quote text that starts with `*`"),
    ("yaml-alias", "a: &x [1, «*x»]\n", "inside the value that it names", "the anchor is here"),
    ("yaml-alias", "&x a: {<<: «*y»}\n", "no anchor `&y`"),
    ("yaml-merge", "<<: «1»\n", "takes a mapping"),
    ("yaml-merge", "- &x {a: 1}\n- <<: [*x, «2»]\n", "takes a mapping"),
    # documents
    ("yaml-empty", "«»", "the text is empty"),
    ("yaml-empty", "«»# only a comment\n\n", "the text is empty"),
    ("yaml-empty", "«»---\n", "the text is empty"),
    ("yaml-documents", "a: 1\n«---»\nb: 2\n", "a file holds one"),
    ("yaml-documents", "--- a\n...\n# x\n«---» b\n", "a file holds one"),
    ("yaml-syntax", "«%YAML 3.0»\n---\na: 1\n", "remove the line"),
    ("yaml-syntax", "a: 1\n...\n«b»: 2\n", "nothing can follow"),
    # bounds
    ("yaml-bounds", "a: «9223372036854775808»\n", "below 2^63"),
    ("yaml-bounds", "a: [-«»1, 1]\n".replace("-«»1", "«-9223372036854775808»"), "below 2^63"),
    ("yaml-bounds", "a: «0xffffffffffffffff»\n", "below 2^63"),
    ("yaml-bounds", "a: «1e999»\n", "write .inf for infinity"),
    ("yaml-bounds", f"a: «{'1' * 5000}»\n", "at most 400 characters, not 5000"),
    ("yaml-bounds", "[" * 200 + "«[»" + "]" * 201, "more than 200 levels"),
    # characters
    ("yaml-encoding", "a: x«\0»\n", "a NUL character"),
    ("yaml-encoding", "a: x«\x1b»[31m\n", "U+001B", '"\\x1B"'),
    ("yaml-encoding", "a: x\nb: é«\u2028»y\n", "a line separator (U+2028)", '"\\u2028"'),
    ("yaml-encoding", "a: x«\ufeff»\n", "a byte order mark"),
    ("yaml-encoding", "a: x«\ud800»\n", "half a character"),
    # tabs and indentation
    ("yaml-tab", "a:\n«\t»b: 1\n", "indented with spaces"),
    ("yaml-tab", "a:\n  «\t\t»b: 1\n", "indented with spaces"),
    ("yaml-tab", "- a\n«\t»- b\n", "indented with spaces"),
    ("yaml-indentation", "a:\n    b: 1\n  «c»: 2\n", "by 2 spaces, which fits no line above", "indented by 4 spaces"),
    ("yaml-indentation", "- a: {b: 1}\n «c»: 2\n", "by 1 space", "indented by 0 spaces"),
    ("yaml-indentation", "a: 1\n  «b»: 2\n", "by 2 spaces, more than the line above"),
    ("yaml-indentation", "  a: 1\n«b»: 2\n", "by 0 spaces, less than the first line"),
    ("yaml-indentation", "- ReLU\n «-» Linear: 10\n", "by 1 space, more than the line above"),
    ("yaml-syntax", "a: 1\n«-» b\n", "a list item stands among the keys", "the mapping starts here"),
    ("yaml-syntax", "- a\n«b»: 1\n", "has no dash", "the list starts here"),
    ("yaml-syntax", "a: «-» b\n", "cannot start on the line of its key"),
    ("yaml-syntax", "a:\n  b: 1\n  «-»c\n", "a space is missing after this dash"),
    # colons
    ("yaml-colon", "Conv2d:\n  kernel_size«:»3\n  stride: 2\n", "a space is missing after this colon"),
    ("yaml-colon", "kernel_size«:»3\nstride: 2\n", "a space is missing after this colon"),
    ("yaml-colon", "a: 1\nkernel_size«:»3\nb: 2\n", "a space is missing after this colon"),
    ("yaml-colon", "a: {kernel_size«:»3}\n", "a space is missing after this colon"),
    ("yaml-colon", "- Conv2d«:»{out_channels: 3}\n", "a space is missing after this colon"),
    ("yaml-colon", "- Conv2d«:»{out_channels: 3, stride: 2}\n", "a space is missing after this colon"),
    ("yaml-colon", "- «Conv2d» {out_channels: 3}\n", "a colon is missing after `Conv2d`"),
    ("yaml-colon", "- «Conv2d» {out_channels: 3, stride: 2}\n", "a colon is missing after `Conv2d`"),
    ("yaml-colon", "«Conv2d»\n  stride: 2\n", "keys stand below this line"),
    ("yaml-colon", "a: 1\n«stride 2»\nb: 2\n", "has no colon", "write `stride: 2`"),
    ("yaml-syntax", "a: b«:» c\n", "a second colon", "write {b: c}", '"b: c"'),
    ("yaml-syntax", "{a: b«» c: d}\n", "a comma is missing here", "write the comma"),
    # brackets and quotes that are not closed
    ("yaml-unclosed", "a: [1, 2«»\n", "`]` is missing", "opened here"),
    ("yaml-unclosed", "model:\n  - Conv2d: {a: 1, b: 2«» # two\n  - ReLU: {c: 3}\n", "`}` is missing", "opened here"),
    ("yaml-unclosed", "a: {b: 1,\n  c: 2«»\nd: 3\n", "`}` is missing", "opened here"),
    ("yaml-unclosed", "a: {b: [1, 2«}»\n", "`}` does not close `[`"),
    ("yaml-unclosed", "a: {b: 1}«}»\n", "`}` closes nothing"),
    ("yaml-unclosed", "a: «]»\n", "`]` closes nothing"),
    ("yaml-unclosed", "a: 'x«»\nb: y\n", "closing `'` is missing", "opened here"),
    ("yaml-unclosed", 'a: "x«»\nb: "y"\n', 'closing `"` is missing', "opened here"),
    # other punctuation
    ("yaml-syntax", "{a: x«»\n b: y}\n", "a comma is missing"),
    ("yaml-syntax", '{a: "x"«» b: y}\n', "a comma is missing"),
    ("yaml-syntax", '["a" «"»b"]\n', "a comma is missing"),
    ("yaml-syntax", "[a, «,» b]\n", "no value before this comma"),
    ("yaml-syntax", "a: {b: 1}«,» c\n", "`,` cannot follow this value"),
    ("yaml-syntax", "a: 'it'«s» a net'\n", "an apostrophe in single quotes is written twice"),
    ("yaml-syntax", "a: {b: 'it'«s» a net', c: 1}\n", "an apostrophe in single quotes is written twice"),
    ("yaml-syntax", 'a: "«\\d»"\n', "no escape `\\d`", "single quotes"),
    ("yaml-syntax", "a: |«foo»\n", "starts on the line below"),
    ("yaml-syntax", "{a: «|» }\n", "cannot stand inside brackets"),
    ("yaml-syntax", "[«-» a]\n", "cannot stand inside brackets"),
    # what a plain text cannot start with
    ("yaml-quote", "a: «@x»\n", 'quote it: "@x"'),
    ("yaml-quote", "a: «`x` y» # z\n", 'quote it: "`x` y"'),
    ("yaml-quote", "[«%d», 1]\n", 'quote it: "%d"'),
    ("yaml-quote", "a: «**k»\n", 'quote it: "**k"'),
    ("yaml-quote", "a: «&x.y»\n", 'quote it: "&x.y"'),
    ("yaml-quote", "- «{i}»: ReLU\n", 'quote it: "{i}"'),
    ("yaml-quote", "- «{name}_x»: ReLU\n", 'quote it: "{name}_x"'),
]


@pytest.mark.parametrize(("rule", "text", "words"), [(rule, text, words) for rule, text, *words in MISTAKES])
def test_mistakes(rule, text, words, parser):
    text, place = marked(text)
    diagnostic = error(text)
    assert diagnostic.rule == rule
    assert offsets(diagnostic.span) == place
    said = "\n".join([diagnostic.message, diagnostic.help or "", *(note.message for note in diagnostic.notes)])
    for word in words:
        assert word in said


def test_every_rule_is_shown_here():
    shown = {rule for rule, *_ in MISTAKES}
    assert {rule for rule in RULES if rule.startswith("yaml-")} <= shown


# Texts inside braces and brackets that YAML cuts, and what to write instead

CUT = [
    ("{kernel_size: «max(k, 3)»}", '"max(k, 3)"'),
    ("- Conv2d: {out_channels: 8, kernel_size: «max(k, 3)», stride: 2}", '"max(k, 3)"'),
    ("{c: «dims[s]»}", '"dims[s]"'),
    ("{c: «dims[1:]», d: 2}", '"dims[1:]"'),
    ("{name: «layer{i}»}", '"layer{i}"'),
    ("{«layer{i}»: x}", '"layer{i}"'),
    ("{name: «{i}_x»}", '"{i}_x"'),
    ("name: «{i}_x»", '"{i}_x"'),
    ("[«a[0]», b]", '"a[0]"'),
    ("{c: «x if y[0] == 1 else 2»}", '"x if y[0] == 1 else 2"'),
    ("{c: «-x[0]»}", '"-x[0]"'),
    ("{c: «2 * (3 + [1][0])»}", '"2 * (3 + [1][0])"'),
    ("{c: «[x] * n»}", '"[x] * n"'),
    ("c: «[x] * n»", '"[x] * n"'),
    ("c: «[x]*n»", '"[x]*n"'),
    ("c: «[1, 2][s]» # comment", '"[1, 2][s]"'),
    ("c: «\"a\" if x else 'b'»", "'\"a\" if x else ''b'''"),
    ("{c: «'a' in b»}", "\"'a' in b\""),
    ("{c: «x == 'a,b'»}", "\"x == 'a,b'\""),
    ('{c: «x == "a,b"»}', "'x == \"a,b\"'"),
    ("- {for: «i, n in enumerate(depths)», ReLU: }", '"i, n in enumerate(depths)"'),
    ("- {for: «s, (k, c) in enumerate(x)», ReLU: }", '"s, (k, c) in enumerate(x)"'),
    ("- {for: «i, n in zip([1], [2])»}", '"i, n in zip([1], [2])"'),
    ("{c: «[f(x, y) for x in d]»}", '"[f(x, y) for x in d]"'),
    ("{c: «[d[i] for i in range(3)]»}", '"[d[i] for i in range(3)]"'),
    ("{k: «(3, 3)»}", "[3, 3]"),
    ("{k: «(3, )»}", "[3]"),
    ("{k: «max(\n  k, 3\n)»}", '"max( k, 3 )"'),
    ("{a: {b: [1, «f(x, y)»]}}", '"f(x, y)"'),
    ("{a: &k «f(x, y)»}", '"f(x, y)"'),
    ("{description: «a net (small, fast)», b: 1}", '"a net (small, fast)"'),
]


@pytest.mark.parametrize(("text", "better"), CUT)
def test_cut_texts(text, better, parser):
    text, (start, end) = marked(text)
    diagnostic = error(text)
    assert diagnostic.rule == "yaml-quote"
    assert offsets(diagnostic.span) == (start, end)
    assert better in (diagnostic.help or "")
    repaired = mended(text, diagnostic.fix)
    assert repaired == text[:start] + better + text[end:]
    tree(repaired)


@pytest.mark.parametrize(
    "text",
    [
        "{conv1: Conv2d {out_channels: 3}}",
        "{conv1: Conv2d{out_channels: 3}}",
        "{conv1 {out_channels: 3}}",
        "{a: b [c], d: 1}",
    ],
)
def test_where_a_colon_or_a_comma_may_be_missing_no_fix_is_offered(text, parser):
    diagnostic = error(text)
    assert diagnostic.rule == "yaml-quote"
    assert "or write the colon or comma that is missing" in (diagnostic.help or "")
    assert diagnostic.fix is None


@pytest.mark.parametrize(
    "text",
    [
        "{channels: 64 * 2 ** s, stride: 2 if s > 0 and i == 0 else 1}",
        "{out_channels: \"c2[0]\", k: 'max(k, 3)'}",
        "{for: i in range(depth), name: x}",
        "{source: Szegedy et al. (2014), year: 2014}",
        "{a: don't, b: can't, c: 5\", d: x}",
        "{description: one ) two, x: ( three}",
        "{a: (b}",
        "{a: max(k, b: 3}",
        "{ReLU, Dropout: 0.5}",
        "{a: -, b: '(', c: \"[\"}",
        "[1, null, -1.5, [2, [3]], {a: {b: c}}]",
        "{a: 'x', \"b\": [1], 'c': {d: e}}",
        "{a: [1], # ( comment [\n b: 2}",
        "c: max(k, 3)",
        "c: dims[s]",
        "name: layer{i}",
        "for: i, n in enumerate(depths)",
        "- a (b\n- c) d\n",
        "source: https://example.org/a:b",
        "import: archspec:resnet",
        "import: [archspec:resnet]",
        "'a:b': 1",
    ],
)
def test_what_is_right_is_not_complained_about(text, parser):
    tree(text)


@pytest.mark.parametrize(
    ("text", "repaired"),
    [
        ("a: {kernel_size:3, stride: 2}", "a: {kernel_size: 3, stride: 2}"),
        ("- Conv2d:{out_channels: 3, stride: 2}", "- Conv2d: {out_channels: 3, stride: 2}"),
        ("- Conv2d {out_channels: 3, stride: 2}", "- Conv2d: {out_channels: 3, stride: 2}"),
        ("Conv2d\n  stride: 2\n", "Conv2d:\n  stride: 2\n"),
        ("{a: x\n b: y}", "{a: x,\n b: y}"),
        ("- {i}: ReLU", '- "{i}": ReLU'),
        ("a: @x", 'a: "@x"'),
    ],
)
def test_certain_fixes(text, repaired, parser):
    assert mended(text, error(text).fix) == repaired
    tree(repaired)


def test_libyaml_wants_a_space_behind_a_colon_that_ends_an_entry():
    diagnostic = error("{ReLU:, b: 1}")
    assert (diagnostic.rule, cut(diagnostic.span)) == ("yaml-colon", ":")
    assert mended("{ReLU:, b: 1}", diagnostic.fix) == "{ReLU: , b: 1}"


@pytest.mark.parametrize(
    "text",
    [
        "ma[cs: 1\n",  # not a missing colon alone
        "model:[a: 1\n",
        "a: {b:c: 1}\n",
        "- Conv2d: {kernel_s}ize: 3, stride: 2}\n",
        "a: 1\n@   b: 2\n",
        "- Conv2d:\n    padding\n   stride: 2\n",
    ],
)
def test_a_fix_that_would_not_mend_is_not_offered(text, parser):
    assert [found.fix for found in errors(text)] == [None]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("a: 1\nb: 2\na: 3\nb: 4\n", ["yaml-duplicate-key 3:1", "yaml-duplicate-key 4:1"]),
        ("- {a: f(1, 2)}\n- {a: f(1, 2), b: [g(1, 2)]}\n", ["yaml-quote 1:7", "yaml-quote 2:7", "yaml-quote 2:20"]),
        ("{c: x[0], d: y[0]}\n", ["yaml-quote 1:5", "yaml-quote 1:14"]),
        # what YAML made of a text that must be quoted is no second mistake
        ("{a: f(1, 2), b: f(1, 2)}\n", ["yaml-quote 1:5", "yaml-quote 1:17"]),
        ("{a: f(b:c, 99999999999999999999)}\n", ["yaml-quote 1:5"]),
        ("b: 1\nb: !x 2\nc: *d\nd: 1e999\ne: [1\n",
         ["yaml-duplicate-key 2:1", "yaml-tag 2:4", "yaml-alias 3:4", "yaml-bounds 4:4", "yaml-unclosed 5:6"]),
    ],
)  # fmt: skip
def test_every_mistake_is_told_in_one_run(text, places, parser):
    assert [f"{found.rule} {found.span.line}:{found.span.column}" for found in errors(text)] == places


def test_a_duplicate_shows_where_the_key_was_first():
    (note,) = error("a: 1\nb: 2\n'a': 3\n").notes
    assert (cut(note.span), note.span.line) == ("a", 1)


def test_there_is_an_end_to_the_mistakes_that_are_told():
    assert len(errors("a: 1\n" * 5000)) == 100


# Files


def test_reading_a_file(tmp_path):
    path = tmp_path / "spec.yaml"
    path.write_bytes("\ufeffé: 1\r\na: 😀\r\n".encode())
    file = read(path, "specs/x.yaml")
    assert (file.name, file.text, file.path) == ("specs/x.yaml", "é: 1\r\na: 😀\r\n", path)


def reading_error(path: Path) -> Diagnostic:
    with pytest.raises(SpecError) as caught:
        read(path, "specs/x.yaml")
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.span.file == "specs/x.yaml"
    return diagnostic


@pytest.mark.parametrize("name", ["missing.yaml", "file/x.yaml", "nul\0.yaml", "dangling"])
def test_a_missing_file(tmp_path, name):
    (tmp_path / "file").write_text("a: 1")
    (tmp_path / "dangling").symlink_to("nowhere")
    diagnostic = reading_error(tmp_path / name)
    assert (diagnostic.rule, diagnostic.message) == ("file-not-found", "there is no file specs/x.yaml")


def test_what_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    messages = {name: reading_error(tmp_path / name).message for name in ("", "pipe", "loop", "x" * 300)}
    assert messages[""] == "specs/x.yaml is a folder, not a file"
    assert messages["pipe"] == "specs/x.yaml is a pipe, not a file"
    assert "cannot be read" in messages["loop"]
    assert "cannot be read" in messages["x" * 300]
    assert reading_error(Path("/dev/zero")).rule == "file-unreadable"


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs Linux")
def test_a_file_that_the_system_does_not_let_be_read():
    diagnostic = reading_error(Path("/proc/self/mem"))
    assert diagnostic.rule == "file-unreadable"


@pytest.mark.parametrize(
    ("data", "place", "words"),
    [
        ("a: é\n".encode("latin-1"), (1, 4), "0xE9 is not UTF-8 (Latin-1 has é there)"),
        ("\ufeffé: 1\nb: ".encode() + b"\xff", (2, 4), "0xFF is not UTF-8"),
        (b"a: \xed\xa0\x80", (1, 4), "0xED is not UTF-8"),
        ("a: 1".encode("utf-16"), (1, 1), "the file is UTF-16"),
        ("a: 1".encode("utf-32"), (1, 1), "the file is UTF-32"),
    ],
)
def test_bytes_that_are_no_utf_8(data, place, words):
    with pytest.raises(SpecError) as caught:
        decode(data, "x.yaml")
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.rule == "yaml-encoding"
    assert (diagnostic.span.line, diagnostic.span.column) == place
    assert words in diagnostic.message
    assert diagnostic.help == "save the file as UTF-8"
    str(caught.value)


def test_utf_16_without_a_byte_order_mark_is_guessed():
    diagnostic = error(decode("a: 1".encode("utf-16-le"), "x.yaml").text)
    assert "UTF-16?" in (diagnostic.help or "")


def test_a_file_has_a_size_limit(tmp_path):
    path = tmp_path / "big.yaml"
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    diagnostic = reading_error(path)
    assert (diagnostic.rule, diagnostic.message) == ("yaml-bounds", "the text is longer than 16 MiB")
    assert error("é" * (MAX_BYTES // 2 + 1)).rule == "yaml-bounds"
    path.write_bytes(b"a: 1\n" + b"#" * (MAX_BYTES - 5))
    assert plain(parse(read(path, "x"))) == {"a": 1}


# What depends on the libyaml that is installed


class Shallow(PythonParser):
    """A parser with a bound of its own on brackets within brackets, as libyaml has since 0.2.6; it reads ahead too."""

    limit = 0

    def fetch_flow_collection_start(self, TokenClass):
        if self.flow_level == self.limit:
            raise ScannerError("in a new sentence", self.get_mark(), "too much of something", self.get_mark())
        super().fetch_flow_collection_start(TokenClass)


@pytest.mark.parametrize("limit", [250, 1_000, 10_000])
@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("[" * 20_000, 201, "this is nested more than 200 levels deep"),
        ("[" * 5_000 + "]" * 5_000, 201, "this is nested more than 200 levels deep"),
        ("[1, " * 5_000, 801, "this is nested more than 200 levels deep"),
        ("{a: " * 5_000, 801, "this is nested more than 200 levels deep"),
        ("{" * 20_000, 2, "a key is a text, not a mapping"),
        ("{" * 190 + "[" * 20_000, 2, "a key is a text, not a mapping"),
        ("'" + "[" * 300 + "': {", 306, "there is no value here"),
    ],
)
def test_depth_is_bounded_alike_in_every_libyaml(text, place, message, limit, monkeypatch):
    monkeypatch.setattr(build, "open_events", type("Shallow", (Shallow,), {"limit": limit}))
    diagnostic = error(text)
    assert (diagnostic.message, diagnostic.span.column) == (message, place)


@pytest.mark.parametrize(
    "text", ["a: [1, 2", "a: {b: 1]", "a: b: c", 'a: "x', "a: @x", "a: 1\n b: 2", "- a\nb: 1", "a: *"]
)
def test_words_that_are_not_known_are_no_obstacle(text, monkeypatch):
    """A libyaml that says the same in other words: the sentence may be a general one, at the same place."""
    line = error(text).span.line

    class Reworded(PythonParser):
        def get_event(self):
            try:
                return super().get_event()
            except MarkedYAMLError as mistake:
                mistake.context, mistake.problem = mistake.context and "reading", "no more can be read"
                raise

    monkeypatch.setattr(build, "open_events", Reworded)
    diagnostic = error(text)
    assert (diagnostic.rule, diagnostic.span.line) == ("yaml-syntax", line)
    assert diagnostic.message == "YAML cannot go on here"


# Hostile texts, each in a process of its own with 1 GiB

HOSTILE = {
    "brackets": ("'[' * SIZE", "yaml-bounds"),
    "braces": ("'{' * SIZE", "yaml-key"),
    "dashes": ("'- ' * (SIZE // 2)", "yaml-bounds"),
    "question marks": ("'? ' * (SIZE // 2)", "yaml-key"),
    "brackets in a list": ("'a: ' + '[1, ' * 100_000", "yaml-bounds"),
    "mappings in one another": ("'{a: ' * 100_000", "yaml-bounds"),
    "dashes in one another": ("'\\n'.join(' ' * i + '-' for i in range(5000))", "yaml-bounds"),
    "keys in one line": ("'a: ' * (SIZE // 3)", "yaml-syntax"),
    "anchors and aliases": ("'&a *a' * (SIZE // 5)", "yaml-quote"),
    "aliases within their anchor": ("'a: &a [' + '*a, ' * (SIZE // 5) + ']'", "yaml-alias"),
    "one long word": ("'a: ' + 'x' * (SIZE - 3)", None),
    "one long number": ("'a: ' + '1' * (SIZE - 3)", "yaml-bounds"),
    "one open quote": ("'a: \"' + 'x\\n' * (SIZE // 2 - 2)", "yaml-unclosed"),
    "one long tag": ("'!' * SIZE", "yaml-tag"),
    "comments": ("'#\\n' * (SIZE // 2)", "yaml-empty"),
    "tag directives": ("'\\n'.join(f'%TAG !{i}! x' for i in range(900_000))", "yaml-tag"),
    "tag directives behind": ("'a: 1\\n' + '\\n'.join(f'%TAG !{i}! x' for i in range(800_000))", "yaml-documents"),
    "nine to the thirtieth": (
        "'a0: &a0 x\\n' + ''.join(f'a{i}: &a{i} [{\", \".join([f\"*a{i - 1}\"] * 9)}]\\n' for i in range(1, 30))",
        "yaml-bounds",
    ),
    "aliases in one another": (
        "'a0: &a0 x\\n' + ''.join(f'a{i}: &a{i} [*a{i - 1}]\\n' for i in range(1, 3000))",
        "yaml-bounds",
    ),
    "merges": (
        "'a: &a {' + ', '.join(f'k{i}: 1' for i in range(1000)) + '}\\nb:\\n' + '  - {<<: *a}\\n' * 100_000",
        "yaml-bounds",
    ),
    "the same key": ("'a: 1\\n' * (SIZE // 5)", "yaml-duplicate-key"),
    "nothing but texts to quote": ("'- {a: f(x, y)}\\n' * (SIZE // 15)", "yaml-quote"),
    "brackets in a text": ("'[a' + '(,' * (SIZE // 2 - 3)", "yaml-bounds"),
    "50 MB": ("'- a: 1\\n' * (50_000_000 // 7)", "yaml-bounds"),
    "a million keys": ("''.join(f'k{i}: {i}\\n' for i in range(1_000_000))", "yaml-bounds"),
    "a million empty items": ("'-\\n' * (SIZE // 2)", "yaml-bounds"),
    "a million anchors": ("''.join(f'- &a{i} x\\n' for i in range(1_000_000))", "yaml-bounds"),
    "texts that may need quotes": ("'- {a: f(x}\\n' * (SIZE // 11)", "yaml-bounds"),
}
SLOW = {
    "brackets in a text",
    "a million keys",
    "a million empty items",
    "a million anchors",
    "texts that may need quotes",
}

CALLS_A_CHARACTER = 2


@pytest.mark.parametrize("name", [pytest.param(name, marks=[pytest.mark.slow] * (name in SLOW)) for name in HOSTILE])
def test_hostile_texts_end_soon_and_in_bounds(name, tmp_path):
    text, rule = HOSTILE[name]
    ended = call("tests.hostile_texts:read", text, folder=tmp_path)
    assert (ended.status, ended.err) == (0, "")
    assert ended.out == f"{rule}\n"
    assert ended.calls < CALLS_A_CHARACTER * MAX_BYTES


# Any text at all

PIECES = [*"abk013é😀:-?,[]{}()#&*!|>'\"%@`~=.\\ \n\t", "<<", "&a ", "*a", "for: ", " in ", "---\n", "...\n"]
SOUP = st.lists(st.sampled_from([*PIECES, "\r\n", ": ", "- ", "a: ", "\n  ", "\n    ", "\n- "]), max_size=40)


def found_in(read_it) -> tuple[Diagnostic, ...]:
    """What is wrong; nothing but a SpecError may be raised."""
    try:
        read_it()
    except SpecError as error:
        str(error)
        return error.diagnostics
    return ()


def check_spans(node: Node) -> None:
    start, end = offsets(node.span)
    if isinstance(node, Scalar):
        text = cut(node.span)
        assert not node.plain or text.split() == node.text.split()
        assert cut(node.span_at(0, len(node.text))) in (node.text, text)
    inside = [part for entry in node.entries for part in entry] if isinstance(node, Mapping) else []
    for child in node.items if isinstance(node, Sequence) else inside:
        check_spans(child)
        if "*" not in node.source.text:  # the node of an alias stands elsewhere
            child_start, child_end = offsets(child.span)
            assert start <= child_start <= child_end <= end


@given(SOUP.map("".join) | st.text(max_size=60), st.sampled_from([open_events, PythonParser]))
@example("{a: &k b[c], ? - d", open_events)
@example("[[a]: b][", open_events)
def test_any_text_is_a_tree_or_a_clear_error(text, open_parser):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "open_events", open_parser)
        diagnostics = found_in(lambda: check_spans(tree(text)))
    for diagnostic in diagnostics:
        assert diagnostic.rule in RULES
        edits = diagnostic.fix.edits if diagnostic.fix else ()
        for span in (diagnostic.span, *(note.span for note in diagnostic.notes), *(edit.span for edit in edits)):
            if diagnostic.rule != "yaml-encoding":  # str.splitlines sees more line breaks than YAML
                offsets(span)


@given(st.binary(max_size=60))
def test_any_bytes_are_a_tree_or_a_clear_error(data):
    found_in(lambda: parse(decode(data, "x.yaml")))


def is_text(text: str) -> bool:
    """PyYAML writes YAML 1.1, and leaves what is a number in YAML 1.2 only, as `1e3`, without quotes."""
    return not re.fullmatch(r"[-+]?[0-9.]+([eE][-+]?[0-9]+)?|0o[0-7]+", text, re.ASCII)


NUMBERS = st.integers(-(2**62), 2**62) | st.floats(allow_nan=False)
OTHER_BREAKS = "\x85\u2028\u2029\ufeff"
CHARACTERS = st.characters(exclude_characters=OTHER_BREAKS, exclude_categories=["Cs"])
LEAVES = st.none() | st.booleans() | NUMBERS | st.text(CHARACTERS, max_size=20).filter(is_text)
KEYS = st.text(CHARACTERS.filter(lambda character: character not in ":[{"), min_size=1, max_size=9)


def branches(children):
    return st.lists(children, max_size=4) | st.dictionaries(KEYS, children, max_size=4)


@settings(max_examples=fast.examples(25, 200))
@given(st.dictionaries(KEYS, st.recursive(LEAVES, branches, max_leaves=20), min_size=1), st.booleans())
def test_what_pyyaml_writes_in_blocks_is_read_as_it_was(value, escaped):
    text = yaml.safe_dump(value, default_flow_style=False, allow_unicode=not escaped, sort_keys=False)
    assert plain(tree(text)) == value


def test_reading_does_not_switch_anything_global():
    script = textwrap.dedent(
        """
        import gc, sys, yaml
        before = (gc.isenabled(), gc.get_threshold(), sys.getrecursionlimit(), sys.get_int_max_str_digits(),
                  dict(yaml.SafeLoader.yaml_constructors), yaml.events.ScalarEvent.__init__)
        from archspec.diagnostics import SourceFile
        from archspec.source import parse
        parse(SourceFile("x", "a: [1, {b: c}]"))
        after = (gc.isenabled(), gc.get_threshold(), sys.getrecursionlimit(), sys.get_int_max_str_digits(),
                 dict(yaml.SafeLoader.yaml_constructors), yaml.events.ScalarEvent.__init__)
        assert before == after
        """
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, timeout=60)

"""Any bytes at all: a spec is read to its mistakes or to a graph, within bounds, and never to a traceback."""

from __future__ import annotations

import ast
import json
import os
import random
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archspec.api import examine
from archspec.codegen import generate
from archspec.diagnostics import SpecError
from archspec.diagnostics.rules import RULES
from archspec.report import diagnostics as formats
from archspec.source import decode
from tests.reference import SPECS
from tests.work import counted

EXAMPLES = int(os.environ.get("ARCHSPEC_FUZZ", "300"))
CALLS = 2_000_000
REFERENCES = [path.read_bytes() for path in sorted(SPECS.glob("*.yaml")) if path.stat().st_size < 4_000]
_VOCABULARY = """
archspec name extends input import params let defaults blocks model outputs expect train sequential concat add multiply
residual dense aux body shortcut dim when repeat for from shape reuse growth in range(3) enumerate(x) 3x8x8 8 0 -1 2.5
1e9 true null ~ {type: Conv2d Linear ReLU BatchNorm2d Flatten MaxPool2d Dropout Identity act n w out_channels:
kernel_size: padding: in_features: stride: out_channels kernel_size in_channels i // 2
"""
WORDS = _VOCABULARY.split()
SIGNS = ["- ", ": ", "\n", "\n  ", "\n    ", "\n      - ", "{", "}", "[", "]", ", ", "'", '"', "#", "&a ", "*a", "<<: "]
SIGNS += [
    "|\n",
    ">\n",
    "!t ",
    "---\n",
    "...\n",
    "%YAML 1.2\n",
    "\t",
    "\r\n",
    "? ",
    "\0",
    "\x85",
    "\u2028",
    "\ufeff",
    "\\",
]


def read(data: bytes) -> None:
    """Read a spec as `archspec check` does, print it in every format, and build the source of a right one."""
    try:
        source = decode(data, "spec.yaml")
        analysis = examine(source, SPECS)
        diagnostics = analysis.diagnostics
    except SpecError as error:
        analysis, diagnostics = None, tuple(error.diagnostics)
    for diagnostic in diagnostics:
        assert diagnostic.rule in RULES
        lines = diagnostic.span.source.text.count("\n") + diagnostic.span.source.text.count("\r") + 1
        assert 1 <= diagnostic.span.line <= diagnostic.span.end_line <= lines
    for format in formats.FORMATS:
        text = formats.render(diagnostics, format, checked=1)
        assert all(map(str.isprintable, text.split("\n")))
        assert format not in ("json", "sarif") or json.loads(text)
    if analysis is not None and analysis.graph is not None:
        ast.parse(generate(analysis.graph))


def read_in_bounds(data: bytes) -> None:
    with counted() as calls:
        read(data)
    assert calls() < CALLS


@st.composite
def edited(draw: st.DrawFn) -> bytes:
    """A reference spec after some edits such as editors and people make, or two of them spliced."""
    data = draw(st.sampled_from(REFERENCES))
    chance = random.Random(draw(st.integers(0, 2**32)))
    for _ in range(draw(st.integers(1, 4))):
        data = chance.choice(EDITS)(data, chance)
    return data


def _cut(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data) + 1)
    return data[:start] + data[start + chance.choice([1, 2, 5, 20, 200]) :]


def _insert(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.choice([*WORDS, *SIGNS]).encode() + data[at:]


def _flip(data: bytes, chance: random.Random) -> bytes:
    if not data:
        return data
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def _move_line(data: bytes, chance: random.Random) -> bytes:
    lines = data.split(b"\n")
    lines.insert(chance.randrange(len(lines) + 1), lines.pop(chance.randrange(len(lines))))
    return b"\n".join(lines)


def _indent_line(data: bytes, chance: random.Random) -> bytes:
    lines = data.split(b"\n")
    at = chance.randrange(len(lines))
    lines[at] = chance.choice([b" " + lines[at], b"  " + lines[at], b"\t" + lines[at], lines[at][1:], lines[at][2:]])
    return b"\n".join(lines)


def _splice(data: bytes, chance: random.Random) -> bytes:
    other = chance.choice(REFERENCES)
    return data[: chance.randrange(len(data) + 1)] + other[chance.randrange(len(other)) :]


EDITS: list[Callable[[bytes, random.Random], bytes]] = [_cut, _insert, _flip, _move_line, _indent_line, _splice]
MIXED = st.lists(st.sampled_from(WORDS) | st.sampled_from(SIGNS) | st.text(max_size=3), max_size=40).map("".join)
TEXTS = {
    "bytes": st.binary(max_size=200),
    "words and signs": MIXED.map(lambda text: text.encode("utf-8", "surrogatepass")),
    "a model of words and signs": MIXED.map(
        lambda text: f"input: 3x8x8\nmodel:\n  - {text}".encode("utf-8", "surrogatepass")
    ),
    "edited specs": edited(),
}
_SETTINGS = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("sort", TEXTS)
def test_any_text(sort: str) -> None:
    _SETTINGS(given(TEXTS[sort])(read))()


@pytest.mark.slow
@pytest.mark.parametrize("sort", TEXTS)
def test_very_many_texts(sort: str) -> None:
    settings(_SETTINGS, max_examples=20_000)(given(TEXTS[sort])(read_in_bounds))()

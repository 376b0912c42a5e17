"""Each number and name of the reference specs replaced by a near one: archspec never stumbles, and points there.

What archspec accepts must run on torch and have the inferred shapes; what it refuses must be blamed on the mutated
line, or on one that depends on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch

from archspec.api import examine
from archspec.diagnostics import SourceFile
from archspec.runtime import module
from tests.reference import SPECS

SMALL = ("lenet5", "lenet_bn", "cifar_quick", "inception_mnist", "residual_mnist")
"""Networks that are quick to build and run, for every mutation that is accepted."""
ALL = sorted(path.stem for path in SPECS.glob("*.yaml"))

_TOKEN = re.compile(r"(?<![\w.])\d+(?![\w.])|(?<![\w'\"])[A-Za-z_]\w{2,}(?![\w'\"(])")


@dataclass(frozen=True)
class Mutation:
    """A text with one token replaced, and the line where."""

    line: int
    before: str
    after: str
    text: str


def mutations(text: str) -> Iterator[Mutation]:
    """Every number one larger and one smaller, every word with a letter dropped, in the lines that are not prose."""
    offset = 0
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        code = re.split(r"(?:^|\s)#", line)[0]
        if not re.match(r"\s*(name|source|description|params|macs|layers|output|expect):", line):
            for match in _TOKEN.finditer(code):
                token = match[0]
                near = [str(int(token) + 1), str(max(int(token) - 1, 0))] if token.isdigit() else [token[:-1]]
                for after in near:
                    start = offset + match.start()
                    yield Mutation(number, token, after, text[:start] + after + text[start + len(token) :])
        offset += len(line)


def _without_expect(text: str) -> str:
    """`expect` would find what the shapes do not; here the shapes are on trial."""
    return text.split("\nexpect:")[0] + "\n"


@pytest.mark.parametrize("name", SMALL)
def test_a_mutated_spec_is_right_exactly_if_torch_runs_it(name: str) -> None:
    source = _without_expect((SPECS / f"{name}.yaml").read_text())
    for mutation in mutations(source):
        analysis = examine(SourceFile(f"{name}.yaml", mutation.text, SPECS / f"{name}.yaml"), SPECS)
        where = f"line {mutation.line}: {mutation.before} -> {mutation.after}"
        if analysis.graph is None:
            assert analysis.failed, where
            continue
        net = module.build(analysis.graph, device="cpu")
        inputs = [torch.zeros(2, *type.shape) for type in analysis.graph.inputs.values()]
        with torch.no_grad():
            assert tuple(net(*inputs).shape[1:]) == analysis.graph.output.shape, where  # type: ignore[union-attr]


def test_most_mistakes_are_pointed_at_where_they_were_made(capsys: pytest.CaptureFixture[str]) -> None:
    refused = there = 0
    for name in ALL:
        path: Path = SPECS / f"{name}.yaml"
        for mutation in mutations(_without_expect(path.read_text())):
            analysis = examine(SourceFile(str(path), mutation.text, path), SPECS)
            errors = [d for d in analysis.diagnostics if d.severity == "error"]
            if errors:
                refused += 1
                there += any(mutation.line in (d.span.line, *(note.span.line for note in d.notes)) for d in errors)
    with capsys.disabled():
        print(f"\n{refused} mutations refused, {there / refused:.1%} with the mutated line in the message")
    assert there / refused > 0.7

"""Each number and name of the reference specs replaced by a near one: archspec never stumbles, and points there.

What archspec accepts must run on torch and have the inferred shapes; what it refuses must be blamed on the mutated
line, or on one that depends on it.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import torch

from archspec.api import examine
from archspec.diagnostics import Diagnostic, SourceFile
from archspec.elaborate import infer
from archspec.graph import TensorType
from archspec.layers import Layer, LayerError
from archspec.runtime import module
from tests.layers.torch_judge import Refusal, judge
from tests.reference import SPECS

SMALL = ("lenet5", "lenet_bn", "cifar_quick", "inception_mnist", "residual_mnist")
"""Networks that are quick to build and run, for every mutation that is accepted."""
ALL = sorted(path.stem for path in SPECS.glob("*.yaml"))

LARGE = [name for name in ALL if name not in SMALL]

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


@pytest.mark.parametrize("name", [*SMALL, *(pytest.param(name, marks=pytest.mark.slow) for name in LARGE)])
def test_torch_runs_every_mutated_spec_that_is_right(name: str) -> None:
    device = "cpu" if name in SMALL else "meta"
    source = _without_expect((SPECS / f"{name}.yaml").read_text())
    for mutation in mutations(source):
        analysis = examine(SourceFile(f"{name}.yaml", mutation.text, SPECS / f"{name}.yaml"), SPECS)
        where = f"line {mutation.line}: {mutation.before} -> {mutation.after}"
        if analysis.graph is None:
            assert analysis.failed, where
            continue
        net = module.build(analysis.graph, device=device)
        inputs = [torch.zeros(2, *type.shape, device=device) for type in analysis.graph.inputs.values()]
        with torch.no_grad():
            assert tuple(net(*inputs).shape[1:]) == analysis.graph.output.shape, where  # type: ignore[union-attr]


@dataclass(frozen=True)
class Refused:
    """A call of a layer that archspec refuses."""

    layer: Layer
    inputs: tuple[TensorType, ...]
    error: LayerError


@pytest.fixture
def refused_calls(monkeypatch: pytest.MonkeyPatch) -> list[Refused]:
    """Every call that inference refuses from now on."""
    calls: list[Refused] = []
    inferred = infer._infer

    def record(layer: Layer, inputs: tuple[TensorType, ...]) -> infer.Inferred:
        try:
            return inferred(layer, inputs)
        except LayerError as error:
            calls.append(Refused(layer, inputs, error))
            raise

    monkeypatch.setattr(infer, "_infer", record)
    return calls


@pytest.mark.parametrize("name", ALL)
def test_torch_refuses_every_call_that_is_refused(name: str, refused_calls: list[Refused]) -> None:
    path = SPECS / f"{name}.yaml"
    for mutation in mutations(_without_expect(path.read_text())):
        examine(SourceFile(str(path), mutation.text, path), SPECS)
    told = {(call.layer.kind, str(call.layer), call.inputs): call for call in refused_calls}
    for call in told.values():
        sizes = call.layer.sizes(*call.inputs)
        arguments = {**sizes, **call.layer.model_dump(exclude_unset=True, by_alias=True)}
        theirs = judge(call.layer.kind, call.layer.target, arguments, *call.inputs)
        assert isinstance(theirs, Refusal), f"{call.layer!r} of {call.inputs}: {call.error}"


_SHAPES = {"shape", "output-size", "concat-shapes", "residual-shapes", "linear-in-features"}


def explains(diagnostic: Diagnostic, mutation: Mutation, lines: list[str]) -> str | None:
    """Why a message about this place is right for a mutation of that line; None: it is not."""
    span = diagnostic.span
    places = [span.line, *(note.span.line for note in diagnostic.notes)]
    if mutation.line in places:
        return "the line itself"
    blamed = lines[span.line - 1]
    if re.search(rf"\b{re.escape(mutation.before)}\b", blamed):
        return "uses what the line declared"
    inside = itertools.takewhile(lambda line: _indent(line) > _indent(blamed), lines[span.line :])
    if span.line < mutation.line <= span.line + len([*inside]):
        return "holds the line"
    if diagnostic.rule in _SHAPES and mutation.line < max(places):
        return "takes what the line makes"
    return None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def test_mistakes_are_told_where_they_were_made_or_where_they_show(capsys: pytest.CaptureFixture[str]) -> None:
    reasons: Counter[str] = Counter()
    for name in ALL:
        path = SPECS / f"{name}.yaml"
        source = _without_expect(path.read_text())
        for mutation in mutations(source):
            analysis = examine(SourceFile(str(path), mutation.text, path), SPECS)
            errors = [d for d in analysis.diagnostics if d.severity == "error"]
            found = [explains(error, mutation, source.splitlines()) for error in errors]
            where = f"{path}:{mutation.line}: {mutation.before} -> {mutation.after}"
            assert None not in found, f"{where}: {[(d.span.line, d.message) for d in errors]}"
            if errors:
                reasons["the line itself" if "the line itself" in found else str(found[0])] += 1
    with capsys.disabled():
        shares = ", ".join(f"{reason} {count / reasons.total():.1%}" for reason, count in reasons.most_common())
        print(f"\n{reasons.total()} mutations refused: {shares}")
    assert reasons["the line itself"] / reasons.total() > 0.8

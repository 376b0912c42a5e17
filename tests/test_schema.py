"""`archspec schema`: shipped specs validate, mistakes of structure do not, as an independent validator judges."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator

from archspec.diagnostics import SourceFile, SpecError
from archspec.document.nodes import COMMON_KEYS, STRUCTURES
from archspec.document.schema import TOP_LEVEL, plain
from archspec.layers import KINDS, lookup
from archspec.report.schema import render, schema
from archspec.source import parse
from tests.cli.running import run
from tests.errors_in_markdown import Case, cases
from tests.golden import Golden
from tests.proof.networks import INPUTS, NETWORKS, Drawn, write
from tests.proof.test_mutations import mutations
from tests.reference import SPECS
from tests.specs_in_text import examined, rules_of

ROOT = Path(__file__).parent.parent
PUBLISHED = ROOT / "archspec" / "schema.json"
SHIPPED = sorted(
    path for folder in ("specs", "archspec/library", "examples") for path in (ROOT / folder).rglob("*.yaml")
)

STRUCTURE = {
    "argument-direct",
    "block-form",
    "block-name",
    "document-form",
    "document-incomplete",
    "document-value",
    "input-dtype",
    "input-shape",
    "language-version",
    "node-form",
    "node-key",
    "node-kinds",
    "param-type",
    "unknown-argument",
    "unknown-key",
}
"""The rules that a document breaks by its structure, whatever its values come to."""
BEYOND = {
    "argument-direct: a keyword as in Python",
    "argument-direct: of a block without params",
    "argument-direct: params of a block by position",
    "argument-direct: two arguments without braces",
    "input-shape: a mapping of axes",
    "input-shape: too many elements",
    "node-form: a list of a kind and its arguments",
    "node-form: arguments without a kind",
    "node-form: Hydra's notation at a node",
    "node-form: names where nodes are wanted",
    "node-form: the kind under `layer`, its arguments under `args`",
    "node-form: the kind under `type`",
    "node-form: the kind under `type`, and a name",
    "node-form: torch's calls under names",
    "node-key: `body` of a loop",
    "node-key: a concat with its branches under another key",
    "node-key: a residual whose body is misspelt",
    "node-key: a residual with a shortcut and no body",
    "param-type: a type of Python, alone",
    "unknown-argument: of a block",
    "unknown-argument: the declaration is misspelt, and no call",
    "unknown-key: of defaults: a kind",
}
"""Their cases that only the language can judge: what a block takes, what a word means, what sizes multiply to."""


@cache
def validator() -> Draft202012Validator:
    return Draft202012Validator(schema())


def data(text: str) -> Any:
    """A document as an editor's YAML parser reads it."""
    return plain(parse(SourceFile("spec.yaml", dedent(text))))


def problems(document: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}"[:300] for error in validator().iter_errors(document)]


def documents(case: Case) -> list[Any]:
    """The files of a golden mistake, as far as they are YAML."""
    found = []
    for name, content in case.files.items():
        if name.endswith((".yaml", ".yml")):
            try:
                found.append(data(content.decode()))
            except (SpecError, UnicodeDecodeError):
                continue
    return found


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(schema())
    assert schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_the_published_file_is_the_schema(golden: Golden) -> None:
    golden(PUBLISHED, render())


def test_the_text_is_the_schema() -> None:
    assert json.loads(render()) == schema()


def test_every_shipped_spec_is_found() -> None:
    assert len(SHIPPED) > 40


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.relative_to(ROOT)))
def test_shipped_spec_validates(path: Path) -> None:
    assert problems(data(path.read_text())) == []


STRUCTURAL = [case for case in cases() if case.rule in STRUCTURE and str(case) not in BEYOND]


@pytest.mark.parametrize("case", STRUCTURAL, ids=str)
def test_mistake_of_structure_is_refused(case: Case) -> None:
    assert any(problems(document) for document in documents(case)), "or does only the language tell? then it is BEYOND"


@pytest.mark.parametrize("case", [case for case in cases() if str(case) in BEYOND], ids=str)
def test_mistake_beyond_the_structure_is_not(case: Case) -> None:
    assert [problems(document) for document in documents(case)] == [[]]


def test_every_rule_of_structure_has_a_golden() -> None:
    assert {case.rule for case in STRUCTURAL} == STRUCTURE
    assert {str(case) for case in cases()} >= BEYOND


@pytest.mark.parametrize("case", [case for case in cases() if case.fixed], ids=str)
def test_mended_spec_validates(case: Case) -> None:
    """What `--fix` makes is right, so the schema has nothing to say."""
    assert [problems(data(text)) for text in case.fixed.values()] == [[]] * len(case.fixed)


RIGHT = {
    "a word": "{input: 8, model: ReLU}",
    "a list": "{input: 8, model: [ReLU, [ReLU, ReLU], {ReLU: }, {ReLU: {}}]}",
    "names": "{input: 8, model: {a: ReLU, b: {Linear: 3}, c: [ReLU, {Linear: 2}], d: {ReLU: }}}",
    "the other way to name": "{input: 8, model: [{name: fc, Linear: 3}, {name: 1, ReLU: }]}",
    "a group with common keys": "{input: 8, model: [{for: i in range(2), 'fc{i}': {Linear: 3}, 'act{i}': ReLU}]}",
    "a tensor under a name": "{input: 8, model: [{name: skip}, ReLU, {add: [{from: skip}, {from: input}]}]}",
    "expressions": "{input: 3x8x8, model: [Conv2d: {out_channels: 2 * 4, kernel_size: ['1 + 2', 3], bias: 1 > 2}]}",
    "a direct expression": "{input: 8, params: {n: 3}, model: [Linear: n, {Dropout: 1 / 2}]}",
    "a direct list with a null": "{input: 3x8x8, model: [AdaptiveAvgPool2d: [1, null]]}",
    "a word where numbers go": "{input: 3x8x8, model: [Conv2d: {out_channels: 2, kernel_size: 3, padding: same}]}",
    "a word from a param": """
        input: 3x8x8
        params: {mode: {type: str, default: bilinear}}
        model: [Upsample: {scale_factor: 2, mode: "{mode}"}]
    """,
    "a whole float": "{input: 8, model: [Linear: 3.0]}",
    "arguments from defaults": "{input: 3x8x8, defaults: {MaxPool2d: {kernel_size: 2}}, model: [MaxPool2d]}",
    "defaults of a block": """
        input: 8
        defaults: {B: {n: 3}}
        blocks: {B: {params: {n: int}, body: [Linear: n]}}
        model: B
    """,
    "block calls": """
        input: 8
        blocks: {B: {params: {n: 2, m: [1]}, body: [Linear: "n + m[0]"]}}
        model:
          - B
          - B: 3
          - B: {n: 4, m: [5]}
          - b: {B: {n: 1}}
          - c{i}: {B: 2}
            for: i in range(2)
    """,
    "a block with params called like common keys": """
        input: 8
        blocks: {B: {params: {repeat: [1], shape: 3}, body: [Linear: "repeat[0] + shape"]}}
        model: [B: {repeat: [2], shape: 1}, {b: {B: {repeat: [3]}, when: true}}]
    """,
    "kinds as values": """
        input: 8
        params: {act: ReLU, other: {type: layer, default: {LeakyReLU: 0.1}}}
        let: {rows: [[3, ReLU], [4, {LeakyReLU: 0.2}]]}
        model:
          - act
          - act:
          - {name: a, other: }
          - for: n, k in rows
            sequential: [{Linear: n}, k]
    """,
    "a kind for a block": """
        input: 8
        blocks: {B: {params: {act: layer}, body: [act]}}
        model: [B: ReLU, {B: {act: {ELU: 2}}}]
    """,
    "long forms": """
        input: 3x8x8
        model:
          - concat: {dim: 2, of: [ReLU, Tanh]}
          - residual: {body: [ReLU], shortcut: Tanh}
          - residual: {body: {a: ReLU}}
    """,
    "structures": """
        input: 3x8x8
        model:
          - concat: {x1: ReLU, x2: Tanh}
          - add: [ReLU, Tanh]
          - multiply: [ReLU, Tanh]
          - residual: [ReLU]
          - dense: [Conv2d: {out_channels: 2, kernel_size: 1}]
          - sequential: [ReLU]
    """,
    "aux and reuse": """
        input: 8
        model: [fc: {Linear: 8}, {aux: {head: {Linear: 2}}}, {reuse: fc}, {aux: [Linear: 3]}]
    """,
    "common keys": """
        input: 8
        model:
          - {repeat: 2, Linear: 8}
          - {repeat: 1 + 1, when: true, ReLU: }
          - {when: in_features > 9, Linear: 9}
          - {shape: 8, ReLU: }
          - {shape: [8], ReLU: }
          - {shape: ["2 * 4"], ReLU: }
    """,
    "several inputs": "{input: {a: 3x8x8, b: {shape: [3, 8, 8]}}, model: [add: [{from: a}, {from: b}]]}",
    "an input with a dtype": "{input: {shape: [8], dtype: float64}, model: Identity}",
    "what it comes to": "{input: 8, model: Identity, expect: {output: 8, params: 0, macs: 0..1, layers: '< 2'}}",
    "outputs": "{input: 8, model: {a: {Linear: 3}, b: {Linear: 2}}, outputs: [a, b], expect: {output: [3, 2]}}",
    "outputs by name": "{input: 8, model: {a: {Linear: 3}}, outputs: {x: a}, expect: {output: {x: 3}}}",
    "a recipe": "{input: 8, model: ReLU, train: {epochs: 3, lr: 1e-3, optimizer: sgd, momentum: 0.9}}",
    "what is said about it": "{archspec: 1, name: N, source: S, description: D, input: 8, model: ReLU}",
    "empty sections": "{input: 8, params: , let: , blocks: , defaults: , model: ReLU}",
}
"""The forms of the language: each is right by archspec and by the schema."""


@pytest.mark.parametrize("text", RIGHT.values(), ids=RIGHT)
def test_right_document_validates(text: str) -> None:
    assert examined(text).graph is not None or "model" not in data(text)
    assert problems(data(text)) == []


WRONG = {
    "an argument of a named layer": "{input: 8, model: {fc: {Linear: {out: 3}}}}",
    "an argument deep in a block": "{blocks: {B: {body: [residual: {body: {a: {concat: [ReLU: {p: 1}]}}}]}}}",
    "an argument of a kind that a block gets": """
        input: 8
        blocks: {B: {params: {k: layer}, body: k}}
        model: [B: {k: {ELU: {a: 1}}}]
    """,
    "a list that is too long": "{input: 3x8x8, model: [MaxPool2d: [1, 2, 3]]}",
    "a number out of its range": "{input: 8, model: [Dropout: 2]}",
    "a mapping where a number goes": "{input: 8, model: [Linear: {out_features: {}}]}",
    "null for what is inferred": "{input: 8, model: [Linear: {in_features: null, out_features: 3}]}",
    "a key beside a kind": "{input: 8, model: [{Linear: 3, fc: ReLU}]}",
    "a key in a long form": "{input: 8, model: [residual: {body: ReLU, skip: ReLU}]}",
    "defaults that are no mapping": "{input: 8, defaults: {Dropout: 0.5}, model: ReLU}",
    "a model without an input": "{model: ReLU}",
    "a recipe": "{input: 8, model: ReLU, train: {lr: 0}}",
}


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG)
def test_wrong_document_does_not(text: str) -> None:
    assert rules_of(text)
    assert problems(data(text))


def test_it_knows_all_of_the_language() -> None:
    defs = schema()["$defs"]
    assert tuple(schema()["properties"]) == TOP_LEVEL
    assert set(defs["mapping"]["properties"]) == {*COMMON_KEYS, *STRUCTURES, *KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_it_knows_every_argument(kind: str) -> None:
    layer = lookup(kind)
    assert layer is not None
    one = validator().evolve(schema={"$defs": schema()["$defs"], "$ref": f"#/$defs/{kind}"})
    arguments = schema()["$defs"][kind]["properties"]
    assert list(arguments) == list(layer.fields())
    for name, argument in layer.fields().items():
        assert arguments[name]["description"] == argument.doc
        assert one.is_valid({name: "width // 2"}), "an expression may stand anywhere"
        assert (
            argument.required
            or argument.default is None
            or one.is_valid({name: json.loads(json.dumps(argument.default))})
        )


class TestNoFalseAlarm:
    """What the schema refuses, archspec refuses too."""

    @given(NETWORKS, INPUTS)
    @settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
    def test_in_random_networks(self, network: list[Drawn], shape: tuple[int, ...]) -> None:
        text = write(network, shape)
        assert examined(text).failed or problems(data(text)) == []

    @pytest.mark.parametrize("name", ["alexnet", "nin", "residual_mnist", "resnet18"])
    def test_in_mutated_specs(self, name: str) -> None:
        refused = 0
        for mutation in mutations((SPECS / f"{name}.yaml").read_text()):
            if problems(data(mutation.text)):
                refused += 1
                assert examined(mutation.text).failed, mutation
        assert refused


class TestCommand:
    def test_prints_it(self) -> None:
        result = run("schema")
        assert (result.exit_code, result.stdout, result.stderr) == (0, render(), "")

    def test_writes_it(self, tmp_path: Path) -> None:
        result = run("schema", "-o", tmp_path / "s.json")
        assert (result.exit_code, result.stdout, result.stderr) == (0, "", f"wrote {tmp_path / 's.json'}\n")
        assert (tmp_path / "s.json").read_text() == render()
        assert run("schema", "-o", tmp_path / "s.json", "--quiet").stderr == ""

    def test_that_cannot_be_written(self, tmp_path: Path) -> None:
        path = tmp_path / "no" / "s.json"
        result = run("schema", "-o", path)
        assert result.exit_code == 1
        assert result.stderr == f"error: {path} cannot be written: No such file or directory\n"
        assert not list(tmp_path.iterdir())

"""Words over several nodes: the names of chains, and kinds that do not exist."""

from __future__ import annotations

from pathlib import Path

import pytest

from archspec import Source, SpecError, analyze, layers
from archspec.diagnostics import Diagnostic
from archspec.document.chains import OPERATIONS, one_letter_off
from archspec.document.names import name_problem
from archspec.document.nodes import COMMON_KEYS, STRUCTURES
from archspec.graph import Leaf, Module

SPECS = sorted(Path("specs").rglob("*.yaml"))
COLLECTED = Path(__file__).with_name("module_names.txt")
TAKEN = {"AuxLogits", "DenseReluDense", "EncDecAttention", "LocalSelfAttention", "MBconv", "SelfAttention", "cat"}
"""Of the names that real networks have, those that look like a kind: over several nodes they need a `name:`."""
BLOCK = "blocks: {Down: {body: [ReLU]}, Encoder: {body: [ReLU]}}\n"


def collected() -> tuple[list[str], list[str]]:
    """The names of modules with children, and those of layers, but for those that no node may have as a key."""
    text = "".join(line for line in COLLECTED.open() if not line.startswith("#"))
    containers, leaves = (part.split() for part in text.split("\n\n"))
    taken = {*layers.KINDS, *STRUCTURES, *COMMON_KEYS, "input"}
    return tuple(  # type: ignore[return-value]
        [name for name in names if name not in taken and name_problem(name) is None] for names in (containers, leaves)
    )


def said(text: str) -> list[Diagnostic]:
    try:
        analyze(Source(text))
    except SpecError as error:
        return list(error.diagnostics)
    return []


def over(word: str, nodes: str = "[{from: a}, {from: b}]") -> list[tuple[str, str | None, int, int]]:
    """The mistakes where `word` stands over nodes: rule, what is meant, line and column."""
    text = f"input: 8x4x4\n{BLOCK}model:\n  a: {{Conv2d: {{out_channels: 8, kernel_size: 1}}}}\n  b: ReLU\n"
    text += f"  {word}: {nodes}\n"
    return [(d.rule, d.help, d.span.line, d.span.column) for d in said(text)]


def module_names(module: Module) -> set[str]:
    names = set(module.children)
    return names.union(*(module_names(child) for child in module.children.values() if not isinstance(child, Leaf)))


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        # one letter dropped, doubled, swapped, replaced
        ("resdual", "residual"),
        ("residuall", "residual"),
        ("resiudal", "residual"),
        ("rezidual", "residual"),
        ("conact", "concat"),
        ("concta", "concat"),
        ("conncat", "concat"),
        ("denes", "dense"),
        ("mutliply", "multiply"),
        ("multipy", "multiply"),
        ("sequental", "sequential"),
        ("seqential", "sequential"),
        ("Encodr", "Encoder"),
        # CamelCase
        ("Concat", "concat"),
        ("Add", "add"),
        ("Multiply", "multiply"),
        ("Residual", "residual"),
        ("Dense", "dense"),
        ("Sequential", "sequential"),
        ("Concatenate", "concat"),
        ("Merge", "concat"),
        ("Sum", "add"),
        ("Mul", "multiply"),
        ("SkipConnection", "residual"),
        ("Donw", "Down"),
        # what other programs call them
        ("nn.Sequential", "sequential"),
        ("torch.cat", "concat"),
        *((word, meant) for word, meant in OPERATIONS.items() if meant is not None),
    ],
)
def test_kind_that_is_meant(word: str, meant: str) -> None:
    help = f"did you mean {meant}? If it is a name, write `{{name: {word}, sequential: ...}}`"
    assert over(word) == [("unknown-kind", help, 6, 3)]


@pytest.mark.parametrize("word", ["Stem", "Branch", "FPN", "Average", "MatMul", "matmul", "bmm", "subtract"])
def test_word_that_is_no_name_and_near_no_kind(word: str) -> None:
    ((rule, help, *_),) = over(word)
    assert rule == "unknown-kind"
    assert help is not None
    assert f"write `{{name: {word}, sequential: ...}}`" in help


@pytest.mark.parametrize(
    "nodes",
    [
        "[ReLU]",
        "[]",
        "{p: {from: a}, q: {from: b}}",
        "{from: [a, b]}",
        "{from: a}",
        "{body: [ReLU], shortcut: [ReLU]}",
        "{for: i in range(2), 'x{i}': ReLU}",
    ],
)
def test_over_whatever_nodes(nodes: str) -> None:
    assert [rule for rule, *_ in over("Concat", nodes)] == ["unknown-kind"]


def test_nodes_below_are_read_for_their_names_and_mistakes() -> None:
    text = """
input: 8x4x4
model:
  - conact: {a: {Conv2d: {out_channels: 8, kernel_size: 1}}, b: Con2d}
  - {from: a}
  - {from: conact}
"""
    assert [d.message for d in said(text)] == ["there is no kind 'conact'", "there is no kind 'Con2d'"]


@pytest.mark.parametrize(
    "node",
    [
        "Concat: {Conv2d: {out_channels: 8, kernel_size: 1}}",
        "Concat: {sequential: [ReLU, ReLU]}",
        "Concat: {for: 'k in [ReLU]', k: }",
        "cat: ReLU",
        "{name: Concat, sequential: [ReLU, {from: a}]}",
        "{name: resdual, sequential: {x: ReLU, y: ReLU}}",
        "encodr: [ReLU]",  # near to the block Encoder, but for the case, too
        "encoder: [ReLU]",
        "down_: [ReLU]",
        "Mixed_5b: [ReLU]",
        "Conv2d_1a_3x3: [ReLU, ReLU]",
        "branch3x3dbl: {a: ReLU, b: ReLU}",
        "skip_add: [ReLU]",
        "dense1: [ReLU]",
        "denses: [ReLU]",
        "den5e: [ReLU]",
    ],
)
def test_names(node: str) -> None:
    assert said(f"input: 8x4x4\n{BLOCK}model:\n  - name: a\n  - {node}\n") == []


def test_names_of_published_networks_are_names() -> None:
    containers, leaves = collected()
    assert len(containers) > 900
    assert len(leaves) > 900
    names = [name for name in containers if name not in TAKEN]
    nodes = [f"  {name}: [{{from: input}}, ReLU]\n" for name in names]
    nodes += [f"  {name}: {{Conv2d: {{out_channels: 1, kernel_size: 1}}}}\n" for name in leaves if name not in names]
    assert [d.message for d in said(f"input: 1x1x1\nmodel:\n{''.join(nodes)}")] == []


@pytest.mark.parametrize("name", sorted(TAKEN))
def test_names_of_published_networks_that_need_a_name(name: str) -> None:
    assert name in collected()[0]
    assert [rule for rule, *_ in over(name)] == ["unknown-kind"]
    assert said(f"input: 8\nmodel:\n  - {{name: {name}, sequential: [ReLU, ReLU]}}\n") == []
    assert said(f"input: 8\nmodel:\n  {name}: {{Linear: 8}}\n") == []


def test_names_of_the_specs_are_names() -> None:
    names: set[str] = set()
    for path in SPECS:
        names |= module_names(analyze(path).root)
    parts = {part for name in names for part in name.split(".") if not part.isdigit() and part not in STRUCTURES}
    nodes = [f"  {part}: [ReLU]\n" for part in sorted(parts - set(layers.KINDS) - TAKEN)]
    assert len(nodes) > 100
    assert [d.message for d in said(f"input: 1\nmodel:\n{''.join(nodes)}")] == []


@pytest.mark.parametrize(
    ("word", "kind", "near"),
    [
        ("esidual", "residual", True),
        ("residua", "residual", True),
        ("rresidual", "residual", True),
        ("ersidual", "residual", True),
        ("residual", "residual", False),
        ("Residual", "residual", False),
        ("residuals", "residual", False),
        ("residual1", "residual", False),
        ("r_sidual", "residual", False),
        ("rseidaul", "residual", False),
        ("residu", "residual", False),
        ("", "residual", False),
        ("Stages", "Stage", False),
        ("stage", "Stages", False),
    ],
)
def test_one_letter_off(word: str, kind: str, near: bool) -> None:
    assert one_letter_off(word, kind) is near


@pytest.mark.parametrize(
    ("node", "message", "help"),
    [
        (
            "{out_channels: 16, kernel_size: 3}",
            "out_channels and kernel_size have no kind above them",
            "Conv2d: {out_channels: 16, kernel_size: 3}",
        ),
        ("{name: x, kernel_size: 3}", "kernel_size has no kind above it", "MaxPool2d: {kernel_size: 3}"),
        (
            "{out_channels: 16, kernel_size: 3, activation: ReLU}",
            "out_channels and kernel_size have no kind above them",
            "Conv2d: {out_channels: 16, kernel_size: 3}",
        ),
        ("{p: 0.5}", "p has no kind above it", "Dropout: {p: 0.5}"),
        ("x: {hidden_size: 5}", "hidden_size has no kind above it", "LSTM: {hidden_size: 5}"),
        ("x: {width: 3, depth: 2}", "width and depth have no kind above them", "Stage: {width: 3, depth: 2}"),
        (
            "{filters: 3, kernel: 5}",
            "filters and kernel have no kind above them",
            "Conv2d: {out_channels: 3, kernel_size: 5}",
        ),
    ],
)
def test_arguments_without_a_kind_are_one_mistake(node: str, message: str, help: str) -> None:
    blocks = "blocks: {Stage: {params: {width: int, depth: int}, body: [{repeat: depth, Linear: width}]}}\n"
    found = said(f"input: 8x9x9\n{blocks}model:\n  - Stage: {{width: 3, depth: 1}}\n  - {node}\n")
    assert [(d.rule, d.message, d.help) for d in found] == [("node-form", message, f"write the kind above: {help}")]

"""What torch runs and nobody means is a warning at its place, and what is meant is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from archspec import Source, analyze
from archspec.api import examine
from archspec.diagnostics import SourceFile
from archspec.diagnostics.rules import WARNINGS

SHIPPED = sorted(path for folder in ("specs", "archspec/library", "examples") for path in Path(folder).rglob("*.yaml"))
CONV = "{Conv2d: {out_channels: 8, kernel_size: 3, padding: 1}}"
BLOCK = "blocks: {B: {params: {n: 1}, body: [{repeat: n, Linear: 8}, {when: n > 3, ReLU: }]}}\n"


def said(text: str) -> list[tuple[str, int, int]]:
    """The rules that a text breaks, and where."""
    found = examine(SourceFile("spec.yaml", text), None).diagnostics
    assert all((d.severity == "warning") == (d.rule in WARNINGS) for d in found)
    return [(d.rule, d.span.line, d.span.column) for d in found]


def said_of(model: str, input: str = "8", before: str = "") -> list[str]:
    """The rules that a model breaks, and the lines of it."""
    lines = before.count("\n") + 2
    found = said(f"{before}input: {input}\nmodel:\n{model}")
    return [f"{rule} {line - lines}" for rule, line, _ in found]


@pytest.mark.parametrize("path", SHIPPED, ids=str)
def test_shipped_files_have_none(path: Path) -> None:
    source = SourceFile(str(path), path.read_text(), path.resolve())
    found = examine(source, path.parent.resolve()).diagnostics
    assert [d.rule for d in found if d.severity == "warning"] == []


def test_graph_has_them() -> None:
    graph = analyze(Source(f"input: 8\n{BLOCK}model: [{{dense: {{Linear: 8}}}}, {{B: 0}}]\n"))
    assert [(d.rule, d.module, d.severity) for d in graph.warnings] == [
        ("single-branch", None, "warning"),
        ("empty-block", "b1", "warning"),
    ]
    assert analyze(Source("input: 8\nmodel: [ReLU]\n")).warnings == ()


@pytest.mark.parametrize(
    ("nodes", "vain"),
    [
        (["b: {Linear: 4}", "c: {Linear: 2, from: a}"], [2]),
        (["b: {Linear: 4}", "c: ReLU", "d: {Linear: 2, from: a}"], [3]),
        (["b: {Linear: 8}", "c: {from: input}"], [2]),
        (["b: [{Linear: 4}, {from: a}]"], [2]),
        # two that have nothing to do with each other
        (["b: {Linear: 4}", "c: {Linear: 4, from: a}", "d: {Linear: 2, from: a}"], [2, 3]),
        # by way of a join
        (["b: {Linear: 8}", "j: {add: [{from: a}, {from: b}]}", "d: {from: a}"], [2]),
        # joins that join nothing
        (["b: {Linear: 8, from: input}", "stack: [{from: a}, {from: b}]"], [1]),
        (["b: {Linear: 8, from: input}", "mean: {x: {from: a}, y: {from: b}}"], [1]),
        # modules that hold others: the outermost that is in vain
        (["b: [{Linear: 4}, ReLU]", "c: {Linear: 2, from: a}"], [2]),
        (["b: {B: 2}", "c: {Linear: 2, from: a}"], [2]),
        (["b: [{name: p, B: 2}, {from: input}, {Linear: 3}]", "c: {from: b}"], [2]),
        # used again: one of its results is enough, and what is made for the other is in vain
        (["b: {Linear: 8}", "c: {reuse: a}", "d: {Linear: 2, from: b}"], []),
        (["b: {Linear: 8}", "c: {reuse: a}", "d: {Linear: 2, from: a}"], [2]),
        (["b: {reuse: a}", "c: {Linear: 2, from: input}"], [2]),
        # what is used, or is no module
        (["b: {aux: [{Linear: 4}]}", "c: {Linear: 2}"], []),
        (["b: {aux: {from: a, Linear: 4}}", "c: {Linear: 2}"], []),
        (["b: {from: a}", "c: {Linear: 4}"], []),
        (["b: {reuse: a}"], []),
        (["b: {residual: {body: [Linear: 8], shortcut: [Linear: 8]}}"], []),
        (["b: {dense: [{Linear: 8}, {Linear: 8}]}"], []),
    ],
)
def test_unused_output(nodes: list[str], vain: list[int]) -> None:
    before = BLOCK if any("B:" in node for node in nodes) else ""
    model = "".join(f"  {node}\n" for node in ("a: {Linear: 8}", *nodes))
    assert said_of(model, before=before) == [f"unused-output {line}" for line in vain]


@pytest.mark.parametrize(("outputs", "vain"), [("[a, b]", [5]), ("{x: a, y: c}", [])])
def test_what_runs_after_the_outputs(outputs: str, vain: list[int]) -> None:
    text = f"input: 8\nmodel:\n  a: {{Linear: 8}}\n  b: {{Linear: 4}}\n  c: {{Linear: 4}}\noutputs: {outputs}\n"
    assert [(rule, line) for rule, line, _ in said(text)] == [("unused-output", line) for line in vain]


def test_name_of_a_tensor_that_nothing_takes() -> None:
    assert said_of("  - Linear: 8\n  - name: skip\n  - Linear: 4\n") == []


def test_unused_output_within_a_block() -> None:
    blocks = "blocks:\n  B:\n    body:\n      p: {Linear: 4}\n      q: {Linear: 8, from: input}\n"
    assert said(f"{blocks}input: 8\nmodel: [B, B]\n") == [("unused-output", 4, 11)]


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("params: {n: 3}\ninput: 8\nmodel: [ReLU]\n", [("unused-param", 1, 10)]),
        ("params: {n: 3}\ninput: 8\nmodel: [{Linear: n}]\n", []),
        ("params: {n: 3}\ninput: 8\nlet: {m: n}\nmodel: [{Linear: m}]\n", []),
        ("input: 8\nlet: {m: 3}\nmodel: [ReLU]\n", [("unused-param", 2, 7)]),
        ("input: 8\nlet: {act: ReLU}\nmodel: [act]\n", []),
        ("input: 8\nlet: {act: ReLU}\nmodel: [{act: }]\n", []),
        ("input: 8\nblocks: {B: {let: {m: 3}, body: [ReLU]}}\nmodel: [B]\n", [("unused-param", 2, 20)]),
        ("input: 8\nblocks: {B: {let: {m: 3}, body: [{Linear: m}]}}\nmodel: [B]\n", []),
        ("input: 8\nblocks: {B: {params: {m: 3}, body: [ReLU]}}\nmodel: [B]\n", [("unused-param", 2, 23)]),
        ("input: 8\nblocks: {B: {body: [ReLU]}, C: {body: [B]}}\nmodel: [ReLU]\n", [("unused-block", 2, 29)]),
        ("input: 8\nblocks: {B: {body: [ReLU]}, C: {body: [B]}}\nmodel: [C]\n", []),
        ("input: 8\nparams: {b: B}\nblocks: {B: {body: [ReLU]}, C: {body: [ReLU]}}\nmodel: [b]\n", []),
        ("input: 8\nparams: {b: layer}\nblocks: {C: {body: [ReLU]}}\nmodel: [{b: }]\n", [("param-missing", 2, 10)]),
        ("input: 8\nlet: {t: '[[1, B]]'}\nblocks: {B: {body: [ReLU]}}\nmodel: [{for: 'n, k in t', k: }]\n", []),
        # a file that only offers blocks
        ("params: {n: 3}\nblocks: {B: {params: {m: 3}, body: [ReLU]}}\n", []),
        # what is misspelt is one mistake
        ("input: 8\nblocks: {Basic: {body: [ReLU]}}\nmodel: [Basci]\n", [("unknown-kind", 3, 9)]),
        ("input: 8\nparams: {depth: 3}\nmodel: [{Linear: dpeth}]\n", [("expression-name", 3, 18)]),
    ],
)  # fmt: skip
def test_what_nothing_reads(text: str, rules: list[tuple[str, int, int]]) -> None:
    assert said(text) == rules


@pytest.mark.parametrize(
    ("params", "severity"),
    [("{depth: 3}", "error"), ("{depths: 3}", None), ("{unread: 3}", "warning")],
)
def test_param_of_a_variant(params: str, severity: str | None, tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text("params: {depths: 2, unread: 1}\ninput: 8\nmodel: [{Linear: depths}]\n")
    variant = tmp_path / "variant.yaml"
    variant.write_text(f"extends: base.yaml\nparams: {params}\n")
    found = examine(SourceFile(str(variant), variant.read_text(), variant), tmp_path).diagnostics
    assert [(d.rule, d.severity) for d in found] == ([("unused-param", severity)] if severity else [])


@pytest.mark.parametrize(
    ("call", "rules"),
    [
        ("B: 0", ["empty-block 1"]),
        ("B: 1", []),
        ("B: 4", []),
        ("{for: n in range(3), B: n}", ["empty-block 1"]),
        ("{when: 1 > 2, B: 0}", []),
    ],
)
def test_empty_block(call: str, rules: list[str]) -> None:
    assert said_of(f"  - {call}\n", before=BLOCK) == rules


def test_empty_block_within_a_block_is_told_where_it_is_called() -> None:
    blocks = BLOCK.replace("]}}\n", "]}, C: {params: {n: 1}, body: [{B: n}]}}\n")
    (found,) = examine(SourceFile("s", f"{blocks}input: 8\nmodel: [{{C: 1}}, {{C: 0}}]\n"), None).diagnostics
    assert (found.rule, found.module, found.span.line) == ("empty-block", "1.0", 1)
    assert [(note.message, note.span.line, note.span.column) for note in found.notes] == [("in this C", 3, 18)]


@pytest.mark.parametrize(
    ("model", "rules"),
    [
        (f"  - concat: [{CONV}, BatchNorm2d, ReLU]\n", ["chain-in-concat 1"]),
        (f"  - add: [{CONV}, BatchNorm2d]\n", ["chain-in-concat 1"]),
        (f"  - multiply: [{CONV}, Sigmoid]\n", ["chain-in-concat 1"]),
        (f"  - concat: [{CONV}, {CONV}, Dropout, ReLU]\n", ["chain-in-concat 1"]),
        ("  - concat: [{Linear: 4}, LayerNorm]\n", ["chain-in-concat 1"]),
        (f"  - c: {{concat: [{CONV}, ReLU]}}\n", ["chain-in-concat 1"]),
        (f"  - concat: [ReLU, {CONV}]\n", []),
        (f"  - concat: [{CONV}, {{MaxPool2d: {{kernel_size: 3, stride: 1, padding: 1}}}}]\n", []),
        (f"  - concat: [{CONV}, {CONV}]\n", []),
        (f"  - concat: [[{CONV}, ReLU], ReLU]\n", []),
        (f"  - concat: {{a: {CONV}, b: ReLU}}\n", []),
        (f"  - {{name: x, ReLU: }}\n  - concat: [{CONV}, {{ReLU: , from: x}}]\n", []),
        ("  - multiply: [Identity, Sigmoid]\n", []),
        (f"  - residual: [{CONV}, BatchNorm2d, ReLU]\n", []),
        # the mistake that it makes is told instead
        ("  - concat: [{Conv2d: {out_channels: 8, kernel_size: 3}}, BatchNorm2d]\n", ["concat-shapes 1"]),
    ],
)
def test_chain_in_concat(model: str, rules: list[str]) -> None:
    assert said_of(model, "8x4x4") == rules


def test_chain_in_concat_by_params() -> None:
    before = "params: {norm: BatchNorm2d, act: ReLU}\n"
    assert said_of(f"  - concat: [{CONV}, norm, act]\n", "8x4x4", before) == ["chain-in-concat 1"]


@pytest.mark.parametrize(
    ("model", "rules"),
    [
        ("  - dense: {Linear: 10}\n", ["single-branch 1"]),
        ("  - dense: [{Linear: 10}]\n", ["single-branch 1"]),
        ("  - concat: {a: {Linear: 10}}\n", ["single-branch 1"]),
        ("  - multiply: [Sigmoid]\n", ["single-branch 1"]),
        ("  - add: [[{Linear: 8}, ReLU]]\n", ["single-branch 1"]),
        ("  a: ReLU\n  b: {add: {from: a, x: {Linear: 8}, y: {Linear: 8}}}\n", ["single-branch 2"]),
        ("  - concat: [{when: 1 > 0, Linear: 8}]\n", ["single-branch 1"]),
        ("  - dense: [{for: n in range(3), Linear: 8}]\n", []),
        ("  - dense: {repeat: 3, Linear: 8}\n", []),
        ("  - concat: {'b{n}': {for: 'n in [1, 2]', Linear: n}}\n", []),
        ("  - concat: [{for: n in range(2), 'a{n}': {Linear: 8}, 'b{n}': ReLU}]\n", []),
        ("  - add: [{Linear: 8}, {when: 1 > 2, Linear: 8}]\n", []),
        ("  - residual: [{Linear: 8}]\n", []),
        ("  - residual: {Linear: 8}\n", []),
    ],
)
def test_single_branch(model: str, rules: list[str]) -> None:
    assert said_of(model) == rules


@pytest.mark.parametrize(
    ("model", "rules"),
    [
        (f"  - {CONV}\n  - Linear: 4\n", ["linear-on-map 2"]),
        ("  - MaxPool2d: 2\n  - Linear: 4\n", ["linear-on-map 2"]),
        ("  - AdaptiveAvgPool2d: 1\n  - Linear: 4\n", ["linear-on-map 2"]),
        (f"  - {CONV}\n  - BatchNorm2d\n  - ReLU\n  - Dropout: 0.1\n  - Linear: 4\n", ["linear-on-map 5"]),
        (f"  - {CONV}\n  - residual: [{CONV}, ReLU]\n  - Linear: 4\n", ["linear-on-map 3"]),
        (f"  - residual: [{CONV}, ReLU]\n  - Linear: 4\n", ["linear-on-map 2"]),
        (f"  - add: [{CONV}, {CONV}]\n  - Linear: 4\n", ["linear-on-map 2"]),
        # of several in a row, the first
        (f"  - {CONV}\n  - Linear: 4\n  - ReLU\n  - Linear: 4\n", ["linear-on-map 2"]),
        # across modules
        (f"  - c: [{CONV}, ReLU]\n  - B\n", ["linear-on-map -2"]),
        (f"  - {CONV}\n  - Flatten\n  - Linear: 4\n", []),
        (f"  - {CONV}\n  - Permute: [0, 2, 3, 1]\n  - Linear: 4\n", []),
        (f"  - {CONV}\n  - Linear: {{in_features: 6, out_features: 4}}\n", []),
        (f"  - {CONV}\n  - Upsample: 2\n  - Linear: 4\n", []),
        ("  - Linear: 4\n", []),
        ("  - ReLU\n  - Linear: 4\n", []),
    ],
)
def test_linear_on_map(model: str, rules: list[str]) -> None:
    assert said_of(model, "8x6x6", BLOCK if "B\n" in model else "") == rules


def test_sequence_is_no_map() -> None:
    assert said_of("  - Conv1d: {out_channels: 4, kernel_size: 1}\n  - Linear: 4\n", "8x6") == []


def test_wrong_size_hides_no_warning() -> None:
    model = "  a: {Linear: {in_features: 9, out_features: 8}}\n  b: {Linear: 4}\n  c: {Linear: 4, from: a}\n"
    assert said_of(model) == ["linear-in-features 1", "unused-output 2"]


def test_many_warnings_hide_no_mistake() -> None:
    nodes = "".join(f"  n{i}: {{from: input, Linear: 2}}\n" for i in range(1_100))
    found = examine(
        SourceFile("s", f"input: 8\nmodel:\n{nodes}  last: {{Linear: {{in_features: 9, out_features: 2}}}}\n"), None
    )
    assert found.failed
    assert [d.rule for d in found.diagnostics if d.severity == "error"] == ["linear-in-features"]
    assert found.diagnostics[-1].message == "there are more than 1,000 warnings, and the others are not told"

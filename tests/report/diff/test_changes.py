"""What is told as added, removed, changed, renamed: as a person who reads the two specs would say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archspec.api import Source, analyze, examine
from archspec.diagnostics import SourceFile
from archspec.graph import Graph, Leaf, Module
from archspec.report.diff import compare
from archspec.report.diff.changes import Change
from archspec.report.diff.json import to_dict
from tests import fast
from tests.proof.networks import INPUTS, NETWORKS, Drawn, write
from tests.reference import SPECS
from tests.report.diff.networks import changed, graph

C = "Conv2d: {out_channels: 4, kernel_size: 3, padding: 1}"
C8 = "Conv2d: {out_channels: 8, kernel_size: 3, padding: 1}"


def told(old: str, new: str) -> list[str]:
    """Each change in a line: `~ old>new arguments from result`."""
    return list(map(line, to_dict(changed(old, new))["changes"]))


def line(change: dict[str, Any]) -> str:
    mark = {"added": "+", "removed": "-", "changed": "~", "renamed": "="}[change["change"]]
    names = [side["name"] or "net" for side in (change["old"], change["new"]) if side is not None]
    words = [mark, ">".join(dict.fromkeys(names))]
    words += [f"{name}:{before}>{after}" for name, (before, after) in change.get("arguments", {}).items()]
    words += [f"{what} {' > '.join(change[what])}" for what in ("from", "result") if what in change]
    return " ".join(words)


CASES = {
    "an argument": (
        f"[{{a: {{{C}}}}}]",
        "[{a: {Conv2d: {out_channels: 4, kernel_size: 1}}}]",
        ["~ a kernel_size:3>1 padding:1>0"],
    ),
    "what follows from it": (
        f"[{{a: {{{C}}}}}, {{b: {{{C}}}}}, {{c: ReLU}}]",
        f"[{{a: {{{C8}}}}}, {{b: {{{C}}}}}, {{c: ReLU}}]",
        ["~ a out_channels:4>8", "~ b"],
    ),
    "the same, otherwise written": ("[{MaxPool2d: 2}]", "[{MaxPool2d: {kernel_size: [2, 2], stride: null}}]", []),
    "a size that is inferred": ("[{Linear: 5}]", "[{Linear: {in_features: 16, out_features: 5}}]", []),
    "added to a chain": (
        f"[{C}, ReLU, {C}]".replace("Conv", "{Conv").replace("1}", "1}}"),
        f"[{{{C}}}, BatchNorm2d, ReLU, {{{C}}}]",
        ["+ 1", "= 1>2", "= 2>3"],
    ),
    "removed from a chain": (
        f"[{{{C}}}, BatchNorm2d, ReLU, {{{C}}}]",
        f"[{{{C}}}, ReLU, {{{C}}}]",
        ["- 1", "= 2>1", "= 3>2"],
    ),
    "added in front of a chain of the same": (
        "[B, B, B]",
        "[B, B, B, B, B]",
        ["+ 3", "+ 3.conv", "+ 3.act", "+ 4", "+ 4.conv", "+ 4.act"],
    ),
    "another kind": ("[{a: ReLU}, {b: Tanh}]", "[{a: GELU}, {b: Tanh}]", ["~ a"]),
    "another kind in a chain": ("[ReLU, Flatten]", "[Tanh, Flatten]", ["~ 0"]),
    "nothing alike": ("[{MaxPool2d: 2}]", "[ReLU]", ["- 0", "+ 0"]),
    "renamed": (f"[{{a: {{{C}}}}}, {{b: ReLU}}]", f"[{{first: {{{C}}}}}, {{b: ReLU}}]", ["= a>first"]),
    "a renamed module": (
        "{a: B, b: ReLU}",
        "{first: B, b: ReLU}",
        ["= a>first", "= a.conv>first.conv", "= a.act>first.act"],
    ),
    "renamed and changed": (
        "[{a: {B: 4}}, {b: ReLU}]",
        "[{first: {B: 8}}, {b: ReLU}]",
        ["= a>first c:4>8", "~ a.conv>first.conv out_channels:4>8", "~ a.act>first.act", "~ b"],
    ),
    "a block's argument": (
        "{a: {B: 4}, f: Flatten}",
        "{a: {B: {k: 5}}, f: Flatten}",
        ["~ a.conv kernel_size:3>5 padding:1>2"],
    ),
    "another block": ("{a: B}", "{a: V}", ["~ a", "~ a.act"]),
    "wrapped": (
        f"{{a: {{{C}}}, r: ReLU, f: Flatten}}",
        f"{{stem: {{a: {{{C}}}, r: ReLU}}, f: Flatten}}",
        ["+ stem", "= a>stem.a", "= r>stem.r"],
    ),
    "unwrapped": (
        f"{{stem: {{a: {{{C}}}, r: ReLU}}, f: Flatten}}",
        f"{{a: {{{C}}}, r: ReLU, f: Flatten}}",
        ["- stem", "= stem.a>a", "= stem.r>r"],
    ),
    "a layer became a block": (f"{{a: {{{C}}}, f: Flatten}}", "{a: B, f: Flatten}", ["+ a", "= a>a.conv", "+ a.act"]),
    "in another order": (
        "{a: ReLU, b: BatchNorm2d, c: Tanh}",
        "{b: BatchNorm2d, a: ReLU, c: Tanh}",
        ["~ b from a > input", "~ a from input > b", "~ c from b > a"],
    ),
    "a residual connection": (
        "{a: B, b: B, c: ReLU}",
        "{a: B, b: {residual: [B]}, c: ReLU}",
        ["~ b result act > b1 + input", "+ b.b1", "= b.conv>b.b1.conv", "= b.act>b.b1.act"],
    ),
    "a join": ("{a: ReLU, b: ReLU}", "[{residual: [{a: ReLU}]}, {b: ReLU}]", ["~ b from a > a + input"]),
    "a join at the end": ("{a: ReLU}", "[{residual: [{a: ReLU}]}]", ["~ net result a > a + input"]),
    "another join": (
        "[add: [{a: ReLU}, {b: Tanh}]]",
        "[concat: [{a: ReLU}, {b: Tanh}]]",
        ["~ net result a + b > concat(a, b)"],
    ),
    "the other way round": ("[add: [{a: ReLU}, {b: Tanh}]]", "[add: [{b: Tanh}, {a: ReLU}]]", []),
    "a branch": (
        "[concat: [{a: ReLU}, {b: Tanh}], {c: ReLU}]",
        "[concat: [{a: ReLU}, {b: Tanh}, {d: GELU}], {c: ReLU}]",
        ["+ d", "~ c from concat(a, b) > concat(a, b, d)"],
    ),
    "another source": (
        "[{a: ReLU}, {b: Tanh}, {c: GELU}]",
        "[{a: ReLU}, {b: Tanh}, {from: a, c: GELU}]",
        ["~ c from b > a"],
    ),
    "put between": ("{a: ReLU, c: Tanh}", "{a: ReLU, b: GELU, c: Tanh}", ["+ b"]),
    "called again": ("{a: B, b: B}", "[{a: B}, {reuse: a}]", ["~ b>a", "~ b.conv>a.conv", "~ b.act>a.act"]),
    "only for training": ("[{a: ReLU}, {b: Tanh}]", "[aux: [{a: ReLU}], {b: Tanh}]", ["~ a", "~ b from a > input"]),
    "a dense block that grew": (
        "{d: {dense: [B, B]}}",
        "{d: {dense: [B, B, B, B]}}",
        [
            "~ d result concat(input, b1, b2) > concat(input, b1, ..., b4)",
            *(f"+ d.{name}" for name in ("b3", "b3.conv", "b3.act", "b4", "b4.conv", "b4.act")),
        ],
    ),
    "nothing": ("{a: B, b: [B, ReLU]}", "{a: B, b: [B, ReLU]}", []),
}


@pytest.mark.parametrize(("old", "new", "expected"), CASES.values(), ids=CASES)
def test_case(old: str, new: str, expected: list[str]) -> None:
    assert told(old, new) == expected
    assert changed(old, new).same == (not expected)


def leaves(change: Change) -> Iterator[Change]:
    return (inner for inner in change.below() if inner.call.leaf is not None)


def check(old: Graph, new: Graph) -> None:
    """Every layer of both stands in the diff once, and the figures add up."""
    diff = compare(old, new)
    for side, of in (("old", old), ("new", new)):
        calls = [getattr(change, side) for change in leaves(diff.root)]
        assert Counter(c.name for c in calls if c is not None) == Counter(layer.name for layer in of.layers)
    assert [c.new.name for c in leaves(diff.root) if c.new is not None] == [layer.name for layer in new.layers]
    assert diff.root.params == new.params - old.params
    assert diff.root.macs == new.macs - old.macs
    entries = [entry for entry in to_dict(diff)["changes"] if not entry.get("module")]
    for figure in ("params", "macs"):
        came = sum((e["new"] or {figure: 0})[figure] - (e["old"] or {figure: 0})[figure] for e in entries)
        assert came == getattr(new, figure) - getattr(old, figure)
    found = diff.weights
    counted = len(found.fit) + len(found.renamed) + len(found.reshaped)
    assert counted + len(found.left) == tensors(old)
    assert counted + len(found.added) == tensors(new)


def tensors(graph: Graph) -> int:
    """How many the state_dict has, by the modules rather than by their calls."""

    def count(module: Module | Leaf) -> int:
        if isinstance(module, Leaf):
            return len(module.parameters) + len(module.buffers)
        return sum(map(count, module.children.values()))

    return count(graph.root)


@pytest.mark.parametrize(("old", "new"), [case[:2] for case in CASES.values()], ids=CASES)
def test_figures_add_up(old: str, new: str) -> None:
    check(graph(old), graph(new))
    check(graph(new), graph(old))


PUBLISHED = [
    "lenet5",
    "googlenet",
    "densenet",
    "torchvision/vgg11_bn",
    "torchvision/resnet18",
    "torchvision/googlenet",
    "torchvision/resnet50",
    "torchvision/inception_v3",
    "torchvision/densenet121",
    "torchvision/mobilenet_v2",
]


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_network_does_not_differ_from_itself(name: str) -> None:
    path = SPECS / f"{name}.yaml"
    diff = compare(analyze(path), analyze(path))
    assert diff.same
    assert diff.weights.loads
    assert to_dict(diff)["changes"] == []


@pytest.mark.parametrize(("old", "new"), [*pairwise(PUBLISHED)])
def test_networks_that_have_nothing_to_do_with_each_other(old: str, new: str) -> None:
    check(analyze(SPECS / f"{old}.yaml"), analyze(SPECS / f"{new}.yaml"))


@settings(max_examples=fast.examples(20, 200), suppress_health_check=[*HealthCheck])
@given(NETWORKS, NETWORKS, INPUTS, st.booleans())
def test_random_networks(one: list[Drawn], two: list[Drawn], shape: tuple[int, ...], near: bool) -> None:
    """Any two: what is in both is told of both, and what is the same is no difference."""
    if near:
        two = [*one[: len(one) // 2], *two[:1], *one[len(one) // 2 :]]
    graphs = [examine(SourceFile("net.yaml", write(network, shape)), None).graph for network in (one, two)]
    for found in graphs:
        if found is not None:
            again = compare(found, found)
            assert again.same
            assert again.weights.loads
    if graphs[0] is not None and graphs[1] is not None:
        check(graphs[0], graphs[1])


def test_only_the_name() -> None:
    old, new = (analyze(Source(f"name: {name}\ninput: 8\nmodel: [ReLU]")) for name in ("A", "B"))
    assert compare(old, new).same


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("input: 3x8x8\nmodel: [ReLU]", "input: 3x9x9\nmodel: [ReLU]"),
        ("input: 3x8x8\nmodel: [Flatten]", "input: 8x24\nmodel: [Flatten]"),
        (
            "input: 8\noutputs: [a, b]\nmodel: {a: ReLU, b: Tanh}",
            "input: 8\noutputs: [b, a]\nmodel: {a: ReLU, b: Tanh}",
        ),
        ("input: 8\noutputs: {p: a}\nmodel: {a: ReLU}", "input: 8\noutputs: {q: a}\nmodel: {a: ReLU}"),
        ("input: 8\noutputs: [a]\nmodel: {a: ReLU, b: Tanh}", "input: 8\nmodel: {a: ReLU, b: Tanh}"),
    ],
    ids=["shapes", "only the input", "order of outputs", "name of an output", "which output"],
)
def test_what_enters_and_leaves_is_part_of_a_network(old: str, new: str) -> None:
    assert not compare(analyze(Source(old)), analyze(Source(new))).same

"""What is said of the weights is what torch does with them."""

from __future__ import annotations

import pytest

from archspec.api import analyze
from archspec.graph import Graph
from archspec.report.diff import compare
from archspec.report.diff.weights import Weights
from archspec.runtime.module import build
from tests.reference import SPECS
from tests.report.diff.networks import graph

C = "Conv2d: {out_channels: 4, kernel_size: 3, padding: 1}"
PAIRS = {
    "the same": ("[B, B]", "[B, B]"),
    "an activation": ("[B, ReLU]", "[B, Tanh]"),
    "one more": ("[B, BatchNorm2d]", "[B, B, BatchNorm2d]"),
    "put between": (f"[{{{C}}}, {{{C}}}]", f"[{{{C}}}, BatchNorm2d, {{{C}}}]"),
    "renamed": ("{a: B}", "{b: B}"),
    "wider": ("{a: {B: 4}, b: {B: 4}}", "{a: {B: 8}, b: {B: 4}}"),
    "another norm": ("{a: BatchNorm2d}", "{a: {GroupNorm: 2}}"),
    "without bias": (f"[{{{C}}}]", f"[{{{C.replace('1}', '1, bias: false}')}}}]"),
    "called again": ("{a: B, b: B}", "[{a: B}, {reuse: a}]"),
    "a bare tensor": ("[{old: {Parameter: {shape: [4, 1, 1]}}}]", "[{new: {Parameter: {shape: [4, 1, 1]}}}]"),
    "no weights": ("[ReLU]", "[Tanh]"),
}


def shapes(graph: Graph) -> dict[str, tuple[int, ...]]:
    """The state_dict that torch makes."""
    return {key: tuple(value.shape) for key, value in build(graph, device="meta").state_dict().items()}


def check(old: Graph, new: Graph) -> Weights:
    """Every tensor of both is told once, with torch's key and shape. Returns what was told."""
    found = compare(old, new).weights
    before, after = shapes(old), shapes(new)
    kept = [(key, key) for key in found.fit] + found.renamed
    reshaped = [(was[0], now[0]) for was, now in found.reshaped]
    assert sorted([*found.left, *(key for key, _ in kept + reshaped)]) == sorted(before)
    assert sorted([*found.added, *(key for _, key in kept + reshaped)]) == sorted(after)
    assert all(before[was] == after[now] for was, now in kept)
    assert all(before[was[0]] == was[1] != now[1] == after[now[0]] for was, now in found.reshaped)
    return found


@pytest.mark.parametrize(("old", "new"), PAIRS.values(), ids=PAIRS)
def test_load_state_dict_agrees(old: str, new: str) -> None:
    before, after = graph(old), graph(new)
    found = check(before, after)
    net = build(after)
    state = build(before).state_dict()
    if found.loads:
        net.load_state_dict(state)
    else:
        with pytest.raises(RuntimeError):
            net.load_state_dict(state)
    moved = {now: state[was] for was, now in [*((key, key) for key in found.fit), *found.renamed]}
    missing, unexpected = net.load_state_dict(moved, strict=False)
    assert not unexpected
    expected = [*found.added, *(now[0] for _, now in found.reshaped)]
    assert sorted(missing) == sorted(key for key in expected if not key.endswith("num_batches_tracked"))


@pytest.mark.parametrize(
    ("old", "new", "counts"),
    [
        ("vgg11", "vgg11_bn", (8, 14, 0, 0, 40)),
        ("resnet18", "resnet34", (122, 0, 0, 0, 96)),
        ("resnet50", "wide_resnet50_2", (144, 0, 176, 0, 0)),
        ("vgg16", "resnet18", (0, 0, 0, 32, 122)),
    ],
)
def test_published(old: str, new: str, counts: tuple[int, ...]) -> None:
    found = check(*(analyze(SPECS / "torchvision" / f"{name}.yaml") for name in (old, new)))
    assert tuple(len(tensors) for tensors in found) == counts


def test_a_key_that_came_to_another_layer_is_no_fit() -> None:
    """`1.weight` would load, but what it was for stands elsewhere now."""
    found = check(graph(f"[{{{C}}}, {{{C}}}]"), graph(f"[ReLU, {{{C}}}, {{{C}}}]"))
    assert found.fit == []
    assert found.renamed == [
        ("0.weight", "1.weight"),
        ("0.bias", "1.bias"),
        ("1.weight", "2.weight"),
        ("1.bias", "2.bias"),
    ]

"""A graph as boxes and edges: what stands together, what is drawn once, and that nothing is lost."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, assume, given, settings

from archspec.diagram.build import build
from archspec.diagram.scene import Scene, cost, walk
from archspec.graph import Graph
from tests import fast, specs_in_text
from tests.codegen.networks import ALL, graph_of
from tests.diagram.outline import edges, outline
from tests.proof.networks import INPUTS, NETWORKS, Drawn, write


def build_scene(spec: str) -> Scene:
    return build(specs_in_text.graph_of(spec)).scene


CONV = "Conv2d: {out_channels: 4, kernel_size: 3, padding: 1}"


@pytest.mark.parametrize(
    ("model", "boxes"),
    [
        pytest.param(f"[{CONV}, BatchNorm2d, ReLU]", ["Conv 3x3, 4 | BatchNorm | ReLU"], id="what follows a layer"),
        pytest.param(f"[BatchNorm2d, ReLU, {CONV}]", ["BatchNorm | ReLU | Conv 3x3, 4"], id="pre-activation"),
        pytest.param(
            f"[BatchNorm2d, {CONV}, BatchNorm2d, ReLU, Tanh]",
            ["BatchNorm | Conv 3x3, 4", "BatchNorm | ReLU | Tanh"],
            id="pre-activation goes on",
        ),
        pytest.param(f"[ReLU, {CONV}]", ["ReLU", "Conv 3x3, 4"], id="an activation alone"),
        pytest.param(
            "[{MaxPool2d: 2}, Flatten, ReLU]", ["MaxPool 2x2, /2", "Flatten | ReLU"], id="no shape in between"
        ),
        pytest.param(
            f"[a: {{{CONV}}}, b: ReLU, c: {{add: [{{from: a}}, {{from: b}}]}}]",
            ["Conv 3x3, 4", "ReLU", "c", "  +"],
            id="a tensor that goes elsewhere, too",
        ),
    ],
)
def test_layers_that_stand_together(model: str, boxes: list[str]) -> None:
    assert outline(f"input: 4x8x8\nmodel: {model}")[1:-1] == boxes


@pytest.mark.parametrize(
    ("model", "boxes"),
    [
        pytest.param(f"[{{repeat: 4, {CONV}}}]", ["Conv 3x3, 4 x4"], id="a layer"),
        pytest.param(
            f"[{{repeat: 3, sequential: [{CONV}, {{MaxPool2d: {{kernel_size: 1}}}}]}}]",
            ["x3", "  Conv 3x3, 4", "  MaxPool 1x1"],
            id="several boxes",
        ),
        pytest.param(
            f"[{{repeat: 3, sequential: [{{residual: [{CONV}]}}, ReLU]}}]",
            ["x3", "  Conv 3x3, 4", "  +", "  ReLU"],
            id="unnamed residuals",
        ),
        pytest.param(
            "[{repeat: 2, Conv2d: {out_channels: 8, kernel_size: 1}}]",
            ["Conv 1x1, 8", "Conv 1x1, 8"],
            id="not where shapes differ",
        ),
        pytest.param(
            f"[a: {{{CONV}}}, b: {{{CONV}}}, c: {{concat: [{{from: a}}, {{from: b}}]}}]",
            ["Conv 3x3, 4", "Conv 3x3, 4", "c", "  concat"],
            id="not where a copy is used elsewhere",
        ),
        pytest.param(
            f"[a: {{{CONV}}}, b: {{reuse: a}}, c: {{reuse: a}}]",
            ["Conv 3x3, 4", "Conv 3x3, 4 (shared) x2"],
            id="shared layers by themselves",
        ),
    ],
)
def test_what_repeats_is_drawn_once(model: str, boxes: list[str]) -> None:
    assert outline(f"input: 4x8x8\nmodel: {model}")[1:-1] == boxes


def test_equal_blocks_are_one_box() -> None:
    spec = f"""
        input: 4x8x8
        blocks:
          Block:
            params: {{stride: 1}}
            body: [residual: [{CONV}, ReLU]]
        model:
          stage:
            - repeat: 3
              Block:
    """
    assert outline(spec) == ["input", "stage", "  Block x3", "    Conv 3x3, 4 | ReLU", "    +", "output"]
    stage = build_scene(spec).boxes[1].inside
    assert stage is not None
    assert [call.name for call in stage.boxes[0].rows[0].calls] == ["stage.0", "stage.1", "stage.2"]


def test_edges_carry_shapes() -> None:
    assert edges(f"input: 4x8x8\nmodel: [{CONV}, residual: [MaxPool2d: {{kernel_size: 1}}], Flatten]") == [
        "input -> Conv 3x3, 4: 4x8x8",
        "Conv 3x3, 4 -> MaxPool 1x1: 4x8x8",
        "MaxPool 1x1 -> +: 4x8x8",
        "Conv 3x3, 4 -> +: 4x8x8",
        "+ -> Flatten: 4x8x8",
        "Flatten -> output: 256",
    ]


def test_inputs_outputs_and_training_branches_are_ends() -> None:
    spec = f"""
        input: {{image: 4x8x8, mask: {{shape: [4, 8, 8], dtype: int64}}}}
        model:
          - a: {{{CONV}}}
            from: image
          - aux: {{head: {{{CONV}}}}}
          - b: {{{CONV}}}
        outputs: {{fine: a, coarse: b}}
    """
    boxes = build_scene(spec).boxes
    ends = [(box.form, box.text, box.training_only) for box in boxes if box.form in ("input", "output")]
    assert ends == [
        ("input", "image", False),
        ("input", "mask (int64)", False),
        ("output", "fine", False),
        ("output", "coarse", False),
        ("output", "head", True),
    ]


def test_parameter_stands_at_its_place_and_takes_nothing() -> None:
    spec = "input: 4x8\nmodel: {cls: {concat: [{Parameter: [1, 8]}, {from: input}]}}"
    inside = build_scene(spec).boxes[1].inside
    assert inside is not None
    assert [(edge.source.box, edge.target.box) for edge in inside.edges] == [(0, 1), (None, 1), (1, None)]


def test_scale_takes_what_it_scales() -> None:
    scene = build_scene("input: 4x8x8\nmodel: {pool: {MaxPool2d: 2}, gamma: Scale}")
    assert [(edge.source.box, edge.target.box) for edge in scene.edges] == [(0, 1), (1, 2), (2, 3)]


@pytest.mark.parametrize("name", ALL)
def test_nothing_is_lost(name: str) -> None:
    check(graph_of(name))


@settings(max_examples=fast.examples(40, 500), suppress_health_check=[*HealthCheck])
@given(NETWORKS, INPUTS)
def test_nothing_is_lost_of_random_networks(network: list[Drawn], shape: tuple[int, ...]) -> None:
    graph = specs_in_text.examined(write(network, shape)).graph
    assume(graph is not None)
    assert graph is not None
    check(graph)


def check(graph: Graph) -> None:
    """Every call stands in one place; every port has one edge, of its type; what a module takes goes on inside."""
    scene = build(graph).scene
    calls = [call for _, box in walk(scene) if box.form == "layers" for row in box.rows for call in row.calls]
    expected = Counter((layer.name, layer.output, layer.macs) for layer in graph.layers)
    assert Counter((call.name, call.output, call.macs) for call in calls) == expected
    assert cost(scene) == (graph.params, graph.macs)
    scenes = [(scene, 0, 0)]
    while scenes:
        scene, entries, exits = scenes.pop()
        into = {edge.target: edge for edge in scene.edges}
        assert len(into) == len(scene.edges)
        assert sorted(end.port for end in into if end.box is None) == list(range(exits))
        assert all(edge.source.port < entries for edge in scene.edges if edge.source.box is None)
        for index, box in enumerate(scene.boxes):
            edges = sorted((edge for end, edge in into.items() if end.box == index), key=lambda edge: edge.target.port)
            assert [edge.target.port for edge in edges] == list(range(len(edges)))
            if box.rows and edges:
                assert tuple(edge.type for edge in edges) == box.rows[0].calls[0].inputs
            if box.inside is not None:
                assert len(edges) == box.inside.entries
                scenes.append((box.inside, box.inside.entries, box.outputs))

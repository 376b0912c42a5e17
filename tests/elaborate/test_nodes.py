"""The forms of a node, the common keys, the structures: what each means."""

from __future__ import annotations

import pytest

from tests.specs_in_text import graph_of, layers_of, names_of

INPUT = "input: 3x8x8\n"

FORMS = {
    "a bare word": "[ReLU]",
    "null arguments": "[{ReLU: }]",
    "empty arguments": "[{ReLU: {}}]",
    "a single node": "ReLU",
    "a mapping with a kind": "{ReLU: {inplace: false}}",
    "a list in a list": "[[ReLU]]",
    "an explicit sequential": "{sequential: [ReLU]}",
    "a variable": "[act]",
    "a variable with arguments": "[{act: {inplace: false}}]",
}


@pytest.mark.parametrize("model", FORMS.values(), ids=FORMS)
def test_every_form_of_a_node_means_the_same(model: str) -> None:
    assert layers_of(f"{INPUT}params: {{act: ReLU}}\nmodel: {model}\n") == ["0 3x8x8"]


NAMED = {
    "a key": "[{act: ReLU}]",
    "a mapping of nodes": "{act: ReLU}",
    "the key `name`": "[{name: act, ReLU: }]",
    "a template": "{\"{'act'}\": ReLU}",
}


@pytest.mark.parametrize("model", NAMED.values(), ids=NAMED)
def test_every_way_to_name_a_node_means_the_same(model: str) -> None:
    assert layers_of(f"{INPUT}model: {model}\n") == ["act 3x8x8"]


def test_named_nodes_in_one_mapping_follow_each_other() -> None:
    text = (
        INPUT
        + """
model:
  - conv1: {Conv2d: {out_channels: 4, kernel_size: 3}}
    bn1: BatchNorm2d
  - relu: ReLU
"""
    )
    assert layers_of(text) == ["conv1 4x6x6", "bn1 4x6x6", "relu 4x6x6"]


def test_a_list_under_a_name_is_a_module_numbered_like_sequential() -> None:
    assert names_of(INPUT + "model: {stem: [ReLU, {sequential: [Tanh, Flatten]}], head: {Linear: 2}}") == [
        "stem.0", "stem.1", "stem.2", "head",
    ]  # fmt: skip


class TestCommonKeys:
    def test_repeat_makes_the_node_that_many_times_in_place(self) -> None:
        assert names_of(INPUT + "model: [{repeat: 2, ReLU: }, Flatten]") == ["0", "1", "2"]
        assert names_of(INPUT + "model: [{repeat: 0, ReLU: }, Flatten]") == ["0"]

    def test_for_binds_its_targets_which_may_nest(self) -> None:
        text = (
            INPUT
            + """
model:
  - for: s, (k, c) in enumerate([[1, 4], [3, 5]])
    conv{s}: {Conv2d: {out_channels: c, kernel_size: k}}
"""
        )
        assert layers_of(text) == ["conv0 4x8x8", "conv1 5x6x6"]

    def test_for_beside_named_nodes_repeats_the_group(self) -> None:
        text = INPUT + "model:\n  - for: i in range(2)\n    a{i}: ReLU\n    b{i}: Tanh\n"
        assert names_of(text) == ["a0", "b0", "a1", "b1"]

    def test_when_leaves_out_and_takes_no_name_or_number(self) -> None:
        assert names_of(INPUT + "model: [{when: false, ReLU: }, Tanh]") == ["0"]
        assert names_of(INPUT + "model: [{name: x, Tanh: }, {when: 1 > 2, ReLU: }, ReLU]") == ["x", "relu1"]

    def test_when_is_asked_for_each_element(self) -> None:
        assert names_of(
            INPUT + "model: [{for: i in range(4), when: i % 2 == 1, 'r{i}': ReLU}]".replace("'r{i}'", '"r{i}"')
        ) == ["r1", "r3"]

    def test_for_and_when_see_what_arrives_and_arguments_what_from_brings(self) -> None:
        text = (
            INPUT
            + """
model:
  - a: {Conv2d: {out_channels: 5, kernel_size: 1}}
  - b: {Conv2d: {out_channels: 7, kernel_size: 1}}
  - from: a
    when: in_channels == 7
    c: {Conv2d: {out_channels: in_channels * 2, kernel_size: 1}}
"""
        )
        assert layers_of(text)[-1] == "c 10x8x8"

    def test_from_with_no_kind_is_that_tensor_and_name_alone_names_the_current_one(self) -> None:
        text = (
            INPUT
            + "model: [ReLU, {name: skip}, {Flatten: }, {from: skip}, {Conv2d: {out_channels: 2, kernel_size: 1}}]"
        )
        assert layers_of(text) == ["relu1 3x8x8", "flatten1 192", "conv1 2x8x8"]

    def test_from_input_is_what_entered_the_block_or_the_network(self) -> None:
        text = (
            INPUT
            + """
blocks:
  B: {body: [{Conv2d: {out_channels: 4, kernel_size: 1}}, {concat: [{from: input}, ReLU]}]}
model:
  - Conv2d: {out_channels: 6, kernel_size: 1}
  - B
  - add: [{from: input}, {Conv2d: {out_channels: 3, kernel_size: 1}}]
"""
        )
        graph = graph_of(text)
        assert [str(layer.output) for layer in graph.layers] == ["6x8x8", "4x8x8", "4x8x8", "3x8x8"]
        assert graph.root.children["b1"].inputs[0].type.shape == (6, 8, 8)  # type: ignore[union-attr]

    def test_from_reaches_modules_around_up_to_the_block_call(self) -> None:
        text = (
            INPUT
            + """
model:
  - a: {Conv2d: {out_channels: 4, kernel_size: 1}}
  - inner:
      sequential:
        - deep: {sequential: [{concat: [{from: a}, {from: input}]}, {c: ReLU}]}
"""
        )
        graph = graph_of(text)
        assert str(graph.output) == "7x8x8"
        inner = graph.root.children["inner"]
        assert len(inner.inputs) == 2  # what arrives is `a`; the network's input comes from outside

    def test_shape_is_an_assertion_in_any_form(self) -> None:
        for shape in ("192", "[192]", "'[in_shape[0]]'"):
            assert layers_of(INPUT + f"model: [{{Flatten: , shape: {shape}}}]") == ["0 192"]


class TestStructures:
    def test_concat_joins_channels_or_another_dimension(self) -> None:
        assert str(graph_of(INPUT + "model: {concat: [ReLU, Tanh]}").output) == "6x8x8"
        assert str(graph_of(INPUT + "model: {concat: {dim: 2, of: [ReLU, Tanh]}}").output) == "3x16x8"
        assert str(graph_of(INPUT + "model: {concat: {dim: -1, of: [ReLU, Tanh]}}").output) == "3x8x16"

    def test_concat_of_named_branches(self) -> None:
        assert names_of(INPUT + "model: {concat: {a: [ReLU], b: Tanh}}") == ["a.0", "b"]

    @pytest.mark.parametrize("kind", ["concat", "add", "multiply"])
    def test_one_node_left_passes_through(self, kind: str) -> None:
        assert str(graph_of(INPUT + f"model: {{{kind}: [ReLU, {{when: false, Tanh: }}]}}").output) == "3x8x8"

    @pytest.mark.parametrize("kind", ["sequential", "dense"])
    def test_nothing_left_is_the_identity(self, kind: str) -> None:
        assert str(graph_of(INPUT + f"model: [{{{kind}: [{{when: false, Tanh: }}]}}, Flatten]").output) == "192"

    def test_add_broadcasts(self) -> None:
        text = INPUT + "model: {multiply: [Identity, {sequential: [{AdaptiveAvgPool2d: 1}, Sigmoid]}]}"
        assert str(graph_of(text).output) == "3x8x8"

    def test_residual_adds_the_shortcut_or_the_identity(self) -> None:
        conv = "{Conv2d: {out_channels: 4, kernel_size: 1}}"
        assert str(graph_of(INPUT + f"model: {{residual: {{body: [{conv}], shortcut: [{conv}]}}}}").output) == "4x8x8"
        assert str(graph_of(INPUT + "model: {residual: [ReLU]}").output) == "3x8x8"
        assert (
            str(graph_of(INPUT + "model: {residual: {body: [ReLU], shortcut: [{when: false, Tanh: }]}}").output)
            == "3x8x8"
        )

    def test_dense_concatenates_input_and_outputs(self) -> None:
        text = INPUT + "model: {dense: {repeat: 3, Conv2d: {out_channels: 2, kernel_size: 1}}}"
        graph = graph_of(text)
        assert [layer.input.shape[0] for layer in graph.layers] == [3, 5, 7]
        assert str(graph.output) == "9x8x8"

    def test_aux_is_training_only_and_passes_what_enters(self) -> None:
        text = (
            INPUT
            + """
model:
  - a: ReLU
  - aux: [Flatten, {head: {Linear: 2}}]
  - side: {aux: [Flatten, {Linear: 3}]}
  - Flatten
"""
        )
        graph = graph_of(text)
        assert [name for name, _ in graph.root.aux] == ["head", "side"]
        assert [layer.name for layer in graph.layers if layer.training_only] == ["flatten1", "head", "side.0", "side.1"]
        assert graph.params == 2 * 193 + 3 * 193
        assert graph.macs == 0

    def test_reuse_counts_parameters_once(self) -> None:
        graph = graph_of(INPUT + "model: [{c: {Conv2d: {out_channels: 3, kernel_size: 3}}}, {reuse: c}]")
        assert [(layer.name, layer.params) for layer in graph.layers] == [("c", 84), ("c", 0)]
        assert str(graph.output) == "3x4x4"

    def test_reuse_of_a_module_on_another_size(self) -> None:
        graph = graph_of(INPUT + "model: [{m: [{Conv2d: {out_channels: 3, kernel_size: 3}}, ReLU]}, {reuse: m}]")
        assert [f"{layer.name} {layer.output}" for layer in graph.layers] == [
            "m.0 3x6x6",
            "m.1 3x6x6",
            "m.0 3x4x4",
            "m.1 3x4x4",
        ]

    def test_a_param_may_hold_a_structure(self) -> None:
        assert str(graph_of(INPUT + "params: {join: add}\nmodel: [{join: [ReLU, Tanh]}]").output) == "3x8x8"


def test_outputs_as_list_and_mapping() -> None:
    model = "model: [{a: ReLU}, {b: Flatten}]\n"
    assert [t.shape for t in graph_of(INPUT + model + "outputs: [b, a]").output] == [(192,), (3, 8, 8)]  # type: ignore[union-attr]
    assert set(graph_of(INPUT + model + "outputs: {fine: a, coarse: b}").output) == {"fine", "coarse"}  # type: ignore[arg-type]


def test_from_beside_a_single_named_node_is_that_nodes() -> None:
    graph = graph_of(
        """
input: {left: [4], right: [4]}
model:
  - near{i}: {Bilinear: 2}
    for: i in range(2)
    from: [left, right]
  - far: PairwiseDistance
    from: [near0, near1]
"""
    )
    assert [(layer.name, len(layer.inputs)) for layer in graph.layers] == [("near0", 2), ("near1", 2), ("far", 2)]


def test_several_inputs_are_picked_by_from() -> None:
    text = """
input: {image: 3x8x8, vector: [5]}
model: [{a: {from: image, Flatten: }}, {concat: [{from: a}, {from: vector}]}]
"""
    graph = graph_of(text)
    assert {name: t.shape for name, t in graph.inputs.items()} == {"image": (3, 8, 8), "vector": (5,)}
    assert str(graph.output) == "197"

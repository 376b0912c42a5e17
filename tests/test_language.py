"""The sentences of the language, each tried: what it means where it is kept, the rule where it is not.

The forms of a node, names, expressions, YAML and messages have tests of their own; here stands what those leave out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from archspec.api import examine
from archspec.source import read
from tests.specs_in_text import examined, graph_of, layers_of, names_of, rules_of, written

CONV = "{Conv2d: {out_channels: 4, kernel_size: 1}}"


def rule_names(text: str, **options: Any) -> list[str]:
    """The rules of its mistakes; what is only a warning is no matter here."""
    return [d.rule for d in examined(text, **options).diagnostics if d.severity == "error"]


# the document

TOP = {
    "nothing but input and model": "input: 8\nmodel: [ReLU]",
    "every key": """
        archspec: 1
        name: N
        description: words
        source: a paper
        input: 8
        params: {n: 4}
        let: {m: n * 2}
        defaults: {Linear: {bias: false}}
        blocks: {B: {body: [ReLU]}}
        model: [{a: {Linear: m}}, B]
        outputs: [a]
        expect: {output: [8]}
        train: {epochs: 3, batch_size: 8, lr: 1e-3}
    """,
    "a file that only offers blocks": "blocks: {B: {body: [ReLU]}}",
}


@pytest.mark.parametrize("text", TOP.values(), ids=TOP)
def test_top_level_keys(text: str) -> None:
    assert rule_names(text) == []


WRONG_TOP = {
    "another key": ("input: 8\nmodel: [ReLU]\nmodle: [ReLU]", ["3:1 unknown-key"]),
    "a later version": ("archspec: 2\ninput: 8\nmodel: [ReLU]", ["1:11 language-version"]),
    "no input": ("model: [ReLU]", ["1:1 document-incomplete"]),
    "no model": ("input: 8", ["1:1 document-incomplete"]),
    "a later version is one error": ("archspec: 2\nlayers: {x: y}\nmodel: 5", ["1:11 language-version"]),
}


@pytest.mark.parametrize(("text", "rules"), WRONG_TOP.values(), ids=WRONG_TOP)
def test_wrong_top_level_keys(text: str, rules: list[str]) -> None:
    assert rules_of(text) == rules


# what is refused

REFUSED = {
    "a name that is a layer": ("[{name: ReLU, Tanh: }]", "node-name"),
    "a name that is a structure": ("[{name: concat, Tanh: }]", "node-name"),
    "a name that is a block": ("[{name: B, Tanh: }]", "node-name"),
    "a name that is a common key": ("[{name: repeat, Tanh: }]", "node-name"),
    "a name that is a param with a kind": ("[{name: act, Tanh: }]", "node-name"),
    "a name that is a variable with a kind": ("[{for: 'k in [ReLU]', name: k, Tanh: }]", "node-name"),
    "an unknown word over no node": ("[{frobnicate: 3}]", "unknown-kind"),
    "`for` and `repeat`": ("[{for: i in range(2), repeat: 2, ReLU: }]", "node-form"),
    "two kinds": ("[{ReLU: , Tanh: }]", "node-kinds"),
    "a name twice": ("[{a: ReLU}, {a: ReLU}]", "duplicate-name"),
    "an automatic name twice": ("[{relu1: ReLU}, ReLU]", "duplicate-name"),
    "`from` of a node that is later": ("[{from: b, ReLU: }, {b: Tanh}]", "from-later"),
    "`from` of a node in a named module": ("[{m: [{a: ReLU}]}, {from: m.a, Tanh: }]", "from-unknown"),
    "`from` of a node of the module around a block's call": ("[{a: ReLU}, Reads]", "from-unknown"),
    "several tensors for a layer of one": ("[{a: ReLU}, {b: ReLU}, {from: [a, b], Tanh: }]", "from-count"),
    "a residual that would broadcast": ("[{residual: [AdaptiveAvgPool2d: 1]}]", "residual-shapes"),
    "concat of two heights": (f"[{{concat: [AvgPool2d: 2, {CONV}]}}]", "concat-shapes"),
    "dense of another height": ("[{dense: [AvgPool2d: 2]}]", "dense-shapes"),
    "concat along the batch": ("[{concat: {dim: 0, of: [ReLU, Tanh]}}]", "batch-dimension"),
    "add with nothing left": ("[{add: [{when: false, ReLU: }]}]", "structure-empty"),
    "a further key of the long residual": ("[{residual: {body: [ReLU], shortcut: [ReLU], relu: ReLU}}]", "node-key"),
    "a further key of the long concat": ("[{concat: {of: [ReLU], axis: 2}}]", "node-key"),
    "a value for a convolution": ("[Conv2d: 4]", "argument-direct"),
    "a value for BatchNorm": ("[BatchNorm2d: 3]", "argument-direct"),
    "a value for an activation": ("[ReLU: true]", "argument-direct"),
    "an input of the wrong rank": ("[Flatten, Conv2d: {out_channels: 4, kernel_size: 1}]", "input-rank"),
    "an argument that touches the batch": ("[Flatten: {start_dim: 0}]", "batch-dimension"),
    "an output under one pixel": ("[MaxPool2d: 9]", "output-size"),
    "padding over half of the kernel": ("[MaxPool2d: {kernel_size: 2, padding: 2}]", "pool-padding"),
    "groups that do not divide": ("[Conv2d: {out_channels: 4, kernel_size: 1, groups: 2}]", "conv-groups"),
    "a list of the wrong length": ("[Conv2d: {out_channels: 4, kernel_size: [1, 1, 1]}]", "argument-type"),
    "BatchNorm1d on a map": ("[BatchNorm1d]", "input-rank"),
    "a wrong shape": ("[{ReLU: , shape: 3x8x9}]", "shape"),
    "a loop variable called as a function": ("[{for: len in range(2), ReLU: }]", "expression-name"),
    "a loop variable called in_channels": ("[{for: in_channels in range(2), ReLU: }]", "expression-name"),
    "an attribute in an expression": ("[Linear: '(1).real']", "expression-syntax"),
    "a call of another function": ("[Linear: 'open(3)']", "expression-name"),
    "an unquoted call in braces": ("[Conv2d: {out_channels: max(4, 3), kernel_size: 1}]", "yaml-quote"),
    "an unquoted index in braces": ("[Conv2d: {out_channels: in_shape[0], kernel_size: 1}]", "yaml-quote"),
    "an unquoted template in braces": ("[{name: layer{1}, ReLU: }]", "yaml-quote"),
    "a left-out node with an unknown kind": ("[{when: false, Frobnicate: }]", "unknown-kind"),
    "a left-out node with an unknown argument": (
        "[{when: false, Linear: {frob: 3, out_features: 3}}]", "unknown-argument",
    ),
    "reuse of nothing": ("[{reuse: a}]", "reuse-unknown"),
    "reuse of a tensor": ("[{name: a}, {reuse: a}]", "reuse-unknown"),
}  # fmt: skip


@pytest.mark.parametrize(("model", "rule"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(model: str, rule: str) -> None:
    blocks = "{B: {body: [ReLU]}, Reads: {body: [{from: a, Tanh: }]}}"
    assert rule_names(f"input: 3x8x8\nparams: {{act: ReLU}}\nblocks: {blocks}\nlet: {{x: act}}\nmodel: {model}") == [
        rule
    ]


# what is meant

MEANT = {
    "a left-out node's expressions and shapes are not looked at": (
        "[{when: false, Linear: {out_features: nothing, in_features: 1}}, Flatten]", ["0 192"],
    ),
    "Linear works on the last dimension": ("[Linear: 5]", ["0 3x8x5"]),
    "direct arguments": (
        "[MaxPool2d: 2, Dropout: 0.5, LeakyReLU: 0.1, GroupNorm: 3, Upsample: 2, AdaptiveAvgPool2d: [1, null], "
        "Flatten, Linear: 10]",
        ["0 3x4x4", "1 3x4x4", "2 3x4x4", "3 3x4x4", "4 3x8x8", "5 3x1x8", "6 24", "7 10"],
    ),
    "a block's direct argument is its first param": ("[Wide: 6]", ["0.0 6x8x8"]),
    "padding is a word where one is allowed": (
        "[Conv2d: {out_channels: 2, kernel_size: 3, padding: same}]", ["0 2x8x8"],
    ),
    "an expression wherever a number is": ("[Linear: 2 * in_features + len(in_shape)]", ["0 3x8x19"]),
    "a whole-numbered result is an integer": ("[Linear: 9 / 3 + 2.0]", ["0 3x8x5"]),
    "the words of Python": ("[Linear: {out_features: 4, bias: 'not True'}]", ["0 3x8x4"]),
    "make_divisible": ("[Linear: 'make_divisible(37, 8)']", ["0 3x8x40"]),
    "comprehensions and slices": ("[Linear: 'sum([x * 2 for x in range(9) if x % 2][1:])']", ["0 3x8x30"]),
    "a conditional": ("[Linear: 4 if in_channels == 3 else 5]", ["0 3x8x4"]),
    "a kind with arguments bound": ("[Calls: {act: ReLU}, Calls: {act: {Linear: 2}}]", ["0.0 3x8x8", "1.0 3x8x2"]),
    "kinds in tables": ("[{for: 'n, k in [[4, ReLU], [5, Tanh]]', sequential: [{Linear: n}, k]}]",
                        ["0 3x8x4", "1 3x8x4", "2 3x8x5", "3 3x8x5"]),
    "`from` innermost first": (
        "[{a: Identity}, {m: [{a: {Linear: 4}}, {x: {Linear: 9}}, {from: a, b: ReLU}]}]",
        ["a 3x8x8", "m.a 3x8x4", "m.x 3x8x9", "m.b 3x8x4"],
    ),
    "`from` is a template": (
        "[{for: i in range(2), 'l{i}': {Linear: i + 1}}, {for: i in range(2), from: 'l{i}', 'r{i}': ReLU}]",
        ["l0 3x8x1", "l1 3x8x2", "r0 3x8x1", "r1 3x8x2"],
    ),
    "a container on the way": ("[{for: i in range(2), 'convs.{i}': ReLU}]", ["convs.0 3x8x8", "convs.1 3x8x8"]),
    "a named structure's name is its output": (
        "[{m: {concat: [Identity, ReLU]}}, {x: {Linear: 2}}, {from: m, y: Tanh}]",
        ["m.identity1 3x8x8", "m.relu1 3x8x8", "x 6x8x2", "y 6x8x8"],
    ),
    "an unnamed structure belongs to its module": (
        "[{concat: [{a: ReLU}, Tanh]}, {from: a, b: ReLU}]", ["a 3x8x8", "tanh1 3x8x8", "b 3x8x8"],
    ),
    "a block sees its document's params": ("[Sees]", ["0.0 3x8x7"]),
    "let in a block sees what enters": ("[Linear: 6, Halves]", ["0 3x8x6", "1.0 3x8x5", "1.1 3x8x3"]),
    "arguments see the tensor where the call stands": ("[Wide: in_channels * 2]", ["0.0 6x8x8"]),
    "a text param is a template": ("[{Resize: {mode: 'bi{word}'}}]", ["0.0 3x16x16"]),
    "repeat of a chain": ("[{repeat: 2, sequential: [Linear: 4, ReLU]}]",
                          ["0 3x8x4", "1 3x8x4", "2 3x8x4", "3 3x8x4"]),
    "defaults": ("[Dropout2d, {Linear: 4}]", ["0 3x8x8", "1 3x8x4"]),
}  # fmt: skip


@pytest.mark.parametrize(("model", "layers"), MEANT.values(), ids=MEANT)
def test_what_is_meant(model: str, layers: list[str]) -> None:
    text = f"""
        input: 3x8x8
        params: {{seven: 7, word: {{type: str, default: linear}}}}
        defaults: {{Linear: {{bias: false}}}}
        blocks:
          Wide: {{params: {{channels: int, k: 1}}, body: [Conv2d: {{out_channels: channels, kernel_size: k}}]}}
          Sees: {{body: [Linear: seven]}}
          Halves: {{let: {{half: in_features // 2}}, body: [Linear: 5, Linear: half]}}
          Calls: {{params: {{act: layer}}, body: [act]}}
          Resize:
            params: {{mode: str}}
            body: [Upsample: {{scale_factor: 2, mode: mode}}]
        let: {{unread: [seven, word]}}
        model: {model}
    """
    assert layers_of(text) == layers


def test_defaults_hold_for_every_layer_unless_the_node_says_otherwise() -> None:
    graph = graph_of(
        """
        input: 8
        defaults: {Linear: {bias: false}}
        blocks: {B: {body: [Linear: 2]}}
        model: [Linear: 4, {Linear: {out_features: 4, bias: true}}, B]
        """
    )
    assert [layer.params for layer in graph.layers] == [32, 20, 8]


def test_a_block_never_sees_the_callers_variables() -> None:
    text = """
        input: 8
        blocks: {B: {body: [Linear: n]}}
        model: [{for: n in range(3), sequential: [B]}]
    """
    assert rules_of(text) == ["3:29 expression-name"]


@pytest.mark.parametrize("name", ["in_channels", "input", "max", "ReLU", "concat", "lambda", "a-b"])
def test_what_cannot_be_declared(name: str) -> None:
    assert rule_names(f"input: 8\nparams: {{{name}: 3}}\nmodel: [ReLU]")[0] == "reserved-name"


# inputs and what is expected


@pytest.mark.parametrize("shape", ["3x8x8", "[3, 8, 8]", "{input: 3x8x8}", "{input: {shape: [3, 8, 8]}}"])
def test_forms_of_an_input(shape: str) -> None:
    from_input = ", from: input" if shape.startswith("{") else ""
    assert layers_of(f"input: {shape}\nmodel: [{{name: a, Flatten: {from_input}}}]") == ["a 192"]


EXPECTED = {
    "a number": ("params: 9", "params: 10"),
    "a range": ("params: 5..10", "params: 10..12"),
    "at most": ("params: ..9", "params: ..8"),
    "at least": ("params: 9..", "params: 10.."),
    "less than": ("params: '< 10'", "params: '< 9'"),
    "K": ("params: ..1K", "params: 1K.."),
    "M and G": ("macs: 0M..1G", "macs: 1M..1G"),
    "a shape": ("output: 1", "output: 2"),
    "entries of the shapes table": ("layers: 2", "layers: 1"),
}


@pytest.mark.parametrize(("holds", "fails"), EXPECTED.values(), ids=EXPECTED)
def test_expect(holds: str, fails: str) -> None:
    text = "input: 8\nmodel: [Linear: 1, ReLU]\nexpect: {%s}"
    assert rule_names(text % holds) == []
    assert rule_names(text % fails) == ["expect"]


def test_a_value_that_is_none_does_not_hide_one_that_is_wrong() -> None:
    assert rules_of("input: 8\nmodel: [ReLU]\nexpect: {params: few, layers: 2}") == ["3:18 expect-form", "3:31 expect"]


def test_expect_is_of_the_specs_own_input_and_params() -> None:
    text = "input: 8\nparams: {n: 1}\nmodel: [Linear: n]\nexpect: {params: 9, output: 1}"
    assert rule_names(text, input="9") == []
    assert rule_names(text, params={"n": 2}) == []


# files


WRONG_FILES = {
    "two imports with one name": ("import: [lib.yaml, lib2.yaml]\ninput: 8\nmodel: [A]", "import-clash"),
    "an import with defaults": ("import: defaults.yaml\ninput: 8\nmodel: [ReLU]", "import-defaults"),
    "a file that is not there": ("import: lob.yaml\ninput: 8\nmodel: [ReLU]", "file-not-found"),
    "a path that leads out": ("import: ../x.yaml\ninput: 8\nmodel: [ReLU]", "path-refused"),
    "itself": ("extends: net.yaml", "file-cycle"),
    "a block called like a layer": ("blocks: {Linear: {body: [ReLU]}}\ninput: 8\nmodel: [ReLU]", "block-name"),
    "a block that calls itself": ("blocks: {X: {body: [X]}}\ninput: 8\nmodel: [X]", "block-recursion"),
}  # fmt: skip


class TestVariants:
    BASE = """
        name: Base
        input: 8
        params: {n: 4, m: 5}
        let: {k: n + m}
        defaults: {Linear: {bias: false}, Dropout: {p: 0.1}}
        blocks: {A: {body: [Linear: n]}, B: {body: [Linear: k]}}
        model: [A, B, Dropout]
        expect: {output: 9, params: 68}
    """

    def layers(self, folder: Path) -> list[str]:
        analysis = examine(read(folder / "net.yaml", "net.yaml"), folder)
        assert analysis.graph is not None, [(d.rule, d.message) for d in analysis.diagnostics]
        return [f"{layer.name} {layer.output} {layer.params}" for layer in analysis.graph.layers]

    def rules(self, folder: Path) -> list[str]:
        return [d.rule for d in examine(read(folder / "net.yaml", "net.yaml"), folder).diagnostics]

    @pytest.mark.parametrize(
        ("variant", "layers"),
        [
            ("name: V", ["0.0 4 32", "1.0 9 36", "2 9 0"]),
            ("params: {n: 2}", ["0.0 2 16", "1.0 7 14", "2 7 0"]),
            ("let: {k: n}", ["0.0 4 32", "1.0 4 16", "2 4 0"]),
            ("defaults: {Linear: {bias: true}}", ["0.0 4 36", "1.0 9 45", "2 9 0"]),
            ("blocks: {A: {body: [ReLU]}}", ["0.0 8 0", "1.0 9 72", "2 9 0"]),
            ("model: [B]\nparams: {m: 1}", ["0.0 5 40"]),
            ("input: 3", ["0.0 4 12", "1.0 9 36", "2 9 0"]),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_extends_merges_and_replaces(self, tmp_path: Path, variant: str, layers: list[str]) -> None:
        written(tmp_path, base=self.BASE, net=f"extends: base.yaml\n{variant}\n")
        assert self.layers(tmp_path) == layers

    def test_a_param_that_nothing_reads_is_an_error_in_a_variant(self, tmp_path: Path) -> None:
        written(tmp_path, base=self.BASE, net="extends: base.yaml\nparams: {nn: 3}\n")
        assert examine(read(tmp_path / "net.yaml", "net"), tmp_path).failed
        assert self.rules(tmp_path) == ["unused-param"]

    def test_a_param_with_only_a_type_is_given_by_a_variant(self, tmp_path: Path) -> None:
        base = "input: 8\nparams: {n: int}\nmodel: [Linear: n]\n"
        written(tmp_path, base=base, net="extends: base.yaml\nparams: {n: 3}\n")
        assert self.layers(tmp_path) == ["0 3 27"]
        written(tmp_path, net=base)
        assert self.rules(tmp_path) == ["param-missing"]

    LIBRARY = "params: {n: 6}\nblocks: {A: {body: [Linear: n]}, C: {body: [A]}}\n"

    def test_imported_blocks_see_the_params_of_their_file_only(self, tmp_path: Path) -> None:
        written(tmp_path, lib=self.LIBRARY, net="import: lib.yaml\ninput: 8\nparams: {n: 3}\nmodel: [C, Linear: n]\n")
        assert self.layers(tmp_path) == ["0.0.0 6 54", "1 3 21"]

    def test_the_documents_own_block_wins(self, tmp_path: Path) -> None:
        net = "import: lib.yaml\ninput: 8\nblocks: {A: {body: [ReLU]}}\nmodel: [A, C]\n"
        written(tmp_path, lib=self.LIBRARY, net=net)
        assert self.layers(tmp_path) == ["0.0 8 0", "1.0.0 6 54"]

    @pytest.mark.parametrize(("net", "rule"), WRONG_FILES.values(), ids=WRONG_FILES)
    def test_what_files_may_not(self, tmp_path: Path, net: str, rule: str) -> None:
        written(
            tmp_path,
            lib=self.LIBRARY,
            lib2="blocks: {A: {body: [Tanh]}}\n",
            defaults="defaults: {Linear: {bias: false}}\nblocks: {D: {body: [Linear: 3]}}\n",
            net=net,
        )
        assert self.rules(tmp_path) == [rule]

    def test_a_link_that_leads_out_is_a_path_that_leads_out(self, tmp_path: Path) -> None:
        inside = tmp_path / "inside"
        written(tmp_path, lib=self.LIBRARY)
        written(inside, net="import: lib.yaml\ninput: 8\nmodel: [A]\n")
        (inside / "lib.yaml").symlink_to(tmp_path / "lib.yaml")
        assert self.rules(inside) == ["path-refused"]


# YAML as written


@pytest.mark.parametrize(
    ("written_as", "value"),
    [("1e1", 10), ("010", 10), ("0o10", 8), ("0x10", 16), ("8.0", 8), ("+8", 8)],
)
def test_numbers_are_those_of_yaml_1_2(written_as: str, value: int) -> None:
    assert layers_of(f"input: 8\nmodel: [Linear: {written_as}]") == [f"0 {value}"]


@pytest.mark.parametrize("name", ["on", "no", "yes", "off", "010", "0x10", "null_", "y"])
def test_a_nodes_name_is_its_text(name: str) -> None:
    assert names_of(f"input: 8\nmodel: {{{name}: ReLU}}") == [name]


def test_anchors_aliases_and_merges() -> None:
    text = """
        input: 8
        model:
          - &node {Linear: &given {out_features: 4, bias: false}}
          - *node
          - Linear: {<<: *given, bias: true}
    """
    assert [layer.params for layer in graph_of(text).layers] == [32, 16, 20]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("input: 8\ninput: 9\nmodel: [ReLU]", "yaml-duplicate-key"),
        ("input: !!int 8\nmodel: [ReLU]", "yaml-tag"),
        ("input: 8\nmodel: [ReLU]\n---\ninput: 8", "yaml-documents"),
        ("input: 8\nmodel:\n\t- ReLU", "yaml-tab"),
        ("input: 8\nmodel: *nothing", "yaml-alias"),
        ("input: 8\nmodel: [ReLU", "yaml-unclosed"),
        ("input: 8\nmodel: [Linear: 9223372036854775808]", "yaml-bounds"),
        ("input: 8\nmodel: [{repeat: 10**9, ReLU: }]", "bounds"),
        ("input: 1000000x1000000x2\nmodel: [ReLU]", "input-shape"),
        ("input: 8\nmodel: [{for: 'i in range(100001)', ReLU: }]", "expression-bounds"),
        ("input: 8\nmodel: " + "[" * 250 + "ReLU" + "]" * 250, "yaml-bounds"),
    ],
)
def test_yaml_and_bounds(text: str, rule: str) -> None:
    assert rule_names(text) == [rule]

"""The Python interface: what `import archspec` offers, as interface.md shows it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from torch import nn

import archspec
from archspec import Source, SpecError, TensorType

SPECS = Path(__file__).parents[1] / "specs"
SMALL = "input: 8\nparams: {n: 4, act: ReLU}\nmodel: [Linear: n, act]\n"


def test_a_graph_without_a_tensor() -> None:
    graph = archspec.analyze(SPECS / "googlenet.yaml", input=(1, 96, 96), params={"classes": 100})
    assert isinstance(graph.output, TensorType)
    assert (graph.output.shape, graph.params, graph.macs) == ((100,), 6_069_780, 276_158_464)
    layer = graph.layers[0]
    assert (layer.name, layer.kind, layer.output.shape) == ("b1.0.0", "Conv2d", (64, 48, 48))
    assert (layer.params, layer.macs) == (3_200, 7_225_344)
    assert "Conv2d" in (SPECS / "googlenet.yaml").read_text().splitlines()[layer.span.line - 1]


@pytest.mark.parametrize("spec", [SPECS / "lenet5.yaml", str(SPECS / "lenet5.yaml")])
def test_a_path_in_either_form(spec: str | os.PathLike[str]) -> None:
    assert archspec.analyze(spec).params == 61_706


INPUTS: dict[str, Any] = {
    "text": "3x5x6",
    "a tuple": (3, 5, 6),
    "a list": [3, 5, 6],
    "a mapping": {"input": (3, 5, 6)},
    "a mapping to text": {"input": "3x5x6"},
}


@pytest.mark.parametrize("input", INPUTS.values(), ids=INPUTS)
def test_forms_of_an_input(input: Any) -> None:
    graph = archspec.analyze(Source("input: 8\nmodel: [Flatten]"), input=input)
    assert graph.inputs["input"].shape == (3, 5, 6)


def test_an_input_of_one_size() -> None:
    assert archspec.analyze(Source(SMALL), input=5).params == 24


PARAMS: dict[str, tuple[dict[str, Any], str]] = {
    "a number": ({"n": 6}, "Linear 6, ReLU 6"),
    "another's number": ({"n": np.int64(6)}, "Linear 6, ReLU 6"),
    "a kind": ({"act": "Tanh"}, "Linear 4, Tanh 4"),
    "a kind with arguments": ({"act": {"LeakyReLU": 0.1}}, "Linear 4, LeakyReLU 4"),
    "a kind with words": ({"act": {"GELU": {"approximate": "tanh"}}}, "Linear 4, GELU 4"),
}


@pytest.mark.parametrize(("params", "layers"), PARAMS.values(), ids=PARAMS)
def test_params_are_values_or_names_of_kinds(params: dict[str, Any], layers: str) -> None:
    graph = archspec.analyze(Source(SMALL), params=params)
    assert ", ".join(f"{layer.kind} {layer.output}" for layer in graph.layers) == layers


@pytest.mark.parametrize("value", [[1, [2, 3]], (1, (2, 3))])
def test_params_that_are_lists(value: Any) -> None:
    text = "input: 8\nparams: {sizes: [[4, 4]]}\nmodel: [Linear: 'sizes[0]', Linear: 'sizes[1][1]']\n"
    graph = archspec.analyze(Source(text), params={"sizes": value})
    assert [str(layer.output) for layer in graph.layers] == ["1", "3"]


@pytest.mark.parametrize("value", [None, True, False])
def test_params_that_are_words(value: Any) -> None:
    text = "input: 8\nparams: {on: 3}\nmodel: [{when: on, Linear: 4}, Tanh]\n"
    assert len(archspec.analyze(Source(text), params={"on": value}).layers) == (2 if value else 1)


TEXTS = ["nearest", "a b", "it's", "{n}", "a\nb", "ReLU", "", "2 * 3", "\x1b[2J", "x" * 3000]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_text(text: str) -> None:
    spec = "input: 8\nparams: {mode: str}\nmodel: [Flatten]\noutputs: {'{mode}': '0'}\n"
    with suppress(SpecError):  # not every text is a name
        graph = archspec.analyze(Source(spec), params={"mode": text})
        assert list(graph.output) == [text]  # type: ignore[arg-type]
    assert long_as(text, {"words": [text, 3]})
    assert long_as(text, {"words": [[text], 3]}, "[0][0]")


def long_as(text: str, params: dict[str, Any], path: str = "[0]") -> bool:
    """Whether the text that an expression finds there has its characters."""
    found = f"words{path} == ReLU" if text == "ReLU" else f"len(words{path}) == {len(text)}"
    spec = f"input: 8\nparams: {{words: list}}\nmodel: [{{when: '{found}', Linear: 3}}, ReLU]\n"
    return len(archspec.analyze(Source(spec), params=params).layers) == 2


def test_names_of_kinds_in_tables() -> None:
    text = "input: 8\nparams: {table: list}\nmodel: [{for: 'n, act in table', sequential: [Linear: n, act]}]\n"
    graph = archspec.analyze(Source(text), params={"table": [[5, "ReLU"], (6, {"LeakyReLU": 0.1})]})
    assert [f"{layer.kind} {layer.output}" for layer in graph.layers] == [
        "Linear 5",
        "ReLU 5",
        "Linear 6",
        "LeakyReLU 6",
    ]


def test_a_dict_is_a_spec() -> None:
    spec = {"input": (3, 8, 8), "params": {"n": 4}, "model": ["Flatten", {"Linear": "n * 2"}]}
    assert archspec.analyze(spec, params={"n": 5}).output == TensorType((10,))
    with pytest.raises(SpecError, match=r"there is no kind 'Linar'\n  ┌─ <dict>:"):
        archspec.analyze({"input": 8, "model": ["Linar"]})


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a fraction of a size": ({"input": [3, 8.0, 8]}, "an input is whole numbers, as (3, 224, 224) or '3x224x224', not"),
    "bytes as an input": ({"input": b"3x8x8"}, "not b'3x8x8'"),
    "true as an input": ({"input": True}, "not True"),
    "true as a size": ({"input": [3, True, 8]}, "not [3, True, 8]"),
    "a set as an input": ({"input": {3, 8}}, "an input is whole numbers"),
    "a nested input": ({"input": [[3, 8, 8]]}, "an input is whole numbers"),
    "an input without a name": ({"input": {3: 8}}, "the names of inputs are texts, not 3"),
    "params as pairs": ({"params": [("n", 3)]}, "params is a mapping of names to values, not a list"),
    "a param without a name": ({"params": {3: 4}}, "the names of params are texts, not 3"),
    "bytes as a param": ({"params": {"n": b"3"}}, "the param n is b'3', a bytes; give a number, a text, "),
    "an object as a param": ({"params": {"act": nn.ReLU}}, "the param act is <class "),
    "a set in a list": ({"params": {"n": [{1}]}}, "the param n is {1}, a set"),
    "a huge integer": ({"params": {"n": 10**30}}, "the param n holds an integer of 100 bits, and 63 are the most"),
    "a number as the root": ({"root": 3}, "the path of root is a str, not int"),
}


@pytest.mark.parametrize(("options", "message"), WRONG.values(), ids=WRONG)
def test_what_suits_no_spec_is_a_type_error_in_our_words(options: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError) as caught:
        archspec.analyze(Source(SMALL), **options)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (b"net.yaml", "a spec is a path, archspec.Source(text) or a dict, not bytes"),
        (3, "a spec is a path, archspec.Source(text) or a dict, not int"),
        ([SMALL], "a spec is a path, archspec.Source(text) or a dict, not list"),
        (SMALL, "a spec is a path; its text is given as archspec.Source(text)"),
        (Source(b"input: 8"), "the text of a Source is a str, not bytes"),  # type: ignore[arg-type]
        (
            {"input": 8, "model": [nn.ReLU]},
            "a dict as a spec holds texts, numbers, true or false, None, lists and dicts",
        ),
    ],
)
def test_what_is_no_spec_is_a_type_error_in_our_words(spec: Any, message: str) -> None:
    with pytest.raises(TypeError) as caught:
        archspec.analyze(spec)
    assert str(caught.value).startswith(message)


def test_a_list_that_holds_itself() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(TypeError, match="the param n is nested deeper than 50 levels"):
        archspec.analyze(Source(SMALL), params={"n": endless})


class TestMistakes:
    def test_an_error_holds_the_diagnostics_and_reads_as_the_command_prints_it(self) -> None:
        with pytest.raises(SpecError) as caught:
            archspec.analyze(Source("input: 8\nmodel: [Linar: 3]\n", name="net.yaml"))
        (diagnostic,) = caught.value.diagnostics
        assert (diagnostic.rule, diagnostic.span.line, diagnostic.span.column) == ("unknown-kind", 2, 9)
        assert str(caught.value).startswith("error[unknown-kind]: there is no kind 'Linar'\n  ┌─ net.yaml:2:9\n")

    @pytest.mark.parametrize("function", [archspec.analyze, archspec.build, archspec.to_python])
    def test_all_three_refuse_a_wrong_spec(self, function: Any) -> None:
        with pytest.raises(SpecError, match="there is no kind 'ReLu'"):
            function(Source("input: 8\nmodel: [ReLu]"))

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"params": {"m": 3}}, "the spec has no param m"),
            ({"params": {"n": "1 +"}}, "out_features must be an integer, not '1 \\+'"),
            ({"input": "3x"}, "'3x' is not a shape"),
            ({"input": (3, 0)}, "the input 3x0 has a size of 0"),
            ({"input": {"image": 8}}, "the spec has no input image"),
        ],
    )
    def test_options_that_do_not_suit_the_spec(self, options: dict[str, Any], message: str) -> None:
        with pytest.raises(SpecError, match=message):
            archspec.analyze(Source(SMALL), **options)

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(SpecError, match="there is no file"):
            archspec.analyze(tmp_path / "nope.yaml")

    def test_what_is_expected_is_checked_of_a_text_too(self) -> None:
        with pytest.raises(SpecError, match=r"error\[expect\]: "):
            archspec.analyze(Source(SMALL + "expect: {params: 5}\n"))

    def test_a_file_that_only_offers_blocks_is_no_network(self) -> None:
        with pytest.raises(SpecError, match="the file only offers blocks: it has no model"):
            archspec.analyze(Source("blocks: {B: {body: [ReLU]}}", name="blocks.yaml"))


class TestFiles:
    TEXT = "import: lib.yaml\ninput: 8\nmodel: [Pair]\n"

    @pytest.fixture(autouse=True)
    def library(self, tmp_path: Path) -> None:
        (tmp_path / "lib.yaml").write_text("blocks: {Pair: {body: [Linear: 3, ReLU]}}\n")

    def test_a_text_reads_no_file_unless_a_root_is_given(self, tmp_path: Path) -> None:
        with pytest.raises(SpecError, match="a spec that is in no file reads no other file"):
            archspec.analyze(Source(self.TEXT))
        assert archspec.analyze(Source(self.TEXT, root=tmp_path)).params == 27

    def test_a_root_widens_the_folder_of_a_file(self, tmp_path: Path) -> None:
        path = tmp_path / "nets" / "net.yaml"
        path.parent.mkdir()
        path.write_text(self.TEXT.replace("lib", "../lib"))
        with pytest.raises(SpecError, match=r"\.\./lib\.yaml is outside the folder of the spec"):
            archspec.analyze(path)
        assert archspec.analyze(path, root=tmp_path).params == 27


def test_a_module_that_says_where_it_came_from() -> None:
    net = archspec.build(SPECS / "lenet5.yaml")
    assert isinstance(net, nn.Module)
    assert "lenet5.yaml" in str(net.spec)
    assert sum(p.numel() for p in net.parameters()) == 61_706


@pytest.mark.parametrize(("name", "written"), [("U-Net (padded)", "UNetPadded"), ("VGG11", "VGG11"), ("tiny", "Tiny")])
def test_the_source_holds_one_class_named_after_the_network(name: str, written: str) -> None:
    source = archspec.to_python(Source(f"name: {name}\ninput: 8\nmodel: [Linear: 4]\n"))
    scope: dict[str, Any] = {}
    exec(compile(source, "net.py", "exec"), scope)
    classes = [value for value in scope.values() if isinstance(value, type) and issubclass(value, nn.Module)]
    assert [c.__name__ for c in classes] == [written]
    assert isinstance(classes[0](), nn.Module)


def test_what_the_package_offers() -> None:
    assert set(archspec.__all__) <= set(dir(archspec))
    for name in archspec.__all__:
        assert getattr(archspec, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = archspec.nothing

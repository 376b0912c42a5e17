"""Names and modules: the naming rule, which decides the state_dict."""

from __future__ import annotations

import pytest

from archspec import Source, build
from archspec.document.names import MODULE_ATTRIBUTES, name_problem
from archspec.elaborate.frame import short_form
from tests.specs_in_text import names_of

INPUT = "input: 3x8x8\n"


@pytest.mark.parametrize(
    ("kind", "short"),
    [
        ("Conv2d", "conv"), ("Conv1d", "conv"), ("BatchNorm3d", "bn"), ("LayerNorm", "ln"), ("Linear", "fc"),
        ("LocalResponseNorm", "lrn"), ("AdaptiveAvgPool2d", "avgpool"), ("AdaptiveMaxPool1d", "maxpool"),
        ("MaxPool2d", "maxpool"), ("AvgPool2d", "avgpool"), ("ConvTranspose2d", "convtranspose"), ("ReLU", "relu"),
        ("BasicBlock", "basicblock"), ("Inception", "inception"), ("Dropout2d", "dropout"),
    ],
)  # fmt: skip
def test_short_forms(kind: str, short: str) -> None:
    assert short_form(kind) == short


CONV = "{Conv2d: {out_channels: 3, kernel_size: 1}}"

CASES = {
    "a plain chain is numbered": (f"[{CONV}, ReLU, {CONV}]", ["0", "1", "2"]),
    "looking through unnamed sequentials": (f"[{CONV}, [ReLU, [{CONV}]], ReLU]", ["0", "1", "2", "3"]),
    "a structure makes it no chain": (
        f"[{CONV}, {{residual: [{CONV}, ReLU]}}, ReLU]",
        ["conv1", "conv2", "relu1", "relu2"],
    ),
    "a name makes it no chain": (f"[{CONV}, {{act: ReLU}}, ReLU]", ["conv1", "act", "relu1"]),
    "a `from` makes it no chain": (f"[{CONV}, {{from: input, ReLU: }}]", ["conv1", "relu1"]),
    "decided before `when`": (f"[{CONV}, {{when: false, name: x, ReLU: }}]", ["conv1"]),
    "counted per short form, named ones not": (
        f"[{{conv: {CONV}}}, {CONV}, {{Conv3: {{Conv2d: {{out_channels: 1, kernel_size: 1}}}}}}, {CONV}]",
        ["conv", "conv1", "Conv3", "conv2"],
    ),
    "both pools named avgpool share a count": (
        "[{a: {AvgPool2d: 2}}, {AvgPool2d: 2}, {AdaptiveAvgPool2d: 1}]",
        ["a", "avgpool1", "avgpool2"],
    ),
    "an unnamed structure belongs to the module around": (
        f"[{{concat: [{CONV}, [ReLU, {CONV}]]}}]",
        ["conv1", "relu1", "conv2"],
    ),
    "containers on the way": (f'[{{for: i in range(2), "a.b.{{i}}": {CONV}}}]', ["a.b.0", "a.b.1"]),
    "dashes": ("[{block1-0: [ReLU]}]", ["block1-0.0"]),
}  # fmt: skip


@pytest.mark.parametrize(("model", "names"), CASES.values(), ids=CASES)
def test_the_naming_rule(model: str, names: list[str]) -> None:
    assert names_of(f"{INPUT}model: {model}\n") == names


def test_a_block_call_is_a_module_and_after_a_digit_comes_an_underscore() -> None:
    text = (
        INPUT
        + """
blocks:
  C2: {body: [ReLU]}
  Wide: {body: [{a: ReLU}, Tanh]}
model: [{x: Identity}, C2, C2, Wide]
"""
    )
    assert names_of(text) == ["x", "c2_1.0", "c2_2.0", "wide1.a", "wide1.tanh1"]


def test_a_param_that_holds_a_kind_is_called_after_that_kind() -> None:
    text = INPUT + "params: {act: {LeakyReLU: 0.1}}\nmodel: [{x: Identity}, act, act]"
    assert names_of(text) == ["x", "leakyrelu1", "leakyrelu2"]


@pytest.mark.parametrize(
    "name",
    [
        "forward",
        "class",
        "half",
        "training",
        "_modules",
        "x._parameters",
        "_is_replica",
        "a b",
        "",
        "a..b",
        "é",
        "x.eval",
        "__init__",
        'a"b',
        "a\nb",
    ],
)
def test_names_that_no_module_can_have(name: str) -> None:
    assert name_problem(name) is not None


@pytest.mark.parametrize("name", ["conv1", "0", "block1-0", "a.0.b", "relu", "fc", "Conv"])
def test_names_that_a_module_can_have(name: str) -> None:
    assert name_problem(name) is None


def test_the_attributes_that_a_child_would_hide_are_torchs() -> None:
    nn = pytest.importorskip("torch.nn")
    for name in [*dir(nn.Module()), *MODULE_ATTRIBUTES]:
        assert name_problem(name) == f"would hide nn.Module's own {name}"


@pytest.mark.parametrize("name", ["_conv_stem", "_blocks.0._bn0", "_fc", "__a", "_", "self", "keys", "print", "x"])
def test_a_module_of_any_other_name_builds_and_runs(name: str) -> None:
    torch = pytest.importorskip("torch")
    text = f"input: 4\nmodel:\n  - {{name: {name}, Linear: 3}}\n  - r: ReLU\n  - add: [{{from: {name}}}, {{from: r}}]\n"
    net = build(Source(text))
    assert net(torch.zeros(2, 4)).shape == (2, 3)
    assert set(net.state_dict()) == {f"{name}.weight", f"{name}.bias"}

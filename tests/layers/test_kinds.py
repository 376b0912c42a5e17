"""What holds of every kind: torch's signature, words for the reference page, and the direct argument."""

import inspect
import re
import subprocess
import sys
from typing import Any

import pytest
from torch import Tensor, nn
from torchvision import ops

from archspec.layers import FAMILIES, KINDS, Layer, lookup
from tests import torchs

DEPRECATED = {"min_value", "max_value"}
OBJECTS = {"_weight", "_freeze", "_random_samples", "process_group", "custom_encoder", "custom_decoder"}
NOT_IN_THE_LANGUAGE = {"self", "device", "dtype", "args", "kwargs"} | DEPRECATED | OBJECTS
NO_DIRECT_ARGUMENT = (
    "Conv",
    "BatchNorm",
    "SyncBatchNorm",
    "FrozenBatchNorm",
    "InstanceNorm",
    "LayerNorm",
    "RMSNorm",
    "Fractional",
)


def kind_class(kind: str) -> type[Layer]:
    layer = lookup(kind)
    assert layer is not None
    return layer


def test_every_class_is_in_the_table() -> None:
    for family in FAMILIES:
        layer = kind_class(next(kind for kind in KINDS if KINDS[kind] == family))
        module = sys.modules[layer.__module__]
        classes = [value for value in vars(module).values() if inspect.isclass(value) and issubclass(value, Layer)]
        own = {value.__name__: value for value in classes if value.__module__ == module.__name__}
        bases = {name for name, value in own.items() if value.__subclasses__() and name not in KINDS}
        assert own.keys() - bases == {kind for kind in KINDS if KINDS[kind] == family}


def test_an_unknown_kind_has_no_class() -> None:
    assert lookup("Conv4d") is None
    assert lookup("_Conv") is None


OWN = {kind for kind in KINDS if kind_class(kind).source or kind_class(kind).bare}
"""Kinds that torch has no module for."""


def signature(kind: str) -> dict[str, Any]:
    """The arguments of torch's module and their defaults, as the language has them; empty: there is none."""
    package, name = kind_class(kind).target.split(".")
    assert name == kind
    if kind in ("RNN", "LSTM", "GRU"):  # which hide theirs
        found = dict(inspect.signature(nn.RNNBase.__init__).parameters)
        del found["mode"]
        if kind != "LSTM":
            del found["proj_size"]
    elif kind in ("TransformerEncoder", "TransformerDecoder"):  # which take a layer
        found = dict(inspect.signature(getattr(nn, f"{kind}Layer").__init__).parameters)
        found["num_layers"] = inspect.signature(getattr(nn, kind).__init__).parameters["num_layers"]
    else:
        found = dict(inspect.signature(getattr({"nn": nn, "ops": ops}[package], kind).__init__).parameters)
    defaults = {name: _default(each.default) for name, each in found.items() if name not in NOT_IN_THE_LANGUAGE}
    if kind == "RNN":
        names = [*defaults]
        names.insert(names.index("bias"), "nonlinearity")
        defaults = {name: defaults.get(name, "tanh") for name in names}
    return defaults


def _default(value: Any) -> Any:
    """A function or class is a word in the language."""
    return value.__name__ if callable(value) and value is not inspect.Parameter.empty else value


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in OWN])
def test_arguments_are_torchs(kind: str) -> None:
    layer, theirs = kind_class(kind), signature(kind)
    shown_elsewhere = {*layer.own} - theirs.keys()  # `output` of an LSTM
    fields = {name: field for name, field in layer.fields().items() if name not in shown_elsewhere}
    if new := [name for name in theirs if name not in fields]:
        torchs.differs(f"{kind} has arguments that archspec does not know: {', '.join(new)}")
    assert list(fields) == [name for name in theirs if name in fields]
    for name, field in fields.items():
        if name in layer.inferred:
            assert not field.required
            assert theirs[name] in (inspect.Parameter.empty, None, 512)
        else:
            assert field.required == (theirs[name] is inspect.Parameter.empty)
            assert field.required or (field.default == theirs[name]) == (name not in layer.always)
    assert layer.positional == tuple(layer.fields())[: len(layer.positional)]


@pytest.mark.parametrize("kind", sorted(OWN))
def test_arguments_of_own_kinds_are_those_of_their_source(kind: str) -> None:
    layer = kind_class(kind)
    if layer.bare:
        assert layer.target == "nn.Parameter"
        return
    namespace: dict[str, Any] = {"nn": nn, "Tensor": Tensor}
    exec(layer.source, namespace)
    signature = inspect.signature(namespace[layer.target].__init__).parameters
    parameters = {name: each for name, each in signature.items() if name not in NOT_IN_THE_LANGUAGE}
    assert list(parameters) == list(layer.fields())
    for name, field in layer.fields().items():
        assert (field.required or field.inferred) == (parameters[name].default is inspect.Parameter.empty)
        assert field.required or field.inferred or field.default == parameters[name].default


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in OWN])
def test_the_direct_argument_is_the_first_that_is_not_inferred(kind: str) -> None:
    layer = kind_class(kind)
    fields = [field for field in layer.fields().values() if not field.inferred]
    if kind in ("Upsample", "UpsamplingNearest2d", "UpsamplingBilinear2d"):
        expected: str | None = "scale_factor"
    elif kind.startswith(NO_DIRECT_ARGUMENT) or not fields or fields[0].name == "inplace":
        expected = None
    else:
        expected = None if any(field.required for field in fields[1:]) else fields[0].name
    assert layer.direct == expected


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_read_about(kind: str) -> None:
    layer = kind_class(kind)
    assert layer.family
    assert layer.__doc__
    package = layer.target.partition(".")[0]
    page = {
        "nn": f"https://docs.pytorch.org/docs/stable/generated/torch.nn.{kind}.html",
        "ops": f"https://docs.pytorch.org/vision/stable/generated/torchvision.ops.{kind}.html",
    }.get(package if kind not in OWN else "", "https://docs.pytorch.org/docs/stable/")
    assert layer.__doc__.rstrip().split()[-1].startswith(page)
    for field in layer.fields().values():
        assert re.fullmatch(r"\S.*[^.\s]", field.doc), field.name
        assert field.expects


def test_a_family_is_loaded_when_a_kind_of_it_is_looked_up() -> None:
    script = """
import sys
from archspec.layers import FAMILIES, lookup
assert lookup("Flatten").fields()
print([family for family in FAMILIES if f"archspec.layers.{family}" in sys.modules])
"""
    process = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert process.stdout.strip() == "['reshape']"

"""What holds of every kind: torch's signature, words for the reference page, and the direct argument."""

import inspect
import re
import subprocess
import sys

import pytest
from torch import nn

from archspec.layers import FAMILIES, KINDS, Layer, lookup

DEPRECATED = {"min_value", "max_value"}
NOT_IN_THE_LANGUAGE = {"self", "device", "dtype", "args", "kwargs"} | DEPRECATED
NO_DIRECT_ARGUMENT = ("Conv", "BatchNorm", "InstanceNorm", "LayerNorm", "RMSNorm")


def kind_class(kind: str) -> type[Layer]:
    layer = lookup(kind)
    assert layer is not None
    return layer


def test_every_class_is_in_the_table() -> None:
    for family in FAMILIES:
        layer = kind_class(next(kind for kind in KINDS if KINDS[kind] == family))
        module = sys.modules[layer.__module__]
        classes = {name for name, value in vars(module).items() if inspect.isclass(value) and issubclass(value, Layer)}
        kinds = {name for name in classes if not name.startswith("_") and name != "Layer"}
        assert kinds == {kind for kind in KINDS if KINDS[kind] == family}


def test_an_unknown_kind_has_no_class() -> None:
    assert lookup("Conv4d") is None
    assert lookup("_Conv") is None


@pytest.mark.parametrize("kind", KINDS)
def test_arguments_are_torchs(kind: str) -> None:
    layer = kind_class(kind)
    assert layer.target == f"nn.{kind}"
    signature = inspect.signature(getattr(nn, kind).__init__).parameters
    theirs = {name: each.default for name, each in signature.items() if name not in NOT_IN_THE_LANGUAGE}
    assert list(layer.fields()) == list(theirs)
    for name, field in layer.fields().items():
        if name in layer.inferred:
            assert not field.required
            assert theirs[name] is inspect.Parameter.empty
        else:
            assert field.required == (theirs[name] is inspect.Parameter.empty)
            assert field.required or field.default == theirs[name]
    assert layer.positional == tuple(layer.fields())[: len(layer.positional)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_direct_argument_is_the_first_that_is_not_inferred(kind: str) -> None:
    layer = kind_class(kind)
    fields = [field for field in layer.fields().values() if not field.inferred]
    if kind == "Upsample":
        expected: str | None = "scale_factor"
    elif not fields or fields[0].name == "inplace" or kind.startswith(NO_DIRECT_ARGUMENT):
        expected = None
    else:
        expected = None if any(field.required for field in fields[1:]) else fields[0].name
    assert layer.direct == expected


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_read_about(kind: str) -> None:
    layer = kind_class(kind)
    assert layer.family
    assert layer.__doc__
    assert layer.__doc__.rstrip().endswith(f"https://docs.pytorch.org/docs/stable/generated/torch.nn.{kind}.html")
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

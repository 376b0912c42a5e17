"""Files of other programs, and specs that are none of theirs."""

from __future__ import annotations

from pathlib import Path

import pytest

from archspec.diagnostics import SourceFile, SpecError
from archspec.foreign.formats import recognized
from archspec.source import Node, parse
from archspec.source.binary import recognized as recognized_bytes
from tests.errors_in_markdown import Case, cases
from tests.reference import SPECS


def tree(source: SourceFile) -> Node | None:
    try:
        return parse(source)
    except SpecError:
        return None


def told(text: str) -> str | None:
    source = SourceFile("spec.yaml", text)
    found = recognized(source, tree(source))
    return found.message if found is not None else None


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("import torch\nclass Net(nn.Module):\n  pass\n", "PyTorch source"),
        ("class Net(nn.Module):\n  def forward(self, x):\n    return x\n", "PyTorch source"),
        ("x = F.relu(self.conv1(x))\nx = x.view(-1, 320)\n", "PyTorch source"),
        ("nn.Sequential(\n    nn.Linear(10, 5),\n)\n", "PyTorch source"),
        ("Sequential(\n  (0): Linear(in_features=784, out_features=128, bias=True)\n)\n", "what print(model) shows"),
        ("from tensorflow import keras\n", "TensorFlow or Keras source"),
        ("import flax.linen as nn\n", "JAX source"),
        ("model:\n  net:\n    _target_: src.net.Net\n", "Hydra's notation"),
        ('{"nodes": [], "arg_nodes": [], "heads": []}', "an MXNet model as JSON"),
        ("MODEL:\n  META_ARCHITECTURE: GeneralizedRCNN\n", "a detectron2 config"),
        ("type: FasterRCNN\nbackbone: {type: ResNet, depth: 50}\n", "an mmengine config"),
        ('{"dim": 4096, "n_layers": 32, "n_heads": 32}', "the params.json of a Llama model"),
        ("node {\n  name: x\n}\n", "a TensorFlow graph as text"),
        ("<?xml version='1.0'?>\n<net name='x'>\n", "an OpenVINO model"),
        ("[model]\nhidden = 64\n", "a TOML or INI file"),
        ("train: a\nval: b\nnc: 2\nnames: [x, y]\n", "a data set's description"),
    ],
)
def test_format(text: str, what: str) -> None:
    assert told(text) == f"this is {what}, and no spec"


@pytest.mark.parametrize(
    "text",
    [
        "# import torch\ninput: 8\nmodel: [Liner: 4]\n",
        "description: |\n  import torch\n  class Net(nn.Module): pass\ninput: 8\nmodel: [Liner: 4]\n",
        "input: 8\nmodel:\n  - {_target_: torch.nn.ReLU}\n",
        "input: 8\nmodel:\n  - self.fc = nn.Linear(8, 4\n",
        "blocks: {Net: {bdy: [ReLU]}}\n",
        "- ReLU\n- Linear: 10\n",
    ],
)
def test_spec_with_a_mistake_is_a_spec(text: str) -> None:
    assert told(text) is None


@pytest.mark.parametrize("path", sorted(SPECS.rglob("*.yaml")), ids=lambda path: str(path.relative_to(SPECS)))
def test_specs_are_specs(path: Path) -> None:
    assert told(path.read_text()) is None


@pytest.mark.parametrize("case", [c for c in cases() if c.rule != "foreign-format"], ids=str)
def test_pages_of_errors_are_specs(case: Case) -> None:
    assert [told(content.decode("utf-8", "replace")) for content in case.files.values()] == [None] * len(case.files)


PIECES = ("\n", " ", "(", "layer {\n", "node {\n\n", "[a]\n\n", "a.", "A(", "class A(a.", "#\n", "!n", "(a): b()\n")


@pytest.mark.parametrize("piece", PIECES)
def test_hostile_text_ends(piece: str) -> None:
    source = SourceFile("spec.yaml", piece * (200_000 // len(piece)))
    recognized(source, None)


@pytest.mark.parametrize(
    ("start", "what"),
    [
        (b"PK\x03\x04\x00\x00archive/data.pkl", "a PyTorch checkpoint"),
        (b"\x80\x02}q\x00X", "a pickle, as torch.save writes it"),
        (b"\x89HDF\r\n\x1a\n", "an HDF5 file, as Keras writes it"),
        (b"\x08\x07\x12\x07pytorch", "an ONNX model"),
        (b'\x10\x00\x00\x00\x00\x00\x00\x00{"a":', "a safetensors file"),
        (b"GGUF\x03", "a GGUF file"),
        (b"\x93NUMPY\x01", "a NumPy array"),
        (b"input: 8\n", None),
        (b"\xff\xfe\xfd", None),
        (b"", None),
    ],
)
def test_bytes(start: bytes, what: str | None) -> None:
    found = recognized_bytes(start)
    assert (found[0] if found is not None else None) == what

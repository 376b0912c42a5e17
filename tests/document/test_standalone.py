"""A spec that reads other files, or is given params, as one text that means the same."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

import pytest

import archspec
from archspec.api import examine, folder_of, open_spec
from archspec.codegen import generate
from archspec.document.standalone import standalone
from archspec.elaborate.given import Written
from tests.reference import SPECS

EVERY = sorted(path for path in SPECS.rglob("*.yaml"))


def both(path: Path, params: Mapping[str, str] | None = None, input: str | None = None) -> tuple[str, str, str]:
    """The source of the spec, that of its text alone, and the text. The params are expressions, as `--set` has them."""
    given = {name: Written(text) for name, text in (params or {}).items()}
    analysis = examine(open_spec(path), folder_of(path, None), input=input, params=given)
    assert analysis.document is not None
    assert analysis.graph is not None, analysis.diagnostics
    text = standalone(analysis.document, analysis.graph, given)
    return generate(analysis.graph), archspec.to_python(archspec.Source(text, "spec.yaml")), text


@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.stem)
def test_every_spec_stands_alone(path: Path) -> None:
    expected, found, text = both(path)
    assert found == expected
    assert "extends:" not in text


@pytest.mark.parametrize(
    ("name", "params", "input"),
    [
        ("vgg11_small", {"classes": "7"}, "1x64x64"),
        ("resnet18", {"widths": "[64, 16, 32, 64]", "classes": "2 * 8"}, None),
        ("torchvision/resnet34", {"classes": "10"}, "1x96x96"),
    ],
)
def test_with_params_and_input(name: str, params: dict[str, str], input: str | None) -> None:
    expected, found, _ = both(SPECS / f"{name}.yaml", params, input)
    assert found == expected


BLOCKS = """
    params: {act: ReLU, width: 4}
    let: {double: 2 * width}
    blocks:
      Inner:
        params: {channels: int}
        body: [{Conv2d: {out_channels: channels, kernel_size: 3}}, act]
      Outer:
        params: {times: 1}
        let: {channels: double * times}
        body: [{Inner: channels}, {Inner: width}]
"""
SPEC = """
    name: Two files
    input: {image: 3x16x16, mask: {shape: [1, 16, 16], dtype: float64}}
    import: [parts.yaml, "archspec:cnn"]
    params: {scale: {type: str, default: nearest}, count: int}
    defaults: {Conv2d: {bias: false}}
    outputs: {a: out, b: map}
    train: {lr: 0.5}
    model:
      map: {from: mask, AvgPool2d: 2}
      main: {from: image, Outer: count}
      flatten: Flatten
      out: {Linear: 10}
"""


def test_what_is_imported_is_written_in(tmp_path: Path) -> None:
    (tmp_path / "parts.yaml").write_text(dedent(BLOCKS))
    (tmp_path / "net.yaml").write_text(dedent(SPEC))
    _, _, text = both(tmp_path / "net.yaml", {"count": "2", "scale": "bilinear"})
    whole = archspec.analyze(tmp_path / "net.yaml", params={"count": 2, "scale": "bilinear"})
    alone = archspec.analyze(archspec.Source(text))
    # a param of the other file becomes a `let` of its blocks, which the source says
    assert [layer[:8] for layer in alone.layers] == [layer[:8] for layer in whole.layers]
    assert "parts.yaml" not in text
    assert "train: {lr: 0.5}" in text


def test_library_file_stays_an_import(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_text("import: archspec:cnn\nextends: base.yaml\n")
    (tmp_path / "base.yaml").write_text("input: 1x8x8\nmodel: [Flatten, Linear: 10]\n")
    _, _, text = both(path)
    assert "import: ['archspec:cnn']" in text

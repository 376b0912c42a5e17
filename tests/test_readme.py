"""What the README shows is what the program prints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from archspec.api import Source, analyze
from archspec.diagnostics import SpecError
from archspec.report.shapes import render
from tests.reference import SPECS

README = (Path(__file__).parents[1] / "README.md").read_text()
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", README, re.DOTALL)


def test_the_table_beside_the_first_spec() -> None:
    table = render(analyze(SPECS / "lenet5.yaml"), "table").splitlines()
    shown = next(text for language, text in BLOCKS if language == "text")
    for line in table[2:16]:
        assert line in shown, line


def test_the_first_spec_is_that_network() -> None:
    shown = next(text for language, text in BLOCKS if language == "text")
    spec = "\n".join(re.split(r" {3,}(?=\S)", line)[0] for line in shown.splitlines()[2:])
    assert analyze(Source(spec)).params == analyze(SPECS / "lenet5.yaml").params


def test_the_error_message() -> None:
    text = (SPECS / "inception_mnist.yaml").read_text()
    wrong = re.sub(r"fc: .*", "fc: {Linear: {in_features: 1440, out_features: 10}}", text, count=1)
    shown = next(text for _, text in BLOCKS if text.startswith("$ archspec check"))
    with pytest.raises(SpecError) as caught:
        analyze(Source(wrong, name="inception_mnist.yaml"))
    assert str(caught.value).strip() == shown.split("\n", 1)[1].strip()


def test_the_spec_to_write_yourself() -> None:
    spec = next(text for language, text in BLOCKS if language == "yaml" and "Bottleneck" in text)
    graph = analyze(Source(spec))
    assert str(graph.output) == "10"
    assert [layer.name for layer in graph.layers][:3] == ["stem", "stage0.conv1", "stage0.relu1"]

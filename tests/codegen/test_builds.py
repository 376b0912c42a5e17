"""What `check` accepts builds: every spec of the repository, those of the rules' pages, and drawn ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from archspec.api import examine
from archspec.diagnostics import SourceFile
from archspec.diagnostics.rules import RULES
from archspec.report.explain import page
from archspec.source import read
from tests import parity
from tests.codegen.drawn import draw_wide
from tests.codegen.networks import build
from tests.codegen.test_networks import keys

ROOT = Path(__file__).parents[2]
FOUND = [0, 1, 2, 3]
"""Seeds by which a mistake was found: a param that is a width in one call, and 0 in another."""
MISTAKEN = [2089, 3426]
"""Seeds of which the source takes one param for another, or a repetition for a condition."""
FEW, MANY = range(4, 40), set(range(40, 4_000)).difference(MISTAKEN)


def builds(source: SourceFile, root: Path | None) -> bool:
    """Whether the spec is right; then its module must have the keys and shapes that its graph says."""
    graph = examine(source, root).graph
    if graph is None:
        return False
    assert {key: shape for key, (shape, _) in parity.layout(build(graph)).items()} == keys(graph.root), source.name
    return True


@pytest.mark.parametrize("folder", ["tests/cases", "examples", pytest.param("tests", marks=pytest.mark.slow)])
def test_every_spec_of_a_folder(folder: str) -> None:
    specs = sorted((ROOT / folder).rglob("*.yaml"))
    right = [spec for spec in specs if builds(read(spec, spec.name), spec.parent)]
    assert right


@pytest.mark.slow
@pytest.mark.parametrize("spec", sorted((ROOT / "specs").rglob("*.yaml")), ids=lambda spec: spec.stem)
def test_every_reference_network(spec: Path) -> None:
    assert builds(read(spec, spec.name), ROOT / "specs")


@pytest.mark.slow
def test_every_right_example_of_a_rule(tmp_path: Path) -> None:
    for rule in RULES:
        example = page(rule).right
        folder = tmp_path / rule
        for name in example.files:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(example.content(name))
            builds(read(folder / name, name), folder)


def test_drawn_specs_of_wide_blocks() -> None:
    right = [builds(SourceFile("drawn.yaml", draw_wide(seed)), None) for seed in (*FOUND, *FEW)]
    assert sum(right) > len(right) / 2


@pytest.mark.slow
def test_very_many_drawn_specs_of_wide_blocks() -> None:
    for seed in MANY:
        builds(SourceFile("drawn.yaml", draw_wide(seed)), None)


@pytest.mark.slow
@pytest.mark.parametrize("seed", MISTAKEN)
@pytest.mark.xfail(reason="the source takes one param for another", strict=False)
def test_drawn_specs_that_the_source_mistakes(seed: int) -> None:
    builds(SourceFile("drawn.yaml", draw_wide(seed)), None)

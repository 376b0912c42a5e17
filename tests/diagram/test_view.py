"""Which boxes are open."""

import pytest

from archspec.diagram.build import build
from archspec.diagram.data import parents, visible
from archspec.diagram.scene import walk
from archspec.diagram.view import MAX_BOXES, opened
from tests.codegen.networks import graph_of


def titles(name: str, depth: int | None = None) -> list[str]:
    scene = build(graph_of(name)).scene
    found = opened(scene, depth)
    return [box.title for id, box in walk(scene) if id in found]


def test_each_kind_of_block_is_open_once() -> None:
    assert titles("googlenet") == ["b1", "ConvReLU 64, 7x7, /2", "b2", "b3", "Inception 64, [96, 128], [16, 32], 32",
                                   "branch2", "branch3", "branch4", "b4", "b5"]  # fmt: skip


def test_variants_of_a_block_are_kinds_of_their_own() -> None:
    assert [title for title in titles("resnet18") if "Residual" in title] == ["Residual 64 x 2", "Residual 128, /2"]


@pytest.mark.parametrize(
    ("depth", "open"),
    [
        (0, []),
        (1, ["b1", "b2", "b3", "b4", "b5"]),
        (2, ["b1", "b2", "Residual 64 x 2", "b3", "Residual 128, /2", "Residual 128", "b4", "Residual 256, /2",
             "Residual 256", "b5", "Residual 512, /2", "Residual 512"]),
    ],
)  # fmt: skip
def test_depth_opens_so_many_levels(depth: int, open: list[str]) -> None:
    assert titles("resnet18", depth) == open


@pytest.mark.parametrize("depth", [None, 0, 1, 2, 9])
@pytest.mark.parametrize("name", ["googlenet", "torchvision/densenet201", "transformer", "reuse"])
def test_what_is_open_stands_in_what_is_open(name: str, depth: int | None) -> None:
    scene = build(graph_of(name)).scene
    found = opened(scene, depth)
    assert all(parent in found for id in found for parent in parents(id))
    repeats = [id for id, box in walk(scene) if box.form == "repeat" and {*parents(id)} <= found]
    assert found.issuperset(repeats)


def test_a_picture_that_opens_by_itself_stays_small() -> None:
    scene = build(graph_of("torchvision/densenet201")).scene
    assert visible(scene, opened(scene)) <= MAX_BOXES < visible(scene, opened(scene, 9))

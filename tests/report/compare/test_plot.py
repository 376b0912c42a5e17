"""The plot: every name is there and none covers another, whatever the networks are called and however near they lie."""

from __future__ import annotations

import warnings
from itertools import combinations

import matplotlib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox, BboxBase

from archspec.api import Source, analyze
from archspec.report.compare import PLOTS, Row, rows
from archspec.report.compare.labels import place
from archspec.report.compare.plot import draw
from tests import fast
from tests.reference import SPECS

BEGINNINGS = {"svg": b"<?xml", "png": b"\x89PNG\r\n", "pdf": b"%PDF"}


def named(*names: str) -> list[Row]:
    """A network of each name, all alike."""
    return rows(
        [(f"{i}.yaml", analyze(Source(f"name: {n!r}\ninput: 8\nmodel: [{{Linear: 4}}]"))) for i, n in enumerate(names)]
    )


@pytest.fixture(scope="module")
def networks() -> list[Row]:
    return rows([(name, analyze(SPECS / f"{name}.yaml")) for name in ("lenet5", "alexnet", "googlenet", "resnet18")])


@pytest.mark.parametrize("format", PLOTS)
def test_the_formats(networks: list[Row], format: str) -> None:
    assert draw(networks, format).startswith(BEGINNINGS[format])


@pytest.mark.parametrize("format", PLOTS)
def test_the_same_networks_give_the_same_bytes(networks: list[Row], format: str) -> None:
    assert draw(networks, format) == draw(networks, format)


def test_nobodys_settings_change_it(networks: list[Row]) -> None:
    plain = draw(networks, "png")
    with matplotlib.rc_context({"text.usetex": True, "font.size": 30, "axes.facecolor": "red"}):
        assert draw(networks, "png") == plain
        assert matplotlib.rcParams["font.size"] == 30


@pytest.mark.parametrize(
    "name", ["$\\frac{", "a_b^c", "网络", "<b>&amp;</b>", "x" * 500, "שלום", "\U0001f600", "\u202etxt.exe", "%s {0}"]
)
def test_a_name_is_only_text(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for format in PLOTS:
            assert draw(named(name), format).startswith(BEGINNINGS[format])


def test_a_network_without_any_cost() -> None:
    free = rows([("a", analyze(Source("input: 8\nmodel: [ReLU]"))), *((r.file, r.graph) for r in named("B"))])
    assert draw(free, "svg").startswith(BEGINNINGS["svg"])


def boxes(points: list[tuple[float, float, str]], scale: str) -> tuple[list[Bbox], BboxBase]:
    """Where the names stand, and the picture."""
    figure = Figure(figsize=(9, 6), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.set_xscale(scale)
    axes.set_yscale(scale)
    axes.set_xlim(1, 1e6)
    axes.set_ylim(1, 1e6)
    place(axes, points, colour="black")
    figure.draw_without_rendering()
    texts = [child for child in axes.get_children() if isinstance(child, Annotation)]
    assert [text.get_text() for text in texts] == [name for _, _, name in points]
    return [text.get_window_extent() for text in texts], figure.bbox


COORDINATES = st.integers(2, 10**6 - 1)


@settings(max_examples=fast.examples(8, 100))
@given(
    st.lists(st.tuples(COORDINATES, COORDINATES, st.text("abcM ", min_size=1, max_size=15)), min_size=1, max_size=12),
    st.sampled_from(["linear", "log"]),
)
def test_no_name_covers_another(points: list[tuple[float, float, str]], scale: str) -> None:
    found, picture = boxes(points, scale)
    for a, b in combinations(found, 2):
        assert not (a.x0 < b.x1 - 1 and b.x0 < a.x1 - 1 and a.y0 < b.y1 - 1 and b.y0 < a.y1 - 1)
    for box in found:
        assert picture.x0 <= box.x0 + 1
        assert box.x1 - 1 <= picture.x1
        assert picture.y0 <= box.y0 + 1
        assert box.y1 - 1 <= picture.y1


def test_twenty_networks_at_one_place() -> None:
    found, _ = boxes([(1000, 1000, f"ResNet{i}") for i in range(20)], "log")
    assert not any(a.overlaps(b) for a, b in combinations(found, 2))

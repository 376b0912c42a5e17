"""SVG and PNG: laid out by the engine, complete, in bounds, and safe."""

import re
import sys
from itertools import combinations
from typing import NamedTuple
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, assume, given, settings

from archspec.diagram import DiagramError, engine, render
from archspec.diagram.build import build
from archspec.diagram.palette import DARK, LIGHT
from archspec.diagram.scene import walk
from archspec.diagram.svg import render_svg
from archspec.diagram.view import opened
from tests.codegen.networks import graph_of
from tests.diagram.hostile import TEXTS, diagram
from tests.proof.networks import INPUTS, NETWORKS, Drawn, write
from tests.specs_in_text import examined
from tests.specs_in_text import graph_of as analysed

SVG = "{http://www.w3.org/2000/svg}"
PICTURES = ("vgg11", "googlenet", "resnet18", "densenet", "unet", "several_inputs", "transformer")
SMALL = "input: 4x8x8\nmodel: [{Conv2d: {out_channels: 4, kernel_size: 3}}, ReLU]"


class Rectangle(NamedTuple):
    x: float
    y: float
    width: float
    height: float

    def overlaps(self, other: "Rectangle") -> bool:
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )


@pytest.fixture(scope="module", params=PICTURES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def svg(name: str) -> ElementTree.Element:
    return ElementTree.fromstring(str(render(graph_of(name), "svg")))


def texts_of(svg: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in svg.iter(f"{SVG}text")]


def rows_of(svg: ElementTree.Element) -> list[Rectangle]:
    """Where each layer stands: its corners are round, by up to 4 pixels."""
    found = []
    for row in svg.iter(f"{SVG}g"):
        if row.get("class") == "row":
            path = row.find(f"{SVG}path")
            assert path is not None
            match = re.match(r"M([\d.]+) ([\d.]+)h([\d.]+)a", path.get("d", ""))
            assert match is not None
            x, y, width = map(float, match.groups())
            found.append(Rectangle(x, y, width, 20))
    return found


def test_everything_that_shows_is_drawn(name: str, svg: ElementTree.Element) -> None:
    scene = build(graph_of(name)).scene
    shown = opened(scene)
    drawn = texts_of(svg)
    for id, box in walk(scene):
        if id.rpartition(".")[0] in {"", *shown}:
            assert all(row.label in drawn for row in box.rows), box.title
            assert box.text in {"", *drawn}
            assert box.times == 1 or f"x {box.times}" in drawn


def test_edges_carry_their_shapes(name: str, svg: ElementTree.Element) -> None:
    scene = build(graph_of(name)).scene
    top = [edge for edge in scene.edges if edge.source.box is not None and edge.target.box is not None]
    drawn = texts_of(svg)
    assert {str(edge.type) for edge in top} <= {*drawn}


def test_layers_stand_apart_and_on_the_paper(svg: ElementTree.Element) -> None:
    rows = rows_of(svg)
    assert rows
    width, height = float(svg.get("width", 0)), float(svg.get("height", 0))
    assert all(r.x >= 0 and r.y >= 0 and r.x + r.width <= width and r.y + r.height <= height for r in rows)
    assert not any(one.overlaps(other) for one, other in combinations(rows, 2))


@pytest.mark.slow
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(NETWORKS, INPUTS)
def test_layers_of_random_networks_stand_apart(network: list[Drawn], shape: tuple[int, ...]) -> None:
    graph = examined(write(network, shape)).graph
    assume(graph is not None)
    assert graph is not None
    rows = rows_of(ElementTree.fromstring(str(render(graph, "svg", depth=99))))
    assert len(rows) == sum(len(box.rows) for _, box in walk(build(graph).scene) if box.form == "layers")
    assert not any(one.overlaps(other) for one, other in combinations(rows, 2))


def test_picture_fits_a_screen(name: str, svg: ElementTree.Element) -> None:
    """At a size that can be read: letters of 12 pixels lose no more than two."""
    width, height = engine.SCREEN
    assert min(width / float(svg.get("width", 0)), height / float(svg.get("height", 0))) > 10 / 12


def test_tensor_that_goes_past_a_column() -> None:
    """A long branch fills a column of its own: what goes on goes past it."""
    long = ", ".join(f"{{Conv2d: {{out_channels: {c}, kernel_size: 1}}}}" for c in range(1, 25))
    graph = analysed(f"input: 4x8x8\nmodel: [{long}, {{aux: [{long}, Flatten]}}, {long}]")
    svg = ElementTree.fromstring(str(render(graph, "svg")))
    rows = rows_of(svg)
    assert len(rows) == 73
    assert float(svg.get("height", 0)) < 1_500
    assert not any(one.overlaps(other) for one, other in combinations(rows, 2))
    lines = [path.get("d", "") for path in svg.iter(f"{SVG}path") if "edge" in path.get("class", "")]
    # each edge; out of the first and over to the second column, past it in two pieces, and over to the third
    assert len(lines) == len(build(graph).scene.edges) + 2 + 2 + 1
    right = max(row.x + row.width for row in rows)
    assert all(float(x) <= right for line in lines for x in re.findall(r"[ML]([\d.]+) ", line))


def test_tensor_that_goes_through_a_block() -> None:
    graph = analysed("input: 4\nblocks: {B: {body: [aux: {head: {Linear: 2}}]}}\nmodel: [{B: }, ReLU]")
    svg = ElementTree.fromstring(str(render(graph, "svg")))
    (block,) = [rect for rect in svg.iter(f"{SVG}rect") if rect.get("class") == "block open"]
    left, right = float(block.get("x", 0)), float(block.get("x", 0)) + float(block.get("width", 0))
    lines = [path.get("d", "") for path in svg.iter(f"{SVG}path") if "edge" in path.get("class", "")]
    assert all(left <= float(x) <= right for line in lines for x in re.findall(r"[ML]([\d.]+) ", line))


@pytest.fixture(scope="module", params=TEXTS)
def hostile(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_text_of_a_spec_stays_text(hostile: str) -> None:
    picture = diagram(hostile)
    svg = ElementTree.fromstring(render_svg(picture, frozenset({"3"})))
    allowed = {f"{SVG}{tag}" for tag in ("svg", "title", "desc", "style", "rect", "path", "text", "g")}
    assert {element.tag for element in svg.iter()} <= allowed
    attributes = {attribute for element in svg.iter() for attribute in element.attrib}
    assert attributes <= {"width", "height", "viewBox", "role", "class", "data-id", "x", "y", "rx", "d", "text-anchor"}
    printable = re.sub(r"[\x00-\x08\x0b-\x1f]", "", hostile)
    assert texts_of(svg).count(printable) == 9


@pytest.mark.parametrize(
    ("theme", "light", "dark"), [("light", True, False), ("dark", True, True), ("auto", True, True)]
)
def test_theme(theme: str, light: bool, dark: bool) -> None:
    svg = str(render(analysed(SMALL), "svg", theme=theme))
    assert (LIGHT["Convolution"].fill in svg, DARK["Convolution"].fill in svg) == (light, dark)
    assert ("prefers-color-scheme" in svg) == (theme == "auto")


def test_same_picture_every_time() -> None:
    assert render(graph_of("googlenet"), "svg") == render(graph_of("googlenet"), "svg")


def test_as_deep_as_the_language_allows() -> None:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(10_000)  # as the command does
    try:
        draw_deep()
    finally:
        sys.setrecursionlimit(before)


def draw_deep() -> None:
    blocks = "".join(f"  B{level}: {{body: [{{B{level + 1}: }}, ReLU]}}\n" for level in range(190))
    graph = analysed(f"input: 4\nblocks:\n{blocks}  B190: {{body: [Tanh]}}\nmodel: [{{B0: }}]")
    assert "Tanh" in texts_of(ElementTree.fromstring(str(render(graph, "svg", depth=200))))
    assert "Tanh" in str(render(graph, "html"))


class TestPng:
    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_is_twice_as_large(self, theme: str) -> None:
        svg = ElementTree.fromstring(str(render(analysed(SMALL), "svg")))
        png = render(analysed(SMALL), "png", theme=theme)
        assert isinstance(png, bytes)
        assert png.startswith(b"\x89PNG\r\n")
        size = [int.from_bytes(png[at : at + 4], "big") for at in (16, 20)]
        assert size == [2 * int(svg.get(side, 0)) for side in ("width", "height")]

    def test_themes_differ(self) -> None:
        graph = analysed(SMALL)
        assert render(graph, "png", theme="dark") != render(graph, "png") == render(graph, "png", theme="light")

    def test_text_is_painted_without_fonts_of_the_system(self, monkeypatch: pytest.MonkeyPatch) -> None:
        import resvg_py

        paint, painted = resvg_py.svg_to_bytes, render(analysed(SMALL), "png")
        monkeypatch.setattr(resvg_py, "svg_to_bytes", lambda **options: paint(**options, skip_system_fonts=True))
        assert render(analysed(SMALL), "png") == painted
        monkeypatch.setattr(
            resvg_py, "svg_to_bytes", lambda **options: paint(**options | {"font_files": []}, skip_system_fonts=True)
        )
        assert render(analysed(SMALL), "png") != painted


class TestRefusals:
    def test_too_many_boxes(self) -> None:
        spec = "input: 4\nmodel: [{for: i in range(2001), Linear: i + 1}]"
        with pytest.raises(DiagramError, match=r"the picture would have 2,003 boxes, and 2,000 can be laid out: open"):
            render(analysed(spec), "svg")

    @pytest.mark.parametrize(
        ("package", "format", "message"),
        [
            ("py_mini_racer", "svg", "diagrams need mini-racer: pip install 'archspec-nn[diagram]'"),
            ("resvg_py", "png", "a .png needs resvg-py: pip install 'archspec-nn[diagram]'"),
        ],
    )
    def test_missing_package(self, package: str, format: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, package, None)
        with pytest.raises(DiagramError, match=re.escape(message)):
            render(analysed(SMALL), format)

    def test_layout_that_takes_too_long(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(engine, "TIMEOUT", 0.01)
        with pytest.raises(DiagramError, match=r"the picture cannot be laid out in 0.01 seconds: open fewer"):
            render(graph_of("googlenet"), "svg")

    def test_engine_that_breaks(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(engine, "SCREEN", None)
        with pytest.raises(DiagramError, match=r"^the picture cannot be laid out: TypeError: [^\n]+$"):
            render(analysed(SMALL), "svg")


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
def test_under_a_limit_of_memory_a_picture_is_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine would end the process."""
    monkeypatch.setattr("resource.getrlimit", lambda limit: (4 * 2**30, 4 * 2**30))
    graph = analysed("input: 8\nmodel: ReLU\n")
    for format in ("svg", "png"):
        with pytest.raises(
            DiagramError, match="cannot start under a limit of memory, which is 4,294,967,296 bytes here"
        ):
            render(graph, format)
    for format in ("html", "mmd", "dot"):
        assert render(graph, format)

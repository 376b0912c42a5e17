"""What a notebook shows."""

import re
import sys
from base64 import b64decode
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

import archspec
from tests.codegen.networks import graph_of
from tests.diagram.hostile import TEXTS
from tests.specs_in_text import examined


def picture(html: str) -> str:
    match = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', html)
    assert match is not None
    return b64decode(match[1]).decode()


def cells(html: str) -> list[str]:
    return re.findall(r"<t[dh]>([^<]*)</t[dh]>", html)


def test_graph_shows_picture_and_table() -> None:
    html = graph_of("lenet5")._repr_html_()
    assert ElementTree.fromstring(picture(html)).tag.endswith("svg")
    assert cells(html)[:18] == [
        *("module", "layer", "output", "parameters", "MACs", "receptive field"),
        *("0", "Conv2d", "6x28x28", "156", "117,600", "5"),
        *("1", "Tanh", "6x28x28", "0", "0", "5"),
    ]
    assert cells(html)[-6:] == ["total", "", "10", "61,706", "416,520", ""]
    assert "<details open>" in html


def test_long_table_is_folded() -> None:
    assert "<details>" in graph_of("googlenet")._repr_html_()


def test_very_long_table_is_cut() -> None:
    spec = "input: 4\nmodel: [{repeat: 1500, Linear: 4}]"
    html = archspec.analyze(archspec.Source(spec))._repr_html_()
    assert html.count("<tr>") == 1 + 1000 + 1 + 1
    assert "… 500 more" in html


def test_without_the_layout_engine_there_is_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "py_mini_racer", None)
    html = graph_of("lenet5")._repr_html_()
    assert "no picture: diagrams need mini-racer: pip install &#x27;archspec-nn[diagram]&#x27;" in html
    assert "6x28x28" in html


@pytest.mark.parametrize("text", TEXTS)
def test_text_of_a_spec_stays_text(text: str) -> None:
    graph = archspec.analyze(archspec.Source("input: 4\nmodel: [Linear: 2]"))
    object.__setattr__(graph, "name", text)

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
            assert tag in {
                "div",
                "strong",
                "br",
                "img",
                "details",
                "summary",
                "table",
                "thead",
                "tbody",
                "tr",
                "th",
                "td",
            }
            assert {name for name, _ in attributes} <= {"alt", "style", "src", "open"}

    Tags().feed(graph._repr_html_())


class TestDocument:
    def test_that_is_right(self) -> None:
        html = self.html("name: Small\ninput: 4\nmodel: [Linear: 2]")
        assert "<strong>Small</strong>" in html
        assert picture(html)

    def test_that_is_wrong(self) -> None:
        html = self.html("input: 4\nmodel: [Linear: {in_features: 3, out_features: 2}]")
        assert html.startswith("<pre>error[linear-in-features]: Linear gets 4 features, not 3")

    def test_of_blocks(self) -> None:
        assert "blocks A, B" in self.html("blocks: {A: {body: [ReLU]}, B: {body: [ReLU]}}")

    def html(self, text: str) -> str:
        document = examined(text).document
        assert document is not None
        return document._repr_html_()

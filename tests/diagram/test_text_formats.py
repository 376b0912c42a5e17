"""Mermaid and DOT: what is written, and that no text of a spec is more than text."""

import re
from html import unescape
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import archspec
from archspec.diagram import render
from archspec.diagram.dot import render_dot
from archspec.diagram.mermaid import render_mermaid
from archspec.diagram.scene import Box, Diagram, Scene
from tests.diagram.hostile import TEXTS, diagram
from tests.specs_in_text import graph_of

SPEC = """
    name: Small
    input: 4x8x8
    blocks:
      Block:
        body: [residual: [{Conv2d: {out_channels: 4, kernel_size: 3, padding: 1}}, ReLU]]
    model:
      - a: Block
      - b: Block
      - aux: {head: Flatten}
      - Dropout: 0.5
"""


def test_mermaid() -> None:
    lines = str(render(graph_of(SPEC), "mmd")).splitlines()
    styles = [line for line in lines if "classDef" in line]
    assert all(re.fullmatch(r"  classDef \w+ fill:#\w{6},stroke:#\w{6},color:#\w{6}", line) for line in styles)
    assert [line for line in lines if line not in styles] == dedent("""\
        ---
        title: "Small"
        ---
        flowchart TB
          n0(["input"])
          subgraph n1["a #8230; b: Block x 2"]
            n1_0["Conv 3x3, 4<br/>ReLU"]:::Convolution
            n1_1(["+"])
          end
          n2["Flatten"]:::Other
          n3["Dropout"]:::Dropout
          n4(["output"])
          n5(["head"])
          n0 -->|"4x8x8"| n1_0
          n1_0 -->|"4x8x8"| n1_1
          n0 -->|"4x8x8"| n1_1
          n1_1 -.->|"4x8x8"| n2
          n1_1 -->|"4x8x8"| n3
          n3 -->|"4x8x8"| n4
          n2 -.->|"256"| n5
          class n1 Open
    """).splitlines()


def test_dot() -> None:
    text = str(render(graph_of(SPEC), "dot", depth=0))
    plain = re.sub("<<TABLE.*?</TABLE>>", lambda table: re.sub("<.*?>+", " ", table[0]).strip(), text)
    graph, *lines = [line for line in plain.splitlines() if not re.match("  (graph|node|edge) ", line)]
    assert graph == 'digraph "Small" {'
    assert (
        lines
        == dedent("""\
          "0" [label="input", margin="0.1,0.02"]
          "1" [label="a … b: Block x 2", fillcolor="#e8edf5"]
          "2" [shape=plain, style=solid, label=Flatten]
          "3" [shape=plain, style=solid, label=Dropout]
          "4" [label="output", margin="0.1,0.02"]
          "5" [label="head", margin="0.1,0.02"]
          "0" -> "1" [label="4x8x8"]
          "1" -> "2" [label="4x8x8", style=dashed]
          "1" -> "3" [label="4x8x8"]
          "3" -> "4" [label="4x8x8"]
          "2" -> "5" [label="256", style=dashed]
        }
    """).splitlines()
    )


@pytest.mark.parametrize("depth", [None, 0, 1])
def test_edges_go_through_borders(depth: int | None) -> None:
    """Whatever is open: the same tensors, and only boxes that show."""
    text = str(render(graph_of(SPEC), "dot", depth=depth))
    drawn = set(re.findall(r'^ +("[\d.]+") \[', text, re.MULTILINE))
    ends = {end for pair in re.findall(r'^  ("[\d.]+") -> ("[\d.]+")', text, re.MULTILINE) for end in pair}
    assert ends == drawn


texts = st.text(st.characters(codec="utf-8"), max_size=40)


def alone(text: str) -> Diagram:
    return Diagram(text, "", Scene((Box("output", text=text),), ()))


@given(texts)
@example(TEXTS[0])
@example(TEXTS[7])
def test_mermaid_holds_texts_as_codes(text: str) -> None:
    _, title, _, _, node, *_ = render_mermaid(alone(text), frozenset()).splitlines()
    label = re.fullmatch(r'  n0\(\["([A-Za-z0-9 _.,:/+=()\[\]#;-]*)"\]\)', node)
    assert label is not None
    line = " ".join(text.split())
    assert re.sub(r"#(\d+);", lambda code: chr(int(code[1])), label[1]) == line
    assert re.fullmatch(r'title: "[A-Za-z0-9 _.,:/+=()\[\]\\-]*"', title)
    assert title[8:-1].encode().decode("unicode_escape") == line


@given(texts)
@example(TEXTS[5])
@example(TEXTS[6])
def test_dot_quotes_texts(text: str) -> None:
    (node,) = [line for line in render_dot(alone(text), frozenset()).split("\n") if line.startswith('  "0"')]
    label = re.fullmatch(r'  "0" \[label="((?:[^"\\]|\\["\\])*)", margin="0.1,0.02"\]', node)
    assert label is not None
    assert unescape(re.sub(r"\\(.)", r"\1", label[1])) == unescape(" ".join(text.split()).replace("&", "&amp;"))


def test_a_page_holds_no_path_beyond_the_specs_own(tmp_path: Path) -> None:
    folder = tmp_path / "home" / "nets"
    folder.mkdir(parents=True)
    (folder.parent / "parts.yaml").write_text("blocks: {Pair: {body: [ReLU, Tanh]}}\n")
    (folder / "net.yaml").write_text(
        "import: [archspec:cnn, ../parts.yaml]\ninput: 3x8x8\nmodel: [Pair, ConvNormActivation: {channels: 4}]\n"
    )
    graph = archspec.analyze(folder / "net.yaml", root=tmp_path)
    for format in ("html", "mmd", "dot"):
        assert str(tmp_path) not in str(render(graph, format))
    names = re.findall(r'"name":"([^"]*)","lines"', str(render(graph, "html")))
    assert sorted(names) == ["../parts.yaml", "archspec:cnn", "net.yaml"]


_STRING = r'"(?:[^"\\]|\\.)*"'
_TAG = r'</?[A-Z]+(?: [A-Z]+="[^"<>]*")*>'
_HTML = rf"<(?:{_TAG}|&(?:amp|lt|gt|quot|#x27);|[^<>&])*>"
_TOKEN = re.compile(rf"\s*(?:({_STRING}|{_HTML}|[A-Za-z_]+|\d+(?:\.\d+)?)|(->|[{{}}\[\]=,]))")


def dot_tokens(text: str) -> list[str]:
    """The words of DOT's grammar; nothing may be left over."""
    found, at = [], 0
    while at < len(text.rstrip()):
        token = _TOKEN.match(text, at)
        assert token is not None, text[at : at + 80]
        found.append(token[1] or token[2])
        at = token.end()
    return found


@given(st.sampled_from(TEXTS) | st.text(max_size=30))
def test_dot_is_of_dots_grammar(text: str) -> None:
    depth = 0
    for token in dot_tokens(render_dot(diagram(text), frozenset({"3"}))):
        depth += {"{": 1, "}": -1}.get(token, 0)
        if token.startswith('"'):
            assert not re.search(r"\\[^\\\"]", token.replace("\\\\", "")), token
    assert depth == 0

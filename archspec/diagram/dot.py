"""The picture as DOT, for Graphviz."""

from __future__ import annotations

from html import escape

from archspec.diagram.flat import arrows
from archspec.diagram.palette import LIGHT, family
from archspec.diagram.scene import Box, Diagram, Scene, walk
from archspec.diagram.svg import printable

_HEAD = """\
  graph [rankdir=TB, nodesep=0.3, ranksep=0.3, fontname="Helvetica", fontsize=12]
  graph [labeljust=l, style=rounded, color="#7a8799"]
  node [shape=box, style="filled,rounded", height=0.3, fontname="Helvetica", fontsize=12]
  node [color="#6b7584", fillcolor="#ffffff"]
  edge [fontname="Helvetica", fontsize=10, color="#6b7584", fontcolor="#5c6675", arrowsize=0.6]
"""


def render_dot(diagram: Diagram, opened: frozenset[str]) -> str:
    lines: list[str] = []
    _write(diagram.scene, opened, "", "  ", lines)
    training = {id for id, box in walk(diagram.scene) if box.training_only}
    for source, target, type in arrows(diagram.scene, opened):
        dashed = ", style=dashed" if target in training else ""
        lines.append(f"  {_quoted(source)} -> {_quoted(target)} [label={_quoted(str(type))}{dashed}]")
    return f"digraph {_quoted(diagram.name)} {{\n{_HEAD}" + "\n".join(lines) + "\n}\n"


def _write(scene: Scene, opened: frozenset[str], prefix: str, indent: str, lines: list[str]) -> None:
    for index, box in enumerate(scene.boxes):
        id = f"{prefix}{index}"
        if box.inside is not None and id in opened:
            lines.append(f"{indent}subgraph {_quoted(f'cluster {id}')} {{")
            lines.append(f"{indent}  label={_quoted(box.title)}")
            _write(box.inside, opened, f"{id}.", indent + "  ", lines)
            lines.append(f"{indent}}}")
        elif box.form == "layers":
            lines.append(f"{indent}{_quoted(id)} [shape=plain, style=solid, label={_table(box)}]")
        elif box.form == "module":
            lines.append(f'{indent}{_quoted(id)} [label={_quoted(box.title)}, fillcolor="#e8edf5"]')
        else:
            lines.append(f'{indent}{_quoted(id)} [label={_quoted(box.text)}, margin="0.1,0.02"]')


def _table(box: Box) -> str:
    """An HTML-like label: a row a layer, in its colour."""
    rows = []
    for row in box.rows:
        fill, stroke = LIGHT[family(row.family)]
        rows.append(f'<TR><TD BGCOLOR="{fill}" COLOR="{stroke}" CELLPADDING="3">{printable(row.label)}</TD></TR>')
    if box.times > 1:
        rows.append(f'<TR><TD BORDER="0">x {box.times}</TD></TR>')
    return f'<<TABLE BORDER="0" CELLBORDER="1" CELLSPACING="0">{"".join(rows)}</TABLE>>'


def _quoted(text: str) -> str:
    """A quoted string: nothing in it is an escape of DOT's, or an entity."""
    line = escape(" ".join(text.split()), quote=False)
    return '"' + line.replace("\\", "\\\\").replace('"', '\\"') + '"'

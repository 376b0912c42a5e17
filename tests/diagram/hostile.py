"""Texts that a spec may hold, and that must stay texts in whatever they are written to."""

from __future__ import annotations

from archspec.diagram.scene import Box, Call, Diagram, Edge, End, Row, Scene
from archspec.graph import TensorType

TEXTS = (
    "</script><script>alert(1)</script>",
    "</text></svg><script>alert(1)</script>",
    "<!--<script>",
    "]]>",
    "&lt;b&gt; &amp; &#60;",
    '"\' onload=alert(1) x="',
    '\\N \\G \\" \\',
    "`end` #quot; #35; %%{init: {}}%%",
    "]] --> ((x)) |y| {{z}}",
    "click n0 call alert()",
    "${1 + 1} {name} %s",
    "a\nb\rc\u2028d\u0000e\u0007",
    "網路 Ω é 🙂",
)


def diagram(text: str) -> Diagram:
    """A picture with this text wherever there is one."""
    type = TensorType((1,))
    row = Row(text, text, text, (Call(text, (type,), type, 1, 1, None, None),))
    borders = (Edge(End(None), End(0), type), Edge(End(0), End(None), type))
    inside = Scene((Box("join", text=text),), borders, entries=1)
    boxes = (
        Box("input", text=text),
        Box("layers", (row, row)),
        Box("module", (row,), name=text, block=True, inside=Scene((), ())),
        Box("module", (row,), name=text, inside=inside),
        Box("output", text=text),
    )
    edges = tuple(Edge(End(index), End(index + 1), type) for index in range(len(boxes) - 1))
    return Diagram(text, text, Scene(boxes, edges))

"""The picture as Mermaid, which GitHub and GitLab draw in Markdown."""

from __future__ import annotations

import re

from archspec.diagram.flat import arrows
from archspec.diagram.palette import LIGHT, family
from archspec.diagram.scene import Diagram, Scene, walk

_UNSAFE = re.compile(r"[^A-Za-z0-9 _.,:/+=()\[\]-]")


def render_mermaid(diagram: Diagram, opened: frozenset[str]) -> str:
    lines = ["---", f"title: {_yaml(diagram.name)}", "---", "flowchart TB"]
    _write(diagram.scene, opened, "", "  ", lines)
    training = {id for id, box in walk(diagram.scene) if box.training_only}
    for source, target, type in arrows(diagram.scene, opened):
        arrow = "-.->" if target in training else "-->"
        lines.append(f"  {_id(source)} {arrow}|{_quoted(str(type))}| {_id(target)}")
    lines += [f"  class {_id(id)} Open" for id, _ in walk(diagram.scene) if id in opened]
    lines.append("  classDef Open fill:#f6f8fb,stroke:#7a8799,color:#1c2430")
    for name, colour in LIGHT.items():
        lines.append(f"  classDef {name} fill:{colour.fill},stroke:{colour.stroke},color:#1c2430")
    return "\n".join(lines) + "\n"


def _write(scene: Scene, opened: frozenset[str], prefix: str, indent: str, lines: list[str]) -> None:
    for index, box in enumerate(scene.boxes):
        id = f"{prefix}{index}"
        if box.inside is not None and id in opened:
            lines.append(f"{indent}subgraph {_id(id)}[{_quoted(box.title or ' ')}]")
            _write(box.inside, opened, f"{id}.", indent + "  ", lines)
            lines.append(f"{indent}end")
        elif box.form == "layers":
            label = _quoted(*(row.label for row in box.rows), *([f"x {box.times}"] if box.times > 1 else []))
            lines.append(f"{indent}{_id(id)}[{label}]:::{family(box.rows[0].family)}")
        elif box.form == "module":
            lines.append(f"{indent}{_id(id)}[[{_quoted(box.title)}]]")
        else:
            lines.append(f"{indent}{_id(id)}([{_quoted(box.text)}])")


def _id(id: str) -> str:
    return "n" + id.replace(".", "_")


def _yaml(text: str) -> str:
    """A double-quoted scalar."""
    return '"' + _UNSAFE.sub(lambda letter: f"\\U{ord(letter[0]):08x}", _line(text)) + '"'


def _quoted(*texts: str) -> str:
    """A label of lines; what Mermaid or HTML could read as more than text is written as a code."""
    return '"' + "<br/>".join(_UNSAFE.sub(lambda letter: f"#{ord(letter[0])};", _line(text)) for text in texts) + '"'


def _line(text: str) -> str:
    return " ".join(text.split())

"""Short specs in tests: analysed from text, their layers by name."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any

from archspec.api import Analysis, examine
from archspec.diagnostics import SourceFile
from archspec.graph import Graph


def examined(text: str, **options: Any) -> Analysis:
    """A spec's analysis; the text may be indented."""
    return examine(SourceFile("net.yaml", dedent(text)), None, **options)


def graph_of(text: str, **options: Any) -> Graph:
    analysis = examined(text, **options)
    assert analysis.graph is not None, [
        f"{d.span.line}:{d.span.column} {d.rule}: {d.message}" for d in analysis.diagnostics
    ]
    return analysis.graph


def layers_of(text: str, **options: Any) -> list[str]:
    """Every layer of a spec as `name output`."""
    return [f"{layer.name} {layer.output}" for layer in graph_of(text, **options).layers]


def names_of(text: str, **options: Any) -> list[str]:
    return [layer.name for layer in graph_of(text, **options).layers]


def rules_of(text: str, **options: Any) -> list[str]:
    """Every diagnostic of a spec as `line:column rule`."""
    return [f"{d.span.line}:{d.span.column} {d.rule}" for d in examined(text, **options).diagnostics]


def written(folder: Path, **files: str) -> Path:
    """Files of a folder, `name_yaml` standing for name.yaml; returns the folder."""
    for name, text in files.items():
        path = folder / f"{name.removesuffix('_yaml')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text))
    return folder

"""Networks to be compared, written briefly."""

from __future__ import annotations

from textwrap import dedent

from archspec.api import Source, analyze
from archspec.graph import Graph
from archspec.report.diff import Diff, compare

_HEAD = """
    name: Net
    input: 4x16x16
    blocks:
      B:
        params: {c: 4, k: 3}
        body: {conv: {Conv2d: {out_channels: c, kernel_size: k, padding: k // 2}}, act: ReLU}
      V:
        body: {conv: {Conv2d: {out_channels: 4, kernel_size: 3, padding: 1}}, act: Tanh}
    model: MODEL
"""


def graph(model: str) -> Graph:
    """A network of these nodes on 4x16x16, with blocks B and V, in which are a convolution and an activation."""
    return analyze(Source(dedent(_HEAD).replace("MODEL", model)))


def changed(old: str, new: str) -> Diff:
    return compare(graph(old), graph(new), "old.yaml", "new.yaml")

"""The sizes as a Markdown table, for READMEs and issues."""

from __future__ import annotations

from archspec.report.sizes.words import axis_name, proved, remarks, sizes_of
from archspec.sizes import Sizes


def render_markdown(sizes: Sizes) -> str:
    lines = ["| input | axis | sizes | proved |", "| --- | --- | --- | --- |"]
    lines += [
        f"| `{input}` | {axis_name(axis)} | {sizes_of(axis)} | {proved(axis)} |"
        for input, axes in sizes.inputs.items()
        for axis in axes
    ]
    found = remarks(sizes)
    return "\n".join([*lines, *([""] if found else []), *(f"- {remark}" for remark in found)]) + "\n"

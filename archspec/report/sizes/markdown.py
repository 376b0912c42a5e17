"""The sizes as a Markdown table, for READMEs and issues."""

from __future__ import annotations

from archspec.report.formats import markdown_code, markdown_table, markdown_text
from archspec.report.sizes.words import axis_name, proved, remarks, sizes_of
from archspec.sizes import Sizes


def render_markdown(sizes: Sizes) -> str:
    rows = [
        [markdown_code(input), markdown_text(axis_name(axis)), sizes_of(axis), markdown_text(proved(axis))]
        for input, axes in sizes.inputs.items()
        for axis in axes
    ]
    found = "".join(f"- {markdown_text(remark)}\n" for remark in remarks(sizes))
    return markdown_table(["input", "axis", "sizes", "proved"], "llll", rows) + ("\n" if found else "") + found

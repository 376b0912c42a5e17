"""The table that a person reads: a row an axis, the reasons below."""

from __future__ import annotations

from archspec.diagnostics.printable import printable
from archspec.report import text_table
from archspec.report.sizes.words import axis_name, proved, remarks, sizes_of
from archspec.report.text_table import Column
from archspec.sizes import Sizes


def render_table(name: str, sizes: Sizes, width: int = 80) -> str:
    several = len(sizes.inputs) > 1
    columns = [Column("input", text=True)] * several
    columns += [Column("axis", text=True), Column("sizes", text=True), Column("proved", text=True)]
    rows = [
        [*[input] * several, axis_name(axis), sizes_of(axis), proved(axis)]
        for input, axes in sizes.inputs.items()
        for axis in axes
    ]
    head = f"{printable(name)}\n\n"
    if not rows:
        return f"{head}no size of its input is free: the channels are its only one\n"
    lines = "".join(f"{printable(remark)}\n" for remark in remarks(sizes))
    return head + text_table.render_table(columns, rows, width) + ("\n" if lines else "") + lines

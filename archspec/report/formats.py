"""The formats that other programs read, each with its one escaping: JSON, CSV and Markdown.

Names may hold any characters. None of them may steer a terminal, begin a formula, end a cell or become markup.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from archspec.diagnostics.printable import printable

_FORMULA = re.compile(r"[=+\-@\t\r]")
"""How cells begin that spreadsheets run."""
_MARKUP = re.compile(r"[\\`*|~$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|\](?=[(\[:])|!(?=\[)")
_TICKS = re.compile("`+")


def json_text(data: Any) -> str:
    """JSON in ASCII, so that it is the same in every encoding, and shows no character that a terminal obeys."""
    return json.dumps(data, indent=1) + "\n"


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A header and rows, with an apostrophe before a text that a spreadsheet would take for a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: object) -> object:
    if value is None or isinstance(value, int | float):
        return value
    text = printable(str(value))
    return f"'{text}" if _FORMULA.match(text) else text


def markdown_table(titles: Sequence[str], alignment: str, rows: Iterable[Sequence[str]]) -> str:
    """A table of cells in Markdown; `alignment` has an `l` or an `r` for each column."""
    rule = ["---" if side == "l" else "---:" for side in alignment]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in [titles, rule, *rows])


def markdown_text(text: str) -> str:
    """A text that shows as itself in a line or in a cell."""
    entities = printable(text).replace("&", "&amp;").replace("<", "&lt;")
    return _MARKUP.sub(lambda found: "\\" + found[0], entities)


def markdown_code(text: str) -> str:
    """A name as code, in a line or in a cell."""
    line = printable(text)
    if not line:
        return ""
    fence = "`" * (max(map(len, _TICKS.findall(line)), default=0) + 1)
    padding = " " if line.startswith("`") or line.endswith("`") or line.isspace() else ""
    return f"{fence}{padding}{line}{padding}{fence}".replace("|", "\\|")

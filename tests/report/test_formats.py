"""What other programs read: the texts in it are found again by real parsers, and steer nothing."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archspec.diagnostics.printable import printable
from archspec.report.formats import csv_text, json_text, markdown_code, markdown_table, markdown_text

HOSTILE = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "a,b", 'a"b', "a\nb", "a\r\nb", "'", "''=1",
    "a|b", "|", "`", "``a`", "a`b``c", " a ", "*a*", "_a_", "__init__", "a_b_c", "~~a~~", "<b>", "</td>", "&lt;",
    "&", "&#124;", "[a](http://x)", "![a](http://x)", "[a]: x", "\\", "\\|", "a\\", "$x$", "http://x.y", "<http://x.y>",
    "\x1b[31m", "\x9b31m", "\u202eabc", "\u2028", "\ud800", "\x00", "網路 Ω é 🙂", "- a", "1. a", "# a", "```", "", " ",
]  # fmt: skip
texts = st.one_of(
    st.sampled_from(HOSTILE), st.text(max_size=20), st.text("|`*_\\<>&[]()!~$=+-@'\" \n\tab", max_size=14)
)


@given(texts)
def test_json_is_ascii_and_the_text_again(text: str) -> None:
    written = json_text({"name": text})
    assert written.isascii()
    assert all(character.isprintable() for character in written.replace("\n", ""))
    assert json.loads(written) == {"name": text}


@given(st.lists(st.lists(texts, min_size=2, max_size=2), max_size=3))
def test_csv_has_the_rows_again_and_begins_no_formula(rows: list[list[str]]) -> None:
    written = csv_text(["a", "b"], rows)
    _, *found = csv.reader(io.StringIO(written, newline=""))
    assert len(found) == len(rows)
    for cells, texts in zip(found, rows, strict=True):
        for cell, text in zip(cells, texts, strict=True):
            assert cell.removeprefix("'") == printable(text).removeprefix("'")
            assert cell[:1] not in ("=", "+", "-", "@", "\t", "\r")
    assert all(character.isprintable() for character in written.replace("\n", ""))


def test_numbers_stay_numbers_in_csv() -> None:
    assert csv_text(["a"], [[-1], [None], [True], [1.5]]) == 'a\n-1\n""\nTrue\n1.5\n'


def table_cells(markdown: str) -> list[list[str]]:
    """The texts that a reader of the table sees, by GitHub's grammar of tables."""
    reader = pytest.importorskip("markdown_it").MarkdownIt("commonmark").enable(["table", "strikethrough"])
    html = reader.render(markdown)
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    assert not re.search(r"<(?!/?(table|thead|tbody|tr|th|td|code)\b)", html), html
    return [[unescape(re.sub(r"</?code>", "", cell)) for cell in row] for row in cells]


@given(texts, texts)
@example("a|b", "a|b")
@example("\\", "`|`")
def test_a_cell_of_markdown_shows_its_text(text: str, name: str) -> None:
    found = table_cells(markdown_table(["text", "name"], "lr", [[markdown_text(text), markdown_code(name)]]))
    assert len(found) == 2
    shown, code = found[1]
    assert shown.strip() == printable(text).strip()
    assert code.strip() == printable(name).strip()


@given(texts)
def test_a_line_of_markdown_shows_its_text(text: str) -> None:
    reader = pytest.importorskip("markdown_it").MarkdownIt("commonmark").enable(["table", "strikethrough"])
    html = reader.render(f"**name** {markdown_text(text)} end")
    assert unescape(html) == f"<p><strong>name</strong> {printable(text)} end</p>\n"


def test_what_needs_no_escape_has_none() -> None:
    for text in ("my_net", "ResNet-18", "kernel_size 3 -> 5", "[3, 4] (x)", "64x7x7", "a_1.b_2"):
        assert markdown_text(text) == text
    assert markdown_code("layer1.0.conv_1") == "`layer1.0.conv_1`"

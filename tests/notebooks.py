"""Runs a notebook's cells as Jupyter does, in an event loop: what a cell prints, and the value of its last line."""

from __future__ import annotations

import ast
import asyncio
import io
import re
from contextlib import redirect_stdout
from typing import Any

Cell = dict[str, Any]

_IMAGE = re.compile(r"data:image/svg\+xml;base64,[\w+/=]+")


def executed(notebook: dict[str, Any]) -> dict[str, Any]:
    """The notebook with the outputs that its cells have now."""
    return asyncio.run(_executed(notebook))


async def _executed(notebook: dict[str, Any]) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "__main__"}
    count = 0
    cells = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            count += 1
            cell = cell | {"execution_count": count, "outputs": _outputs("".join(cell["source"]), names, count)}
        cells.append(cell)
    return notebook | {"cells": cells}


def without_images(outputs: list[Cell]) -> str:
    """Outputs to compare: how a picture looks is not the notebook's business."""
    return _IMAGE.sub("an image", repr(outputs))


def _outputs(source: str, names: dict[str, Any], count: int) -> list[Cell]:
    printed = io.StringIO()
    with redirect_stdout(printed):
        value = _run(source, names)
    outputs: list[Cell] = []
    if printed.getvalue():
        outputs.append({"name": "stdout", "output_type": "stream", "text": _lines(printed.getvalue())})
    if value is not None:
        data = {"text/plain": _lines(repr(value))}
        if hasattr(value, "_repr_html_"):
            data |= {"text/html": _lines(value._repr_html_()), "text/plain": [f"<{type(value).__name__}>"]}
        outputs.append({"data": data, "execution_count": count, "metadata": {}, "output_type": "execute_result"})
    return outputs


def _run(source: str, names: dict[str, Any]) -> Any:
    """Run a cell. Returns the value of its last line, if that is an expression."""
    *body, last = ast.parse(source).body
    if not isinstance(last, ast.Expr):
        exec(source, names)
        return None
    exec(compile(ast.Module(body, []), "<cell>", "exec"), names)
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)

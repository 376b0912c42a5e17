"""The picture of a run: a PNG on white that shows every epoch."""

from __future__ import annotations

import io
import math
from typing import Any

import pytest
from PIL import Image

from archspec.runtime.train import curves
from archspec.runtime.train.record import Row


def row(epoch: int, loss: float = 0.5) -> Row:
    return {"epoch": epoch, "train_loss": loss, "test_loss": 2 * loss, "train_acc": 0.9, "test_acc": 0.8}


def picture(rows: list[Row]) -> Image.Image:
    return Image.open(io.BytesIO(curves.draw(rows, "Net on mnist"))).convert("RGB")


@pytest.mark.parametrize("count", [1, 2, 50])
def test_both_curves_are_drawn_on_white(count: int) -> None:
    image = picture([row(i + 1) for i in range(count)])
    assert image.size == (1500, 600)
    colours = {colour for _, colour in image.getcolors(image.width * image.height) or []}
    assert image.getpixel((2, 2)) == (255, 255, 255)
    assert {(0x1F, 0x5F, 0xA8), (0xC2, 0x41, 0x0C)} <= colours


def test_losses_that_are_not_finite_leave_a_gap() -> None:
    assert picture([row(1), row(2, math.nan), row(3, math.inf), row(4)]).size == (1500, 600)


@pytest.mark.filterwarnings("ignore:Glyph")
@pytest.mark.parametrize("name", ["$x^{$", "$\\frac$", "\x00\x1b[31m\n", "網", "\udc80"])
def test_a_title_of_any_characters(name: str) -> None:
    row: Any = dict.fromkeys(("epoch", "train_loss", "train_acc", "test_loss", "test_acc"), 1.0)
    assert curves.draw([row, row], name).startswith(b"\x89PNG")

"""The picture of a run: loss and accuracy, epoch by epoch."""

from __future__ import annotations

import io
from collections.abc import Sequence

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from archspec.diagnostics.printable import printable
from archspec.runtime.train.record import Row

_COLOURS = {"train": "#1f5fa8", "test": "#c2410c"}
_INK = "#333333"


def draw(rows: Sequence[Row], title: str) -> bytes:
    """A PNG of 1500 x 600 pixels, on white."""
    figure = Figure(figsize=(10, 4), dpi=150, facecolor="white", layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(printable(title), fontsize=12, color=_INK, parse_math=False)
    epochs = [row["epoch"] for row in rows]
    for axes, what, name in zip(figure.subplots(1, 2), ("loss", "acc"), ("loss", "accuracy"), strict=True):
        for part, colour in _COLOURS.items():
            values = [row[f"{part}_{what}"] for row in rows]
            axes.plot(epochs, values, color=colour, linewidth=2, marker="o", markersize=4, clip_on=False, label=part)
        axes.set_xlabel("epoch", color=_INK)
        axes.set_ylabel(name, color=_INK)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        axes.set_ylim(bottom=0 if what == "loss" else None, top=1 if what == "acc" else None)
        axes.grid(color="#dddddd", linewidth=0.8)
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False)
    file = io.BytesIO()
    figure.savefig(file, format="png")
    return file.getvalue()

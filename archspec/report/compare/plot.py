"""The comparison as a picture: MACs against parameters, a named point a network. Needs matplotlib."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence

import matplotlib
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter

from archspec.report.compare.labels import place
from archspec.report.compare.rows import Row

_COLOUR = "#1f5fa8"
_INK = "#333333"
_LONGEST = 40
"""Letters of a name."""
_SPREAD = 8
"""From this ratio of the largest to the least on, an axis is logarithmic."""


def draw(rows: Sequence[Row], format: str) -> bytes:
    """An svg, png (1350 x 900 pixels) or pdf, on white; the same networks give the same bytes."""
    with warnings.catch_warnings(), matplotlib.rc_context():
        matplotlib.rcdefaults()  # a matplotlibrc may lie in the working directory
        matplotlib.rcParams["svg.hashsalt"] = "archspec"
        warnings.filterwarnings("ignore", message="Glyph .* missing from")  # a name may be in any script
        figure = Figure(figsize=(9, 6), dpi=150, facecolor="white", layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots()
        params, macs = [row.graph.params for row in rows], [row.graph.macs for row in rows]
        axes.plot(params, macs, "o", color=_COLOUR, markersize=6, clip_on=False, zorder=3)
        _scale(axes, axes.xaxis, "parameters", params)
        _scale(axes, axes.yaxis, "MACs for one example", macs)
        axes.grid(color="#dddddd", linewidth=0.8)
        axes.spines[["top", "right"]].set_visible(False)
        place(axes, [(row.graph.params, row.graph.macs, _short(row.name)) for row in rows], colour=_INK)
        file = io.BytesIO()
        date = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(format)
        figure.savefig(file, format=format, metadata=date)
    return file.getvalue()


def _scale(axes: Axes, axis: Axis, title: str, values: Sequence[int]) -> None:
    """Logarithmic where the values span much; zero has no logarithm."""
    least, most = min(values), max(values)
    limits: tuple[float, float]
    if 0 < least * _SPREAD <= most:
        scale, limits = "log", (least / 2, most * 2)
    else:
        scale, limits = "linear", (0, max(1.15 * most, 1))
    if axis is axes.xaxis:
        axes.set_xscale(scale)
        axes.set_xlim(limits)
        axes.set_xlabel(title, color=_INK)
    else:
        axes.set_yscale(scale)
        axes.set_ylim(limits)
        axes.set_ylabel(title, color=_INK)
    axis.set_major_formatter(EngFormatter(sep=" "))
    axis.set_tick_params(colors=_INK)


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"

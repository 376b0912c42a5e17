"""Names beside points, none over another: each is put at the nearest free place around its point."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.transforms import Bbox, BboxBase

_DIRECTIONS = [math.radians(angle) for angle in (0, 180, 90, 270, *range(30, 360, 30), *range(15, 360, 30))]
"""The first ones are tried first: right, left, above, below."""
_RINGS = 60
_MARKER = 5
"""Points (1/72 inch) that are kept free around the middle of a point."""
_GAP = 3
_FONT_SIZE = 9


class _Place(NamedTuple):
    """The box of a text, in pixels, and how far it is from its point, in 1/72 inch."""

    box: Bbox
    offset: tuple[float, float]
    ring: int


def place(axes: Axes, points: Sequence[tuple[float, float, str]], *, colour: str) -> None:
    """Write the name of each point (x, y, name); a thin line leads to the point where it is not beside it."""
    figure = axes.get_figure(root=True)
    assert figure is not None
    figure.draw_without_rendering()  # lays the axes out, so that places on them are known
    pixels = figure.dpi / 72
    centres = [tuple(axes.transData.transform((x, y))) for x, y, _ in points]
    half = _MARKER * pixels
    taken = [Bbox.from_extents(x - half, y - half, x + half, y + half) for x, y in centres]
    for (x, y, name), centre in zip(points, centres, strict=True):
        text = axes.annotate(
            name,
            (x, y),
            (0, 0),
            textcoords="offset points",
            fontsize=_FONT_SIZE,
            color=colour,
            ha="center",
            va="center",
            parse_math=False,
            annotation_clip=False,
        )
        size = text.get_window_extent()
        found = _free(centre, size.width + pixels, size.height + pixels, pixels, taken, figure.bbox)
        taken.append(found.box)
        text.set_position(found.offset)
        text.set_in_layout(False)  # it is found by the layout, and must not change it
        if found.ring:
            x_end, y_end = axes.transData.inverted().transform(_nearest(found.box, centre))
            (line,) = axes.plot([x, x_end], [y, y_end], color="#999999", linewidth=0.6, clip_on=False, zorder=2)
            line.set_in_layout(False)


def _free(
    centre: tuple[float, ...], width: float, height: float, pixels: float, taken: Sequence[Bbox], inside: BboxBase
) -> _Place:
    """The first place that nothing stands in; the last one tried where all are taken."""
    candidates = list(_places(centre, width, height, pixels))
    for candidate in candidates:
        box = candidate.box
        if (
            inside.x0 <= box.x0
            and box.x1 <= inside.x1
            and inside.y0 <= box.y0
            and box.y1 <= inside.y1
            and not box.count_overlaps(taken)
        ):
            return candidate
    return candidates[0]


def _places(centre: tuple[float, ...], width: float, height: float, pixels: float) -> Iterator[_Place]:
    """Places around a point, ring by ring."""
    for ring in range(_RINGS):
        reach = (_MARKER + _GAP + ring * _FONT_SIZE) * pixels
        for angle in _DIRECTIONS:
            x = centre[0] + math.cos(angle) * (reach + width / 2)
            y = centre[1] + math.sin(angle) * (reach + height / 2)
            box = Bbox.from_extents(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
            yield _Place(box, ((x - centre[0]) / pixels, (y - centre[1]) / pixels), ring)


def _nearest(box: Bbox, point: tuple[float, ...]) -> tuple[float, float]:
    """The place of a box's edge that is nearest to a point outside of it."""
    return min(max(point[0], box.x0), box.x1), min(max(point[1], box.y0), box.y1)

"""The colours: by the family of a layer, each light and dark."""

from __future__ import annotations

from typing import NamedTuple


class Colour(NamedTuple):
    fill: str
    stroke: str


OTHER = "Other"
LIGHT = {
    "Convolution": Colour("#d8e7fb", "#5b8bd0"),
    "Linear": Colour("#e6defa", "#8a70d6"),
    "Normalization": Colour("#eef0f3", "#9aa5b4"),
    "Activation": Colour("#fdebd3", "#d9963f"),
    "Pooling": Colour("#fbdde1", "#d3687a"),
    "Dropout": Colour("#f4f3ea", "#b0ab8c"),
    "Upsampling": Colour("#d5efec", "#46a097"),
    "Transformer": Colour("#fadcef", "#c862a6"),
    "Recurrent": Colour("#ddf1d7", "#68a655"),
    "Embedding": Colour("#fdf3c4", "#bfa22f"),
    OTHER: Colour("#ece8df", "#a3967a"),
}
DARK = {
    "Convolution": Colour("#1d3a63", "#6ea0e4"),
    "Linear": Colour("#3a2f66", "#a48ee8"),
    "Normalization": Colour("#333c48", "#8492a5"),
    "Activation": Colour("#56381a", "#e0a356"),
    "Pooling": Colour("#5b2733", "#e58292"),
    "Dropout": Colour("#3e3c2f", "#a9a488"),
    "Upsampling": Colour("#1b4a46", "#5bbbb1"),
    "Transformer": Colour("#56244a", "#de84c3"),
    "Recurrent": Colour("#264a20", "#84c172"),
    "Embedding": Colour("#4d4215", "#d4b94a"),
    OTHER: Colour("#433d30", "#b8ab90"),
}


def family(name: str) -> str:
    """The family whose colours a layer has."""
    return name if name in LIGHT else OTHER


def stylesheet(colours: dict[str, Colour]) -> str:
    """The colours as CSS: a class a family."""
    return "".join(f".{name} {{ fill: {fill}; stroke: {stroke}; }}\n" for name, (fill, stroke) in colours.items())

"""Upsampling, and the shuffles that trade channels for pixels or mix them."""

from fractions import Fraction
from typing import Annotated, Literal, TypeVar

from pydantic import Field

from archspec.graph import TensorType
from archspec.layers.adaptive_pooling import averaged
from archspec.layers.arguments import PerAxis, written
from archspec.layers.base import FLOATS, Layer, LayerError, Positive
from archspec.layers.dtypes import sort
from archspec.receptive_field import WHOLE, Window, Windows
from archspec.shapes import Shape, format_shape, scaled

N = TypeVar("N", int, float)

Scale = Annotated[int | float, Field(gt=0, le=10**12)]

_SMOOTH = {"linear": (1, 2), "bilinear": (2, 2), "bicubic": (2, 4), "trilinear": (3, 2)}
"""The modes that mix pixels: over how many axes, and how many pixels along each."""


class _Resize(Layer):
    """The input at another size: one that is given, or the input's times a factor."""

    family = "Upsampling"
    direct = "scale_factor"

    size: Positive | tuple[Positive, ...] | None = Field(None, description="size of the output")
    scale_factor: Scale | tuple[Scale, ...] | None = Field(
        None, description="size of the output as a multiple of the input's"
    )

    def output(self, x: TensorType) -> TensorType:
        mode = self._mode()
        made = self._resize(self._take(x))
        mean = mode == "area" and all(size == 1 for size in made)
        if not (mean and sort(x.dtype) == "complex"):  # torch's mean takes complex ones, its interpolation does not
            bytes_too = mode in ("nearest", "nearest-exact", "bilinear", "bicubic")
            self.require_dtype(x, *FLOATS, *(("uint8",) if bytes_too else ()))
        if any(size == 0 for size in made):
            raise LayerError(
                f"{self.kind} makes an output of {format_shape(made)} from {format_shape(x.shape[1:])}: "
                f"scale_factor {written(self.scale_factor)} leaves nothing",
                rule="output-size",
                argument="scale_factor",
            )
        return TensorType((x.shape[0], *made), x.dtype)

    def windows(self, x: TensorType) -> Windows:
        mode = self._mode()
        if mode == "area":
            return (Window(), *map(averaged, x.shape[1:], self.output(x).shape[1:]))
        ratios = map(Fraction, x.shape[1:], self.output(x).shape[1:])
        size = _SMOOTH[mode][1] if mode in _SMOOTH else 1
        return (Window(), *(self._window(size, ratio) for ratio in ratios))

    def _window(self, size: int, ratio: Fraction) -> Window:
        """What an output pixel sees along an axis: so many pixels around where it lies, which is rounded."""
        slack = Fraction(ratio.denominator - 1, ratio.denominator)
        if self._mode() == "nearest" or getattr(self, "align_corners", False):
            return Window(size, ratio, -slack - (size - 1) // 2, slack)
        place = (ratio - (size > 1)) / 2  # where the middle of the first output pixel lies, from that of the first
        odd = Fraction((place * 2 * ratio.denominator).numerator % 2, 2 * ratio.denominator)
        return Window(size, ratio, place - odd - slack - (size - 1) // 2, slack)

    def _mode(self) -> str:
        """How new pixels are made."""
        raise NotImplementedError

    def _take(self, x: TensorType) -> Shape:
        """The spatial sizes of an input that the layer can take."""
        return self.spatial(x)

    def _resize(self, sizes: Shape) -> Shape:
        """The spatial sizes of the output."""
        if self.size is not None and self.scale_factor is not None:
            raise LayerError(f"{self.kind} takes size or scale_factor, not both", argument="size")
        if self.scale_factor is not None:
            scales = self._spell_out("scale_factor", self.scale_factor, sizes)
            return tuple(scaled(size, float(scale)) for size, scale in zip(sizes, scales, strict=True))
        if self.size is None:
            raise LayerError(f"{self.kind} needs size or scale_factor")
        return self._spell_out("size", self.size, sizes)

    def _spell_out(self, argument: str, value: N | tuple[N, ...], sizes: Shape) -> tuple[N, ...]:
        """One value for each axis, as many as the input has."""
        values = value if isinstance(value, tuple) else (value,) * len(sizes)
        if len(values) != len(sizes):
            raise LayerError(
                f"{argument} must be a number or a list of {len(sizes)}, as many as {format_shape(sizes)} has, "
                f"not {written(value)}",
                argument=argument,
            )
        return values


class Upsample(_Resize):
    """The input at another size: one that is given, or the input's times a factor.

    Output, along each axis: `size`, or `floor(size of the input * scale_factor)`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Upsample.html
    """

    mode: Literal["nearest", "linear", "bilinear", "bicubic", "trilinear", "area", "nearest-exact"] = Field(
        "nearest",
        description="how new pixels are made; linear, bilinear and trilinear are for one, two and three axes",
    )
    align_corners: bool | None = Field(
        None, description="whether corner pixels keep their values; for the linear and cubic modes only"
    )
    recompute_scale_factor: bool | None = Field(
        None, description="whether to interpolate by the sizes' ratio instead of scale_factor"
    )

    def _mode(self) -> str:
        return self.mode

    def _take(self, x: TensorType) -> Shape:
        sizes = x.shape[1:]
        if not 1 <= len(sizes) <= 3:
            raise LayerError(
                f"Upsample takes channels and one to three spatial dimensions, not {format_shape(x.shape)}",
                rule="input-rank",
            )
        axes = _SMOOTH.get(self.mode, (len(sizes),))[0]
        if axes != len(sizes):
            same = {1: "linear", 2: "bilinear", 3: "trilinear"}[len(sizes)]
            raise LayerError(
                f"mode {self.mode} is for {_axes(axes)}, and {format_shape(x.shape)} has {len(sizes)}",
                argument="mode",
                help=f"{same} is the mode for {_axes(len(sizes))}" if self.mode != "bicubic" else None,
            )
        return sizes

    def _resize(self, sizes: Shape) -> Shape:
        if self.align_corners is not None and self.mode not in _SMOOTH:
            raise LayerError(
                f"mode {self.mode} knows no align_corners",
                argument="align_corners",
                help=f"leave it out, or write another mode: {', '.join(_SMOOTH)}",
            )
        made = super()._resize(sizes)
        if self.recompute_scale_factor and self.size is not None:
            raise LayerError(
                "recompute_scale_factor has no meaning beside size",
                argument="recompute_scale_factor",
                help="leave recompute_scale_factor out",
            )
        return made


class _Upsampling2d(_Resize):
    dims = 2

    size: Annotated[Positive | tuple[Positive, ...] | None, PerAxis()] = Field(None, description="size of the output")
    scale_factor: Annotated[Scale | tuple[Scale, ...] | None, PerAxis()] = Field(
        None, description="size of the output as a multiple of the input's"
    )


class UpsamplingNearest2d(_Upsampling2d):
    """`channels x height x width` at another size; each new pixel is the nearest of the input's.

    Output: `channels x size[0] x size[1]`, or `floor(size of the input * scale_factor)` along each axis.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.UpsamplingNearest2d.html
    """

    def _mode(self) -> str:
        return "nearest"


class UpsamplingBilinear2d(_Upsampling2d):
    """`channels x height x width` at another size; new pixels mix four of the input's, and corners keep their values.

    Output: `channels x size[0] x size[1]`, or `floor(size of the input * scale_factor)` along each axis.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.UpsamplingBilinear2d.html
    """

    def _mode(self) -> str:
        return "bilinear"


def _axes(count: int) -> str:
    return "one spatial dimension" if count == 1 else f"{count} spatial dimensions"


class PixelShuffle(Layer):
    """Channels as pixels: of each `upscale_factor ** 2` channels one, of `upscale_factor` times the height and width.

    Output: `channels / upscale_factor ** 2 x height * upscale_factor x width * upscale_factor`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.PixelShuffle.html
    """

    family = "Upsampling"
    positional = ("upscale_factor",)
    direct = "upscale_factor"
    dims = 2

    upscale_factor: Positive = Field(description="times by which height and width grow")

    def output(self, x: TensorType) -> TensorType:
        if len(x.shape) < 3:
            self.spatial(x)
        *others, channels, height, width = x.shape
        factor = self.upscale_factor
        if channels % factor**2:
            raise LayerError(
                f"PixelShuffle gets {channels} channels, which do not divide by {factor**2}, upscale_factor squared",
                argument="upscale_factor",
                help=f"make {-(-channels // factor**2) * factor**2} channels before it, a multiple of {factor**2}",
            )
        return TensorType((*others, channels // factor**2, height * factor, width * factor), x.dtype)

    def windows(self, x: TensorType) -> Windows:
        factor = self.upscale_factor
        slack = Fraction(factor - 1, factor)
        grown = Window(1, Fraction(1, factor), -slack, slack)
        return (*(Window() for _ in x.shape[3:]), WHOLE, grown, grown)


class PixelUnshuffle(Layer):
    """Pixels as channels: of each channel `downscale_factor ** 2`, of a part of the height and width.

    Output: `channels * downscale_factor ** 2 x height / downscale_factor x width / downscale_factor`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.PixelUnshuffle.html
    """

    family = "Upsampling"
    positional = ("downscale_factor",)
    direct = "downscale_factor"
    dims = 2

    downscale_factor: Positive = Field(description="parts that height and width are divided into")

    def output(self, x: TensorType) -> TensorType:
        if len(x.shape) < 3:
            self.spatial(x)
        *others, channels, height, width = x.shape
        factor = self.downscale_factor
        if height % factor or width % factor:
            raise LayerError(
                f"PixelUnshuffle gets {height}x{width}, which does not divide by downscale_factor {factor}",
                argument="downscale_factor",
            )
        return TensorType((*others, channels * factor**2, height // factor, width // factor), x.dtype)

    def windows(self, x: TensorType) -> Windows:
        shrunk = Window(self.downscale_factor, self.downscale_factor)
        return (*(Window() for _ in x.shape[3:]), WHOLE, shrunk, shrunk)


class ChannelShuffle(Layer):
    """Channels in another order: the first of each group, the second of each, and so on.

    Output: as the input.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.ChannelShuffle.html
    """

    family = "Upsampling"
    positional = ("groups",)
    direct = "groups"

    groups: Positive = Field(description="groups that the channels stand in")

    def output(self, x: TensorType) -> TensorType:
        if len(x.shape) < 2:
            raise LayerError(
                f"ChannelShuffle takes channels and spatial dimensions, not {format_shape(x.shape)}", rule="input-rank"
            )
        if x.shape[0] % self.groups:
            raise LayerError(
                f"ChannelShuffle gets {x.shape[0]} channels, which do not divide into {self.groups} groups",
                rule="conv-groups",
                argument="groups",
            )
        return x

"""Pooling to an output size."""

from fractions import Fraction
from typing import Annotated

from pydantic import Field

from archspec.graph import TensorType
from archspec.layers.arguments import PerAxis
from archspec.layers.base import Positive, Sizes
from archspec.layers.dtypes import sort
from archspec.layers.pooling import Pool
from archspec.receptive_field import WHOLE, Window, Windows
from archspec.shapes import Shape


def averaged(size: int, wanted: int) -> Window:
    """What an output pixel sees where `size` pixels become `wanted`: from `floor(i * r)` to `ceil((i + 1) * r)`."""
    if wanted == 1:
        return WHOLE
    ratio = Fraction(size, wanted)
    rounded = Fraction(ratio.denominator - 1, ratio.denominator)
    whole, slack = divmod(ratio - 1 + 2 * rounded, 1)
    return Window(1 + whole, ratio, -rounded, slack)


class _AdaptivePool(Pool):
    positional = ("output_size",)
    direct = "output_size"

    output_size: Annotated[Positive | tuple[Positive | None, ...], PerAxis()] = Field(
        description="size of the output; in a list null keeps the input's", examples=[1]
    )

    def output(self, x: TensorType) -> TensorType:
        self._take(x)
        return TensorType((x.shape[0], *self._wanted(x)), x.dtype)

    def windows(self, x: TensorType) -> Windows:
        return (Window(), *map(averaged, self.spatial(x), self._wanted(x)))

    def _wanted(self, x: TensorType) -> Shape:
        """The spatial sizes of the output."""
        sizes = self.spatial(x)
        wanted = self.output_size if isinstance(self.output_size, tuple) else (self.output_size,) * self.dims
        return tuple(size if want is None else want for size, want in zip(sizes, wanted, strict=True))


class _AdaptiveAvgPool(_AdaptivePool):
    def output(self, x: TensorType) -> TensorType:
        wanted = self._wanted(x)
        if sort(x.dtype) == "complex" and all(size == 1 for size in wanted):  # torch takes the mean, as of any
            return TensorType((x.shape[0], *wanted), x.dtype)
        return super().output(x)


class AdaptiveAvgPool1d(_AdaptiveAvgPool):
    """The average of as many windows as the output has pixels.

    Output: `channels x output_size`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool1d.html
    """

    dims = 1

    output_size: Sizes = Field(description="size of the output", examples=[1])


class AdaptiveAvgPool2d(_AdaptiveAvgPool):
    """The average of as many windows as the output has pixels.

    Output: `channels x output_size[0] x output_size[1]`; a null keeps the input's size.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool2d.html
    """

    dims = 2


class AdaptiveAvgPool3d(_AdaptiveAvgPool):
    """The average of as many windows as the output has pixels.

    Output: `channels x output_size[0] x output_size[1] x output_size[2]`; a null keeps the input's size.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool3d.html
    """

    dims = 3


class _AdaptiveMaxPool(_AdaptivePool):
    return_indices: bool = Field(False, description="not offered: a node makes one tensor")

    def output(self, x: TensorType) -> TensorType:
        self._refuse_indices(self.return_indices)
        return super().output(x)


class AdaptiveMaxPool1d(_AdaptiveMaxPool):
    """The largest value of as many windows as the output has pixels.

    Output: `channels x output_size`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveMaxPool1d.html
    """

    dims = 1

    output_size: Sizes = Field(description="size of the output", examples=[1])


class AdaptiveMaxPool2d(_AdaptiveMaxPool):
    """The largest value of as many windows as the output has pixels.

    Output: `channels x output_size[0] x output_size[1]`; a null keeps the input's size.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveMaxPool2d.html
    """

    dims = 2


class AdaptiveMaxPool3d(_AdaptiveMaxPool):
    """The largest value of as many windows as the output has pixels.

    Output: `channels x output_size[0] x output_size[1] x output_size[2]`; a null keeps the input's size.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveMaxPool3d.html
    """

    dims = 3

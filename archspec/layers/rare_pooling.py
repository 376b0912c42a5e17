"""The rarer pools: of powers, and at places of chance."""

import math
from fractions import Fraction
from typing import Annotated, ClassVar

from pydantic import Field

from archspec.graph import TensorType
from archspec.layers.arguments import PerAxis, written
from archspec.layers.base import INTEGERS, LayerError, Positive, Sizes
from archspec.layers.dtypes import holds, require_sort, sort
from archspec.layers.pooling import Pool, SlidingPool, Strides
from archspec.receptive_field import Window, Windows
from archspec.shapes import Shape, format_shape, scaled

Ratio = Annotated[float, Field(gt=0, lt=1)]


class _LPPool(SlidingPool):
    positional = ("norm_type", "kernel_size")

    norm_type: float = Field(description="the power; inf: the largest magnitude of the window")
    kernel_size: Sizes = Field(description="size of the window")
    stride: Strides = Field(None, description="input pixels from one window to the next; null: the kernel size")
    ceil_mode: bool = Field(False, description="whether a last window may hang over the end")

    def output(self, x: TensorType) -> TensorType:
        if self.norm_type == 0:
            raise LayerError("norm_type must not be 0", rule="argument-value", argument="norm_type")
        y = super().output(x)
        if math.isinf(self.norm_type):  # torch takes the maximum of the magnitudes
            return TensorType(y.shape, {"complex64": "float32", "complex128": "float64"}.get(y.dtype, y.dtype))
        if self.dims == 3:
            self._fit_unpadded(x)
        if y.dtype in ("float16", "bfloat16") and not all(
            holds(y.dtype, p) for p in (self.norm_type, 1 / self.norm_type)
        ):
            raise LayerError(
                f"norm_type {self.norm_type} does not fit {y.dtype}", rule="argument-value", argument="norm_type"
            )
        return y if sort(y.dtype) == "float" else TensorType(y.shape, "float32")

    def _take(self, x: TensorType) -> Shape:
        sizes = self.spatial(x)
        if math.isinf(self.norm_type):
            require_sort(self, x, "float", "complex", *(("integer",) if self.dims > 1 else ()))
        elif self.dims == 3:
            self.require_dtype(x, "float32", "float64", *INTEGERS, "bool")
        else:
            require_sort(self, x, "float", "integer", "bool")
        return sizes


class LPPool1d(_LPPool):
    """The power average of each window over `channels x length`: `sum(x ** norm_type) ** (1 / norm_type)`.

    Output: `floor((length - kernel_size) / stride + 1)`; ceil with `ceil_mode`, where the last window must start
    inside the input.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.LPPool1d.html
    """

    dims = 1

    def output(self, x: TensorType) -> TensorType:
        if isinstance(self.kernel_size, tuple) and not math.isinf(self.norm_type):
            raise LayerError(
                f"LPPool1d takes kernel_size as a number, not {written(self.kernel_size)}", argument="kernel_size"
            )
        return super().output(x)


class LPPool2d(_LPPool):
    """The power average of each window over `channels x height x width`: `sum(x ** norm_type) ** (1 / norm_type)`.

    Output, along each axis: `floor((size - kernel_size) / stride + 1)`; ceil with `ceil_mode`, where the last window
    must start inside the input.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.LPPool2d.html
    """

    dims = 2


class LPPool3d(_LPPool):
    """The power average of each window over `channels x depth x height x width`.

    Output, along each axis: `floor((size - kernel_size) / stride + 1)`; ceil with `ceil_mode`, where the last window
    must start inside the input.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.LPPool3d.html
    """

    dims = 3


class _FractionalMaxPool(Pool):
    """Windows at places that are drawn anew for each channel of each example."""

    positional = ("kernel_size",)
    direct: ClassVar[str | None] = None

    kernel_size: Sizes = Field(description="size of the window")
    output_size: Annotated[Positive | tuple[Positive, ...] | None, PerAxis()] = Field(
        None, description="size of the output", examples=[1]
    )
    output_ratio: Annotated[Ratio | tuple[Ratio, ...] | None, PerAxis()] = Field(
        None, description="size of the output as a part of the input's"
    )
    return_indices: bool = Field(False, description="not offered: a node makes one tensor")

    def output(self, x: TensorType) -> TensorType:
        self._refuse_indices(self.return_indices)
        sizes = self._take(x)
        made = self._wanted(sizes)
        for size, kernel, wanted in zip(sizes, self.per_axis(self.kernel_size), made, strict=True):
            needed = wanted + kernel - 1 + (self.dims == 3)  # where torch wants one more
            if wanted < 1 or needed > size:
                windows = f"{wanted} window{'s' if wanted > 1 else ''} of {kernel} need{'s' if wanted == 1 else ''}"
                reason = f": {windows} {needed} pixels, and there are {size}" if wanted else ""
                raise LayerError(
                    f"{self.kind} cannot make {format_shape(made)} from {format_shape(sizes)}{reason}",
                    rule="output-size",
                    argument="output_ratio" if self.output_size is None else "output_size",
                )
        return TensorType((x.shape[0], *made), x.dtype)

    def windows(self, x: TensorType) -> Windows:
        """The stride is what the windows lie apart on average."""
        sizes = x.shape[1:]
        return (
            Window(),
            *(
                Window(kernel, Fraction(size - kernel, made - 1) if made > 1 else size)
                for size, kernel, made in zip(sizes, self.per_axis(self.kernel_size), self._wanted(sizes), strict=True)
            ),
        )

    def _wanted(self, sizes: Shape) -> Shape:
        """The spatial sizes of the output."""
        if self.output_size is None and self.output_ratio is None:
            raise LayerError(f"{self.kind} needs output_size or output_ratio")
        if self.output_ratio is None:
            return self.per_axis(self.output_size or ())
        if self.output_size is not None:
            raise LayerError(f"{self.kind} takes output_size or output_ratio, not both", argument="output_ratio")
        ratio = self.output_ratio
        ratios = ratio if isinstance(ratio, tuple) else (ratio,) * self.dims
        return tuple(scaled(size, each) for size, each in zip(sizes, ratios, strict=True))


class FractionalMaxPool2d(_FractionalMaxPool):
    """The largest value of each window over `channels x height x width`; where the windows lie is drawn by chance.

    Output: `channels x output_size[0] x output_size[1]`, or `floor(size * output_ratio)` along each axis.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.FractionalMaxPool2d.html
    """

    dims = 2


class FractionalMaxPool3d(_FractionalMaxPool):
    """The largest value of each window over `channels x depth x height x width`, where the windows lie by chance.

    Output: `channels x output_size[0] x output_size[1] x output_size[2]`, or `floor(size * output_ratio)` along each
    axis.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.FractionalMaxPool3d.html
    """

    dims = 3

"""Pooling by windows."""

from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from archspec.graph import TensorType
from archspec.layers.arguments import PerAxis, written
from archspec.layers.base import FLOATS, INTEGERS, Layer, LayerError, Natural, Positive, Sizes
from archspec.receptive_field import Window, Windows
from archspec.shapes import Shape, format_shape, slide, span

Strides = Annotated[Positive | tuple[Positive, ...] | None, PerAxis()]
"""Strides of a window, which are its size where they are not given."""


class Pool(Layer):
    family = "Pooling"
    dtypes: ClassVar[tuple[str, ...]] = FLOATS
    """What torch pools on a CPU."""

    def _take(self, x: TensorType) -> Shape:
        """The spatial sizes of an input that the layer can take."""
        sizes = self.spatial(x)
        self.require_dtype(x, *self.dtypes)
        return sizes

    def _refuse_indices(self, return_indices: bool) -> None:
        if return_indices:
            raise LayerError(
                f"{self.kind} with return_indices makes a pair of tensors, and a node makes one",
                argument="return_indices",
                help="leave return_indices out",
            )


class SlidingPool(Pool):
    """A window that is moved over the input."""

    if TYPE_CHECKING:  # declared by the subclasses, each in torch's order
        kernel_size: Sizes
        stride: Strides
        ceil_mode: bool

    def output(self, x: TensorType) -> TensorType:
        sizes = self._take(x)
        reaches, paddings = self._reach(), self._paddings()
        for kernel, padding in zip(self.per_axis(self.kernel_size), paddings, strict=True):
            if padding > kernel // 2:
                raise LayerError(
                    f"padding must be at most half of kernel_size {kernel}, not {padding}",
                    rule="pool-padding",
                    argument="padding",
                    help=f"{kernel // 2} is the most for kernel_size {kernel}",
                )
        made = tuple(
            slide(size, reach, stride, padding, ceil=self.ceil_mode)
            for size, reach, stride, padding in zip(sizes, reaches, self._strides(), paddings, strict=True)
        )
        if any(size < 1 for size in made):
            least = [reach - 2 * padding for reach, padding in zip(reaches, paddings, strict=True)]
            common = paddings[0] if len(set(paddings)) == 1 else paddings
            into = f" with padding {written(common)}" if any(paddings) else ""
            raise LayerError(
                f"{self.kind} makes an output of {format_shape([max(size, 0) for size in made])}"
                f" from {format_shape(sizes)}: a window of {format_shape(reaches)} does not fit{into}",
                rule="output-size",
                argument="kernel_size",
                help=f"it fits an input of {format_shape([max(size, 1) for size in least])} or larger",
            )
        return TensorType((x.shape[0], *made), x.dtype)

    def windows(self, x: TensorType) -> Windows:
        starts = [-padding for padding in self._paddings()]
        return (Window(), *map(Window, self._reach(), self._strides(), starts))

    def _reach(self) -> Shape:
        """How far the window reaches along each axis."""
        return self.per_axis(self.kernel_size)

    def _strides(self) -> Shape:
        return self.per_axis(self.kernel_size if self.stride is None else self.stride)

    def _paddings(self) -> Shape:
        """Pixels added on both sides along each axis."""
        return (0,) * self.dims

    def _fit_unpadded(self, x: TensorType) -> None:
        """Refuse an input smaller than the window, as torch's averages in three dimensions do."""
        if any(size < kernel for size, kernel in zip(x.shape[1:], self._reach(), strict=True)):
            raise LayerError(
                f"{self.kind} gets {format_shape(x.shape[1:])}, which its window of {format_shape(self._reach())} "
                f"must fit{' without the padding' if any(self._paddings()) else ''}",
                rule="output-size",
                argument="kernel_size",
            )


class _WindowPool(SlidingPool):
    positional = ("kernel_size",)
    direct = "kernel_size"

    kernel_size: Sizes = Field(description="size of the window")
    stride: Strides = Field(None, description="input pixels from one window to the next; null: the kernel size")
    padding: Annotated[Natural | tuple[Natural, ...], PerAxis()] = Field(
        0, description="pixels added on both sides, at most half of kernel_size"
    )

    def _paddings(self) -> Shape:
        return self.per_axis(self.padding)


class _MaxPool(_WindowPool):
    dtypes: ClassVar[tuple[str, ...]] = (*FLOATS, *INTEGERS)

    dilation: Sizes = Field(1, description="input pixels from one element of the window to the next")
    return_indices: bool = Field(False, description="not offered: a node makes one tensor")
    ceil_mode: bool = Field(False, description="whether a last window may hang over the end")

    def output(self, x: TensorType) -> TensorType:
        self._refuse_indices(self.return_indices)
        return super().output(x)

    def _reach(self) -> Shape:
        return tuple(map(span, self.per_axis(self.kernel_size), self.per_axis(self.dilation)))


class MaxPool1d(_MaxPool):
    """The largest value of each window over `channels x length`.

    Output: `floor((length + 2 * padding - dilation * (kernel_size - 1) - 1) / stride + 1)`; ceil with `ceil_mode`,
    where the last window must start inside the input or its left padding.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxPool1d.html
    """

    dims = 1
    dtypes: ClassVar[tuple[str, ...]] = FLOATS


class MaxPool2d(_MaxPool):
    """The largest value of each window over `channels x height x width`.

    Output, along each axis: `floor((size + 2 * padding - dilation * (kernel_size - 1) - 1) / stride + 1)`; ceil with
    `ceil_mode`, where the last window must start inside the input or its left padding.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html
    """

    dims = 2


class MaxPool3d(_MaxPool):
    """The largest value of each window over `channels x depth x height x width`.

    Output, along each axis: `floor((size + 2 * padding - dilation * (kernel_size - 1) - 1) / stride + 1)`; ceil with
    `ceil_mode`, where the last window must start inside the input or its left padding.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxPool3d.html
    """

    dims = 3


class _AvgPool(_WindowPool):
    dtypes: ClassVar[tuple[str, ...]] = (*FLOATS, "int64")

    ceil_mode: bool = Field(False, description="whether a last window may hang over the end")
    count_include_pad: bool = Field(True, description="whether the padding counts in the average")


class AvgPool1d(_AvgPool):
    """The average of each window over `channels x length`.

    Output: `floor((length + 2 * padding - kernel_size) / stride + 1)`; ceil with `ceil_mode`, where the last window
    must start inside the input or its left padding.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.AvgPool1d.html
    """

    dims = 1


class _DividedAvgPool(_AvgPool):
    divisor_override: int | None = Field(None, description="what to divide by; null: the size of the window")

    def output(self, x: TensorType) -> TensorType:
        if self.divisor_override == 0:
            raise LayerError("divisor_override must not be 0", rule="argument-value", argument="divisor_override")
        return super().output(x)


class AvgPool2d(_DividedAvgPool):
    """The average of each window over `channels x height x width`.

    Output, along each axis: `floor((size + 2 * padding - kernel_size) / stride + 1)`; ceil with `ceil_mode`, where
    the last window must start inside the input or its left padding.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.AvgPool2d.html
    """

    dims = 2


class AvgPool3d(_DividedAvgPool):
    """The average of each window over `channels x depth x height x width`.

    Output, along each axis: `floor((size + 2 * padding - kernel_size) / stride + 1)`; ceil with `ceil_mode`, where
    the last window must start inside the input or its left padding.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.AvgPool3d.html
    """

    dims = 3
    dtypes: ClassVar[tuple[str, ...]] = ("float32", "float64", "int64")

    def output(self, x: TensorType) -> TensorType:
        made = super().output(x)
        self._fit_unpadded(x)
        return made

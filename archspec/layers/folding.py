"""Windows as columns, and columns as windows."""

from math import prod
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from archspec.graph import TensorType
from archspec.layers.arguments import PerAxis, written
from archspec.layers.base import Layer, LayerError, Natural, Sizes
from archspec.layers.dtypes import require_sort
from archspec.shapes import Shape, format_shape, slide, span

Kernel = Annotated[Sizes, Field(description="size of the window", examples=[3])]
Dilation = Annotated[Sizes, Field(description="pixels from one element of the window to the next")]
Padding = Annotated[
    Natural | tuple[Natural, ...], PerAxis(), Field(description="pixels that the map has more on both sides")
]
Stride = Annotated[Sizes, Field(description="pixels from one window to the next")]


class _Folding(Layer):
    family = "Folding"
    dims = 2

    if TYPE_CHECKING:  # declared by the subclasses, each in torch's order
        kernel_size: Kernel
        dilation: Dilation
        padding: Padding
        stride: Stride

    def windows(self, x: TensorType) -> None:
        return None

    def _blocks(self, sizes: Shape) -> Shape:
        """How many windows there are along each axis of a map."""
        reaches = tuple(map(span, self.per_axis(self.kernel_size), self.per_axis(self.dilation)))
        made = tuple(map(slide, sizes, reaches, self.per_axis(self.stride), self.per_axis(self.padding)))
        if any(size < 1 for size in made):
            into = f" with padding {written(self.padding)}" if self.padding else ""
            raise LayerError(
                f"{self.kind} has no window of {format_shape(reaches)} in {format_shape(sizes)}{into}",
                rule="output-size",
                argument="kernel_size",
            )
        return made


class Unfold(_Folding):
    """Each window of `channels x height x width` as a column.

    Output: `channels * kernel_size[0] * kernel_size[1] x windows`; along each axis there are
    `floor((size + 2 * padding - dilation * (kernel_size - 1) - 1) / stride + 1)` of them.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Unfold.html
    """

    direct = "kernel_size"
    positional = ("kernel_size",)

    kernel_size: Kernel
    dilation: Dilation = 1
    padding: Padding = 0
    stride: Stride = 1

    def output(self, x: TensorType) -> TensorType:
        sizes = self.spatial(x)
        require_sort(self, x, "float", "complex", "bool")
        column = x.shape[0] * prod(self.per_axis(self.kernel_size))
        return TensorType((column, prod(self._blocks(sizes))), x.dtype)


class Fold(_Folding):
    """Columns as the windows of a map, summed where they overlap: what Unfold makes, back.

    Output: `columns / (kernel_size[0] * kernel_size[1]) x output_size[0] x output_size[1]`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Fold.html
    """

    positional = ("output_size", "kernel_size")

    output_size: Sizes = Field(description="size of the map", examples=[32])
    kernel_size: Kernel
    dilation: Dilation = 1
    padding: Padding = 0
    stride: Stride = 1

    def output(self, x: TensorType) -> TensorType:
        if len(x.shape) != 2:
            raise LayerError(f"Fold takes columns x windows, not {format_shape(x.shape)}", rule="input-rank")
        require_sort(self, x, "float", "complex", "bool")
        area = prod(kernel := self.per_axis(self.kernel_size))
        if x.shape[0] % area:
            raise LayerError(
                f"Fold gets columns of {x.shape[0]}, which do not divide into windows of {format_shape(kernel)}",
                argument="kernel_size",
            )
        sizes = self.per_axis(self.output_size)
        blocks = self._blocks(sizes)
        if x.shape[1] != prod(blocks):
            raise LayerError(
                f"Fold makes {format_shape(sizes)} of {format_shape(blocks)} windows, and gets {x.shape[1]}",
                argument="output_size",
            )
        return TensorType((x.shape[0] // area, *sizes), x.dtype)

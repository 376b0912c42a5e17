"""Transposed convolutions."""

from fractions import Fraction
from math import gcd, prod
from typing import Annotated, Literal

from pydantic import Field

from archspec.graph import TensorType
from archspec.layers.arguments import PerAxis, written
from archspec.layers.base import LayerError, Natural, Positive, Sizes
from archspec.layers.conv import Convolution
from archspec.receptive_field import WHOLE, Window, Windows
from archspec.shapes import Shape, format_shape, spread


class _ConvTranspose(Convolution):
    stride: Sizes = Field(1, description="output pixels from one place of the kernel to the next")
    padding: Annotated[Natural | tuple[Natural, ...], PerAxis()] = Field(
        0, description="pixels taken off both sides of the output"
    )
    output_padding: Annotated[Natural | tuple[Natural, ...], PerAxis()] = Field(
        0, description="pixels added to the end of the output"
    )
    groups: Positive = Field(1, description="groups of channels, each convolved apart from the others")
    bias: bool = Field(True, description="whether to add a learnable bias")
    dilation: Sizes = Field(1, description="output pixels from one element of the kernel to the next")
    padding_mode: Literal["zeros"] = Field("zeros", description="what the added pixels hold")

    def output(self, x: TensorType) -> TensorType:
        sizes = self._take(x)
        paddings, extras = self.per_axis(self.padding), self.per_axis(self.output_padding)
        strides = self.per_axis(self.stride)
        for extra, stride, dilation in zip(extras, strides, self.per_axis(self.dilation), strict=True):
            if extra >= (bound := max(stride, dilation)):
                raise LayerError(
                    f"output_padding must be under {bound}, the larger of stride and dilation, not {extra}",
                    rule="argument-value",
                    argument="output_padding",
                )
        made = tuple(map(spread, sizes, self._reach(), strides, paddings, extras))
        if any(size < 1 for size in made):
            raise LayerError(
                f"{self.kind} makes an output of {format_shape([max(size, 0) for size in made])}"
                f" from {format_shape(sizes)}: padding {written(self.padding)} takes all of it away",
                rule="output-size",
                argument="padding",
            )
        return TensorType((self.out_channels, *made))

    def parameters(self, x: TensorType) -> dict[str, Shape]:
        return self._with_bias((x.shape[0], self.out_channels // self.groups, *self.per_axis(self.kernel_size)))

    def macs(self, x: TensorType) -> int:
        return prod(x.shape) * prod(self.parameters(x)["weight"][1:])

    def windows(self, x: TensorType) -> Windows:
        settings = (self.kernel_size, self.stride, self.dilation, self.padding)
        return (WHOLE, *map(_window, *map(self.per_axis, settings)))


def _window(kernel: int, stride: int, dilation: int, padding: int) -> Window:
    """What an output pixel of a transpose sees along an axis: whatever puts an element of the kernel on it.

    Of the elements of a dilated kernel every `stride / common`th does, `dilation / common` pixels from the last.
    """
    reach = (kernel - 1) * dilation
    start = Fraction(padding - reach, stride)
    if stride == 1 or dilation == 1:
        whole, slack = divmod(Fraction(reach, stride), 1)
        return Window(1 + whole, Fraction(1, stride), start, slack)
    common = gcd(stride, dilation)
    size = (-(-kernel // (stride // common)) - 1) * (dilation // common) + 1
    return Window(size, Fraction(1, stride), start, Fraction(stride - 1, stride))


class ConvTranspose1d(_ConvTranspose):
    """A transposed convolution over `channels x length`, also called deconvolution.

    Output: `out_channels x ((length - 1) * stride - 2 * padding + dilation * (kernel_size - 1) + output_padding + 1)`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose1d.html
    """

    dims = 1


class ConvTranspose2d(_ConvTranspose):
    """A transposed convolution over `channels x height x width`, also called deconvolution.

    Output, along each axis: `(size - 1) * stride - 2 * padding + dilation * (kernel_size - 1) + output_padding + 1`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose2d.html
    """

    dims = 2


class ConvTranspose3d(_ConvTranspose):
    """A transposed convolution over `channels x depth x height x width`, also called deconvolution.

    Output, along each axis: `(size - 1) * stride - 2 * padding + dilation * (kernel_size - 1) + output_padding + 1`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose3d.html
    """

    dims = 3

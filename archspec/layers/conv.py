"""Convolutions."""

from math import prod
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from archspec.graph import TensorType
from archspec.layers.arguments import PerAxis, written
from archspec.layers.base import Layer, LayerError, Positive, Sizes
from archspec.receptive_field import WHOLE, Window, Windows
from archspec.shapes import Shape, format_shape, slide, span


class Convolution(Layer):
    family = "Convolution"
    inferred = ("in_channels",)
    size_rule = "conv-in-channels"
    positional = ("in_channels", "out_channels")

    in_channels: int | None = Field(None, description="channels of the input")
    out_channels: Positive = Field(description="channels of the output", examples=[64])
    kernel_size: Sizes = Field(description="size of the kernel", examples=[3])

    if TYPE_CHECKING:  # declared by the subclasses, each in torch's order
        dilation: Sizes
        groups: Positive
        bias: bool

    def sizes(self, x: TensorType) -> dict[str, int]:
        self.spatial(x)
        return {"in_channels": x.shape[0]}

    def weight_layers(self, input: int = 0) -> int:
        return 1

    def _take(self, x: TensorType) -> Shape:
        """The spatial sizes of an input that the layer can take."""
        sizes = self.spatial(x)
        self.require_dtype(x, "float32")
        for channels, verb in ((x.shape[0], "gets"), (self.out_channels, "makes")):
            if channels % self.groups:
                raise LayerError(
                    f"{self.kind} {verb} {channels} channels, which do not divide into {self.groups} groups",
                    rule="conv-groups",
                    argument="groups",
                    help=f"groups must divide both {x.shape[0]} and {self.out_channels}",
                )
        return sizes

    def _reach(self) -> Shape:
        """How far the dilated kernel reaches along each axis."""
        return tuple(map(span, self.per_axis(self.kernel_size), self.per_axis(self.dilation)))

    def _with_bias(self, weight: Shape) -> dict[str, Shape]:
        return {"weight": weight} | ({"bias": (self.out_channels,)} if self.bias else {})


class _Conv(Convolution):
    stride: Sizes = Field(1, description="input pixels from one place of the kernel to the next")
    padding: Annotated[int | tuple[int, ...] | Literal["same", "valid"], PerAxis()] = Field(
        0, description="pixels added on both sides; same: as many as keep the size; valid: none"
    )
    dilation: Sizes = Field(1, description="input pixels from one element of the kernel to the next")
    groups: Positive = Field(1, description="groups of channels, each convolved apart from the others")
    bias: bool = Field(True, description="whether to add a learnable bias")
    padding_mode: Literal["zeros", "reflect", "replicate", "circular"] = Field(
        "zeros", description="what the added pixels hold"
    )

    def output(self, x: TensorType) -> TensorType:
        sizes = self._take(x)
        return TensorType((self.out_channels, *self._slide(sizes)))

    def parameters(self, x: TensorType) -> dict[str, Shape]:
        return self._with_bias((self.out_channels, x.shape[0] // self.groups, *self.per_axis(self.kernel_size)))

    def macs(self, x: TensorType) -> int:
        return prod(self.output(x).shape) * prod(self.parameters(x)["weight"][1:])

    def windows(self, x: TensorType) -> Windows:
        reaches = self._reach()
        if self.padding == "same":
            starts = [-((reach - 1) // 2) for reach in reaches]
        else:
            starts = [-padding for padding in self.per_axis(0 if self.padding == "valid" else self.padding)]
        return (WHOLE, *map(Window, reaches, self.per_axis(self.stride), starts))

    def _slide(self, sizes: Shape) -> Shape:
        """The spatial sizes of the output."""
        reaches = self._reach()
        strides = self.per_axis(self.stride)
        if self.padding == "same":
            if any(stride > 1 for stride in strides):
                raise LayerError(
                    f"padding same needs a stride of 1, not {written(self.stride)}",
                    argument="padding",
                    help=_same(sizes, reaches, strides),
                )
            # of an odd padding the larger half comes last
            self._check_mode(sizes, tuple(reach // 2 for reach in reaches))
            return sizes
        paddings = self.per_axis(0 if self.padding == "valid" else self.padding)
        self._check_mode(sizes, paddings)
        padded = [size + 2 * padding for size, padding in zip(sizes, paddings, strict=True)]
        made = tuple(map(slide, padded, reaches, strides))
        if any(size < 1 for size in made):
            least = [max(reach - 2 * padding, 1) for reach, padding in zip(reaches, paddings, strict=True)]
            dilated = "" if self.dilation == 1 else f" with dilation {written(self.dilation)}"
            into = f" with padding {written(self.padding)}" if any(paddings) else ""
            raise LayerError(
                f"{self.kind} makes an output of {format_shape([max(size, 0) for size in made])}"
                f" from {format_shape(sizes)}: kernel_size {written(self.kernel_size)}{dilated} does not fit{into}",
                rule="output-size",
                argument="kernel_size",
                help=f"it fits an input of {format_shape(least)} or larger",
            )
        return made

    def _check_mode(self, sizes: Shape, paddings: Shape) -> None:
        """Refuse more padding than the padding mode can make of the input."""
        if self.padding_mode == "zeros" and any(padding < 0 for padding in paddings):
            raise LayerError(
                f"padding must be at least 0, not {written(self.padding)}", rule="argument-value", argument="padding"
            )
        for size, padding in zip(sizes, paddings, strict=True):
            most = {"reflect": size - 1, "circular": size}.get(self.padding_mode, padding)
            if padding > most:
                raise LayerError(
                    f"padding_mode {self.padding_mode} adds at most {most} pixels to {size}, not {padding}",
                    rule="argument-value",
                    argument="padding",
                )


def _same(sizes: Shape, reaches: Shape, strides: Shape) -> str:
    """The padding as a number that makes of a size what `same` makes elsewhere: a stride-th of it, rounded up."""
    wanted = [-(-size // stride) for size, stride in zip(sizes, strides, strict=True)]
    paddings = [
        next((p for p in range(reach) if slide(size, reach, stride, p) == made), None)
        for size, reach, stride, made in zip(sizes, reaches, strides, wanted, strict=True)
    ]
    if None in paddings:
        return f"no padding makes {format_shape(wanted)} of {format_shape(sizes)}: write the padding as a number"
    padding = paddings[0] if len(set(paddings)) == 1 else paddings
    return f"write {written(padding)}, which makes {format_shape(wanted)} of {format_shape(sizes)}"


class Conv1d(_Conv):
    """A convolution over `channels x length`.

    Output: `out_channels x floor((length + 2 * padding - dilation * (kernel_size - 1) - 1) / stride + 1)`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv1d.html
    """

    dims = 1


class Conv2d(_Conv):
    """A convolution over `channels x height x width`.

    Output, along each axis: `floor((size + 2 * padding - dilation * (kernel_size - 1) - 1) / stride + 1)`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html
    """

    dims = 2


class Conv3d(_Conv):
    """A convolution over `channels x depth x height x width`.

    Output, along each axis: `floor((size + 2 * padding - dilation * (kernel_size - 1) - 1) / stride + 1)`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv3d.html
    """

    dims = 3

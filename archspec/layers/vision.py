"""The layers of torchvision.ops."""

from math import prod
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from archspec.graph import TensorType
from archspec.layers.arguments import PerAxis, written
from archspec.layers.base import FLOATS, INTEGERS, Layer, LayerError, Natural, Positive, Sizes
from archspec.layers.dtypes import promote, require_sort
from archspec.receptive_field import WHOLE, Window, Windows
from archspec.shapes import Shape, format_shape, slide, span

Probability = Annotated[float, Field(ge=0, le=1)]


class StochasticDepth(Layer):
    """Zeroes the input as a whole, or whole examples of it, in training.

    Output, in the shape of the input: `x / (1 - p)`, or 0 with probability p.
    https://docs.pytorch.org/vision/stable/generated/torchvision.ops.StochasticDepth.html
    """

    family = "Dropout"
    target = "ops.StochasticDepth"
    positional = ("p", "mode")

    p: Probability = Field(description="probability that the input, or an example, is zeroed", examples=[0.1])
    mode: Literal["batch", "row"] = Field(
        description="batch: all or nothing; row: each example by itself", examples=["row"]
    )

    def output(self, x: TensorType) -> TensorType:
        if 0 < self.p < 1:
            require_sort(self, x, "float")
        elif self.p == 1:
            require_sort(self, x, "float", "integer", "bool")
        return x


class _DropBlock(Layer):
    family = "Dropout"
    positional = ("p", "block_size")

    p: Probability = Field(description="share of the elements that is zeroed", examples=[0.1])
    block_size: int = Field(description="size of the squares that are zeroed; odd", examples=[7])
    inplace: bool = Field(False, description="write the result over the input")
    eps: float = Field(1e-6, description="what is added to the number of the elements that stay")

    def output(self, x: TensorType) -> TensorType:
        sizes = self.spatial(x)
        if self.p == 0:
            return x
        if self.block_size < 1:
            raise LayerError(
                f"block_size must be at least 1, not {self.block_size}", rule="argument-value", argument="block_size"
            )
        size = min(self.block_size, *sizes)
        if size % 2 == 0:
            cut = "" if size == self.block_size else f", to which {format_shape(sizes)} cuts {self.block_size} off"
            raise LayerError(f"block_size must be odd, not {size}{cut}", rule="argument-value", argument="block_size")
        self.require_dtype(x, *FLOATS, *(() if self.inplace else INTEGERS))
        return x if x.dtype in FLOATS else TensorType(x.shape, "float32")


class DropBlock2d(_DropBlock):
    """Zeroes squares of `channels x height x width`, in training.

    Output, in the shape of the input: what stays, times a factor that keeps the mean.
    https://docs.pytorch.org/vision/stable/generated/torchvision.ops.DropBlock2d.html
    """

    target = "ops.DropBlock2d"
    dims = 2


class DropBlock3d(_DropBlock):
    """Zeroes cubes of `channels x depth x height x width`, in training.

    Output, in the shape of the input: what stays, times a factor that keeps the mean.
    https://docs.pytorch.org/vision/stable/generated/torchvision.ops.DropBlock3d.html
    """

    target = "ops.DropBlock3d"
    dims = 3


class FrozenBatchNorm2d(Layer):
    """BatchNorm2d whose weight, bias and statistics are buffers, which training leaves alone.

    Output, in the shape of the input: `(x - running_mean) / sqrt(running_var + eps) * weight + bias`.
    https://docs.pytorch.org/vision/stable/generated/torchvision.ops.FrozenBatchNorm2d.html
    """

    family = "Normalization"
    target = "ops.FrozenBatchNorm2d"
    inferred = ("num_features",)
    size_rule = "norm-num-features"
    positional = ("num_features",)
    dims = 2

    num_features: Positive | None = Field(None, description="channels of the input")
    eps: float = Field(1e-5, description="what is added to the variance, for numerical stability")

    def sizes(self, x: TensorType) -> dict[str, int]:
        return {"num_features": x.shape[0]} if x.shape else {}

    def output(self, x: TensorType) -> TensorType:
        self.spatial(x)
        return TensorType(x.shape, promote(x.dtype, "float32"))

    def buffers(self, x: TensorType) -> dict[str, Shape]:
        return dict.fromkeys(("weight", "bias", "running_mean", "running_var"), x.shape[:1])


class Permute(Layer):
    """The dimensions in another order; 0 is the batch, and stays the first.

    Output: with `[0, 2, 3, 1]` `64x7x8` becomes `7x8x64`.
    https://docs.pytorch.org/vision/stable/generated/torchvision.ops.Permute.html
    """

    family = "Reshape"
    target = "ops.Permute"
    positional = ("dims",)
    direct = "dims"

    dims_: tuple[int, ...] = Field(
        alias="dims", description="the dimensions in their new order; 0 is the batch", examples=[[0, 2, 3, 1]]
    )

    def output(self, x: TensorType) -> TensorType:
        rank = 1 + len(x.shape)
        order = [dim % rank for dim in self.dims_ if -rank <= dim < rank]
        if len(order) != len(self.dims_) or sorted(order) != list(range(rank)):
            raise LayerError(
                f"dims must name each dimension of {format_shape(x.shape)} once, 0 to {rank - 1}, "
                f"not {written(self.dims_)}",
                rule="argument-value",
                argument="dims",
                help="0 is the batch" if 0 not in order else None,
            )
        if order[0] != 0:
            raise LayerError(
                f"dims {written(self.dims_)} moves the batch dimension, which must stay the first",
                rule="batch-dimension",
                argument="dims",
                help="dims must begin with 0",
            )
        return TensorType(tuple(x.shape[dim - 1] for dim in order[1:]), x.dtype)

    def windows(self, x: TensorType) -> Windows:
        rank = 1 + len(x.shape)
        return tuple(Window(dim=dim % rank - 1) for dim in self.dims_[1:])


Activation = Literal[
    "CELU",
    "ELU",
    "GELU",
    "Hardshrink",
    "Hardsigmoid",
    "Hardswish",
    "Hardtanh",
    "Identity",
    "LeakyReLU",
    "LogSigmoid",
    "Mish",
    "ReLU",
    "ReLU6",
    "SELU",
    "SiLU",
    "Sigmoid",
    "Softplus",
    "Softshrink",
    "Softsign",
    "Tanh",
    "Tanhshrink",
]


class SqueezeExcitation(Layer):
    """Weighs each channel by what all channels hold on average.

    Output, in the shape of the input: `x * scale_activation(fc2(activation(fc1(mean(x)))))`.
    https://docs.pytorch.org/vision/stable/generated/torchvision.ops.SqueezeExcitation.html
    """

    family = "Vision"
    target = "ops.SqueezeExcitation"
    inferred = ("input_channels",)
    positional = ("input_channels", "squeeze_channels")
    direct = "squeeze_channels"
    own = ("activation", "scale_activation")
    dims = 2

    input_channels: Positive | None = Field(None, description="channels of the input")
    squeeze_channels: Positive = Field(description="channels between the two layers", examples=[16])
    activation: Activation = Field("ReLU", description="the kind between the two layers")
    scale_activation: Activation = Field("Sigmoid", description="the kind that makes the weights")

    def sizes(self, x: TensorType) -> dict[str, int]:
        return {"input_channels": x.shape[0]} if x.shape else {}

    def output(self, x: TensorType) -> TensorType:
        self.spatial(x)
        self.require_dtype(x, "float32")
        return x

    def parameters(self, x: TensorType) -> dict[str, Shape]:
        channels, squeezed = x.shape[0], self.squeeze_channels
        return {
            "fc1.weight": (squeezed, channels, 1, 1),
            "fc1.bias": (squeezed,),
            "fc2.weight": (channels, squeezed, 1, 1),
            "fc2.bias": (channels,),
        }

    def macs(self, x: TensorType) -> int:
        return 2 * x.shape[0] * self.squeeze_channels

    def weight_layers(self, input: int = 0) -> int:
        return 2

    def windows(self, x: TensorType) -> Windows:
        return (Window(), WHOLE, WHOLE)

    def construction(self, x: TensorType) -> str | None:
        kinds = {"activation": self.activation, "scale_activation": self.scale_activation}
        said = "".join(
            f", {name}=nn.{kind}" for name, kind in kinds.items() if kind != type(self).model_fields[name].default
        )
        return f"ops.SqueezeExcitation({{input_channels}}, {{squeeze_channels}}{said})" if said else None


class DeformConv2d(Layer):
    """A convolution whose kernel is moved, element by element and pixel by pixel: `from: [x, offset]`, or with a mask.

    The offset is `2 * groups_of_offsets * kernel_size[0] * kernel_size[1]` channels of the output's size, the mask half
    as many. Output, along each axis: `floor((size + 2 * padding - dilation * (kernel_size - 1) - 1) / stride + 1)`.
    https://docs.pytorch.org/vision/stable/generated/torchvision.ops.DeformConv2d.html
    """

    family = "Convolution"
    target = "ops.DeformConv2d"
    arity = (2, 3)
    inferred = ("in_channels",)
    size_rule = "conv-in-channels"
    positional = ("in_channels", "out_channels")
    dims = 2
    names: ClassVar[tuple[str, ...]] = ("offset", "mask")

    in_channels: int | None = Field(None, description="channels of the input")
    out_channels: Positive = Field(description="channels of the output", examples=[64])
    kernel_size: Sizes = Field(description="size of the kernel", examples=[3])
    stride: Sizes = Field(1, description="input pixels from one place of the kernel to the next")
    padding: Annotated[Natural | tuple[Natural, ...], PerAxis()] = Field(
        0, description="pixels added on both sides, all zero"
    )
    dilation: Sizes = Field(1, description="input pixels from one element of the kernel to the next")
    groups: Positive = Field(1, description="groups of channels, each convolved apart from the others")
    bias: bool = Field(True, description="whether to add a learnable bias")

    def sizes(self, x: TensorType, *others: TensorType) -> dict[str, int]:
        self.spatial(x)
        return {"in_channels": x.shape[0]}

    def output(self, x: TensorType, *others: TensorType) -> TensorType:
        for each in (x, *others):
            self.spatial(each)
            self.require_dtype(each, "float32")
        for channels, verb in ((x.shape[0], "gets"), (self.out_channels, "makes")):
            if channels % self.groups:
                raise LayerError(
                    f"{self.kind} {verb} {channels} channels, which do not divide into {self.groups} groups",
                    rule="conv-groups",
                    argument="groups",
                    help=f"groups must divide both {x.shape[0]} and {self.out_channels}",
                )
        made = self._slide(x.shape[1:])
        self._check_offsets(x.shape[0], made, *others)
        return TensorType((self.out_channels, *made))

    def parameters(self, x: TensorType, *others: TensorType) -> dict[str, Shape]:
        weight = (self.out_channels, x.shape[0] // self.groups, *self.per_axis(self.kernel_size))
        return {"weight": weight} | ({"bias": (self.out_channels,)} if self.bias else {})

    def macs(self, x: TensorType, *others: TensorType) -> int:
        return prod(self.output(x, *others).shape) * prod(self.parameters(x)["weight"][1:])

    def weight_layers(self, input: int = 0) -> int:
        return 1

    def windows(self, x: TensorType, *others: TensorType) -> Windows:
        return (WHOLE, WHOLE, WHOLE)  # an offset may reach anywhere

    def _slide(self, sizes: Shape) -> Shape:
        """The spatial sizes of the output."""
        reaches = tuple(map(span, self.per_axis(self.kernel_size), self.per_axis(self.dilation)))
        made = tuple(map(slide, sizes, reaches, self.per_axis(self.stride), self.per_axis(self.padding)))
        if any(size < 1 for size in made):
            into = f" with padding {written(self.padding)}" if self.padding else ""
            raise LayerError(
                f"{self.kind} makes an output of {format_shape([max(size, 0) for size in made])} from "
                f"{format_shape(sizes)}: a kernel that reaches over {format_shape(reaches)} does not fit{into}",
                rule="output-size",
                argument="kernel_size",
            )
        return made

    def _check_offsets(self, channels: int, made: Shape, offset: TensorType, mask: TensorType | None = None) -> None:
        area = prod(self.per_axis(self.kernel_size))
        groups, rest = divmod(offset.shape[0], 2 * area)
        if not rest and groups and channels % groups:
            raise LayerError(f"{self.kind} gets {groups} groups of offsets, which do not divide {channels} channels")
        if rest or groups == 0 or offset.shape[1:] != made:
            raise LayerError(
                f"{self.kind} takes an offset of {format_shape((2 * area, *made))}, or a multiple of these channels, "
                f"not {format_shape(offset.shape)}",
                help=f"there are 2 channels for each of the {area} elements of the kernel",
            )
        if mask is not None and mask.shape != (groups * area, *made):
            raise LayerError(
                f"{self.kind} takes a mask of {format_shape((groups * area, *made))}, half the channels of the offset, "
                f"not {format_shape(mask.shape)}"
            )

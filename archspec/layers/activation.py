"""Activations: a function of each element, or of each vector along a dimension; the shape stays."""

import math
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from archspec.graph import TensorType
from archspec.layers.base import Layer, LayerError, Positive, Window
from archspec.layers.dtypes import holds, limits, require_sort, sort
from archspec.shapes import format_shape

InPlace = Annotated[bool, Field(description="write the result over the input")]


class _Activation(Layer):
    """y = f(x), for each element."""

    family = "Activation"
    sorts: ClassVar[tuple[str, ...]] = ("float",)
    """The sorts of dtypes that torch has the function for."""

    def output(self, x: TensorType) -> TensorType:
        require_sort(self, x, *self.sorts)
        return x


class _InPlace(_Activation):
    """One with no argument but `inplace`."""

    inplace: InPlace = False


class _Promoting(_Activation):
    """One that makes float32 of integers."""

    sorts: ClassVar[tuple[str, ...]] = ("float", "complex", "integer")

    def output(self, x: TensorType) -> TensorType:
        y = super().output(x)
        return y if sort(y.dtype) in ("float", "complex") else TensorType(y.shape, "float32")


class _Parametric(_Activation):
    """One with numbers of its own, which torch converts to the dtype that it computes in."""

    def output(self, x: TensorType) -> TensorType:
        y = super().output(x)
        for name in self.fields():
            value, dtype = getattr(self, name), self.computes_in(x.dtype, name)
            if isinstance(value, float) and not holds(dtype, value):
                raise LayerError(f"{name} {value} does not fit {dtype}", rule="argument-value", argument=name)
        return y

    def computes_in(self, dtype: str, argument: str) -> str:
        """The dtype that torch converts an argument to for an input of this one."""
        return "float64" if dtype == "float64" else "float32"


class _AlongDimension(_Activation):
    """One over the vectors along a dimension."""

    direct = "dim"

    dim: int | None = Field(
        None,
        description="dimension to work along, counted with the batch; null: 0 of one or of three dimensions, else 1",
    )

    def output(self, x: TensorType) -> TensorType:
        rank = 1 + len(x.shape)
        dim = self.dim
        if dim is None:
            dim = 0 if rank in (1, 3) else 1  # torch's choice, of an older time
        if not -rank <= dim < rank:
            raise LayerError(
                f"dim {dim} is no dimension of {format_shape(x.shape)}: with the batch it has {rank}",
                rule="argument-value",
                argument="dim",
                help=f"dim counts from 1 to {rank - 1}, or from the end: -1 to {1 - rank}" if x.shape else None,
            )
        if dim % rank == 0:
            chosen = f"without dim, on {format_shape(x.shape)}," if self.dim is None else f"with dim {dim}"
            raise LayerError(
                f"{self.kind} {chosen} works along the batch dimension",
                rule="batch-dimension",
                argument=None if self.dim is None else "dim",
                help="write dim: -1 for the last dimension, dim: 1 for the first after the batch" if x.shape else None,
            )
        return super().output(x)


class CELU(_Parametric):
    """The continuously differentiable exponential linear unit.

    Output, in the shape of the input: `max(0, x) + min(0, alpha * (exp(x / alpha) - 1))`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.CELU.html
    """

    direct = "alpha"
    positional = ("alpha",)

    alpha: float = Field(1.0, description="how far below zero it goes")
    inplace: InPlace = False

    def output(self, x: TensorType) -> TensorType:
        if self.alpha == 0:
            raise LayerError("CELU divides by alpha, which is 0", rule="argument-value", argument="alpha")
        return super().output(x)


class ELU(_Parametric):
    """The exponential linear unit.

    Output, in the shape of the input: `x`, or `alpha * (exp(x) - 1)` where x is negative.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.ELU.html
    """

    direct = "alpha"
    positional = ("alpha",)

    alpha: float = Field(1.0, description="how far below zero it goes")
    inplace: InPlace = False


class GELU(_Activation):
    """The Gaussian error linear unit.

    Output, in the shape of the input: `x * Phi(x)`, Phi the distribution function of the normal distribution.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.GELU.html
    """

    direct = "approximate"

    approximate: Literal["none", "tanh"] = Field("none", description="tanh: a faster approximation")


class GLU(_Activation):
    """The gated linear unit: one half of a dimension gates the other.

    Output: the input's shape with half the size along dim, `a * sigmoid(b)` of the halves `a` and `b`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.GLU.html
    """

    direct = "dim"
    positional = ("dim",)

    dim: int = Field(-1, description="dimension to halve, counted with the batch")

    def output(self, x: TensorType) -> TensorType:
        axis = self.dimension(x, "dim", self.dim)
        size = x.shape[axis]
        if size % 2:
            raise LayerError(
                f"GLU halves dim {self.dim}, and {format_shape(x.shape)} has an odd size there, {size}",
                rule="argument-value",
                argument="dim",
            )
        y = super().output(x)
        return TensorType((*y.shape[:axis], size // 2, *y.shape[axis + 1 :]), y.dtype)

    def windows(self, x: TensorType) -> tuple[Window, ...]:
        """Of a halved axis a pixel sees its own and the one that gates it."""
        axis = self.dimension(x, "dim", self.dim)
        spans = {axis: x.shape[axis] // 2 + 1} if axis else {}
        return tuple(Window(spans.get(other, 1)) for other in range(1, len(x.shape))) if spans else ()


class Hardshrink(_Parametric):
    """Zeroes what is small.

    Output, in the shape of the input: `x`, or 0 from -lambd to lambd.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Hardshrink.html
    """

    direct = "lambd"
    positional = ("lambd",)

    lambd: float = Field(0.5, description="half the width of what becomes zero")

    def computes_in(self, dtype: str, argument: str) -> str:
        return dtype


class Hardsigmoid(_InPlace):
    """A sigmoid of three straight lines.

    Output, in the shape of the input: `min(max(0, x / 6 + 1 / 2), 1)`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Hardsigmoid.html
    """


class Hardswish(_InPlace):
    """A swish with a sigmoid of three straight lines.

    Output, in the shape of the input: `x * min(max(0, x / 6 + 1 / 2), 1)`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Hardswish.html
    """


class Hardtanh(_Parametric):
    """Cuts off what is outside a range.

    Output, in the shape of the input: `min(max(min_val, x), max_val)`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Hardtanh.html
    """

    sorts = ("float", "integer")
    direct = "min_val"

    min_val: float = Field(-1.0, description="the least value of the output")
    max_val: float = Field(1.0, description="the largest value of the output")
    inplace: InPlace = False

    def output(self, x: TensorType) -> TensorType:
        if self.max_val <= self.min_val:
            raise LayerError(
                f"Hardtanh needs a max_val over its min_val {self.min_val}, not {self.max_val}",
                rule="argument-value",
                argument="max_val",
            )
        y = super().output(x)
        least, largest = limits(x.dtype)
        if sort(x.dtype) == "integer" and (math.trunc(self.min_val) > largest or math.trunc(self.max_val) < least):
            raise LayerError(
                f"Hardtanh keeps {self.min_val} to {self.max_val}, and {x.dtype} has none of it", rule="argument-value"
            )
        return y

    def computes_in(self, dtype: str, argument: str) -> str:
        return "int64" if sort(dtype) == "integer" else dtype


class LeakyReLU(_Parametric):
    """The rectifier with a small slope below zero.

    Output, in the shape of the input: `x`, or `negative_slope * x` where x is negative.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.LeakyReLU.html
    """

    direct = "negative_slope"
    positional = ("negative_slope",)

    negative_slope: float = Field(0.01, description="slope below zero")
    inplace: InPlace = False


class LogSigmoid(_Activation):
    """The logarithm of the sigmoid.

    Output, in the shape of the input: `-log(1 + exp(-x))`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.LogSigmoid.html
    """


class LogSoftmax(_AlongDimension):
    """The logarithm of the softmax.

    Output, in the shape of the input: `x - log(sum(exp(x)))`, the sum along dim.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.LogSoftmax.html
    """


class Mish(_InPlace):
    """A smooth, non-monotonic rectifier.

    Output, in the shape of the input: `x * tanh(log(1 + exp(x)))`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Mish.html
    """


class PReLU(_Parametric):
    """The rectifier with a learned slope below zero.

    Output, in the shape of the input: `x`, or `weight * x` where x is negative.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.PReLU.html
    """

    direct = "num_parameters"
    positional = ("num_parameters",)

    num_parameters: Positive = Field(1, description="weights: one for all channels, or one for each")
    init: float = Field(0.25, description="what the weights start with")

    def output(self, x: TensorType) -> TensorType:
        self.require_dtype(x, "float32")
        channels = x.shape[0] if x.shape else 1
        if self.num_parameters not in (1, channels):
            raise LayerError(
                f"PReLU gets {channels} channels, not {self.num_parameters}",
                rule="argument-value",
                argument="num_parameters",
                correct=channels,
                help=f"write {channels} for a weight for each channel, 1 for one weight",
            )
        return super().output(x)

    def parameters(self, x: TensorType) -> dict[str, tuple[int, ...]]:
        return {"weight": (self.num_parameters,)}


class RReLU(_Parametric):
    """The rectifier with a slope below zero that is drawn anew for each element, in training.

    Output, in the shape of the input: `x`, or `a * x` where x is negative, `a` between lower and upper.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.RReLU.html
    """

    positional = ("lower",)
    direct = "lower"

    lower: float = Field(1 / 8, description="the least slope")
    upper: float = Field(1 / 3, description="the largest slope")
    inplace: InPlace = False

    def output(self, x: TensorType) -> TensorType:
        self.require_dtype(x, "float32", "float64", "bfloat16")
        for name in ("lower", "upper"):
            if not math.isfinite(value := getattr(self, name)):
                raise LayerError(f"{name} must be finite, not {value}", rule="argument-value", argument=name)
        if self.lower > self.upper:
            raise LayerError(
                f"RReLU needs an upper of at least its lower {self.lower}, not {self.upper}",
                rule="argument-value",
                argument="upper" if "upper" in self.model_fields_set else "lower",
            )
        return super().output(x)


class ReLU(_InPlace):
    """The rectifier.

    Output, in the shape of the input: `max(0, x)`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.ReLU.html
    """

    sorts = ("float", "integer")


class ReLU6(_InPlace):
    """The rectifier, cut off at 6.

    Output, in the shape of the input: `min(max(0, x), 6)`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.ReLU6.html
    """

    sorts = ("float", "integer")


class SELU(_InPlace):
    """The scaled exponential linear unit.

    Output, in the shape of the input: `1.0507 * x`, or `1.7581 * (exp(x) - 1)` where x is negative.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.SELU.html
    """


class SiLU(_InPlace):
    """The sigmoid linear unit, or swish.

    Output, in the shape of the input: `x / (1 + exp(-x))`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.SiLU.html
    """

    sorts = ("float", "complex")


class Sigmoid(_Promoting):
    """The logistic function.

    Output, in the shape of the input: `1 / (1 + exp(-x))`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Sigmoid.html
    """

    sorts = ("float", "complex", "integer", "bool")


class Softmax(_AlongDimension):
    """Makes a distribution of the values along a dimension.

    Output, in the shape of the input: `exp(x) / sum(exp(x))`, the sum along dim.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmax.html
    """


class Softmax2d(_Activation):
    """Makes a distribution of the channels at each pixel of `channels x height x width`.

    Output, in the shape of the input: `exp(x) / sum(exp(x))`, the sum over the channels.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmax2d.html
    """

    dims = 2

    def output(self, x: TensorType) -> TensorType:
        self.spatial(x)
        return super().output(x)


class Softmin(_AlongDimension):
    """Makes a distribution of the values along a dimension, the smallest the likeliest.

    Output, in the shape of the input: `exp(-x) / sum(exp(-x))`, the sum along dim.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmin.html
    """


class Softplus(_Parametric):
    """A smooth rectifier.

    Output, in the shape of the input: `log(1 + exp(beta * x)) / beta`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Softplus.html
    """

    direct = "beta"

    beta: float = Field(1.0, description="how sharp the bend is")
    threshold: float = Field(20.0, description="from this beta * x on it is x itself")


class Softshrink(_Parametric):
    """Moves values towards zero.

    Output, in the shape of the input: `x - lambd` over lambd, `x + lambd` under -lambd, 0 between.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Softshrink.html
    """

    direct = "lambd"
    positional = ("lambd",)

    lambd: float = Field(0.5, ge=0, allow_inf_nan=False, description="half the width of what becomes zero")

    def computes_in(self, dtype: str, argument: str) -> str:
        return dtype


class Softsign(_Promoting):
    """A sigmoid with slow tails.

    Output, in the shape of the input: `x / (1 + |x|)`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Softsign.html
    """


class Tanh(_Promoting):
    """The hyperbolic tangent.

    Output, in the shape of the input: `(exp(x) - exp(-x)) / (exp(x) + exp(-x))`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Tanh.html
    """

    sorts = ("float", "complex", "integer", "bool")


class Tanhshrink(_Promoting):
    """What the hyperbolic tangent leaves.

    Output, in the shape of the input: `x - tanh(x)`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Tanhshrink.html
    """


class Threshold(_Parametric):
    """Puts a number in the place of what is not over a threshold.

    Output, in the shape of the input: `x`, or `value` where x is at most threshold.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Threshold.html
    """

    sorts = ("float", "integer")
    positional = ("threshold", "value")

    threshold: float = Field(description="what x must be over to stay", examples=[0.1])
    value: float = Field(description="what stands in the place of the others", examples=[20])
    inplace: InPlace = False

    def computes_in(self, dtype: str, argument: str) -> str:
        return dtype if argument == "value" or sort(dtype) == "integer" else super().computes_in(dtype, argument)

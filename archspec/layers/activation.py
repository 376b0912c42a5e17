"""Activations: a function of each element, without numbers of its own; the shape stays."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from archspec.graph import TensorType
from archspec.layers.base import Layer
from archspec.layers.dtypes import require_sort, sort

InPlace = Annotated[bool, Field(description="write the result over the input")]


class Activation(Layer):
    """y = f(x), for each element."""

    family = "Activation"
    sorts: ClassVar[tuple[str, ...]] = ("float",)
    """The sorts of dtypes that torch has the function for."""

    def output(self, x: TensorType) -> TensorType:
        require_sort(self, x, *self.sorts)
        return x


class _InPlace(Activation):
    """One with no argument but `inplace`."""

    inplace: InPlace = False


class _Promoting(Activation):
    """One that makes float32 of integers."""

    sorts: ClassVar[tuple[str, ...]] = ("float", "complex", "integer")

    def output(self, x: TensorType) -> TensorType:
        y = super().output(x)
        return y if sort(y.dtype) in ("float", "complex") else TensorType(y.shape, "float32")


class GELU(Activation):
    """The Gaussian error linear unit.

    Output, in the shape of the input: `x * Phi(x)`, Phi the distribution function of the normal distribution.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.GELU.html
    """

    direct = "approximate"

    approximate: Literal["none", "tanh"] = Field("none", description="tanh: a faster approximation")


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


class LogSigmoid(Activation):
    """The logarithm of the sigmoid.

    Output, in the shape of the input: `-log(1 + exp(-x))`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.LogSigmoid.html
    """


class Mish(_InPlace):
    """A smooth, non-monotonic rectifier.

    Output, in the shape of the input: `x * tanh(log(1 + exp(x)))`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Mish.html
    """


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

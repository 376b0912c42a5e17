"""Activations with numbers of their own, given or learned."""

import math

from pydantic import Field

from archspec.graph import TensorType
from archspec.layers.activation import Activation, InPlace
from archspec.layers.base import LayerError, Positive
from archspec.layers.dtypes import holds, limits, sort


class _Parametric(Activation):
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
        if sort(x.dtype) == "integer":
            least, largest = limits(x.dtype)
            for name, value in (("min_val", self.min_val), ("max_val", self.max_val)):
                if not least <= math.trunc(value) <= largest:
                    raise LayerError(
                        f"Hardtanh's {name} {value} does not fit {x.dtype}",
                        rule="argument-value",
                        argument=name,
                        help=f"{x.dtype} holds {least} to {largest}",
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

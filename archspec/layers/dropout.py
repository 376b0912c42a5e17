"""Dropout: in training a part of what enters is zeroed; the shape stays."""

from pydantic import Field

from archspec.graph import TensorType
from archspec.layers.base import Layer, LayerError
from archspec.layers.dtypes import require_sort


class _Dropout(Layer):
    """Takes elements out by chance."""

    family = "Dropout"
    direct = "p"
    positional = ("p",)

    p: float = Field(0.5, ge=0, le=1, description="probability that an element, or a channel, is zeroed")
    inplace: bool = Field(False, description="write the result over the input")

    def output(self, x: TensorType) -> TensorType:
        if 0 < self.p < 1:  # else no chance is drawn, and torch takes any dtype
            require_sort(self, x, "float")
        return x


class _ChannelDropout(_Dropout):
    """Dropout of whole channels, of inputs of any rank that has them."""

    def output(self, x: TensorType) -> TensorType:
        if not x.shape:
            raise LayerError(f"{self.kind} takes an input with channels, not ()", rule="input-rank")
        return super().output(x)


class _MapDropout(_Dropout):
    """Dropout of whole channels, of inputs of one rank: torch takes the others for examples without a batch."""

    def output(self, x: TensorType) -> TensorType:
        self.spatial(x)
        return super().output(x)


class Dropout(_Dropout):
    """Zeroes single elements, in training.

    Output, in the shape of the input: `x / (1 - p)`, or 0 with probability p.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Dropout.html
    """


class Dropout1d(_MapDropout):
    """Zeroes whole channels of `channels x length`, in training.

    Output, in the shape of the input: `x / (1 - p)`, or 0 with probability p.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Dropout1d.html
    """

    dims = 1


class Dropout2d(_ChannelDropout):
    """Zeroes whole channels of `channels x height x width`, in training; torch takes other ranks too.

    Output, in the shape of the input: `x / (1 - p)`, or 0 with probability p.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Dropout2d.html
    """


class Dropout3d(_MapDropout):
    """Zeroes whole channels of `channels x depth x height x width`, in training.

    Output, in the shape of the input: `x / (1 - p)`, or 0 with probability p.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Dropout3d.html
    """

    dims = 3


class AlphaDropout(_Dropout):
    """Sets single elements to the least value of SELU, in training.

    Output, in the shape of the input: `a * x + b`, such that mean and variance stay.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.AlphaDropout.html
    """


class FeatureAlphaDropout(_ChannelDropout):
    """Sets whole channels to the least value of SELU, in training.

    Output, in the shape of the input: `a * x + b`, such that mean and variance stay.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.FeatureAlphaDropout.html
    """

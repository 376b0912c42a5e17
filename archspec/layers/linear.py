"""Linear layers."""

from math import prod

from pydantic import Field

from archspec.graph import TensorType
from archspec.layers.base import Layer, LayerError, Positive
from archspec.receptive_field import Windows
from archspec.shapes import Shape, format_shape


class Identity(Layer):
    """What enters, unchanged.

    https://docs.pytorch.org/docs/stable/generated/torch.nn.Identity.html
    """

    family = "Linear"

    def output(self, x: TensorType) -> TensorType:
        return x


class Linear(Layer):
    """A matrix product with the last dimension: every output feature is a weighted sum of the input features.

    Output: the input's shape with `out_features` in the last place; MACs: elements of the output x in_features.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html
    """

    family = "Linear"
    inferred = ("in_features",)
    size_rule = "linear-in-features"
    size_noun = "features"
    positional = ("in_features", "out_features")
    direct = "out_features"

    in_features: int | None = Field(None, description="features of the input: its last dimension")
    out_features: Positive = Field(description="features of the output", examples=[10])
    bias: bool = Field(True, description="whether to add a learnable bias")

    def sizes(self, x: TensorType) -> dict[str, int]:
        if not x.shape:
            raise LayerError("Linear takes features, not a single number", rule="input-rank")
        return {"in_features": x.shape[-1]}

    def output(self, x: TensorType) -> TensorType:
        self.sizes(x)
        self.require_dtype(x, "float32")
        return TensorType((*x.shape[:-1], self.out_features))

    def parameters(self, x: TensorType) -> dict[str, Shape]:
        return {"weight": (self.out_features, x.shape[-1])} | ({"bias": (self.out_features,)} if self.bias else {})

    def macs(self, x: TensorType) -> int:
        return prod(x.shape) * self.out_features

    def weight_layers(self, input: int = 0) -> int:
        return 1

    def windows(self, x: TensorType) -> Windows:
        return self.sees_all_along(x, len(x.shape) - 1)


class Bilinear(Layer):
    """A product of two inputs: every output feature is a weighted sum over all pairs of their features.

    Output: the inputs' shape with `out_features` in the last place, `x1 * weight * x2 + bias`; MACs: elements of the
    output x in1_features x in2_features.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Bilinear.html
    """

    family = "Linear"
    arity = (2, 2)
    inferred = ("in1_features", "in2_features")
    size_noun = "features"
    positional = ("in1_features", "in2_features", "out_features")
    direct = "out_features"

    in1_features: int | None = Field(None, description="features of the first input: its last dimension")
    in2_features: int | None = Field(None, description="features of the second input")
    out_features: Positive = Field(description="features of the output", examples=[10])
    bias: bool = Field(True, description="whether to add a learnable bias")

    def sizes(self, x: TensorType, y: TensorType) -> dict[str, int]:
        if not x.shape or not y.shape:
            raise LayerError("Bilinear takes features, not a single number", rule="input-rank")
        return {"in1_features": x.shape[-1], "in2_features": y.shape[-1]}

    def output(self, x: TensorType, y: TensorType) -> TensorType:
        self.sizes(x, y)
        for each in (x, y):
            self.require_dtype(each, "float32")
        if x.shape[:-1] != y.shape[:-1]:
            raise LayerError(
                f"Bilinear takes two inputs that differ in the last dimension only, not {format_shape(x.shape)} and "
                f"{format_shape(y.shape)}"
            )
        return TensorType((*x.shape[:-1], self.out_features))

    def parameters(self, x: TensorType, y: TensorType) -> dict[str, Shape]:
        weight = (self.out_features, x.shape[-1], y.shape[-1])
        return {"weight": weight} | ({"bias": (self.out_features,)} if self.bias else {})

    def macs(self, x: TensorType, y: TensorType) -> int:
        return prod(x.shape) * y.shape[-1] * self.out_features

    def windows(self, x: TensorType, y: TensorType) -> Windows:
        return self.sees_all_along(x, len(x.shape) - 1)

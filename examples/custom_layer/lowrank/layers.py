"""The layer as archspec knows it: what it takes, what it makes of a shape, what it costs. Imports no torch."""

from math import prod

from pydantic import Field

import archspec
from archspec import TensorType


class LowRankLinear(archspec.Layer):
    """A linear layer whose weight is the product of two thin matrices.

    Output: the input's shape with `out_features` in the last place; MACs: elements but the last dimension's x
    (in_features + out_features) x rank.
    """

    family = "Linear"
    target = "lowrank.modules.LowRankLinear"  # the class that the network's source imports
    inferred = ("in_features",)  # follows from the input, so that a spec need not say it
    positional = ("in_features", "out_features")  # written without a keyword in the source
    direct = "out_features"  # `LowRankLinear: 10`

    # the arguments of the class, in its order and with its defaults
    in_features: int | None = Field(None, description="features of the input: its last dimension")
    out_features: int = Field(ge=1, description="features of the output", examples=[10])
    rank: int = Field(8, ge=1, description="features between the two matrices")
    bias: bool = Field(True, description="whether to add a learnable bias")

    def sizes(self, x: TensorType) -> dict[str, int]:
        """The values of the inferred arguments."""
        return {"in_features": x.shape[-1]}

    def output(self, x: TensorType) -> TensorType:
        """What leaves. An input that the layer cannot take raises archspec.LayerError."""
        self.require_dtype(x, "float32")
        return TensorType((*x.shape[:-1], self.out_features))

    def parameters(self, x: TensorType) -> dict[str, tuple[int, ...]]:
        """The learnable parameters, as the state_dict has them."""
        weights = {"down.weight": (self.rank, x.shape[-1]), "up.weight": (self.out_features, self.rank)}
        return weights | ({"up.bias": (self.out_features,)} if self.bias else {})

    def macs(self, x: TensorType) -> int:
        return prod(x.shape[:-1]) * self.rank * (x.shape[-1] + self.out_features)

    def windows(self, x: TensorType) -> None:
        """Every output sees all of the input; leave the method out where an output sees just its own pixel."""
        return

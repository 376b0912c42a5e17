"""How near two inputs are to each other."""

from typing import ClassVar

from pydantic import Field

from archspec.graph import TensorType
from archspec.layers.base import Layer, LayerError
from archspec.layers.dtypes import holds, promote, require_sort
from archspec.receptive_field import WHOLE, Window, Windows
from archspec.shapes import broadcast, format_shape


class _Distance(Layer):
    family = "Distance"
    arity = (2, 2)
    sorts: ClassVar[tuple[str, ...]] = ("float",)

    def windows(self, x: TensorType, y: TensorType) -> Windows:
        kept = len(x.shape) == len(self.output(x, y).shape)
        axis = self._along(x)
        return tuple(WHOLE if dim == axis else Window(dim=dim) for dim in range(len(x.shape)) if kept or dim != axis)

    def _along(self, x: TensorType) -> int:
        """The dimension that the distance is taken along."""
        raise NotImplementedError

    def _take(self, x: TensorType, y: TensorType) -> TensorType:
        """What the two inputs are when they are broadcast."""
        both = promote(x.dtype, y.dtype)
        for dtype in (x.dtype, y.dtype) if "integer" in self.sorts else (both,):
            require_sort(self, TensorType(x.shape, dtype), *self.sorts)
        shape = broadcast([x.shape, y.shape])
        if shape is None:
            raise LayerError(
                f"{self.kind} takes two inputs of one shape, not {format_shape(x.shape)} and {format_shape(y.shape)}",
                rule="layer-arguments" if len(x.shape) == len(y.shape) else "input-rank",
            )
        return TensorType(shape, both)


class CosineSimilarity(_Distance):
    """The cosine of the angle between the vectors of two inputs: `from: [a, b]`.

    Output: the inputs' shape without dim, `x * y / max(|x| * |y|, eps)`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.CosineSimilarity.html
    """

    direct = "dim"
    positional = ("dim",)

    dim: int = Field(1, description="dimension of the vectors, counted with the batch")
    eps: float = Field(1e-8, ge=0, description="the least that is divided by")

    def output(self, x: TensorType, y: TensorType) -> TensorType:
        both = self._take(x, y)
        axis = self._along(both)
        computed = "float64" if both.dtype == "float64" else "float32"
        if not holds(computed, self.eps):
            raise LayerError(f"eps {self.eps} does not fit {computed}", rule="argument-value", argument="eps")
        return TensorType((*both.shape[:axis], *both.shape[axis + 1 :]), both.dtype)

    def _along(self, x: TensorType) -> int:
        return self.dimension(x, "dim", self.dim)


class PairwiseDistance(_Distance):
    """The distance between the vectors of two inputs, their last dimension: `from: [a, b]`.

    Output: the inputs' shape without the last dimension, or 1 there with keepdim: `sum(|x - y + eps| ** p) ** (1 / p)`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.PairwiseDistance.html
    """

    direct = "p"
    positional = ("p",)
    sorts = ("float", "integer", "complex")

    p: float = Field(2.0, description="the power; 2 is the Euclidean distance")
    eps: float = Field(1e-6, description="what is added to each difference")
    keepdim: bool = Field(False, description="whether the last dimension stays, with a size of 1")

    def output(self, x: TensorType, y: TensorType) -> TensorType:
        both = self._take(x, y)
        if not both.shape:
            raise LayerError(
                "PairwiseDistance takes vectors, and the batch is the only dimension", rule="batch-dimension"
            )
        dtype = {"complex64": "float32", "complex128": "float64"}.get(both.dtype, both.dtype)
        return TensorType(both.shape[:-1] + (1,) * self.keepdim, dtype if dtype.startswith(("f", "b")) else "float32")

    def _along(self, x: TensorType) -> int:
        return len(x.shape) - 1

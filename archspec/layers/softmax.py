"""Activations of the vectors along a dimension."""

from pydantic import Field

from archspec.graph import TensorType
from archspec.layers.activation import Activation
from archspec.layers.base import LayerError
from archspec.receptive_field import Window, Windows
from archspec.shapes import format_shape


class _AlongDimension(Activation):
    """One over the vectors along a dimension."""

    direct = "dim"

    dim: int | None = Field(
        None,
        description="dimension to work along, counted with the batch; null: 0 of one or of three dimensions, else 1",
    )

    def output(self, x: TensorType) -> TensorType:
        rank = 1 + len(x.shape)
        dim = self._dim(rank)
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

    def windows(self, x: TensorType) -> Windows:
        rank = 1 + len(x.shape)
        return self.sees_all_along(x, self._dim(rank) % rank - 1)

    def _dim(self, rank: int) -> int:
        if self.dim is not None:
            return self.dim
        return 0 if rank in (1, 3) else 1  # torch's choice, of an older time


class GLU(Activation):
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

    def windows(self, x: TensorType) -> Windows:
        """Of a halved axis a pixel sees its own and the one that gates it."""
        axis = self.dimension(x, "dim", self.dim)
        return tuple(Window(size // 2 + 1 if dim == axis else 1) for dim, size in enumerate(x.shape))


class LogSoftmax(_AlongDimension):
    """The logarithm of the softmax.

    Output, in the shape of the input: `x - log(sum(exp(x)))`, the sum along dim.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.LogSoftmax.html
    """


class Softmax(_AlongDimension):
    """Makes a distribution of the values along a dimension.

    Output, in the shape of the input: `exp(x) / sum(exp(x))`, the sum along dim.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmax.html
    """


class Softmax2d(Activation):
    """Makes a distribution of the channels at each pixel of `channels x height x width`.

    Output, in the shape of the input: `exp(x) / sum(exp(x))`, the sum over the channels.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmax2d.html
    """

    dims = 2

    def output(self, x: TensorType) -> TensorType:
        self.spatial(x)
        return super().output(x)

    def windows(self, x: TensorType) -> Windows:
        return self.sees_all_along(x, 0)


class Softmin(_AlongDimension):
    """Makes a distribution of the values along a dimension, the smallest the likeliest.

    Output, in the shape of the input: `exp(-x) / sum(exp(-x))`, the sum along dim.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmin.html
    """

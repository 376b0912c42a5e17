"""Embeddings: a learned vector for each of a number of tokens."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from archspec.graph import TensorType
from archspec.layers.arguments import written
from archspec.layers.base import Layer, LayerError, Positive
from archspec.receptive_field import Window, Windows
from archspec.shapes import Shape, format_shape

Padding = Annotated[int | None, Field(description="token whose vector is not learned; from the end if negative")]
MaxNorm = Annotated[float | None, Field(description="the largest norm of a vector that is used; null: any")]
NormType = Annotated[float, Field(description="the power of that norm")]
ByFrequency = Annotated[bool, Field(description="whether gradients are divided by how often a token is in the batch")]
Sparse = Annotated[bool, Field(description="whether the gradient is a sparse tensor")]


class _Embedding(Layer):
    family = "Embedding"
    positional = ("num_embeddings", "embedding_dim")

    num_embeddings: Positive = Field(
        description="how many tokens there are; each is a number under it", examples=[10000]
    )
    embedding_dim: Positive = Field(description="features of a vector", examples=[256])

    if TYPE_CHECKING:  # declared by the subclasses, each in torch's order
        padding_idx: Padding

    def output(self, x: TensorType, *weights: TensorType) -> TensorType:
        if x.dtype not in ("int64", "int32"):
            raise LayerError(
                f"{self.kind} takes int64 or int32, not {x.dtype}",
                rule="dtype",
                help=f"tokens are integers: write the input as {{shape: {written(x.shape)}, dtype: int64}}",
            )
        count = self.num_embeddings
        if self.padding_idx is not None and not -count <= self.padding_idx < count:
            raise LayerError(
                f"padding_idx {self.padding_idx} is none of {count} embeddings",
                rule="argument-value",
                argument="padding_idx",
            )
        return TensorType((*x.shape, self.embedding_dim))

    def parameters(self, x: TensorType, *weights: TensorType) -> dict[str, Shape]:
        return {"weight": (self.num_embeddings, self.embedding_dim)}

    def windows(self, x: TensorType, *weights: TensorType) -> Windows:
        return (*(Window() for _ in x.shape), None)


class Embedding(_Embedding):
    """A vector for each token: the input holds integers, from 0 to num_embeddings - 1.

    Output: the input's shape and `embedding_dim` behind it.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Embedding.html
    """

    padding_idx: Padding = None
    max_norm: MaxNorm = None
    norm_type: NormType = 2.0
    scale_grad_by_freq: ByFrequency = False
    sparse: Sparse = False


class EmbeddingBag(_Embedding):
    """The mean, sum or maximum of the vectors of a row of tokens; `from: [tokens, weights]` weighs them in a sum.

    Output: `embedding_dim`, of an input of one dimension.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.EmbeddingBag.html
    """

    arity = (1, 2)

    max_norm: MaxNorm = None
    norm_type: NormType = 2.0
    scale_grad_by_freq: ByFrequency = False
    mode: Literal["sum", "mean", "max"] = Field("mean", description="how the vectors of a row become one")
    sparse: Sparse = False
    include_last_offset: bool = Field(False, description="of no effect: rows have one length, and no offsets")
    padding_idx: Padding = None

    def output(self, x: TensorType, *weights: TensorType) -> TensorType:
        if len(x.shape) != 1:
            raise LayerError(f"EmbeddingBag takes a row of tokens, not {format_shape(x.shape)}", rule="input-rank")
        super().output(x)
        for name in ("scale_grad_by_freq", "sparse"):
            if self.mode == "max" and getattr(self, name):
                raise LayerError(f"mode max knows no {name}", argument=name, help="leave it out, or write another mode")
        for each in weights:
            self._check_weights(x, each)
        return TensorType((self.embedding_dim,))

    def windows(self, x: TensorType, *weights: TensorType) -> Windows:
        return None

    def call(self, x: TensorType, *weights: TensorType) -> str | None:
        return "{module}({0}, per_sample_weights={1})" if weights else None

    def _check_weights(self, x: TensorType, weights: TensorType) -> None:
        if self.mode != "sum":
            raise LayerError(f"mode {self.mode} takes no weights", argument="mode", help="write sum")
        if weights.shape != x.shape:
            raise LayerError(
                f"EmbeddingBag takes a weight for each token of {format_shape(x.shape)}, and gets "
                f"{format_shape(weights.shape)}"
            )
        self.require_dtype(weights, "float32")

"""Normalization: the shape stays; the kinds differ in what the statistics go over, and in what they learn and keep."""

import math
from typing import Annotated

from pydantic import Field

from archspec.graph import TensorType
from archspec.layers.base import FLOATS, Layer, LayerError, Positive
from archspec.layers.dtypes import holds, require_sort
from archspec.shapes import format_shape

_WITH_FLOAT32 = ("float32", "float16", "bfloat16")


class _Normalization(Layer):
    """Puts mean and variance right, and learns them anew."""

    family = "Normalization"
    size_rule = "norm-num-features"

    def require_floats(self, x: TensorType, *, with_own: bool) -> None:
        """Refuse what is no float tensor, or none that goes with the module's own float32 ones."""
        self.require_dtype(x, *(_WITH_FLOAT32 if with_own else FLOATS))


class _RunningStatistics(_Normalization):
    """Statistics of each channel, with running ones for evaluation."""

    inferred = ("num_features",)
    positional = ("num_features",)

    num_features: Positive | None = Field(None, description="channels of the input")
    eps: float = Field(1e-5, description="what is added to the variance, for numerical stability")
    momentum: float | None = Field(0.1, description="a batch's share in the running statistics; null: a plain average")
    affine: bool = Field(True, description="learn a weight and a bias for each channel")
    track_running_stats: bool = Field(True, description="keep running statistics, for evaluation")
    bias: bool = Field(True, description="false: learn no bias even if affine")

    def sizes(self, x: TensorType) -> dict[str, int]:
        return {"num_features": x.shape[0]} if x.shape else {}

    def fixed_sizes(self, x: TensorType) -> dict[str, int]:
        """Torch looks at num_features only where a weight or a running mean has as many."""
        return self.sizes(x) if self.affine or self.track_running_stats else {}

    def parameters(self, x: TensorType) -> dict[str, tuple[int, ...]]:
        return _weights(x.shape[:1], self.affine, self.bias)

    def buffers(self, x: TensorType) -> dict[str, tuple[int, ...]]:
        if not self.track_running_stats:
            return {}
        return {"running_mean": x.shape[:1], "running_var": x.shape[:1], "num_batches_tracked": ()}


class _BatchNorm(_RunningStatistics):
    """The statistics of a channel go over the batch and its pixels."""

    eps: float = Field(1e-5, gt=0, description="what is added to the variance, for numerical stability")

    def output(self, x: TensorType) -> TensorType:
        self.check_rank(x)
        self.require_floats(x, with_own=self.affine or self.track_running_stats)
        return x

    def check_rank(self, x: TensorType) -> None:
        self.spatial(x)


class BatchNorm1d(_BatchNorm):
    """Normalizes each channel of `channels` or `channels x length` over the batch.

    Output, in the shape of the input: `(x - mean) / sqrt(variance + eps) * weight + bias`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.BatchNorm1d.html
    """

    dims = 1

    def check_rank(self, x: TensorType) -> None:
        if len(x.shape) not in (1, 2):
            raise LayerError(
                f"BatchNorm1d takes channels or channels x length, not {format_shape(x.shape)}", rule="input-rank"
            )


class BatchNorm2d(_BatchNorm):
    """Normalizes each channel of `channels x height x width` over the batch.

    Output, in the shape of the input: `(x - mean) / sqrt(variance + eps) * weight + bias`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.BatchNorm2d.html
    """

    dims = 2


class BatchNorm3d(_BatchNorm):
    """Normalizes each channel of `channels x depth x height x width` over the batch.

    Output, in the shape of the input: `(x - mean) / sqrt(variance + eps) * weight + bias`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.BatchNorm3d.html
    """

    dims = 3


class SyncBatchNorm(_BatchNorm):
    """Normalizes each channel over the batch and over all processes that train together; channels, and any pixels.

    Output, in the shape of the input: `(x - mean) / sqrt(variance + eps) * weight + bias`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.SyncBatchNorm.html
    """

    def check_rank(self, x: TensorType) -> None:
        if not x.shape:
            raise LayerError("SyncBatchNorm takes an input with channels, not ()", rule="input-rank")


class _InstanceNorm(_RunningStatistics):
    """The statistics of a channel go over its pixels, for each example."""

    affine: bool = Field(False, description="learn a weight and a bias for each channel")
    track_running_stats: bool = Field(False, description="keep running statistics, for evaluation")

    def output(self, x: TensorType) -> TensorType:
        if math.prod(self.spatial(x)) == 1:
            raise LayerError(
                f"{self.kind} needs more than one pixel a channel, not {format_shape(x.shape)}",
                help="leave it out here, or normalize over the batch or over several channels",
            )
        self.require_floats(x, with_own=self.affine)
        return x


class InstanceNorm1d(_InstanceNorm):
    """Normalizes each channel of `channels x length`, example by example.

    Output, in the shape of the input: `(x - mean) / sqrt(variance + eps) * weight + bias`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.InstanceNorm1d.html
    """

    dims = 1


class InstanceNorm2d(_InstanceNorm):
    """Normalizes each channel of `channels x height x width`, example by example.

    Output, in the shape of the input: `(x - mean) / sqrt(variance + eps) * weight + bias`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.InstanceNorm2d.html
    """

    dims = 2


class InstanceNorm3d(_InstanceNorm):
    """Normalizes each channel of `channels x depth x height x width`, example by example.

    Output, in the shape of the input: `(x - mean) / sqrt(variance + eps) * weight + bias`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.InstanceNorm3d.html
    """

    dims = 3


class GroupNorm(_Normalization):
    """Normalizes groups of channels, example by example.

    Output, in the shape of the input: `(x - mean) / sqrt(variance + eps) * weight + bias`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.GroupNorm.html
    """

    inferred = ("num_channels",)
    direct = "num_groups"
    positional = ("num_groups", "num_channels")

    num_groups: Positive = Field(description="groups that the channels are split into", examples=[32])
    num_channels: Positive | None = Field(None, description="channels of the input")
    eps: float = Field(1e-5, description="what is added to the variance, for numerical stability")
    affine: bool = Field(True, description="learn a weight and a bias for each channel")
    bias: bool = Field(True, description="false: learn no bias even if affine")

    def sizes(self, x: TensorType) -> dict[str, int]:
        return {"num_channels": x.shape[0]} if x.shape else {}

    def fixed_sizes(self, x: TensorType) -> dict[str, int]:
        """Torch looks at num_channels only where a weight has as many."""
        return self.sizes(x) if self.affine else {}

    def output(self, x: TensorType) -> TensorType:
        if not x.shape:
            raise LayerError("GroupNorm takes an input with channels, not ()", rule="input-rank")
        channels = x.shape[0]
        if channels % self.num_groups:
            raise LayerError(
                f"GroupNorm cannot split {channels} channels into {self.num_groups} groups",
                rule="argument-value",
                argument="num_groups",
                help=f"num_groups must divide {channels}, as {math.gcd(channels, self.num_groups)} does",
            )
        self.require_floats(x, with_own=self.affine)
        return x

    def parameters(self, x: TensorType) -> dict[str, tuple[int, ...]]:
        return _weights(x.shape[:1], self.affine, self.bias)


class _LastDimensions(_Normalization):
    """The statistics of each example go over the last dimension, or over as many as normalized_shape has."""

    inferred = ("normalized_shape",)
    size_noun = "features"
    positional = ("normalized_shape",)

    normalized_shape: Positive | Annotated[tuple[Positive, ...], Field(min_length=1)] | None = Field(
        None, description="size of the last dimension, or sizes of the last few, to normalize over"
    )

    def sizes(self, x: TensorType) -> dict[str, int | tuple[int, ...]]:
        if isinstance(self.normalized_shape, tuple):
            return {"normalized_shape": x.shape[-len(self.normalized_shape) :]}
        return {"normalized_shape": x.shape[-1]} if x.shape else {}

    def normalized(self, x: TensorType) -> tuple[int, ...]:
        """The sizes that are normalized over, as a shape."""
        count = len(self.normalized_shape) if isinstance(self.normalized_shape, tuple) else 1
        return x.shape[-count:]

    def output(self, x: TensorType) -> TensorType:
        if not x.shape:
            raise LayerError(
                f"{self.kind} normalizes over the last dimension, and the batch is the only one", rule="batch-dimension"
            )
        return x


class LayerNorm(_LastDimensions):
    """Normalizes over the last dimension, or the last few, example by example.

    Output, in the shape of the input: `(x - mean) / sqrt(variance + eps) * weight + bias`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.LayerNorm.html
    """

    eps: float = Field(1e-5, description="what is added to the variance, for numerical stability")
    elementwise_affine: bool = Field(True, description="learn a weight and a bias for each element")
    bias: bool = Field(True, description="false: learn no bias even if affine")

    def output(self, x: TensorType) -> TensorType:
        self.require_floats(x, with_own=self.elementwise_affine)
        return super().output(x)

    def parameters(self, x: TensorType) -> dict[str, tuple[int, ...]]:
        return _weights(self.normalized(x), self.elementwise_affine, self.bias)


class LayerNorm2d(_Normalization):
    """Normalizes over the channels of each pixel of `channels x height x width`, as the norms of a ConvNeXt do.

    Output, in the shape of the input: `(x - mean) / sqrt(variance + eps) * weight + bias`. Archspec's own: torch has
    LayerNorm for the last dimension only.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.LayerNorm.html
    """

    target = "LayerNorm2d"
    source = '''
class LayerNorm2d(nn.LayerNorm):
    """A LayerNorm over the channels of each pixel."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
'''
    inferred = ("normalized_shape",)
    positional = ("normalized_shape",)
    dims = 2

    normalized_shape: Positive | None = Field(None, description="channels of the input")
    eps: float = Field(1e-5, description="what is added to the variance, for numerical stability")
    elementwise_affine: bool = Field(True, description="learn a weight and a bias for each channel")
    bias: bool = Field(True, description="false: learn no bias even if affine")

    def sizes(self, x: TensorType) -> dict[str, int]:
        return {"normalized_shape": x.shape[0]} if x.shape else {}

    def output(self, x: TensorType) -> TensorType:
        self.spatial(x)
        self.require_floats(x, with_own=self.elementwise_affine)
        return x

    def parameters(self, x: TensorType) -> dict[str, tuple[int, ...]]:
        return _weights(x.shape[:1], self.elementwise_affine, self.bias)


class RMSNorm(_LastDimensions):
    """Divides by the root mean square over the last dimension, or the last few.

    Output, in the shape of the input: `x / sqrt(mean(x ** 2) + eps) * weight`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.RMSNorm.html
    """

    eps: float | None = Field(None, description="what is added to the mean square; null: the dtype's epsilon")
    elementwise_affine: bool = Field(True, description="learn a weight for each element")

    def output(self, x: TensorType) -> TensorType:
        require_sort(self, x, "float", "complex")
        return super().output(x)

    def parameters(self, x: TensorType) -> dict[str, tuple[int, ...]]:
        return _weights(self.normalized(x), self.elementwise_affine, bias=False)


class LocalResponseNorm(Layer):
    """Divides by what the neighbouring channels of a pixel hold.

    Output, in the shape of the input: `x / (k + alpha / size * sum(x ** 2)) ** beta`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.LocalResponseNorm.html
    """

    family = "Normalization"
    direct = "size"
    positional = ("size",)

    size: Positive = Field(description="neighbouring channels to sum over", examples=[5])
    alpha: float = Field(1e-4, description="factor of the sum")
    beta: float = Field(0.75, description="exponent")
    k: float = Field(1.0, description="what is added to the sum")

    def output(self, x: TensorType) -> TensorType:
        if len(x.shape) < 2:
            raise LayerError(
                f"LocalResponseNorm takes channels and spatial dimensions, not {format_shape(x.shape)}",
                rule="input-rank",
            )
        halves = ("float16", "bfloat16") if len(x.shape) == 2 else ()  # torch's average pooling has no 3d one on a CPU
        self.require_dtype(x, "float32", "float64", "int64", *halves)
        if x.dtype in halves and not holds(x.dtype, self.beta):
            raise LayerError(f"beta {self.beta} does not fit {x.dtype}", rule="argument-value", argument="beta")
        return TensorType(x.shape, "float32") if x.dtype == "int64" else x


class CrossMapLRN2d(Layer):
    """Divides by what the neighbouring channels of a pixel of `channels x height x width` hold.

    Output, in the shape of the input: `x / (k + alpha / size * sum(x ** 2)) ** beta`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossMapLRN2d.html
    """

    family = "Normalization"
    direct = "size"
    positional = ("size",)
    dims = 2

    size: Positive = Field(description="neighbouring channels to sum over", examples=[5])
    alpha: float = Field(1e-4, description="factor of the sum")
    beta: float = Field(0.75, description="exponent")
    k: float = Field(1.0, description="what is added to the sum")

    def output(self, x: TensorType) -> TensorType:
        self.spatial(x)
        require_sort(self, x, "float", "complex")
        if x.dtype in ("float16", "bfloat16") and not holds(x.dtype, self.beta):
            raise LayerError(f"beta {self.beta} does not fit {x.dtype}", rule="argument-value", argument="beta")
        return x


def _weights(shape: tuple[int, ...], affine: bool, bias: bool) -> dict[str, tuple[int, ...]]:
    """What the kinds learn: a weight, and mostly a bias."""
    names = ("weight", "bias") if bias else ("weight",)
    return dict.fromkeys(names, shape) if affine else {}

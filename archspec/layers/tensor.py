"""What torch has functions for and no modules, and learnable tensors by themselves. These kinds are archspec's own."""

from math import prod
from typing import Annotated, Any, Literal

from pydantic import Field

from archspec.graph import TensorType
from archspec.layers.arguments import written
from archspec.layers.base import Layer, LayerError, Positive
from archspec.layers.dtypes import holds, promote, require_sort
from archspec.layers.reshape import multiplied
from archspec.receptive_field import WHOLE, Window, Windows, regroup
from archspec.shapes import Shape, format_shape, sliced

Dim = Annotated[int, Field(description="the dimension, counted with the batch")]


class _Tensor(Layer):
    family = "Tensor"


class Reshape(_Tensor):
    """Each example in another shape, with the same elements in the same order.

    Output: `shape`; with `[8, 8, -1]` `64x16` becomes `8x8x16`.
    https://docs.pytorch.org/docs/stable/generated/torch.Tensor.reshape.html
    """

    target = "Reshape"
    source = '''
class Reshape(nn.Module):
    """Each example in another shape."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.shape = shape

    def forward(self, x: Tensor) -> Tensor:
        return x.reshape(x.shape[0], *self.shape)
'''
    direct = "shape"
    positional = ("shape",)

    shape: tuple[int, ...] = Field(
        description="the new shape, without the batch; one size may be -1, and follows", examples=[[16, -1]]
    )

    def output(self, x: TensorType) -> TensorType:
        elements = prod(x.shape)
        known = prod(each for each in self.shape if each != -1)
        missing = self.shape.count(-1)
        fits = known > 0 and (elements % known == 0 if missing == 1 else elements == known)
        if not fits or missing > 1 or any(each < -1 for each in self.shape):
            raise LayerError(
                f"Reshape cannot make {written(self.shape)} of {format_shape(x.shape)}, which has {elements} elements",
                rule="argument-value",
                argument="shape",
                help=multiplied(self.shape, elements),
            )
        return TensorType(tuple(elements // known if each == -1 else each for each in self.shape), x.dtype)

    def windows(self, x: TensorType) -> Windows:
        return regroup(x.shape, self.output(x).shape)


class Mean(_Tensor):
    """The mean over one dimension or several.

    Output: the input's shape without them; with `[2, 3]` `64x7x7` becomes `64`, with keepdim `64x1x1`.
    https://docs.pytorch.org/docs/stable/generated/torch.mean.html
    """

    target = "Mean"
    source = '''
class Mean(nn.Module):
    """The mean over one dimension or several."""

    def __init__(self, dim: int | tuple[int, ...], keepdim: bool = False) -> None:
        super().__init__()
        self.dim = dim
        self.keepdim = keepdim

    def forward(self, x: Tensor) -> Tensor:
        return x.mean(self.dim, keepdim=self.keepdim)
'''
    direct = "dim"
    positional = ("dim",)

    dim: int | Annotated[tuple[int, ...], Field(min_length=1)] = Field(
        description="the dimension or dimensions, counted with the batch", examples=[[2, 3]]
    )
    keepdim: bool = Field(False, description="whether they stay, with a size of 1")

    def output(self, x: TensorType) -> TensorType:
        axes = self._axes(x)
        if len(set(axes)) < len(axes):
            raise LayerError(f"dim {written(self.dim)} names a dimension twice", rule="argument-value", argument="dim")
        require_sort(self, x, "float", "complex")
        if self.keepdim:
            return TensorType(tuple(1 if axis in axes else size for axis, size in enumerate(x.shape)), x.dtype)
        return TensorType(tuple(size for axis, size in enumerate(x.shape) if axis not in axes), x.dtype)

    def windows(self, x: TensorType) -> Windows:
        axes, dims = self._axes(x), range(len(x.shape))
        if self.keepdim:
            return tuple(WHOLE if dim in axes else Window() for dim in dims)
        return tuple(Window(dim=dim) for dim in dims if dim not in axes)

    def _axes(self, x: TensorType) -> list[int]:
        dims = self.dim if isinstance(self.dim, tuple) else (self.dim,)
        return [self.dimension(x, "dim", dim) for dim in dims]


class Select(_Tensor):
    """What lies at one place of a dimension, which thereby goes.

    Output: the input's shape without dim; with `0` `197x768`, tokens of an image, becomes `768`, the first of them.
    https://docs.pytorch.org/docs/stable/generated/torch.select.html
    """

    target = "Select"
    source = '''
class Select(nn.Module):
    """What lies at one place of a dimension."""

    def __init__(self, index: int, dim: int = 1) -> None:
        super().__init__()
        self.index = index
        self.dim = dim

    def forward(self, x: Tensor) -> Tensor:
        return x.select(self.dim, self.index)
'''
    direct = "index"
    positional = ("index",)

    index: int = Field(description="the place, from 0, or from the end: -1", examples=[0])
    dim: Dim = 1

    def output(self, x: TensorType) -> TensorType:
        axis = self.dimension(x, "dim", self.dim)
        size = x.shape[axis]
        if not -size <= self.index < size:
            raise LayerError(
                f"index {self.index} is none of the {size} places of dim {self.dim} of {format_shape(x.shape)}",
                rule="argument-value",
                argument="index",
            )
        return TensorType((*x.shape[:axis], *x.shape[axis + 1 :]), x.dtype)

    def windows(self, x: TensorType) -> Windows:
        axis = self.dimension(x, "dim", self.dim)
        return tuple(Window(dim=dim) for dim in range(len(x.shape)) if dim != axis)


class Slice(_Tensor):
    """A part of a dimension, as `x[:, start:stop:step]`.

    Output: the input's shape with `ceil((stop - start) / step)` along dim.
    https://docs.pytorch.org/docs/stable/tensor_view.html
    """

    target = "Slice"
    source = '''
class Slice(nn.Module):
    """A part of a dimension."""

    def __init__(
        self, start: int = 0, stop: int | None = None, step: int = 1, dim: int = 1
    ) -> None:
        super().__init__()
        self.slice = slice(start, stop, step)
        self.dim = dim

    def forward(self, x: Tensor) -> Tensor:
        index = [slice(None)] * x.dim()
        index[self.dim] = self.slice
        return x[tuple(index)]
'''

    start: int = Field(0, description="the first place, from 0, or from the end: -1")
    stop: int | None = Field(None, description="the place before which it ends; null: the end")
    step: Positive = Field(1, description="places from one to the next")
    dim: Dim = 1

    def output(self, x: TensorType) -> TensorType:
        axis = self.dimension(x, "dim", self.dim)
        size = x.shape[axis]
        for name, place in (("start", self.start), ("stop", self.stop)):
            if place is not None and not -size <= place <= size:
                raise LayerError(
                    f"{name} {place} is beyond the {size} places of dim {self.dim} of {format_shape(x.shape)}",
                    rule="argument-value",
                    argument=name,
                )
        kept = sliced(size, self.start, self.stop, self.step)
        if kept == 0:
            raise LayerError(
                f"Slice from {self.start} to {written(self.stop)} keeps nothing of {size}",
                rule="output-size",
                argument="start" if self.stop is None else "stop",
            )
        return TensorType((*x.shape[:axis], kept, *x.shape[axis + 1 :]), x.dtype)

    def windows(self, x: TensorType) -> Windows:
        axis = self.dimension(x, "dim", self.dim)
        kept = Window(1, self.step, range(x.shape[axis])[self.start : self.stop : self.step].start)
        return tuple(kept if dim == axis else Window() for dim in range(len(x.shape)))


class Chunk(_Tensor):
    """One of the equal parts of a dimension; the last part may be smaller.

    Output: the input's shape with `ceil(size / chunks)` along dim.
    https://docs.pytorch.org/docs/stable/generated/torch.chunk.html
    """

    target = "Chunk"
    source = '''
class Chunk(nn.Module):
    """One of the equal parts of a dimension."""

    def __init__(self, chunks: int, index: int, dim: int = 1) -> None:
        super().__init__()
        self.chunks = chunks
        self.index = index
        self.dim = dim

    def forward(self, x: Tensor) -> Tensor:
        return x.chunk(self.chunks, self.dim)[self.index]
'''

    chunks: Positive = Field(description="how many parts")
    index: int = Field(description="which part, from 0, or from the end: -1", examples=[0])
    dim: Dim = 1

    def output(self, x: TensorType) -> TensorType:
        axis = self.dimension(x, "dim", self.dim)
        size = x.shape[axis]
        each = -(-size // self.chunks)
        parts = -(-size // each)
        if not -parts <= self.index < parts:
            raise LayerError(
                f"index {self.index} is none of the {parts} parts of {size}",
                rule="argument-value",
                argument="index",
            )
        place = self.index if self.index >= 0 else parts + self.index
        kept = min(each, size - place * each)
        return TensorType((*x.shape[:axis], kept, *x.shape[axis + 1 :]), x.dtype)

    def windows(self, x: TensorType) -> Windows:
        axis = self.dimension(x, "dim", self.dim)
        size = x.shape[axis]
        kept = Window(start=range(0, size, -(-size // self.chunks))[self.index])
        return tuple(kept if dim == axis else Window() for dim in range(len(x.shape)))


class Scale(_Tensor):
    """A learnable factor for each channel.

    Output, in the shape of the input: `x * weight`. The weight is the node's own, as `layer_scale` of a ConvNeXt: its
    name in the state_dict is the node's.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.parameter.Parameter.html
    """

    target = "nn.Parameter"
    bare = True
    inferred = ("num_channels",)
    direct = "init"
    own = ("dim",)
    always = ("init",)

    num_channels: Positive | None = Field(None, description="channels of the input")
    init: float = Field(1.0, description="what the factors start with")
    dim: int = Field(1, description="the dimension of the channels, counted with the batch")

    def sizes(self, x: TensorType) -> dict[str, int]:
        return {"num_channels": x.shape[self.dimension(x, "dim", self.dim)]}

    def output(self, x: TensorType) -> TensorType:
        self.sizes(x)
        if not holds("float32", self.init):
            raise LayerError(f"init {self.init} does not fit float32", rule="argument-value", argument="init")
        return TensorType(x.shape, promote(x.dtype, "float32"))

    def parameters(self, x: TensorType) -> dict[str, Shape]:
        axis = self.dimension(x, "dim", self.dim)
        return {"": (x.shape[axis], *(1 for _ in x.shape[axis + 1 :]))}

    def construction(self, x: TensorType) -> str:
        ones = ", 1" * (len(self.parameters(x)[""]) - 1)
        return f"nn.Parameter(torch.full(({{num_channels}}{ones or ','}), {{init}}))"

    def call(self, x: TensorType) -> str:
        return "{0} * {module}"


class Parameter(_Tensor):
    """A learnable tensor, the same for every example: a class token, the positions of a sequence.

    Output: `shape`, whatever enters; only its batch counts. The tensor, with a 1 for the batch, is the node's own: its
    name in the state_dict is the node's.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.parameter.Parameter.html
    """

    target = "nn.Parameter"
    bare = True
    direct = "shape"

    shape: tuple[Positive, ...] = Field(description="the shape, without the batch", examples=[[1, 256]])
    init: Literal["zeros", "ones", "normal", "trunc_normal"] = Field("zeros", description="what it starts with")
    std: float = Field(
        0.02, gt=0, allow_inf_nan=False, description="the standard deviation, where init is normal or trunc_normal"
    )

    def output(self, x: TensorType) -> TensorType:
        if "std" in self.model_fields_set and "normal" not in self.init:
            raise LayerError(
                f"init {self.init} knows no std", argument="std", help="leave it out, or write init: normal"
            )
        return TensorType(self.shape)

    def parameters(self, x: TensorType) -> dict[str, Shape]:
        return {"": (1, *self.shape)}

    def windows(self, x: TensorType) -> Windows:
        return (None,) * len(self.shape)

    def arguments(self, *inputs: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return (), {"shape": (1, *self.shape)} | ({"std": self.std} if "normal" in self.init else {})

    def construction(self, x: TensorType) -> str:
        made = {
            "zeros": "torch.zeros({shape})",
            "ones": "torch.ones({shape})",
            "normal": "torch.empty({shape}).normal_(std={std})",
            "trunc_normal": "nn.init.trunc_normal_(torch.empty({shape}), std={std})",
        }[self.init]
        return f"nn.Parameter({made})"

    def call(self, x: TensorType) -> str:
        return f"{{module}}.expand({', '.join(['{0}.shape[0]', *('-1' for _ in self.shape)])})"

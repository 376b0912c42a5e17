"""Padding: pixels are put around, or with negative numbers cropped from, the spatial dimensions."""

from typing import Annotated, ClassVar

from pydantic import Field

from archspec.graph import TensorType
from archspec.layers.arguments import PerAxis
from archspec.layers.base import Layer, LayerError
from archspec.layers.dtypes import holds, require_sort
from archspec.receptive_field import Window, Windows
from archspec.shapes import sliced

_AXES = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}


class _Pad(Layer):
    """Each spatial dimension grows by what is put before and after it: out = before + in + after."""

    family = "Padding"
    direct: ClassVar[str | None] = "padding"
    positional: ClassVar[tuple[str, ...]] = ("padding",)

    padding: Annotated[int | tuple[int, ...], PerAxis(2)] = Field(
        description="pixels on every side, or on each: left, right, top, bottom, front, back; negative ones crop"
    )

    def output(self, x: TensorType) -> TensorType:
        self.check_rank(x)
        ends = self._ends()
        sizes = x.shape[-self.dims :]
        padded = tuple(size + before + after for size, (before, after) in zip(sizes, ends, strict=True))
        y = self.refuse_empty(x, TensorType(x.shape[: -self.dims] + padded, x.dtype))
        for axis, size, end in zip(_AXES[self.dims], sizes, ends, strict=True):
            if problem := self.problem(size, *end):
                amount = " and ".join(map(str, dict.fromkeys(end)))
                raise LayerError(
                    f"{self.kind} cannot pad a {axis} of {size} by {amount}: {problem}",
                    rule="argument-value",
                    argument="padding",
                )
        return y

    def windows(self, x: TensorType) -> Windows:
        kept = (Window() for _ in x.shape[: -self.dims])
        return (*kept, *(Window(start=-before) for before, _ in self._ends()))

    def _ends(self) -> list[tuple[int, int]]:
        """What is put before and after each spatial dimension."""
        sides = self.padding if isinstance(self.padding, tuple) else (self.padding,) * 2 * self.dims
        return list(zip(sides[::2], sides[1::2], strict=True))[::-1]  # written with the last dimension first

    def check_rank(self, x: TensorType) -> None:
        self.spatial(x)

    def problem(self, size: int, before: int, after: int) -> str | None:
        """Why a dimension cannot be padded so, if it cannot."""
        return None


class _FillPad(_Pad):
    """The last dimensions are padded with one number."""

    def check_rank(self, x: TensorType) -> None:
        if len(x.shape) <= self.dims:  # torch would take the batch for channels
            self.spatial(x)

    def problem(self, size: int, before: int, after: int) -> str | None:
        crop = -min(before, 0) - min(after, 0)
        return f"that crops {crop}" if crop > size else None


class _ConstantPad(_FillPad):
    direct = None
    positional = ("padding", "value")

    value: float = Field(description="the number to pad with", examples=[0.5])

    def output(self, x: TensorType) -> TensorType:
        y = super().output(x)
        sides = self.padding if isinstance(self.padding, tuple) else (self.padding,)
        if max(sides) > 0 and not holds(x.dtype, self.value):
            raise LayerError(
                f"{self.kind} cannot pad {x.dtype} with {self.value}", rule="argument-value", argument="value"
            )
        return y


class _BorderPad(_Pad):
    """What is padded with comes from the input."""

    def output(self, x: TensorType) -> TensorType:
        require_sort(self, x, "float", "complex", "integer")
        return super().output(x)


class _ReflectionPad(_BorderPad):
    def problem(self, size: int, before: int, after: int) -> str | None:
        return f"a reflection adds {size - 1} at most" if max(before, after) >= size else None


class _CircularPad(_Pad):
    def problem(self, size: int, before: int, after: int) -> str | None:
        if max(before, after) > size:
            return "it goes around once at most"
        # Torch copies a slice of the input into one of the output. A crop of more than there is turns them around.
        padded = size + before + after
        source = sliced(size, max(-before, 0), size - max(-after, 0))
        target = sliced(padded, max(before, 0), padded - max(after, 0))
        return None if source in (1, target) else "that crops more than there is"


class ConstantPad1d(_ConstantPad):
    """Puts one number around `channels x length`.

    Output: `channels x (left + length + right)`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.ConstantPad1d.html
    """

    dims = 1


class ConstantPad2d(_ConstantPad):
    """Puts one number around `channels x height x width`.

    Output: `channels x (top + height + bottom) x (left + width + right)`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.ConstantPad2d.html
    """

    dims = 2


class ConstantPad3d(_ConstantPad):
    """Puts one number around `channels x depth x height x width`.

    Output: `channels x (front + depth + back) x (top + height + bottom) x (left + width + right)`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.ConstantPad3d.html
    """

    dims = 3


class ReflectionPad1d(_ReflectionPad):
    """Puts the reflection of the inside, the border left out, around `channels x length`.

    Output: `channels x (left + length + right)`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.ReflectionPad1d.html
    """

    dims = 1


class ReflectionPad2d(_ReflectionPad):
    """Puts the reflection of the inside, the border left out, around `channels x height x width`.

    Output: `channels x (top + height + bottom) x (left + width + right)`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.ReflectionPad2d.html
    """

    dims = 2


class ReflectionPad3d(_ReflectionPad):
    """Puts the reflection of the inside, the border left out, around `channels x depth x height x width`.

    Output: `channels x (front + depth + back) x (top + height + bottom) x (left + width + right)`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.ReflectionPad3d.html
    """

    dims = 3


class ReplicationPad1d(_BorderPad):
    """Puts copies of the border around `channels x length`.

    Output: `channels x (left + length + right)`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.ReplicationPad1d.html
    """

    dims = 1


class ReplicationPad2d(_BorderPad):
    """Puts copies of the border around `channels x height x width`.

    Output: `channels x (top + height + bottom) x (left + width + right)`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.ReplicationPad2d.html
    """

    dims = 2


class ReplicationPad3d(_BorderPad):
    """Puts copies of the border around `channels x depth x height x width`.

    Output: `channels x (front + depth + back) x (top + height + bottom) x (left + width + right)`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.ReplicationPad3d.html
    """

    dims = 3


class ZeroPad1d(_FillPad):
    """Puts zeros around `channels x length`.

    Output: `channels x (left + length + right)`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.ZeroPad1d.html
    """

    dims = 1


class ZeroPad2d(_FillPad):
    """Puts zeros around `channels x height x width`.

    Output: `channels x (top + height + bottom) x (left + width + right)`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.ZeroPad2d.html
    """

    dims = 2


class ZeroPad3d(_FillPad):
    """Puts zeros around `channels x depth x height x width`.

    Output: `channels x (front + depth + back) x (top + height + bottom) x (left + width + right)`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.ZeroPad3d.html
    """

    dims = 3


class CircularPad1d(_CircularPad):
    """Puts the pixels of the other end around `channels x length`.

    Output: `channels x (left + length + right)`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.CircularPad1d.html
    """

    dims = 1


class CircularPad2d(_CircularPad):
    """Puts the pixels of the other end around `channels x height x width`.

    Output: `channels x (top + height + bottom) x (left + width + right)`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.CircularPad2d.html
    """

    dims = 2


class CircularPad3d(_CircularPad):
    """Puts the pixels of the other end around `channels x depth x height x width`.

    Output: `channels x (front + depth + back) x (top + height + bottom) x (left + width + right)`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.CircularPad3d.html
    """

    dims = 3

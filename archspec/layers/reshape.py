"""Layers that only arrange the elements anew."""

from math import prod

from pydantic import Field

from archspec.graph import TensorType
from archspec.layers.arguments import written
from archspec.layers.base import Layer, LayerError
from archspec.receptive_field import Windows, regroup
from archspec.shapes import flatten, format_shape


def multiplied(sizes: tuple[int, ...], wanted: int) -> str:
    """What sizes multiply to, where that is not what was wanted, and sizes that do."""
    general = "the sizes must multiply to it; one of them may be -1"
    if not sizes or any(size < 1 and size != -1 for size in sizes) or sizes.count(-1) > 1:
        return general
    known = [size for size in sizes if size != -1]
    product = " x ".join(map(str, known))
    product = product if len(known) == 1 else f"{product} = {prod(known)}"
    if -1 in sizes:
        return f"{product} does not divide {wanted}"
    other = _multiplying(sizes, wanted)
    return f"{product}, not {wanted}" + (f": write {written(other)}" if other is not None else "; one size may be -1")


def _multiplying(sizes: tuple[int, ...], wanted: int) -> tuple[int, ...] | None:
    """Sizes near these that multiply to another number: with another first one, else with all others alike."""
    first, rest = sizes[0], sizes[1:]
    if rest and wanted % prod(rest) == 0:
        return (wanted // prod(rest), *rest)
    side = round((wanted / first) ** (1 / len(rest))) if rest else wanted
    made = (first, *(side,) * len(rest)) if rest else (wanted,)
    return made if prod(made) == wanted else None


class _Reshape(Layer):
    family = "Reshape"

    def windows(self, x: TensorType) -> Windows:
        return regroup(x.shape, self.output(x).shape)


class Flatten(_Reshape):
    """Dimensions from `start_dim` to `end_dim` as one; 0 is the batch.

    Output: `512x7x7` becomes `25088`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Flatten.html
    """

    direct = "start_dim"

    start_dim: int = Field(1, description="first dimension to flatten; 0 is the batch")
    end_dim: int = Field(-1, description="last dimension to flatten")

    def output(self, x: TensorType) -> TensorType:
        start = self.dimension(x, "start_dim", self.start_dim)
        end = self.dimension(x, "end_dim", self.end_dim)
        if start > end:
            raise LayerError(
                f"start_dim {self.start_dim} comes after end_dim {self.end_dim} in {format_shape(x.shape)}",
                rule="argument-value",
                argument="start_dim",
            )
        return TensorType(flatten(x.shape, start, end), x.dtype)


class Unflatten(_Reshape):
    """One dimension as several; 0 is the batch.

    Output: with `{dim: 1, unflattened_size: [512, 7, 7]}` `25088` becomes `512x7x7`.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Unflatten.html
    """

    positional = ("dim", "unflattened_size")

    dim: int = Field(description="the dimension to unflatten; 0 is the batch", examples=[1])
    unflattened_size: tuple[int, ...] = Field(
        description="what it becomes; one size may be -1, and follows", examples=[[16, 7, 7]]
    )

    def output(self, x: TensorType) -> TensorType:
        index = self.dimension(x, "dim", self.dim)
        size = x.shape[index]
        known = prod(each for each in self.unflattened_size if each != -1)
        missing = self.unflattened_size.count(-1)
        fits = known > 0 and (size % known == 0 if missing == 1 else size == known)
        if not fits or missing > 1 or not self.unflattened_size or any(each < -1 for each in self.unflattened_size):
            raise LayerError(
                f"Unflatten cannot make {written(self.unflattened_size)} of {size}",
                rule="argument-value",
                argument="unflattened_size",
                help=multiplied(self.unflattened_size, size),
            )
        sizes = tuple(size // known if each == -1 else each for each in self.unflattened_size)
        return TensorType((*x.shape[:index], *sizes, *x.shape[index + 1 :]), x.dtype)

"""Nodes for the battery: arguments, right and wrong, derived from a kind's fields, and inputs for them."""

from __future__ import annotations

from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from hypothesis import strategies as st

from archspec.graph import TensorType
from archspec.layers import Layer, LayerError, lookup

Strategy = st.SearchStrategy[Any]


@dataclass(frozen=True)
class Case:
    """A node as a spec could have it: values of the right types, be they right or wrong."""

    kind: str
    arguments: dict[str, Any]
    x: TensorType

    @property
    def layer(self) -> type[Layer]:
        layer = lookup(self.kind)
        assert layer is not None
        return layer

    @property
    def written(self) -> dict[str, Any]:
        """The arguments as torch takes them."""
        return {name: tuple(value) if isinstance(value, list) else value for name, value in self.arguments.items()}

    @property
    def sizes(self) -> dict[str, Any]:
        """The inferred arguments, where the input has them."""
        try:
            return self.layer.model_construct(**self.written).sizes(self.x)
        except LayerError:
            return {}


# What numbers an argument is tried with: mostly fitting ones; the first is the simplest.
NUMBERS: dict[str, list[Any]] = {
    "out_channels": [1, 2, 3, 4, 6, 6, 6, 6, 8, 12, 0, -1],
    "kernel_size": [1, 2, 3, 1, 2, 3, 1, 2, 3, 4, 5, 7, 1, 2, 3, 1, 2, 3, 0, -1],
    "stride": [1, 2, 3, 1, 2, 3, 1, 2, 3, 4, 5, 7, 1, 2, 3, 1, 2, 3, 0, -1],
    "padding": [0, 1, 2, 0, 1, 2, 0, 1, 3, 4, 5, 7, 0, 1, 2, 0, 1, 2, -1, -2],
    "output_padding": [0, 0, 0, 0, 0, 1, 1, 2, 3, -1],
    "dilation": [1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 1, 1, 1, 0, -1],
    "groups": [1, 1, 1, 2, 2, 3, 3, 4, 8, 0, -1],
    "num_groups": [1, 1, 2, 3, 4, 0, -1],
    "out_features": [1, 3, 7, 10, 11, 12, 13, 0, -1],
    "output_size": [1, 2, 3, 4, 5, 7, 9, 12, 0, -1],
    "divisor_override": [1, 3, -2, 0],
    "upscale_factor": [1, 2, 2, 3, 3, 2, 0, -1],
    "size": [1, 2, 3, 7, 9, 12, 0, -1],
    "scale_factor": [2, 1, 3, 0.5, 1.5, 2.0, 0.3, 1 / 3, 1.1, 0.7, 2.9999999999, 0, -1.0, 1e-9, float("nan")],
    "unflattened_size": [-1, 1, 2, 2, 3, 4, 0, -2],
    "start_dim": [1, 1, 2, 2, 3, -1, -2, 0, 5, -6],
    "end_dim": [-1, -1, -2, 1, 2, 3, 3, 0, 5, -6],
    "dim": [1, 1, 2, 3, -1, -1, -2, -3, 0, 5, -6],
    "num_parameters": [1, 1, 2, 3, 4, 6, 0, -1],
}
INTEGERS = [1, 2, 3, 4, 0, -1]
FLOATS = [0.5, 0.0, 0.1, 1.0, 1e-5, 3.0, -1.0, 1e-30, 1e30, 1e300, float("inf"), float("-inf")]
DTYPES = ["float32", "float64", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool", "complex64"]


@st.composite
def cases(draw: st.DrawFn, kind: str) -> Case:
    """Nodes of a kind."""
    layer = lookup(kind)
    assert layer is not None
    written = {name: arguments(layer, name) for name in layer.fields() if name not in layer.inferred}
    required = {name: values for name, values in written.items() if layer.fields()[name].required}
    optional = {name: values for name, values in written.items() if name not in required}
    case = Case(kind, draw(st.fixed_dictionaries(required, optional=optional)), draw(inputs(layer)))
    if kind in FITTING and draw(st.integers(0, 3)):
        case.arguments.update(draw(FITTING[kind](case.x)))
    for name, size in declarations(case).items():
        if (declared := draw(st.sampled_from([None, None, *size]))) is not None:
            case.arguments[name] = declared
    return case


def declarations(case: Case) -> dict[str, list[Any]]:
    """What may be written for the inferred arguments: right, and wrong."""
    choices: dict[str, list[Any]] = {}
    for name, size in case.sizes.items():
        choices[name] = [size, size + 1]
        if name == "normalized_shape":
            choices[name] += [[*case.x.shape[-2:]], [*case.x.shape], [], [1, *case.x.shape[-1:]]]
    return choices


def inputs(layer: type[Layer]) -> st.SearchStrategy[TensorType]:
    """What may enter: mostly channels and as many spatial dimensions as the kind has."""
    ranks = [1 + layer.dims] * 12 + [layer.dims, 2 + layer.dims] if layer.dims else [3, 1, 2, 2, 3, 3, 4, 5, 0]
    channels = st.sampled_from([4, 1, 2, 3, 6, 8, 9])
    sizes = st.sampled_from([1, 2, 3, 4, 5, 6] if layer.dims == 3 else [1, 2, 3, 4, 5, 6, 7, 8, 9])
    shapes = st.sampled_from(ranks).flatmap(lambda rank: st.tuples(*[channels, *[sizes] * (rank - 1)][:rank]))
    dtypes = st.one_of(st.just("float32"), st.just("float32"), st.just("float32"), st.sampled_from(DTYPES))
    return st.builds(TensorType, shapes, dtypes)


def arguments(layer: type[Layer], name: str) -> Strategy:
    """Values for an argument, of its type."""
    return _values(layer.model_fields[name].annotation, name, layer.fields()[name].length)


def _values(annotation: Any, name: str, length: int | None) -> Strategy:
    if get_origin(annotation) is Annotated:
        return _values(get_args(annotation)[0], name, length)
    if get_origin(annotation) in (Union, UnionType):
        members = get_args(annotation)
        if float in members:
            members = tuple(member for member in members if member is not int)
        return st.one_of(*(_values(member, name, length) for member in members))
    if get_origin(annotation) is Literal:
        return st.sampled_from(get_args(annotation))
    if get_origin(annotation) is tuple:
        elements = _values(get_args(annotation)[0], name, None)
        if length is None:
            return st.lists(elements, max_size=4)
        right = st.lists(elements, min_size=length, max_size=length)
        return st.integers(0, 29).flatmap(lambda chance: right if chance < 29 else st.lists(elements, max_size=7))
    simple: dict[Any, Strategy] = {
        NoneType: st.none(),
        bool: st.booleans(),
        int: st.sampled_from(NUMBERS.get(name, INTEGERS)),
        float: st.sampled_from(NUMBERS.get(name, FLOATS)),
    }
    return simple[annotation]


def _fitting_upsample(x: TensorType) -> Strategy:
    """Exactly one of size and scale_factor, of the right length, and a mode that goes with the rank."""
    axes = len(x.shape) - 1
    smooth = {1: ["linear"], 2: ["bilinear", "bicubic"], 3: ["trilinear"]}.get(axes, [])

    def values(name: str) -> Strategy:
        numbers = st.sampled_from(NUMBERS[name][:-4])
        return numbers | st.lists(numbers, min_size=axes, max_size=axes) if axes > 0 else numbers

    size = st.fixed_dictionaries({"size": values("size"), "scale_factor": st.none()})
    scale = st.fixed_dictionaries({"scale_factor": values("scale_factor"), "size": st.none()})
    simple = {"mode": st.sampled_from(["nearest", "nearest-exact", "area"]), "align_corners": st.none()}
    mixing = {"mode": st.sampled_from(smooth or ["linear"])}
    sizes, modes = st.one_of(size, scale), st.one_of(st.fixed_dictionaries(simple), st.fixed_dictionaries(mixing))
    return st.builds(lambda size, mode: size | mode, sizes, modes)


def _fitting_unflatten(x: TensorType) -> Strategy:
    """Factors of a dimension, in any order, one of them left to follow or not."""

    def sizes(dim: int) -> Strategy:
        size = x.shape[dim - 1]
        halves = [[low, size // low] for low in range(1, size + 1) if size % low == 0]
        factors = st.sampled_from(halves + [[-1, low] for low, _ in halves] + [[low, -1, 1] for low, _ in halves])
        return st.fixed_dictionaries(
            {"dim": st.sampled_from([dim, dim - len(x.shape) - 1]), "unflattened_size": factors}
        )

    return st.integers(1, len(x.shape)).flatmap(sizes) if x.shape else st.just({})


# Kinds whose arguments seldom fit by chance, and strategies of what does, for an input.
FITTING = {"Upsample": _fitting_upsample, "Unflatten": _fitting_unflatten}

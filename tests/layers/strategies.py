"""Nodes for the battery: arguments, right and wrong, derived from a kind's fields, and inputs for them."""

from __future__ import annotations

import itertools
import math
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
    others: tuple[TensorType, ...] = ()

    @property
    def inputs(self) -> tuple[TensorType, ...]:
        return (self.x, *self.others)

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
            return self.layer.model_construct(**self.written).sizes(*self.inputs)
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
    "norm_type": [2.0, 1.0, 3.0, 2.5, -1.0, float("inf"), float("-inf"), 0.0],
    "output_ratio": [0.5, 0.6, 0.9, 0.3, 0.1, 0.0, 1.0, 1.5],
    "downscale_factor": [1, 2, 2, 3, 4, 0, -1],
    "hidden_size": [1, 2, 3, 4, 5, 0, -1],
    "num_layers": [1, 1, 2, 3, 0, -1],
    "num_encoder_layers": [1, 1, 2, 0],
    "num_decoder_layers": [1, 1, 2, 0],
    "proj_size": [0, 1, 2, 3, 5, -1],
    "num_heads": [1, 2, 1, 2, 3, 4, 5, 0, -1],
    "nhead": [1, 2, 1, 2, 3, 4, 5, 0, -1],
    "dim_feedforward": [1, 5, 8, 0, -1, 4],
    "num_embeddings": [1, 2, 5, 0, -1],
    "embedding_dim": [1, 2, 5, 0, -1],
    "padding_idx": [0, 1, -1, -2, 4, 5, -6],
    "squeeze_channels": [1, 2, 5, 0, -1],
    "block_size": [1, 3, 5, 1, 3, 5, 7, 2, 4, 0, -1],
    "dims": [0, 1, 2, 3, -1],
    "chunks": [1, 2, 3, 4, 0, -1],
    "index": [0, 1, 2, -1, -2, -3, 5],
    "start": [0, 1, 2, -1, -2, 5, -7],
    "stop": [1, 2, 3, -1, 5, 0, -7],
    "step": [1, 2, 3, 0, -1],
    "shape": [1, 2, 3, 4, -1, 0],
    "std": [0.02, 1.0, 0.0, -1.0],
}
INTEGERS = [1, 2, 3, 4, 0, -1]
LARGE = {"dim_feedforward", "num_encoder_layers", "num_decoder_layers"}
"""Arguments whose defaults would make a case take long."""
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
    x, *others = draw(INPUTS[kind] if kind in INPUTS else inputs(layer).map(lambda x: (x,)))
    case = Case(kind, draw(st.fixed_dictionaries(required, optional=optional)), x, tuple(others))
    if kind in FITTING and draw(st.integers(0, 3)):
        case.arguments.update(draw(FITTING[kind](*case.inputs)))
    for name in sorted(LARGE & layer.fields().keys() - case.arguments.keys()):
        case.arguments[name] = draw(st.sampled_from([1, 2]))
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
    field = next(field for key, field in layer.model_fields.items() if name in (key, field.alias))
    return _values(field.annotation, name, layer.fields()[name].length)


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


def _fitting_upsampling_2d(x: TensorType) -> Strategy:
    return _fitting_upsample(x).map(lambda arguments: {name: arguments[name] for name in ("size", "scale_factor")})


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


def _fitting_permute(x: TensorType) -> Strategy:
    """The dimensions in any order, mostly with the batch in its place."""
    others = st.permutations(range(1, 1 + len(x.shape))).map(lambda dims: [0, *dims])
    return st.fixed_dictionaries({"dims": others | others | st.permutations(range(1 + len(x.shape)))})


def _fitting_reshape(x: TensorType) -> Strategy:
    """Factors of all elements, one of them left to follow or not."""
    elements = math.prod(x.shape)
    factors = [low for low in range(1, elements + 1) if elements % low == 0]

    def shapes(low: int) -> Strategy:
        pair = [low, elements // low]
        return st.sampled_from([pair, pair[::-1], [*pair, 1], [-1, low], [low, -1, 1], [elements]])

    return st.fixed_dictionaries({"shape": st.sampled_from(factors).flatmap(shapes)})


def _fitting_fold(x: TensorType) -> Strategy:
    """Small windows that have a place each in the map."""
    area, windows = (*x.shape, 1, 1)[:2]
    kernels = [[low, area // low] for low in range(1, area + 1) if area % low == 0] + [1, [1, 2], [2, 1], 2, 3]

    def sizes(kernel: Any) -> Strategy:
        spelled = kernel if isinstance(kernel, list) else [kernel, kernel]
        made = [[low, windows // low] for low in range(1, windows + 1) if windows % low == 0]
        maps = [[w + k - 1 for w, k in zip(each, spelled, strict=True)] for each in made]
        simple = {"dilation": st.just(1), "padding": st.just(0), "stride": st.just(1)}
        return st.fixed_dictionaries({"kernel_size": st.just(kernel), "output_size": st.sampled_from(maps)} | simple)

    return st.sampled_from(kernels).flatmap(sizes)


def _fitting_fractional(x: TensorType) -> Strategy:
    """Exactly one of output_size and output_ratio."""
    ratio, size = (st.sampled_from(NUMBERS[name][:-3]) for name in ("output_ratio", "output_size"))
    number = len(x.shape) - 1
    ratios = ratio | st.lists(ratio, min_size=number, max_size=number) if number > 0 else ratio
    sizes = size | st.lists(size, min_size=number, max_size=number) if number > 0 else size
    return st.one_of(
        st.fixed_dictionaries({"output_ratio": ratios, "output_size": st.none(), "return_indices": st.just(False)}),
        st.fixed_dictionaries({"output_size": sizes, "output_ratio": st.none(), "return_indices": st.just(False)}),
    )


def _fitting_fractional_3d(x: TensorType) -> Strategy:
    """As many windows as there is a place for."""
    kernel = 1 if min(x.shape, default=0) < 3 else 2
    size = st.lists(st.sampled_from([1, 1, 2]), min_size=3, max_size=3)
    others = {"output_ratio": st.none(), "return_indices": st.just(False)}
    return _fitting_fractional(x) | st.fixed_dictionaries(
        {"kernel_size": st.just(kernel), "output_size": size} | others
    )


def _fitting_bag(x: TensorType, *weights: TensorType) -> Strategy:
    modes = st.just("sum") if weights else st.sampled_from(["sum", "mean", "max"])
    numbers = {name: st.sampled_from([2, 3]) for name in ("num_embeddings", "embedding_dim")}
    choices = st.sampled_from([False, False, True])
    padding = st.sampled_from([None, 1, -2])
    return st.fixed_dictionaries(
        numbers | {"mode": modes, "scale_grad_by_freq": choices, "sparse": choices, "padding_idx": padding}
    )


def _heads(name: str, *small: str) -> Any:
    """Heads that divide the features, and sizes that torch would have large."""

    def fitting(x: TensorType, *others: TensorType) -> Strategy:
        divisors = [heads for heads in range(1, 9) if x.shape and x.shape[-1] % heads == 0]
        chosen = {name: st.sampled_from(divisors or [1]), "batch_first": st.just(True)}
        return st.fixed_dictionaries(chosen | {each: st.sampled_from(NUMBERS[each][:-2]) for each in small})

    return fitting


def _fitting_glu(x: TensorType) -> Strategy:
    """A dimension that can be halved."""
    even = [dim for dim, size in enumerate(x.shape, start=1) if size % 2 == 0]
    return st.fixed_dictionaries({"dim": st.sampled_from([*even, *(dim - 1 - len(x.shape) for dim in even), 1])})


def _fitting_chunk(x: TensorType) -> Strategy:
    return st.fixed_dictionaries({"chunks": st.sampled_from([1, 2, 3]), "index": st.sampled_from([0, 1, -1])})


def _fitting_deform_conv(x: TensorType, offset: TensorType, *mask: TensorType) -> Strategy:
    """Windows that have as many elements, and places, as there are offsets."""
    if {len(x.shape), len(offset.shape)} != {3}:
        return st.just({})
    found = []
    for kernel in itertools.product((1, 2, 3), repeat=2):
        for stride, padding, dilation in itertools.product((1, 2), (0, 1, 2), (1, 2)):
            made = tuple(
                (size + 2 * padding - dilation * (k - 1) - 1) // stride + 1
                for size, k in zip(x.shape[1:], kernel, strict=True)
            )
            if made == offset.shape[1:] and offset.shape[0] % (2 * math.prod(kernel)) == 0:
                others = {"stride": stride, "padding": padding, "dilation": dilation, "groups": 1, "out_channels": 2}
                found.append({"kernel_size": list(kernel)} | others)
    return st.sampled_from(found or [{}])


# Kinds whose arguments seldom fit by chance, and strategies of what does, for an input.
FITTING = {
    "Upsample": _fitting_upsample,
    "UpsamplingNearest2d": _fitting_upsampling_2d,
    "UpsamplingBilinear2d": _fitting_upsampling_2d,
    "Unflatten": _fitting_unflatten,
    "Permute": _fitting_permute,
    "Reshape": _fitting_reshape,
    "Fold": _fitting_fold,
    "FractionalMaxPool2d": _fitting_fractional,
    "FractionalMaxPool3d": _fitting_fractional_3d,
    "EmbeddingBag": _fitting_bag,
    "GLU": _fitting_glu,
    "Chunk": _fitting_chunk,
    "DeformConv2d": _fitting_deform_conv,
    "MultiheadAttention": _heads("num_heads"),
    "TransformerEncoderLayer": _heads("nhead", "dim_feedforward"),
    "TransformerDecoderLayer": _heads("nhead", "dim_feedforward"),
    "TransformerEncoder": _heads("nhead", "dim_feedforward", "num_layers"),
    "TransformerDecoder": _heads("nhead", "dim_feedforward", "num_layers"),
    "Transformer": _heads("nhead", "dim_feedforward", "num_encoder_layers", "num_decoder_layers"),
}


# Kinds of several inputs, or of inputs unlike a map, and strategies of what enters.

_SIZES = st.sampled_from([4, 1, 2, 3, 6, 8])
_SHAPES = st.lists(_SIZES, max_size=3)


def _types(*shapes: Any) -> Strategy:
    """Tensors of these shapes, one in twelve times of any dtype."""
    usual = st.just(tuple(TensorType(tuple(shape)) for shape in shapes))
    any_dtype = st.tuples(*(st.builds(TensorType, st.just(tuple(shape)), st.sampled_from(DTYPES)) for shape in shapes))
    return st.integers(0, 11).flatmap(lambda chance: usual if chance < 11 else any_dtype)


def _any_types(low: int, high: int) -> Strategy:
    return st.lists(_SHAPES, min_size=low, max_size=high).flatmap(lambda shapes: _types(*shapes))


def _mostly(fitting: Strategy, low: int = 1, high: int = 1) -> Strategy:
    return st.integers(0, 9).flatmap(lambda chance: fitting if chance < 9 else _any_types(low, high))


def _sequence() -> Strategy:
    return st.tuples(_SIZES, _SIZES).flatmap(_types)


@st.composite
def _sequences(draw: st.DrawFn) -> Any:
    """Two sequences of the same features."""
    features = draw(_SIZES)
    return draw(_types((draw(_SIZES), features), (draw(_SIZES), features)))


@st.composite
def _queries(draw: st.DrawFn) -> Any:
    """A query, perhaps a key, perhaps a value."""
    query, keys = (draw(_SIZES), draw(_SIZES)), draw(_SIZES)
    others = draw(st.lists(st.sampled_from([(query[0], draw(_SIZES)), (keys, draw(_SIZES)), query]), max_size=2))
    if len(others) == 2 and draw(st.integers(0, 9)):
        others[1] = (others[0][0], others[1][1])
    return draw(_types(query, *others))


def _states(most: int) -> Strategy:
    """Features, and states of a cell."""
    states = st.sampled_from([1, 2, 3]).flatmap(lambda size: st.lists(st.just((size,)), max_size=most))
    return st.tuples(_SIZES, states).flatmap(lambda pair: _types((pair[0],), *pair[1]))


def _tokens(shapes: Strategy) -> Strategy:
    dtypes = st.sampled_from(["int64"] * 8 + ["int32"] * 4 + DTYPES)
    return st.tuples(st.builds(TensorType, shapes.map(tuple), dtypes))


@st.composite
def _bags(draw: st.DrawFn) -> Any:
    """A row of tokens, perhaps with weights."""
    (x,) = draw(_tokens(st.lists(_SIZES, min_size=1, max_size=1) | _SHAPES))
    if draw(st.booleans()):
        return (x,)
    weights = TensorType(
        draw(st.sampled_from([x.shape, x.shape, x.shape, (3,)])), draw(st.sampled_from(["float32"] * 4 + DTYPES))
    )
    return (x, weights)


@st.composite
def _pairs(draw: st.DrawFn) -> Any:
    """Two inputs of one shape, or of shapes that broadcast, of any dtypes."""
    shape = draw(_SHAPES)
    other = [draw(st.sampled_from([size, size, size, 1])) for size in shape]
    (x, y) = draw(_types(shape, other))
    return (x, y) if draw(st.booleans()) else (y, x)


@st.composite
def _vectors(draw: st.DrawFn) -> Any:
    """Two inputs that differ in the last dimension."""
    shape = draw(st.lists(_SIZES, max_size=2))
    return draw(_types((*shape, draw(_SIZES)), (*shape, draw(_SIZES))))


@st.composite
def _columns(draw: st.DrawFn) -> Any:
    """Columns of one or two channels of a window."""
    column = draw(st.sampled_from([4, 8, 9, 1, 2, 6, 12]))
    return draw(_types((column, draw(st.sampled_from([4, 1, 2, 3, 6, 9, 12])))))


@st.composite
def _offsets(draw: st.DrawFn) -> Any:
    """A map, and offsets for a kernel, a mask perhaps."""
    channels, size = draw(st.sampled_from([4, 2, 3, 6])), draw(st.sampled_from([5, 3, 4, 7]))
    kernel, padding = draw(st.tuples(*[st.sampled_from([1, 2, 3])] * 2)), draw(st.sampled_from([0, 1]))
    made = [size + 2 * padding - each + 1 + draw(st.sampled_from([0] * 19 + [1])) for each in kernel]
    area, groups = math.prod(kernel), draw(st.sampled_from([1, 1, 1, 2, 3, 4]))
    odd = draw(st.sampled_from([0] * 19 + [1]))
    mask = [(area * groups, *made)] if draw(st.booleans()) else []
    return draw(_types((channels, size, size), (2 * area * groups + odd, *made), *mask))


INPUTS: dict[str, Strategy] = {
    **dict.fromkeys(("RNN", "LSTM", "GRU", "TransformerEncoderLayer", "TransformerEncoder"), _mostly(_sequence())),
    **dict.fromkeys(("Transformer", "TransformerDecoderLayer", "TransformerDecoder"), _mostly(_sequences(), 2, 2)),
    **dict.fromkeys(("RNNCell", "GRUCell"), _mostly(_states(1), 1, 2)),
    "LSTMCell": _mostly(_states(2), 1, 3),
    "MultiheadAttention": _mostly(_queries(), 1, 3),
    "Embedding": _tokens(_SHAPES),
    "EmbeddingBag": _bags(),
    "CosineSimilarity": _mostly(_pairs(), 2, 2),
    "PairwiseDistance": _mostly(_pairs(), 2, 2),
    "Bilinear": _mostly(_vectors(), 2, 2),
    "Fold": _mostly(_columns()),
    "DeformConv2d": _mostly(_offsets(), 2, 3),
}

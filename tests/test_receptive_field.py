"""Receptive fields against torch: the pixels of the input that the gradient of an output's element reaches."""

from __future__ import annotations

import math
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

import archspec
from archspec.graph import Graph, LayerCall
from archspec.receptive_field import ALL, Field, entering, regroup, see, unite
from archspec.report.measures import receptive_field
from tests.specs_in_text import graph_of

ROOT = Path(__file__).parents[1]
SHIPPED = sorted(ROOT.glob("specs/**/*.yaml"))
FAST = {"densenet", "inception_mnist", "lenet5", "residual_mnist", "mobilenet_v3_small"}

CONV = "Conv2d: {out_channels: 2, kernel_size: %s, padding: %s}"
C3 = "{" + CONV % (3, 1) + "}"
C5 = "{" + CONV % (5, 2) + "}"

NETWORKS = {
    "two convolutions": f"[{C3}, {C3}]",
    "a pool between": f"[{C3}, AvgPool2d: 2, {C3}]",
    "a rectangle": f"[{{{CONV % ('[3, 5]', 0)}}}, {{{CONV % ('[1, 3]', 0)}}}]",
    "dilated": "[Conv2d: {out_channels: 1, kernel_size: 3, dilation: 4}]",
    "strided and padded": f"[Conv2d: {{out_channels: 1, kernel_size: 7, stride: 2, padding: 3}}, {C3}]",
    "an even kernel, padded to the same size": f"[Conv2d: {{out_channels: 2, kernel_size: 4, padding: same}}, {C3}]",
    "a pool whose last window hangs over": "[MaxPool2d: {kernel_size: 3, stride: 2, ceil_mode: true}]",
    "a dilated pool": "[MaxPool2d: {kernel_size: 3, stride: 1, dilation: 2}]",
    "LPPool": "[LPPool2d: {norm_type: 1, kernel_size: 3, stride: 2}]",
    "a grouped convolution": "[Conv2d: {out_channels: 4, kernel_size: 3, groups: 2}]",
    "what looks at one pixel": "[BatchNorm2d, Tanh, Dropout: 0.5, LeakyReLU: 0.1]",
    "normalizations over space count as one pixel": "[GroupNorm: 1, InstanceNorm2d, LocalResponseNorm: 3, Tanh]",
    "a softmax over channels": f"[{C3}, Softmax2d]",
    "a softmax over a row": f"[{C3}, Softmax: -1]",
    "a residual: the larger of the two": f"[residual: [Tanh, {C5}], Tanh]",
    "a residual of strides": "[residual: {body: [{Conv2d: {out_channels: 2, kernel_size: 3, stride: 2, padding: 1}},"
    f" {C3}], shortcut: {{Conv2d: {{out_channels: 2, kernel_size: 1, stride: 2}}}}}}, Tanh]",
    "branches": f"[concat: [Identity, {C3}, {{{CONV % ('[1, 7]', '[0, 3]')}}}], Tanh]",
    "branches that look to either side": "[concat: [[ZeroPad2d: [2, 0, 0, 0],"
    " {Conv2d: {out_channels: 1, kernel_size: [1, 3]}}],"
    " [ZeroPad2d: [0, 4, 0, 0], {Conv2d: {out_channels: 1, kernel_size: [1, 5]}}]], Tanh]",
    "dense": f"[dense: [{C3}, {C3}, {C3}], Tanh]",
    "a product": f"[multiply: [{C3}, {C5}], Tanh]",
    "squeeze and excitation written out": f"[{C3}, multiply: [Identity, [AdaptiveAvgPool2d: 1, {{{CONV % (1, 0)}}},"
    f" Sigmoid]], {C3}]",
    "squeeze and excitation": f"[{C3}, SqueezeExcitation: 2, {C3}]",
    "squeezed by Flatten, brought back": "[multiply: [Identity, [AdaptiveAvgPool2d: 1, Flatten, Linear: 2,"
    " Unflatten: {dim: 1, unflattened_size: [2, 1, 1]}]], Tanh]",
    "a row is pooled": f"[{C3}, AdaptiveAvgPool2d: [1, null], Conv2d: {{out_channels: 1, kernel_size: [1, 3]}}]",
    "a pooling to several": f"[{C3}, AdaptiveAvgPool2d: 5, Tanh]",
    "a pooling to as many": "[AdaptiveMaxPool2d: [48, 48], Tanh]",
    "permuted": f"[{{{CONV % ('[3, 5]', 0)}}}, Permute: [0, 1, 3, 2], Tanh]",
    "channels last": f"[{C3}, Permute: [0, 2, 3, 1], LayerNorm, Linear: 4, GELU, Linear: 2, Permute: [0, 3, 1, 2],"
    f" {C3}]",
    "a Linear over a row": f"[{C3}, Linear: 3, Tanh]",
    "the mean of the channels": f"[{C3}, Mean: {{dim: 1, keepdim: true}}, {C3}, Mean: 1]",
    "the mean of a column": f"[{C3}, Mean: {{dim: 2, keepdim: true}}, Tanh]",
    "one channel": f"[{C3}, Select: 0]",
    "a crop": f"[Slice: {{dim: 2, start: 5}}, {C3}, Slice: {{dim: 3, start: 2, stop: 20, step: 3}}]",
    "a part": f"[Chunk: {{chunks: 2, index: 1, dim: 3}}, {C3}]",
    "gated": f"[{C3}, GLU: 1, Conv2d: {{out_channels: 2, kernel_size: 3}}]",
    "padded": f"[ReplicationPad2d: [3, 1, 2, 0], {C3}]",
    "nearest": f"[Upsample: 2, {C3}]",
    "nearest, after a pool": f"[AvgPool2d: 2, Upsample: 2, {C3}]",
    "bilinear": "[Upsample: {scale_factor: 2, mode: bilinear}, Tanh]",
    "bicubic": "[Upsample: {scale_factor: 2, mode: bicubic}, Tanh]",
    "transposed": "[ConvTranspose2d: {out_channels: 2, kernel_size: 2, stride: 2}, Tanh]",
    "transposed, overlapping": "[ConvTranspose2d: {out_channels: 2, kernel_size: 4, stride: 2, padding: 1}, Tanh]",
    "pixels shuffled": "[{Conv2d: {out_channels: 8, kernel_size: 1}}, PixelShuffle: 2, Tanh]",
    "pixels unshuffled": f"[PixelUnshuffle: 2, {C3}]",
    "channels shuffled": f"[{C3}, ChannelShuffle: 2]",
    "a U": f"{{enc: {C3}, pool: {{MaxPool2d: 2}}, mid: {C3},"
    f" up: {{ConvTranspose2d: {{out_channels: 2, kernel_size: 2, stride: 2}}}},"
    f" join: {{concat: [{{from: up}}, {{from: enc}}]}}, dec: {C3}}}",
    "a U in a U": f"{{a: {C3}, p: {{MaxPool2d: 2}}, b: {C3}, q: {{MaxPool2d: 2}}, c: {C3},"
    f" u: {{ConvTranspose2d: {{out_channels: 2, kernel_size: 2, stride: 2}}}},"
    f" d: {{concat: [{{from: u}}, {{from: b}}]}}, e: {C3}, v: {{Upsample: 2}},"
    f" f: {{concat: [{{from: v}}, {{from: a}}]}}, g: {C3}, h: {C3}}}",
    "an hourglass with a resized skip": f"{{a: {C3}, pool: {{AvgPool2d: 4}}, mid: {C3}, up: {{Upsample: 4}},"
    f" join: {{add: [{{from: up}}, {{from: a}}]}}, end: {C3}}}",
    "patches": "[{Conv2d: {out_channels: 8, kernel_size: 8, stride: 8}}, Flatten: 2, Permute: [0, 2, 1], LayerNorm,"
    " Linear: 4]",
    "patches that attend": "[{Conv2d: {out_channels: 8, kernel_size: 8, stride: 8}}, Flatten: 2, Permute: [0, 2, 1],"
    " MultiheadAttention: 2, Linear: 4]",
    "a row read by an LSTM": "[{Conv2d: {out_channels: 8, kernel_size: [48, 3]}}, Flatten: 2, Permute: [0, 2, 1],"
    " {LSTM: 4}]",
    "reshaped around its channels": f"[{C3}, Reshape: [1, 2, 48, 48], Reshape: [2, 48, 48], {C3}]",
}  # fmt: skip
NORMALIZATIONS = (nn.GroupNorm, nn.InstanceNorm2d, nn.LayerNorm, nn.LocalResponseNorm)


@pytest.mark.parametrize("model", NETWORKS.values(), ids=NETWORKS)
def test_the_pixels_that_an_output_depends_on(model: str) -> None:
    spec = f"input: 2x48x48\nmodel: {model}\n"
    graph = graph_of(spec)
    agree(graph, archspec.build(archspec.Source(spec)), graph.layers)


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, marks=[] if path.stem in FAST else pytest.mark.slow, id=path.stem) for path in SHIPPED],
)
def test_of_every_network_that_comes_with_archspec(path: Path) -> None:
    graph = archspec.analyze(path)
    calls = [layer for layer in graph.layers if layer.receptive_field is not None or any(layer.fields or ())]
    agree(graph, archspec.build(path), tuple(calls[::-1][:: max(1, len(calls) // 8)]))


def agree(graph: Graph, net: nn.Module, layers: tuple[LayerCall, ...]) -> None:
    """The fields of these layers are what the gradients of places near their middle say."""
    outputs = results(net, graph)
    calls: Counter[str] = Counter()
    numbered = {id(layer): (calls.update([layer.name]), calls[layer.name])[1] - 1 for layer in graph.layers}
    image, made = outputs
    for layer in layers:
        if layer.name in made and any(layer.fields or ()):
            compare(layer, made[layer.name][numbered[id(layer)]], image)


def results(net: nn.Module, graph: Graph) -> tuple[Tensor, dict[str, list[Tensor]]]:
    """The input, and what every layer makes of it, in an averaging twin of the network."""
    (type,) = graph.inputs.values()
    averaging(net)
    image = torch.full((1, *type.shape), 0.5, dtype=torch.float64, requires_grad=True)
    made: dict[str, list[Tensor]] = {}
    for name, module in net.named_modules():
        module.register_forward_hook(
            lambda _module, _inputs, output, name=name: made.setdefault(name, []).append(
                output[0] if isinstance(output, tuple) else output
            )
        )
    net(image)
    return image, made


def averaging(net: nn.Module) -> None:
    """All weights are positive, maxima become means, and the statistics of normalizations do not count."""
    net.double().eval()
    for module in net.modules():
        if isinstance(module, nn.MaxPool2d | nn.AdaptiveMaxPool2d):
            setattr(module, "forward", partial(mean, module))  # noqa: B010 (mypy has no word for it)
        elif isinstance(module, (*NORMALIZATIONS, nn.ReLU, nn.ReLU6, nn.Hardswish)):
            setattr(module, "forward", torch.clone)  # noqa: B010
    with torch.no_grad():
        for weight in net.parameters():
            weight.fill_(1 / weight[0].numel() if weight.dim() > 1 else 0.5)
        for module in net.modules():
            if isinstance(module, nn.MultiheadAttention):
                weight = module.in_proj_weight
                weight.copy_(torch.rand_like(weight))


def mean(pool: Any, x: Tensor) -> Tensor:
    """The mean of what a maximum is taken of."""
    if isinstance(pool, nn.AdaptiveMaxPool2d):
        return F.adaptive_avg_pool2d(x, pool.output_size)
    if pool.dilation == 1:
        return F.avg_pool2d(x, pool.kernel_size, pool.stride, pool.padding, pool.ceil_mode)
    weight = torch.ones(x.shape[1], 1, pool.kernel_size, pool.kernel_size, dtype=x.dtype)
    return F.conv2d(x, weight, stride=pool.stride, dilation=pool.dilation, groups=x.shape[1])


def compare(layer: LayerCall, output: Tensor, image: Tensor) -> None:
    """The image is square, so that it does not matter which axis is which."""
    axes = {dim: field for dim, field in enumerate(layer.fields or ()) if field is not None}
    if len(axes) < image.dim() - 2:
        return  # of an axis that is gone, nothing is said
    size = image.shape[-1]
    widest, cut = [0] * len(axes), [False] * len(axes)
    for step in range(4):
        places = {dim: min(layer.output.shape[dim] // 2 + step, layer.output.shape[dim] - 1) for dim in axes}
        index = tuple(places[dim] if dim in places else slice(None) for dim in range(len(layer.output.shape)))
        element = output[0][index]
        (gradient,) = torch.autograd.grad((element * torch.rand_like(element)).sum(), image, retain_graph=True)
        reached = gradient[0].nonzero()[:, 1:]
        true = sorted(zip(reached.amin(0).tolist(), reached.amax(0).tolist(), strict=True))
        said = sorted(ends(field, places[dim], size) for dim, field in axes.items())
        for i, ((low, high), (first, last)) in enumerate(zip(true, said, strict=True)):
            assert max(first, 0) <= low, (layer.name, true, said)
            assert high <= min(last, size - 1), (layer.name, true, said)
            cut[i] |= first <= 0 or last >= size - 1
            widest[i] = max(widest[i], high - low + 1)
    fields = sorted(size if field.size is None else math.ceil(field.widest) for field in axes.values())
    for seen, said_of_all, at_border in zip(sorted(widest), fields, cut, strict=True):
        assert seen == said_of_all or (at_border and seen < said_of_all), layer.name


def ends(field: Field, place: int, size: int) -> tuple[int, int]:
    """The first and the last pixel that a place sees, in whole pixels."""
    if field.size is None:
        return 0, size - 1
    first = field.start + field.stride * place
    return math.floor(first), math.ceil(first + field.size - 1 + field.reach)


def test_where_every_output_sees_all() -> None:
    kinds = (
        "Flatten",
        "AdaptiveAvgPool2d: 1",
        "AdaptiveMaxPool2d: 1",
        "Mean: [2, 3]",
        "LSTM: 3",
        "MultiheadAttention: 2",
    )
    for kind in kinds:
        shape = "8x4" if kind.startswith(("LSTM", "Multi")) else "2x8x8"
        first, then = graph_of(f"input: {shape}\nmodel: [{kind}, Tanh]").layers
        assert (first.receptive_field, first.stride) == (None, None), kind
        assert (then.receptive_field, then.stride) == (None, None), kind


@pytest.mark.parametrize(
    ("model", "field", "stride"),
    [
        ("[AvgPool2d: 8]", (8, 8), (8, 8)),  # a window as large as the image is still a window
        ("[Linear: 3]", (1, None), (1, None)),
        ("[AdaptiveAvgPool2d: [null, 1]]", (1, None), (1, None)),
        ("[AdaptiveAvgPool2d: 4]", (2, 2), (2, 2)),
        ("[Upsample: 4]", (1, 1), (1, 1)),  # pixels are whole
        ("[Upsample: 2, Conv2d: {out_channels: 1, kernel_size: 2}]", (2, 2), (1, 1)),
        (f"[{C3}, Permute: [0, 2, 3, 1], Linear: 3]", (3, 3), (1, 1)),
        (f"[{C3}, {{{CONV % ('[3, 5]', 0)}}}, Permute: [0, 1, 3, 2]]", (7, 5), (1, 1)),
        (f"[{C3}, Mean: 1]", (3, 3), (1, 1)),
        (f"[{C3}, Mean: 2]", (3,), (1,)),
        (f"[concat: {{dim: 2, of: [{C5}, {C3}]}}, Tanh]", (5, 5), (1, 1)),
        ("[Flatten: 2, {Conv1d: {out_channels: 2, kernel_size: 3}}]", None, None),
    ],
)
def test_of_each_axis(model: str, field: tuple[int | None, ...] | None, stride: tuple[int | None, ...] | None) -> None:
    layer = graph_of(f"input: 2x8x8\nmodel: {model}").layers[-1]
    assert (layer.receptive_field, layer.stride) == (field, stride)


def test_tokens_have_places() -> None:
    spec = """
input: {tokens: {shape: [16], dtype: int64}}
model:
  - Embedding: {num_embeddings: 10, embedding_dim: 4}
  - Permute: [0, 2, 1]
  - Conv1d: {out_channels: 8, kernel_size: 3}
  - Conv1d: {out_channels: 8, kernel_size: 3, stride: 2}
"""
    assert [layer.receptive_field for layer in graph_of(spec).layers] == [(1,), (1,), (3,), (5,)]


def test_what_does_not_see_the_input_does_not_count() -> None:
    spec = """
input: {image: 2x16x16, time: [8]}
model:
  - {name: stem, from: image, Conv2d: {out_channels: 4, kernel_size: 3, padding: 1}}
  - {name: emb, from: time, sequential: [Linear: 4, {Unflatten: {dim: 1, unflattened_size: [4, 1, 1]}}]}
  - {name: bias, from: image, Parameter: [4, 16, 16]}
  - add: [{from: stem}, {from: emb}, {from: bias}]
  - Tanh
"""
    assert graph_of(spec).layers[-1].receptive_field == (3, 3)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("convnext_tiny", (1688, 1688)),
        ("efficientnet_b0", None),
        ("vgg11", (150, 150)),
        ("resnet18", (435, 435)),
        ("googlenet", (379, 379)),  # of the concatenation, not of its last branch
    ],
)
def test_of_the_last_map(name: str, field: tuple[int, ...] | None) -> None:
    graph = archspec.analyze(ROOT / "specs" / "torchvision" / f"{name}.yaml")
    assert receptive_field(graph) == field


def test_fields_alone() -> None:
    assert entering((3, 8, 8), tokens=False) == (None, Field(1), Field(1))
    assert entering((8,), tokens=False) is None
    assert see((None, None), (None, Field(1)), 2) is None
    assert see(None, (None, Field(3)), 1) == (None,)
    assert unite([(None, (4,)), ((Field(3),), (4,))], (4,)) == (Field(3),)
    assert unite([((None,), (4,)), ((Field(3),), (4,))], (4,)) == (ALL,)
    assert unite([((Field(3, 1, -1),), (4,)), ((Field(2, 1, 1),), (4,))], (4,)) == (Field(4, 1, -1),)


@given(st.lists(st.integers(1, 4), min_size=1, max_size=5), st.data())
def test_a_reshape_follows_what_stays_one_dimension(shape: list[int], data: st.DataObject) -> None:
    """The window of a dimension that is followed is right for the strides of a contiguous tensor."""
    cuts = sorted(data.draw(st.sets(st.integers(1, len(shape) - 1)))) if len(shape) > 1 else []
    after = [math.prod(shape[a:b]) for a, b in zip([0, *cuts], [*cuts, len(shape)], strict=True)]
    windows = regroup(shape, after)
    assert windows is not None
    assert len(windows) == len(after)
    places = torch.arange(math.prod(shape)).reshape(shape)
    for dim, window in enumerate(windows):
        if window is None or window.size is None or isinstance(window.dim, tuple):
            continue
        assert isinstance(window.dim, int)
        assert after[dim] == shape[window.dim]
        for place in range(after[dim]):
            assert (
                places.select(window.dim, place).flatten().equal(places.reshape(after).select(dim, place).flatten())
            ), (shape, after)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 2)), min_size=1, max_size=4))
def test_any_chain_of_windows(windows: list[tuple[int, int, int]]) -> None:
    nodes = [
        f"- Conv2d: {{out_channels: 1, kernel_size: {kernel}, stride: {stride}, dilation: {dilation}}}\n"
        for kernel, stride, dilation in windows
    ]
    size = 1
    for kernel, stride, dilation in reversed(windows):  # so that the output has four pixels or more
        size = (size + 3 - 1) * stride + dilation * (kernel - 1) + 1
    spec = f"input: 1x{size}x{size}\nmodel:\n{''.join(nodes)}"
    graph = graph_of(spec)
    agree(graph, archspec.build(archspec.Source(spec)), graph.layers)

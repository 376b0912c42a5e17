"""The blocks of archspec/library: each analyses, builds, and is the module that a person would have written."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from torch import Tensor, nn
from torchvision import ops
from torchvision.models import densenet, mobilenetv2, resnet, squeezenet, vision_transformer

import archspec
from archspec.diagnostics import Collector
from archspec.document import load
from archspec.source import read
from tests import parity
from tests.specs_in_text import examined

LIBRARY = Path(archspec.__file__).parent / "library"
FILES = sorted(LIBRARY.glob("*.yaml"))


class Inception(nn.Module):
    """The block of GoogLeNet, with batch normalization or without."""

    def __init__(self, channels: int, c1: int, c2: list[int], c3: list[int], c4: int, norm: bool = True) -> None:
        super().__init__()

        def conv(before: int, after: int, kernel_size: int) -> nn.Sequential:
            padding = kernel_size // 2
            if norm:
                first = nn.Conv2d(before, after, kernel_size, padding=padding, bias=False)
                return nn.Sequential(first, nn.BatchNorm2d(after), nn.ReLU())
            return nn.Sequential(nn.Conv2d(before, after, kernel_size, padding=padding), nn.ReLU())

        self.branch1 = nn.Sequential(conv(channels, c1, 1))
        self.branch2 = nn.Sequential(conv(channels, c2[0], 1), conv(c2[0], c2[1], 3))
        self.branch3 = nn.Sequential(conv(channels, c3[0], 1), conv(c3[0], c3[1], 5))
        self.branch4 = nn.Sequential(nn.MaxPool2d(3, 1, 1), conv(channels, c4, 1))

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)], 1)


def _vgg(depth: int, before: int, after: int, *norms: type[nn.Module]) -> nn.Sequential:
    made: list[nn.Module] = []
    for i in range(depth):
        made.append(nn.Conv2d(after if i else before, after, 3, padding=1))
        made += [norm(after) for norm in norms]
        made.append(nn.ReLU())
    return nn.Sequential(*made, nn.MaxPool2d(2))


def _nin(before: int, after: int, kernel_size: int, stride: int, padding: int) -> nn.Sequential:
    first = nn.Conv2d(before, after, kernel_size, stride, padding)
    return nn.Sequential(first, nn.ReLU(), *(m for _ in range(2) for m in (nn.Conv2d(after, after, 1), nn.ReLU())))


def _projected(before: int, after: int, stride: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(before, after, 1, stride, bias=False), nn.BatchNorm2d(after))


norm6 = partial(nn.LayerNorm, eps=1e-6)

CNN: dict[str, tuple[str, Callable[[], nn.Module]]] = {
    "a convolution": ("{ConvNormActivation: 6}", lambda: ops.Conv2dNormActivation(8, 6)),
    "a convolution with all that it takes": (
        "{ConvNormActivation: {channels: 6, kernel_size: 5, stride: 2, groups: 2, dilation: 2, norm: {GroupNorm: 3}, "
        "activation: {LeakyReLU: 0.2}}}",
        lambda: ops.Conv2dNormActivation(
            8, 6, 5, 2, groups=2, dilation=2, norm_layer=partial(nn.GroupNorm, 3),
            activation_layer=partial(nn.LeakyReLU, 0.2), inplace=None,
        ),
    ),
    "a convolution alone": (
        "{ConvNormActivation: {channels: 6, norm: null, activation: null}}",
        lambda: ops.Conv2dNormActivation(8, 6, norm_layer=None, activation_layer=None),
    ),
    "VGG": ("{VGGBlock: {depth: 2, channels: 6}}", lambda: _vgg(2, 8, 6)),
    "VGG with batch normalization": (
        "{VGGBlock: {depth: 2, channels: 6, norm: BatchNorm2d}}", lambda: _vgg(2, 8, 6, nn.BatchNorm2d)
    ),
    "NiN": ("{NiNBlock: {channels: 6, kernel_size: 5}}", lambda: _nin(8, 6, 5, 1, 0)),
    "NiN with a stride": (
        "{NiNBlock: {channels: 6, kernel_size: 5, stride: 2, padding: 1}}", lambda: _nin(8, 6, 5, 2, 1)
    ),
    "Inception": (
        "{Inception: {c1: 6, c2: [3, 6], c3: [2, 4], c4: 5}}", lambda: Inception(8, 6, [3, 6], [2, 4], 5)
    ),
    "Inception as in the paper": (
        "{Inception: {c1: 6, c2: [3, 6], c3: [2, 4], c4: 5, norm: null}}",
        lambda: Inception(8, 6, [3, 6], [2, 4], 5, norm=False),
    ),
    "a basic block": ("{BasicBlock: 8}", lambda: resnet.BasicBlock(8, 8)),
    "a basic block with a stride": (
        "{BasicBlock: {channels: 8, stride: 2}}", lambda: resnet.BasicBlock(8, 8, 2, _projected(8, 8, 2))
    ),
    "a bottleneck": ("{Bottleneck: 2}", lambda: resnet.Bottleneck(8, 2)),
    "a bottleneck of groups": (
        "{Bottleneck: {channels: 4, stride: 2, groups: 2, base_width: 32}}",
        lambda: resnet.Bottleneck(8, 4, 2, _projected(8, 16, 2), groups=2, base_width=32),
    ),
    "a dense layer": ("{DenseLayer: 3}", lambda: densenet._DenseLayer(8, 3, 4, 0.0)),
    "a dense layer without a bottleneck": (
        "{DenseLayer: {growth: 3, bottleneck: 3}}", lambda: densenet._DenseLayer(8, 3, 1, 0.0)
    ),
    "a transition": ("Transition", lambda: densenet._Transition(8, 4)),
    "a transition to other channels": ("{Transition: 6}", lambda: densenet._Transition(8, 6)),
    "fire": ("{Fire: {squeezed: 3, expanded: 5}}", lambda: squeezenet.Fire(8, 3, 5, 5)),
    "squeeze and excite": ("{SqueezeExcite: 3}", lambda: ops.SqueezeExcitation(8, 3)),
    "squeeze and excite, MobileNetV3's": (
        "{SqueezeExcite: {squeezed: 3, gate: Hardsigmoid}}",
        lambda: ops.SqueezeExcitation(8, 3, scale_activation=nn.Hardsigmoid),
    ),
    "an inverted residual": ("{InvertedResidual: 8}", lambda: mobilenetv2.InvertedResidual(8, 8, 1, 6)),
    "an inverted residual with a stride": (
        "{InvertedResidual: {channels: 8, expansion: 2, stride: 2}}",
        lambda: mobilenetv2.InvertedResidual(8, 8, 2, 2),
    ),
    "an inverted residual without expansion": (
        "{InvertedResidual: {channels: 6, expansion: 1}}", lambda: mobilenetv2.InvertedResidual(8, 6, 1, 1)
    ),
}  # fmt: skip
TRANSFORMER: dict[str, tuple[str, Callable[[], nn.Module]]] = {
    "a transformer block": (
        "{TransformerBlock: {heads: 2, eps: 1e-6}}",
        lambda: vision_transformer.EncoderBlock(2, 8, 32, 0.0, 0.0, norm6),
    ),
    "a transformer block with dropout": (
        "{TransformerBlock: {heads: 2, hidden: 12, dropout: 0.1, attention_dropout: 0.2, eps: 1e-6}}",
        lambda: vision_transformer.EncoderBlock(2, 8, 12, 0.1, 0.2, norm6),
    ),
}


def net(library: str, input: str, node: str) -> Any:
    return archspec.build(archspec.Source(f"import: archspec:{library}\ninput: {input}\nmodel: {{net: {node}}}"))


def blocks(path: Path) -> set[str]:
    return set(yaml.safe_load(path.read_text())["blocks"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_file_is_right(path: Path) -> None:
    collector = Collector()
    assert load(read(path, str(path)), None, collector) is not None
    assert collector.diagnostics == ()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_block_is_tried(path: Path) -> None:
    nodes = " ".join(node for node, _ in (CNN | TRANSFORMER).values())
    assert {block for block in blocks(path) if block not in nodes} == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_spec_may_import_all_and_use_none(path: Path) -> None:
    analysis = examined(f"import: archspec:{path.stem}\ninput: 8\nmodel: ReLU")
    assert analysis.diagnostics == ()


@pytest.mark.parametrize(
    ("library", "input", "node", "make"),
    [
        *(pytest.param("cnn", (8, 12, 12), node, make, id=name) for name, (node, make) in CNN.items()),
        *(pytest.param("transformer", (5, 8), node, make, id=name) for name, (node, make) in TRANSFORMER.items()),
    ],
)
def test_block_is_the_written_module(
    library: str, input: tuple[int, ...], node: str, make: Callable[[], nn.Module]
) -> None:
    ours, theirs = net(library, "x".join(map(str, input)), node).net, make()
    assert list(parity.layout(ours)) == list(parity.layout(theirs))
    assert parity.layout(ours) == parity.layout(theirs)
    theirs.load_state_dict(parity.random_weights(theirs))
    ours.load_state_dict(theirs.state_dict())
    x = parity.random_input(2, *input)
    for training in (True, False):
        ours.train(training)
        theirs.train(training)
        parity.assert_same(parity.seeded(ours, x), parity.seeded(theirs, x), f"training {training}")
    parity.assert_same_state(ours, theirs)


def test_a_causal_block_does_not_look_ahead() -> None:
    block = net("transformer", "6x8", "{TransformerBlock: {heads: 2, causal: true}}").eval()
    x = parity.random_input(2, 6, 8)
    later = x.clone()
    later[:, 4:] = 0
    torch.testing.assert_close(block(x)[:, :4], block(later)[:, :4])


def test_the_defaults_of_a_document_reach_into_its_blocks() -> None:
    graph = archspec.analyze(
        archspec.Source(
            "import: archspec:cnn\ninput: 8x12x12\ndefaults: {ConvNormActivation: {activation: SiLU}}\n"
            "model: [ConvNormActivation: 4, {InvertedResidual: 4}]"
        )
    )
    assert [layer.kind for layer in graph.layers][2] == "SiLU"
    assert "ReLU6" in [layer.kind for layer in graph.layers]


def test_a_library_that_is_not_there() -> None:
    analysis = examined("import: archspec:cmn\ninput: 8\nmodel: ReLU")
    (diagnostic,) = analysis.diagnostics
    assert (diagnostic.rule, diagnostic.help) == ("file-not-found", "did you mean archspec:cnn?")

"""Calls pasted from PyTorch, as the nodes to type."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archspec import layers
from archspec.api import Source, analyze
from archspec.foreign.calls import pasted
from archspec.foreign.functions import FUNCTIONS

STRUCTURES = ("concat", "add", "multiply", "residual", "sequential")


def signature(kind: str) -> dict[str, bool] | None:
    if kind in STRUCTURES:
        return {}
    layer = layers.lookup(kind)
    return {name: field.required for name, field in layer.fields().items()} if layer is not None else None


CALLS = [
    ("x = x1 + x2", "add: [{from: x1}, {from: x2}]", False),
    ("nn.Conv2d(3, 16, 3), nn.ReLU()", "[{Conv2d: {in_channels: 3, out_channels: 16, kernel_size: 3}}, ReLU]", True),
    ("Conv2d(64, 3)", "Conv2d: {out_channels: 64, kernel_size: 3}", False),
    ("nn.Conv2d(3, 64, 3)", "Conv2d: {in_channels: 3, out_channels: 64, kernel_size: 3}", True),
    ("nn.ReLU(inplace=True)", "ReLU: {inplace: true}", True),
    (
        "Conv2d(64, 6, kernel_size=(5, 5), stride=(1, 1), padding=(2, 2), bias=False)",
        "Conv2d: {in_channels: 64, out_channels: 6, kernel_size: [5, 5], padding: [2, 2], bias: false}",
        True,
    ),
    (
        "BatchNorm2d(6, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)",
        "BatchNorm2d: {num_features: 6}",
        True,
    ),
    (
        "MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)",
        "MaxPool2d: {kernel_size: 2, stride: 2}",
        True,
    ),
    ("torch.nn.Flatten(1)", "Flatten", True),
    ("Linear(in_features=1350, out_features=120, bias=True)", "Linear: {in_features: 1350, out_features: 120}", True),
    ("nn.Dropout(p=0.5)", "Dropout: 0.5", True),
    (
        "nn.Sequential(nn.Linear(120, 84), nn.ReLU())",
        "sequential: [{Linear: {in_features: 120, out_features: 84}}, ReLU]",
        True,
    ),
    ("nn.Linear(84, num_classes)", "Linear: {in_features: 84, out_features: num_classes}", True),
    ("nn.LazyLinear(10)", "Linear: 10", True),
    (
        "nn.LazyConv2d(96, kernel_size=11, stride=4, padding=1)",
        "Conv2d: {out_channels: 96, kernel_size: 11, stride: 4, padding: 1}",
        True,
    ),
    ("nn.LazyBatchNorm2d()", "BatchNorm2d", True),
    ("x = F.relu(self.conv1(x))", "[{conv1: {Conv2d: {out_channels: ..., kernel_size: ...}}}, ReLU]", False),
    ("x.view(x.size(0), -1)", "Flatten", True),
    ("x = x.view(-1, 16 * 5 * 5)", "Flatten", True),
    ("torch.cat([a, b], dim=1)", "concat: [{from: a}, {from: b}]", False),
    ("torch.cat((x, skip), 1)", "concat: [Identity, {from: skip}]", False),
    ("torch.cat([a, b], dim=2)", "concat: {dim: 2, of: [{from: a}, {from: b}]}", False),
    ("x + self.body(x)", "residual: [{body: ...}]", False),
    ("self.fc2(F.relu(self.fc1(x)))", "[{fc1: {Linear: ...}}, ReLU, {fc2: {Linear: ...}}]", False),
    (
        "x = self.pool(F.relu(self.conv1(x)))",
        "[{conv1: {Conv2d: {out_channels: ..., kernel_size: ...}}}, ReLU, {pool: {MaxPool2d: ...}}]",
        False,
    ),
    ("F.max_pool2d(x, 2)", "MaxPool2d: 2", True),
    (
        "F.max_pool2d(F.relu(self.conv1(x)), (2, 2))",
        "[{conv1: {Conv2d: {out_channels: ..., kernel_size: ...}}}, ReLU, {MaxPool2d: [2, 2]}]",
        False,
    ),
    ("F.dropout(x, p=0.5, training=self.training)", "Dropout: 0.5", True),
    ("F.log_softmax(x, dim=1)", "LogSoftmax: 1", True),
    (
        "F.interpolate(x, scale_factor=2, mode='bilinear', align_corners=False)",
        "Upsample: {scale_factor: 2, mode: bilinear, align_corners: false}",
        True,
    ),
    ("x.permute(0, 2, 1)", "Permute: [0, 2, 1]", True),
    ("x.transpose(1, 2)", "Permute: [0, 2, 1]", False),
    ("torch.flatten(x, 1)", "Flatten", True),
    ("x = x.mean([2, 3])", "Mean: [2, 3]", True),
    ("x.mean(dim=1)", "Mean: 1", True),
    ("x[:, 0]", "Select: 0", False),
    ("out[:, -1, :]", "Select: -1", False),
    ("F.pad(x, (1, 1, 1, 1))", "ZeroPad2d: [1, 1, 1, 1]", True),
    ("F.pad(x, (1, 1, 1, 1), mode='reflect')", "ReflectionPad2d: [1, 1, 1, 1]", True),
    ("x.unsqueeze(1)", "Unflatten: {dim: 1, unflattened_size: [1, -1]}", True),
    ("x.squeeze(-1)", "Select: {index: 0, dim: -1}", False),
    ("self.conv1 = nn.Conv2d(1, 6, 5)", "conv1: {Conv2d: {in_channels: 1, out_channels: 6, kernel_size: 5}}", True),
    (
        "self.features = nn.Sequential(nn.Conv2d(3, 64, 11), nn.ReLU())",
        "features: {sequential: [{Conv2d: {in_channels: 3, out_channels: 64, kernel_size: 11}}, ReLU]}",
        True,
    ),
    (
        "nn.Sequential(OrderedDict([('conv1', nn.Conv2d(1,20,5)), ('relu1', nn.ReLU())]))",
        "sequential: {conv1: {Conv2d: {in_channels: 1, out_channels: 20, kernel_size: 5}}, relu1: ReLU}",
        True,
    ),
    ("out += identity", "add: [Identity, {from: identity}]", False),
    ("out = out + residual", "add: [Identity, {from: residual}]", False),
    ("return F.log_softmax(x, dim=1)", "LogSoftmax: 1", True),
    ("nn.Linear(self.hidden, config.num_labels)", "Linear: {in_features: hidden, out_features: num_labels}", False),
    (
        "nn.ModuleList([nn.Linear(10, 10) for i in range(10)])",
        "sequential: [{for: i in range(10), Linear: {in_features: 10, out_features: 10}}]",
        True,
    ),
    ("nn.TransformerEncoderLayer(d_model=512, nhead=8)", "TransformerEncoderLayer: {d_model: 512, nhead: 8}", True),
    (
        "nn.LSTM(input_size=10, hidden_size=20, num_layers=2, batch_first=True)",
        "LSTM: {input_size: 10, hidden_size: 20, num_layers: 2}",
        True,
    ),
    ("identity = x", "name: identity", True),
    ("Dense(64, activation='relu')", "[{Linear: 64}, ReLU]", True),
    ("layers.Conv2D(32, (3, 3), activation='relu')", "[{Conv2d: {out_channels: 32, kernel_size: [3, 3]}}, ReLU]", True),
    ("tf.keras.layers.Dense(10)", "Linear: 10", True),
    ("model.add(Dense(10))", "Linear: 10", True),
    ("F.adaptive_avg_pool2d(x, (1, 1))", "AdaptiveAvgPool2d: [1, 1]", True),
    ("F.conv2d(x, weight)", "Conv2d: {out_channels: ..., kernel_size: ...}", False),
    ("nn.Softmax(dim=1)(x)", "Softmax: 1", True),
    ("torch.relu(x)", "ReLU", True),
    ("x.chunk(2, dim=1)", "Chunk: {chunks: 2, index: 0}", False),
    ("F.relu(x)", "ReLU", True),
    ("relu(x)", "ReLU", True),
    ("torch.sigmoid(self.fc(x))", "[{fc: {Linear: ...}}, Sigmoid]", False),
    ("x * self.se(x)", "multiply: [Identity, {se: ...}]", False),
    ("self.norm1(x + self.attn(x))", "[{residual: [{attn: {MultiheadAttention: ...}}]}, {norm1: LayerNorm}]", False),
    (
        "nn.Conv2d(in_channels, out_channels, kernel_size=3, stride=stride, padding=1, bias=False)",
        "Conv2d: {out_channels: out_channels, kernel_size: 3, stride: stride, padding: 1, bias: false}",
        True,
    ),
    ("x = x.reshape(x.shape[0], x.shape[1], -1)", "Reshape: [in_shape[0], -1]", True),
    ("nn.AdaptiveAvgPool2d((1, 1))", "AdaptiveAvgPool2d: [1, 1]", True),
    ("nn.AdaptiveAvgPool2d((None, 7))", "AdaptiveAvgPool2d: [null, 7]", True),
    ("nn.Unflatten(1, (16, 7, 7))", "Unflatten: {dim: 1, unflattened_size: [16, 7, 7]}", True),
    ("nn.Upsample(scale_factor=2, mode='nearest')", "Upsample: 2", True),
    ("nn.Embedding(vocab_size, 128)", "Embedding: {num_embeddings: vocab_size, embedding_dim: 128}", True),
    ("nn.Parameter(torch.zeros(1, 1, 768))", "Parameter: [1, 768]", False),
    ("nn.Identity()", "Identity", True),
    ("x = self.layer1(x)", "layer1: ...", False),
]
"""What is pasted, what to write for it, and whether that is certain."""
ADVICE = [
    ("return x", "leave it out: it changes no value"),
    (
        "models.resnet18(weights=None)",
        "no node is a whole network: a spec lists the layers of a network; "
        "`extends: base.yaml` starts from another spec",
    ),
    (
        "F.cross_entropy(x, y)",
        "no node is `cross_entropy`: a loss is no part of the network: it belongs to what trains it",
    ),
    (
        "torch.matmul(q, k)",
        "no node is `matmul`: attention is MultiheadAttention, and a product with learnable weights is Linear",
    ),
    (
        "q @ k.transpose(-2, -1)",
        "no node is `@`: attention is MultiheadAttention, and a product with learnable weights is Linear",
    ),
    (
        "nn.CrossEntropyLoss()",
        "no node is `CrossEntropyLoss`: a loss is no part of the network: it belongs to what trains it",
    ),
    ("x = x.contiguous()", "leave it out: it changes no value"),
    ("x = x.to(device)", "leave it out: it changes no value"),
]
NO_CALLS = [
    "nn.Sequential(*[Block(64) for _ in range(3)])",
    "conv1 + conv2",
    "a*b",
    "max(k, 3)",
    "2 * width",
    "foo(3)",
    "resnet.layer1",
    "nn.init.xavier_uniform_(m.weight)",
    "super().__init__()",
    "print(x.shape)",
]


@pytest.mark.parametrize(("text", "nodes", "certain"), CALLS)
def test_call(text: str, nodes: str, certain: bool) -> None:
    found = pasted(text, signature)
    assert found is not None
    assert (found.help, found.certain) == (f"write {nodes}", certain)


@pytest.mark.parametrize(("text", "advice"), ADVICE)
def test_advice_where_there_is_no_node(text: str, advice: str) -> None:
    found = pasted(text, signature)
    assert found is not None
    assert (found.help, found.certain) == (advice, False)


@pytest.mark.parametrize("text", NO_CALLS)
def test_no_call(text: str) -> None:
    assert pasted(text, signature) is None


def test_lines_of_a_forward() -> None:
    found = pasted("x = F.relu(x)\nx = F.max_pool2d(x, 2)", signature)
    assert found is not None
    assert found.nodes == ("ReLU", "MaxPool2d: 2")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_function_is_a_kind_and_its_arguments(function: str) -> None:
    kind, *arguments = FUNCTIONS[function].split()
    takes = signature(kind)
    assert takes is not None
    assert {name for name in arguments if not name.startswith("_")} <= set(takes)


@pytest.mark.parametrize(
    ("text", "input"),
    [
        ("nn.Conv2d(3, 64, 3, padding=1)", "3x8x8"),
        ("F.max_pool2d(x, 2)", "3x8x8"),
        ("x.view(x.size(0), -1)", "3x8x8"),
        ("F.pad(x, (1, 1, 1, 1), mode='reflect')", "3x8x8"),
        ("x.mean([2, 3])", "3x8x8"),
        ("x.unsqueeze(1)", "8"),
        ("nn.Sequential(nn.Linear(8, 4), nn.ReLU())", "8"),
        ("nn.Sequential(*[nn.Linear(8, 8) for _ in range(3)])", "8"),
        ("x.permute(0, 2, 1)", "8x4"),
    ],
)
def test_node_is_right(text: str, input: str) -> None:
    found = pasted(text, signature)
    assert found is not None
    assert analyze(Source(f"input: {input}\nmodel:\n  - {found.text}\n")).layers


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    found = pasted(f"nn.Conv2d({text})", signature)
    assert found is None or found.help


@pytest.mark.parametrize(
    "text", ["nn.ReLU(" * 2_000, "(" * 1_000 + "nn.ReLU()", "-" * 1_900 + "nn.Linear(1, 2)", "x.a" * 600]
)
def test_hostile_text(text: str) -> None:
    assert pasted(text, signature) is None

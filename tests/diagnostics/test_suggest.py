"""Did you mean: near names, in a stable order, quickly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archspec.diagnostics.suggest import certain, did_you_mean, suggest
from tests.work import counted

SIZED = [f"{kind}{n}d" for n in (1, 2, 3) for kind in (
    "Conv", "ConvTranspose", "BatchNorm", "InstanceNorm", "MaxPool", "AvgPool", "LPPool", "AdaptiveAvgPool", "Dropout",
    "AdaptiveMaxPool", "FractionalMaxPool", "MaxUnpool", "ConstantPad", "ReflectionPad", "ReplicationPad", "ZeroPad",
)]  # fmt: skip
KINDS = [
    *SIZED,
    *("ReLU", "ReLU6", "LeakyReLU", "PReLU", "RReLU", "ELU", "SELU", "CELU", "GELU", "GLU", "SiLU", "Mish", "Sigmoid"),
    *("LogSigmoid", "Tanh", "Tanhshrink", "Softmax", "Softmin", "LogSoftmax", "Softplus", "Softshrink", "Softsign"),
    *("Hardtanh", "Hardswish", "Hardsigmoid", "Hardshrink", "Threshold", "Identity", "Linear", "Bilinear", "Flatten"),
    *("Unflatten", "LayerNorm", "GroupNorm", "RMSNorm", "LocalResponseNorm", "SyncBatchNorm", "Dropout", "Upsample"),
    *(
        "PixelShuffle",
        "PixelUnshuffle",
        "ChannelShuffle",
        "Embedding",
        "MultiheadAttention",
        "Permute",
        "StochasticDepth",
    ),
    *("sequential", "concat", "add", "multiply", "residual", "dense", "aux", "reuse"),
]
ARGUMENTS = ["in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation", "groups", "bias"]
ALPHABET = st.characters(codec="utf-8", categories=("L", "N", "P", "S"))


@pytest.mark.parametrize(
    ("wrong", "known", "names"),
    [
        # a slip of the finger
        ("Linaer", KINDS, ["Linear"]),
        ("Dropot", KINDS, ["Dropout"]),
        ("BachNorm2d", KINDS, ["BatchNorm2d"]),
        ("out_chanels", ARGUMENTS, ["out_channels"]),
        ("kernal_size", ARGUMENTS, ["kernel_size"]),
        ("depth", ["depths", "classes"], ["depths"]),
        ("AdaptiveAveragePool2d", KINDS, ["AdaptiveAvgPool2d"]),
        ("PELU", KINDS, ["CELU", "ELU", "GELU", "SELU"]),
        ("Conv4d", KINDS, ["Conv1d", "Conv2d", "Conv3d"]),
        # case and underscores hardly count
        ("Conv2D", KINDS, ["Conv2d"]),
        ("Relu", KINDS, ["ReLU"]),
        ("BATCHNORM2D", KINDS, ["BatchNorm2d"]),
        ("batch_norm2d", KINDS, ["BatchNorm2d"]),
        ("LINAER", KINDS, ["Linear"]),
        ("outchannels", ARGUMENTS, ["out_channels"]),
        ("K", ["k", "n"], ["k"]),
        # a part of the name, or more than it
        ("BatchNorm", KINDS, ["BatchNorm1d", "BatchNorm2d", "BatchNorm3d"]),
        ("Conv", KINDS, ["Conv1d", "Conv2d", "Conv3d"]),
        ("Norm", KINDS, ["RMSNorm", "GroupNorm", "LayerNorm"]),
        ("channels", ARGUMENTS, ["in_channels", "out_channels"]),
        ("size", ARGUMENTS, ["kernel_size"]),
        ("pad", ARGUMENTS, ["padding"]),
        ("nn.Conv2d", KINDS, ["Conv2d"]),
        ("LinearLayer", KINDS, ["Linear"]),
        # the words in another order
        ("Conv2DTranspose", KINDS, ["ConvTranspose2d", "Conv2d"]),
        ("channels_out", ARGUMENTS, ["out_channels"]),
        # nothing is near
        ("Dense", ["Linear", "Conv2d"], []),
        ("filters", ARGUMENTS, []),
        ("Pool", KINDS, []),
        ("x", ["y", "z"], []),
        ("in", ARGUMENTS, []),
        ("", KINDS, []),
        ("Linear", [], []),
        ("Linear", ["Linear", ""], []),
        ("x" * 10_000, ["x" * 9_999], []),
    ],
)
def test_names(wrong: str, known: list[str], names: list[str]) -> None:
    assert suggest(wrong, known) == names


@pytest.mark.parametrize(
    ("wrong", "known", "question"),
    [
        ("Relu", KINDS, "did you mean ReLU?"),
        ("channels", ARGUMENTS, "did you mean in_channels or out_channels?"),
        ("BatchNorm", KINDS, "did you mean BatchNorm1d, BatchNorm2d or BatchNorm3d?"),
        ("nothing_like_it", KINDS, None),
    ],
)
def test_did_you_mean(wrong: str, known: list[str], question: str | None) -> None:
    assert did_you_mean(wrong, known) == question


@pytest.mark.parametrize(
    ("wrong", "known", "name"),
    [
        ("Conv2D", KINDS, "Conv2d"),
        ("relu", KINDS, "ReLU"),
        ("batch_norm_2d", KINDS, "BatchNorm2d"),
        ("BachNorm2d", KINDS, "BatchNorm2d"),
        ("seqential", ["sequential"], "sequential"),
        ("kernal_size", ARGUMENTS, "kernel_size"),
        ("out_chanels", ARGUMENTS, "out_channels"),
        ("inchannels", ARGUMENTS, "in_channels"),
        ("bais", ARGUMENTS, "bias"),
        ("depth", ["depths"], "depths"),
        # several are near
        ("BatchNorm", KINDS, None),
        ("Conv4d", KINDS, None),
        ("channels", ARGUMENTS, None),
        ("CONV2D", ["Conv2d", "conv2d"], None),
        # what tells names apart is no slip
        ("branch3", ["branch2"], None),
        ("layer", ["layer1"], None),
        ("fc_k", ["fc_v"], None),
        ("skip_a", ["skip_b"], None),
        ("decoder", ["encoder"], None),
        ("prev", ["pred"], None),
        ("row", ["raw"], None),
        ("Dense", KINDS, None),
        # too far
        ("AdaptiveAveragePool2d", KINDS, None),
        ("channels", ["out_channels"], None),
        ("filters", ARGUMENTS, None),
        ("", KINDS, None),
    ],
)
def test_certain(wrong: str, known: list[str], name: str | None) -> None:
    assert certain(wrong, known) == name


def test_at_most_four_and_each_once() -> None:
    known = [f"Conv{n}d" for n in range(1, 8)] * 2
    assert suggest("Convd", known) == ["Conv1d", "Conv2d", "Conv3d", "Conv4d"]
    assert suggest("Convd", known, limit=1) == ["Conv1d"]


@given(st.text(ALPHABET, max_size=12), st.lists(st.text(ALPHABET, max_size=12), unique=True), st.randoms())
def test_order_of_the_known_names_does_not_matter(wrong: str, known: list[str], random) -> None:
    shuffled = list(known)
    random.shuffle(shuffled)
    names = suggest(wrong, known)
    assert names == suggest(wrong, shuffled)
    assert wrong not in names
    assert set(names) <= set(known)
    assert certain(wrong, known) == certain(wrong, shuffled)
    assert certain(wrong, known) in (None, *names[:1])


@given(st.sampled_from([kind for kind in KINDS if len(kind) > 4]), st.data())
def test_one_slip_is_found(kind: str, data) -> None:
    """A letter dropped, doubled, changed or swapped with the next: the kind is among the suggestions."""
    at = data.draw(st.integers(0, len(kind) - 2))
    slip = data.draw(st.sampled_from(["drop", "double", "change", "swap"]))
    head, letter, tail = kind[:at], kind[at], kind[at + 1 :]
    wrong = {
        "drop": head + tail,
        "double": head + letter * 2 + tail,
        "change": f"{head}x{tail}",
        "swap": head + tail[0] + letter + tail[1:],
    }[slip]
    if wrong not in KINDS:
        names = suggest(wrong, KINDS, limit=len(KINDS))
        assert kind in names or any(name.lower() == wrong.lower() for name in names)


@pytest.mark.parametrize("wrong", ["BatchNom2d", "AdaptiveMxPool3d", "ConvTransposed2d", "x" * 64, "x" * 10_000])
def test_quick(wrong: str) -> None:
    """300 names take half a millisecond on a common machine."""
    known = [*KINDS, *(f"{kind}X" for kind in KINDS), *(f"My{kind}" for kind in KINDS)][:300]
    assert len(known) == 300
    with counted() as calls:
        suggest(wrong, known)
    assert calls() < 20_000

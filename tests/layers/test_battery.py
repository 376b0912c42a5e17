"""Every layer kind against torch: verdict, output, parameters, buffers, MACs, and the call that makes the module."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from pydantic import ValidationError
from torch.testing import assert_close

from archspec.graph import TensorType
from archspec.layers import KINDS, Layer, LayerError
from tests import torchs
from tests.layers.source import build
from tests.layers.strategies import DTYPES, Case, cases
from tests.layers.torch_judge import Refusal, Verdict, contents, count_macs, judge, run

STRICTER = {"input-rank", "batch-dimension"}
UNCOUNTED = {"Bilinear", "DeformConv2d"}
"""Kinds whose products torch does not count."""


def compare(case: Case) -> None:
    """Archspec and torch must agree on a node."""
    arguments = case.sizes | case.written
    theirs = judge(case.kind, case.layer.target, arguments, *case.inputs)
    ours = verdict(case)
    if isinstance(ours, list):
        assert all(map(is_a_sentence, ours))
        if isinstance(theirs, Verdict) and not is_stricter(case, ours, theirs):
            messages = [error.message for error in ours]
            assert any(error.rule == "dtype" for error in ours), messages
            torchs.differs(f"takes what archspec refuses: {messages}")
        return
    if isinstance(theirs, Refusal):
        floats = [TensorType(x.shape, "float32") for x in case.inputs]
        assert isinstance(judge(case.kind, case.layer.target, arguments, *floats), Verdict), theirs.message
        torchs.differs(f"{case.kind} refuses {[x.dtype for x in case.inputs]}: {theirs.message}")
        return
    assert ours.output(*case.inputs) == theirs.output
    assert list(ours.parameters(*case.inputs).items()) == theirs.contents.parameters
    assert list(ours.buffers(*case.inputs).items()) == theirs.contents.buffers
    made = build(ours, *case.inputs)
    if not ours.source:  # a class of archspec's own has no settings of torch's
        assert contents(made.node) == theirs.contents
    run(made, *case.inputs, training=True)
    assert_close(run(made, *case.inputs, training=False), theirs.value, equal_nan=True)
    counted = count_macs(case.kind, case.layer.target, arguments, *case.inputs)
    assert ours.macs(*case.inputs) == counted or (case.kind in UNCOUNTED and counted == 0)
    windows = ours.windows(*case.inputs)
    assert (
        windows is None
        or len(windows) == len(theirs.output.shape)
        or (not windows and len(case.x.shape) == len(theirs.output.shape))
    )


def verdict(case: Case) -> Layer | list[LayerError]:
    """The layer, or all that archspec has against it."""
    try:
        layer = case.layer.model_validate(case.arguments)
    except ValidationError as error:
        return case.layer.complaints(error, case.arguments)
    try:
        layer.output(*case.inputs)
        return layer.check(*case.inputs) or layer
    except LayerError as error:
        return [error]


def is_a_sentence(error: LayerError) -> bool:
    return bool(re.fullmatch(r"[A-Za-z].*[^.]", error.message)) and "nput should" not in error.message


def is_stricter(case: Case, errors: list[LayerError], theirs: Verdict) -> bool:
    """Whether archspec may refuse what torch runs: in four places, as other torchs do, or where a size is wrong."""
    lengths = {name: field.length for name, field in case.layer.fields().items()}
    return (
        any(error.rule in STRICTER for error in errors)
        or 0 in theirs.output.shape
        or any(
            isinstance(value, list) and lengths[name] not in (None, len(value))
            for name, value in case.arguments.items()
        )
        or any(error.rule == case.layer.size_rule and error.argument in case.layer.inferred for error in errors)
        or torchs.some_take(case.kind, case.arguments, *case.inputs)
        # an accident of oneDNN, which leaves the dilation of a kernel of one pixel unread
        or (case.kind.startswith("ConvTranspose") and any(error.argument == "dilation" for error in errors))
        # an accident of its Python code, to which a negative size is any number
        or (case.kind == "CrossMapLRN2d" and any(error.argument == "size" for error in errors))
    )


# Where a plausible rule and torch part.
FOUND: list[tuple[str, tuple[int, ...], dict[str, Any]]] = [
    # AvgPool3d, alone of all pools, wants the window to fit without padding and without ceil_mode
    ("AvgPool3d", (1, 1, 4, 4), {"kernel_size": 2, "ceil_mode": True}),
    ("AvgPool3d", (1, 1, 4, 4), {"kernel_size": 2, "padding": 1}),
    ("AvgPool2d", (1, 1, 4), {"kernel_size": 2, "ceil_mode": True}),
    # the last window of ceil_mode must start inside the input or the padding before it
    ("MaxPool1d", (1, 5), {"kernel_size": 2, "stride": 3, "ceil_mode": True}),
    ("MaxPool1d", (1, 6), {"kernel_size": 1, "stride": 4, "ceil_mode": True}),
    ("MaxPool2d", (1, 3, 4), {"kernel_size": 2, "padding": 1, "stride": 4, "ceil_mode": True}),
    ("AvgPool1d", (1, 1), {"kernel_size": 3, "padding": 1, "stride": 2, "ceil_mode": True}),
    # half of the kernel counts, not of what it reaches over
    ("MaxPool2d", (1, 9, 9), {"kernel_size": 3, "dilation": 2, "padding": 1}),
    ("MaxPool2d", (1, 9, 9), {"kernel_size": 3, "dilation": 2, "padding": 2}),
    ("MaxPool3d", (1, 9, 9, 9), {"kernel_size": [3, 2, 2], "dilation": 3, "padding": [1, 1, 2]}),
    # padding modes other than zeros crop where the padding is negative
    ("Conv2d", (1, 5, 5), {"out_channels": 1, "kernel_size": 3, "padding": -1}),
    ("Conv2d", (1, 5, 5), {"out_channels": 1, "kernel_size": 3, "padding": -1, "padding_mode": "replicate"}),
    ("Conv1d", (1, 5), {"out_channels": 1, "kernel_size": 1, "padding": -2, "padding_mode": "circular"}),
    ("Conv1d", (1, 4), {"out_channels": 1, "kernel_size": 1, "padding": -2, "padding_mode": "reflect"}),
    ("Conv1d", (1, 3), {"out_channels": 1, "kernel_size": 1, "padding": -2, "padding_mode": "circular"}),
    # reflect wants more pixels than it adds, circular as many; same pads by half of the kernel, the end by more
    ("Conv1d", (1, 5), {"out_channels": 1, "kernel_size": 3, "padding": 5, "padding_mode": "reflect"}),
    ("Conv1d", (1, 5), {"out_channels": 1, "kernel_size": 3, "padding": 5, "padding_mode": "circular"}),
    ("Conv1d", (1, 5), {"out_channels": 1, "kernel_size": 10, "padding": "same", "padding_mode": "reflect"}),
    ("Conv1d", (1, 5), {"out_channels": 1, "kernel_size": 9, "padding": "same", "padding_mode": "reflect"}),
    ("Conv1d", (1, 5), {"out_channels": 1, "kernel_size": 12, "padding": "same", "padding_mode": "circular"}),
    ("Conv1d", (1, 5), {"out_channels": 1, "kernel_size": 11, "padding": "same", "padding_mode": "circular"}),
    ("Conv2d", (1, 5, 5), {"out_channels": 1, "kernel_size": 2, "padding": "same"}),
    ("Conv2d", (1, 5, 5), {"out_channels": 1, "kernel_size": 1, "padding": "same", "stride": [1, 2]}),
    ("Conv2d", (1, 5, 5), {"out_channels": 1, "kernel_size": 1, "padding": "valid", "stride": [1, 2]}),
    # the stride or the dilation bounds output_padding, along each axis
    ("ConvTranspose2d", (1, 3, 3), {"out_channels": 1, "kernel_size": 3, "output_padding": [1, 0], "dilation": [2, 1]}),
    ("ConvTranspose2d", (1, 3, 3), {"out_channels": 1, "kernel_size": 3, "output_padding": [1, 1], "stride": [2, 1]}),
    ("ConvTranspose1d", (1, 1), {"out_channels": 1, "kernel_size": 2, "padding": 1}),
    # floor of a product of floats: 10 * 2.3 is 23, 10 * 0.29999999999999993 is under 3
    ("Upsample", (1, 10), {"scale_factor": 2.3}),
    ("Upsample", (1, 10), {"scale_factor": 0.29999999999999993}),
    ("Upsample", (1, 100), {"scale_factor": 1.1}),
    ("Upsample", (1, 3), {"scale_factor": 0.3}),
    ("Upsample", (1, 3), {"scale_factor": 0.3, "mode": "area"}),
    ("Upsample", (1, 3), {"size": 4, "recompute_scale_factor": False}),
    ("Upsample", (1, 3), {"size": 4, "recompute_scale_factor": True}),
    ("Upsample", (1, 3), {"size": 4, "align_corners": False}),
    ("AdaptiveAvgPool1d", (1, 3), {"output_size": [None]}),
    ("AdaptiveAvgPool2d", (1, 3, 3), {"output_size": None}),
    ("AdaptiveMaxPool2d", (1, 3, 3), {"output_size": [None, None]}),
    ("PixelShuffle", (2, 4, 3, 3), {"upscale_factor": 2}),
    ("Unflatten", (6,), {"dim": -1, "unflattened_size": [1, -1, 1, 6]}),
    ("Unflatten", (6,), {"dim": 1, "unflattened_size": []}),
    ("Unflatten", (6,), {"dim": 1, "unflattened_size": [-2, -3]}),
    ("Unflatten", (6,), {"dim": 1, "unflattened_size": [-1, 0]}),
    # the first positional argument is a default, and the second is not
    ("RReLU", (3,), {"upper": 0.5}),
    # the average of three dimensions wants the window to fit, its maximum does not
    ("LPPool3d", (1, 1, 4, 4), {"norm_type": 2.0, "kernel_size": 2, "ceil_mode": True}),
    ("LPPool3d", (1, 1, 4, 4), {"norm_type": math.inf, "kernel_size": 2, "ceil_mode": True}),
    ("LPPool1d", (1, 4), {"norm_type": 2.0, "kernel_size": [2]}),
    ("LPPool1d", (1, 4), {"norm_type": math.inf, "kernel_size": [2]}),
    # in three dimensions one pixel has to be left over
    ("FractionalMaxPool2d", (1, 4, 4), {"kernel_size": 2, "output_size": 3}),
    ("FractionalMaxPool3d", (1, 4, 4, 4), {"kernel_size": 2, "output_size": 3}),
    ("FractionalMaxPool3d", (1, 4, 4, 4), {"kernel_size": 2, "output_size": 2}),
    # what is never dropped is never looked at
    ("DropBlock2d", (1, 4, 4), {"p": 0.0, "block_size": 0}),
    ("DropBlock2d", (1, 4, 4), {"p": 0.5, "block_size": 5}),
    ("TransformerEncoderLayer", (4, 4), {"nhead": 1, "dim_feedforward": 0}),
    ("MultiheadAttention", (4, 4), {"num_heads": 1, "dropout": -1.0}),
    ("MultiheadAttention", (4, 4), {"num_heads": 2, "is_causal": True, "add_bias_kv": True}),
    ("MultiheadAttention", (4, 4), {"num_heads": 2, "is_causal": True, "add_zero_attn": True}),
    ("TransformerEncoder", (4, 4), {"nhead": 2, "num_layers": 2, "is_causal": True, "norm": True, "bias": False}),
    ("LSTM", (5, 3), {"hidden_size": 4, "num_layers": 2, "bidirectional": True, "proj_size": 2, "output": "hidden"}),
    ("GRU", (5, 3), {"hidden_size": 4, "num_layers": 2, "bidirectional": True, "output": "last"}),
    ("Slice", (7, 5), {"start": -3, "step": 2, "dim": -2}),
    ("Chunk", (5,), {"chunks": 4, "index": 3}),
    ("Scale", (3, 4, 5), {"init": 0.5, "dim": -2}),
    ("Parameter", (3,), {"shape": [2, 3], "init": "trunc_normal"}),
    ("SqueezeExcitation", (4, 3, 3), {"squeeze_channels": 2, "activation": "SiLU", "scale_activation": "Hardsigmoid"}),
]

FOUND_FOR_SEVERAL: list[tuple[str, list[tuple[int, ...]], dict[str, Any]]] = [
    ("MultiheadAttention", [(4, 4), (3, 6)], {"num_heads": 2}),
    ("MultiheadAttention", [(4, 4), (3, 4), (3, 4)], {"num_heads": 2, "add_bias_kv": True, "bias": False}),
    ("MultiheadAttention", [(4, 4), (3, 6), (3, 5)], {"num_heads": 2, "vdim": 5}),
    ("TransformerDecoder", [(4, 4), (3, 4)], {"nhead": 2, "num_layers": 2, "tgt_is_causal": True, "norm": True}),
    ("Transformer", [(3, 4), (5, 4)], {"nhead": 2, "dim_feedforward": 3, "tgt_is_causal": True}),
    ("LSTMCell", [(3,), (4,), (4,)], {"hidden_size": 4, "output": "cell"}),
    ("LSTMCell", [(3,), (4,)], {"hidden_size": 4}),
    ("CosineSimilarity", [(1, 8), (4, 8)], {"dim": -1}),
    ("PairwiseDistance", [(4, 1), (1, 8)], {"keepdim": True}),
    # torchvision divides by a stride of 0, and the process ends
    ("DeformConv2d", [(4, 5, 5), (8, 4, 4)], {"out_channels": 2, "kernel_size": 2, "stride": 0}),
    ("DeformConv2d", [(4, 5, 5), (16, 4, 4), (8, 4, 4)], {"out_channels": 2, "kernel_size": 2, "groups": 2}),
    ("DeformConv2d", [(4, 5, 5), (24, 4, 4)], {"out_channels": 2, "kernel_size": 2}),
]


@pytest.mark.parametrize(("kind", "shape", "arguments"), FOUND)
def test_found_cases(kind: str, shape: tuple[int, ...], arguments: dict[str, Any]) -> None:
    compare(Case(kind, arguments, TensorType(shape)))


@pytest.mark.parametrize(("kind", "shapes", "arguments"), FOUND_FOR_SEVERAL)
def test_found_cases_of_several_inputs(kind: str, shapes: list[tuple[int, ...]], arguments: dict[str, Any]) -> None:
    x, *others = map(TensorType, shapes)
    compare(Case(kind, arguments, x, tuple(others)))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size", [1, 2])
@pytest.mark.parametrize(
    ("kind", "arguments"), [("AdaptiveAvgPool1d", {}), ("AdaptiveMaxPool1d", {}), ("Upsample", {"mode": "area"})]
)
def test_a_mean_has_more_dtypes_than_windows(kind: str, arguments: dict[str, Any], size: int, dtype: str) -> None:
    sizes = {"size" if kind == "Upsample" else "output_size": size}
    compare(Case(kind, arguments | sizes, TensorType((3, 4), dtype)))


def battery(kind: str, examples: int) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(cases(kind))
    def run(case: Case) -> None:
        compare(case)

    run()


@pytest.mark.parametrize("kind", KINDS)
def test_kind_is_torchs(kind: str) -> None:
    battery(kind, 25)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_kind_is_torchs_in_many_cases(kind: str) -> None:
    battery(kind, 400)

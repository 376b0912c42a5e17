"""Upsampling: sizes, and which arguments go together."""

from __future__ import annotations

from typing import Any

import pytest

from tests.layers.messages import complaint, output


@pytest.mark.parametrize(
    ("kind", "arguments", "shape", "made"),
    [
        ("Upsample", {"scale_factor": 2}, (3, 5, 7), (3, 10, 14)),
        ("Upsample", {"scale_factor": [2, 0.5], "mode": "bilinear"}, (3, 5, 7), (3, 10, 3)),
        ("Upsample", {"scale_factor": 1.1}, (3, 10), (3, 11)),
        ("Upsample", {"scale_factor": 1.15}, (3, 100), (3, 114)),  # 100 * 1.15 is 114.99999999999999
        ("Upsample", {"size": [4, 5, 6], "mode": "trilinear"}, (3, 2, 2, 2), (3, 4, 5, 6)),
        ("PixelShuffle", {"upscale_factor": 3}, (27, 4, 5), (3, 12, 15)),
        ("PixelShuffle", {"upscale_factor": 2}, (7, 4, 4, 5), (7, 1, 8, 10)),
        ("ChannelShuffle", {"groups": 2}, (4, 5), (4, 5)),
    ],
)
def test_sizes(kind: str, arguments: dict[str, Any], shape: tuple[int, ...], made: tuple[int, ...]) -> None:
    assert output(kind, arguments, shape).shape == made


@pytest.mark.parametrize(
    ("kind", "arguments", "shape", "rule", "argument", "message"),
    [
        ("Upsample", {}, (3, 4, 4), "layer-arguments", None, "Upsample needs size or scale_factor"),
        ("Upsample", {"size": 3, "scale_factor": 2}, (3, 4, 4), "layer-arguments", "size",
         "Upsample takes size or scale_factor, not both"),
        ("Upsample", {"scale_factor": [2]}, (3, 4, 4), "layer-arguments", "scale_factor",
         "scale_factor must be a number or a list of 2, as many as 4x4 has, not [2]"),
        ("Upsample", {"scale_factor": 0.1}, (3, 4, 4), "output-size", "scale_factor",
         "Upsample makes an output of 0x0 from 4x4: scale_factor 0.1 leaves nothing"),
        ("Upsample", {"scale_factor": 0}, (3, 4, 4), "argument-value", "scale_factor",
         "scale_factor must be over 0, not 0"),
        ("Upsample", {"scale_factor": float("inf")}, (3, 4, 4), "argument-value", "scale_factor",
         "scale_factor must be at most 1000000000000, not inf"),
        ("Upsample", {"scale_factor": 2, "mode": "linear"}, (3, 4, 4), "layer-arguments", "mode",
         "mode linear is for one spatial dimension, and 3x4x4 has 2"),
        ("Upsample", {"scale_factor": 2, "align_corners": False}, (3, 4, 4), "layer-arguments", "align_corners",
         "mode nearest knows no align_corners"),
        ("Upsample", {"size": 2, "recompute_scale_factor": True}, (3, 4, 4), "layer-arguments",
         "recompute_scale_factor", "recompute_scale_factor has no meaning beside size"),
        ("Upsample", {"scale_factor": 2}, (3,), "input-rank", None,
         "Upsample takes channels and one to three spatial dimensions, not 3"),
        ("PixelShuffle", {"upscale_factor": 2}, (3, 4, 4), "layer-arguments", "upscale_factor",
         "PixelShuffle gets 3 channels, which do not divide by 4, upscale_factor squared"),
        ("PixelShuffle", {"upscale_factor": 2}, (4, 4), "input-rank", None,
         "PixelShuffle takes channels x height x width, not 4x4"),
        ("ChannelShuffle", {"groups": 2}, (3, 4, 4), "conv-groups", "groups",
         "ChannelShuffle gets 3 channels, which do not divide into 2 groups"),
        ("ChannelShuffle", {"groups": 3}, (3,), "input-rank", None,
         "ChannelShuffle takes channels and spatial dimensions, not 3"),
    ],
)  # fmt: skip
def test_messages(
    kind: str, arguments: dict[str, Any], shape: tuple[int, ...], rule: str, argument: str | None, message: str
) -> None:
    error = complaint(kind, arguments, shape)
    assert (error.rule, error.argument, error.message) == (rule, argument, message)


def test_help() -> None:
    error = complaint("Upsample", {"scale_factor": 2, "mode": "linear"}, (3, 4, 4))
    assert error.help == "bilinear is the mode for 2 spatial dimensions"
    assert complaint("Upsample", {"scale_factor": 2}, (3, 4), "int64").message == (
        "Upsample takes a float or uint8 tensor, not int64"
    )

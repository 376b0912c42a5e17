"""The four places where archspec refuses what torch runs, since what torch does there is never meant."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from tests.layers.messages import complaint
from tests.layers.torch_judge import BATCH, make


@pytest.mark.parametrize(
    ("kind", "arguments", "shape", "rule"),
    [
        # an input of the wrong rank: torch takes the batch for channels
        pytest.param(
            "Conv2d", {"in_channels": 2, "out_channels": 2, "kernel_size": 1}, (9, 9), "input-rank", id="conv"
        ),
        pytest.param("MaxPool2d", {"kernel_size": 2}, (9, 9), "input-rank", id="pool"),
        pytest.param("AdaptiveAvgPool1d", {"output_size": 1}, (9,), "input-rank", id="adaptive pool"),
        pytest.param("PixelShuffle", {"upscale_factor": 1}, (9, 9), "input-rank", id="shuffle"),
        pytest.param("ReflectionPad2d", {"padding": 1}, (9, 9), "input-rank", id="padding"),
        pytest.param("Linear", {"in_features": 2, "out_features": 2}, (), "input-rank", id="linear"),
        # an argument that touches the batch dimension
        pytest.param("Flatten", {"start_dim": 0}, (3, 4), "batch-dimension", id="flatten"),
        pytest.param("Unflatten", {"dim": 0, "unflattened_size": [2, 1]}, (3,), "batch-dimension", id="unflatten"),
        pytest.param("Softmax", {"dim": 0}, (3,), "batch-dimension", id="softmax"),
        # an output without elements
        pytest.param("Linear", {"in_features": 4, "out_features": 0}, (4,), "argument-value", id="no features"),
        pytest.param("AdaptiveAvgPool2d", {"output_size": [0, 1]}, (3, 4, 4), "argument-value", id="no pixels"),
        pytest.param("Upsample", {"scale_factor": 0.1, "mode": "area"}, (3, 4), "output-size", id="nothing left"),
        pytest.param("ZeroPad2d", {"padding": -2}, (3, 4, 4), "output-size", id="cropped away"),
        # a list of the wrong length for its dimensions
        pytest.param("MaxPool2d", {"kernel_size": [2]}, (3, 4, 4), "argument-type", id="a size"),
        pytest.param("AvgPool2d", {"kernel_size": 2, "stride": [2]}, (3, 4, 4), "argument-type", id="a stride"),
        pytest.param("ZeroPad2d", {"padding": [1, 1]}, (3, 4, 4), "argument-type", id="two sides"),
    ],
)
def test_torch_runs_and_archspec_does_not(
    kind: str, arguments: dict[str, Any], shape: tuple[int, ...], rule: str
) -> None:
    assert complaint(kind, arguments, shape).rule == rule
    torchs = {name: tuple(value) if isinstance(value, list) else value for name, value in arguments.items()}
    make(f"nn.{kind}", (), torchs)(torch.ones(BATCH, *shape))  # it may well lose the batch, but it runs

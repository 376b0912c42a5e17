"""Dtypes: their sorts, and what torch converts to them, with torch as the judge."""

from __future__ import annotations

import math

import pytest
import torch

from archspec.layers.dtypes import holds, limits, sort
from tests import torchs

DTYPES = [
    "float32", "float64", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool", "complex64",
    "complex128",
]  # fmt: skip
VALUES = [
    0.0, 0.5, -0.5, -1.0, 127.0, 127.5, 128.0, -128.0, -128.5, 255.5, 256.0, 32767.5, 32768.0, 65504.0, 65505.0, 3e9,
    2.0**63, -(2.0**63), 3.395e38, 1e39, -1e39, math.inf, -math.inf, math.nan,
]  # fmt: skip


@pytest.mark.parametrize("dtype", DTYPES)
def test_sorts_and_limits_are_torchs(dtype: str) -> None:
    torchs = getattr(torch, dtype)
    is_integer = not torchs.is_floating_point and not torchs.is_complex and torchs != torch.bool
    assert (sort(dtype) == "integer") == is_integer
    assert (sort(dtype) == "float") == torchs.is_floating_point
    assert (sort(dtype) == "complex") == torchs.is_complex
    if is_integer:
        assert limits(dtype) == (torch.iinfo(torchs).min, torch.iinfo(torchs).max)
    elif dtype in ("float32", "float16", "bfloat16", "complex64"):
        assert limits(dtype) == (torch.finfo(torchs).min, torch.finfo(torchs).max)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_dtype_holds_what_torch_pads_with(dtype: str) -> None:
    x = torch.ones(1, 1).to(getattr(torch, dtype))
    for value in VALUES:
        try:
            torch.nn.functional.pad(x, (1, 1), value=value)
        except RuntimeError:
            assert not holds(dtype, value), value
        else:
            assert holds(dtype, value) != torchs.is_cut_off(dtype, value), value

"""What one torch takes and another refuses: a test that takes torch's word must not hang on which one is installed.

Archspec takes what every torch takes, from the least that it declares to the newest tried. A torch newer than that may
know more modules, arguments and dtypes, or fewer dtypes: that is news, and no failure.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import pytest
import torch

from archspec.graph import TensorType
from archspec.layers.dtypes import limits, sort

NEWEST_TRIED = (2, 15)

_DRAWN = {
    *("Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout"),
    *("StochasticDepth", "DropBlock2d", "DropBlock3d"),
}


def some_take(kind: str, arguments: Mapping[str, Any], *inputs: TensorType) -> bool:
    """Whether some torchs take this call, and others refuse it."""
    dtypes = [x.dtype for x in inputs]
    if kind in _DRAWN:  # 2.15 draws chances for complex numbers, and some processors' kernels did before
        return any(sort(dtype) == "complex" for dtype in dtypes)
    if kind == "FractionalMaxPool2d":  # up to 2.13 nothing looks at the size of the window
        size = arguments.get("kernel_size", 1)
        return min(size if isinstance(size, list) else [size], default=1) < 1
    if kind.startswith("ConstantPad"):
        return any(is_cut_off(dtype, arguments.get("value", 0)) for dtype in dtypes)
    return False


def is_cut_off(dtype: str, value: float) -> bool:
    """Whether an integer is too small for a number by less than one: since 2.14 `pad` fills int8 with 127.5."""
    if sort(dtype) != "integer":
        return False
    largest = limits(dtype)[1]
    return largest < value < largest + 1 or (largest < value == float(largest))  # up to 2.13, 2.0**63 in int64


def is_new() -> bool:
    """Whether the torch installed is newer than all that were tried."""
    return tuple(int(part) for part in torch.__version__.split(".")[:2]) > NEWEST_TRIED


def differs(message: str) -> None:
    """Torch is otherwise than archspec says: a failure, or news."""
    if not is_new():
        pytest.fail(message)
    warnings.warn(f"torch {torch.__version__}: {message}", stacklevel=2)

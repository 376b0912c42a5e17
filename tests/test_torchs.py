"""What may differ between one torch and another."""

from __future__ import annotations

from typing import Any

import pytest

from archspec.graph import TensorType
from tests import torchs


@pytest.mark.parametrize(
    ("kind", "arguments", "dtype", "expected"),
    [
        ("Dropout", {"p": 0.5}, "complex128", True),
        ("Dropout", {"p": 0.5}, "int64", False),
        ("Linear", {}, "complex64", False),
        ("FractionalMaxPool2d", {"kernel_size": [2, 0]}, "float32", True),
        ("FractionalMaxPool2d", {"kernel_size": [2, 1]}, "float32", False),
        ("FractionalMaxPool2d", {"kernel_size": []}, "float32", False),
        ("FractionalMaxPool3d", {"kernel_size": 0}, "float32", False),
        ("ConstantPad1d", {"value": 127.5}, "int8", True),
        ("ConstantPad1d", {"value": 127.0}, "int8", False),
        ("ConstantPad1d", {"value": 128.0}, "int8", False),
        ("ConstantPad1d", {"value": 127.5}, "float32", False),
    ],
)
def test_what_some_torchs_take(kind: str, arguments: dict[str, Any], dtype: str, expected: bool) -> None:
    assert torchs.some_take(kind, arguments, TensorType((4, 4)), TensorType((4, 4), dtype)) == expected


def test_what_a_tried_torch_does_otherwise_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.__version__", "2.13.0+cpu")
    with pytest.raises(pytest.fail.Exception, match="takes less"):
        torchs.differs("takes less")


@pytest.mark.parametrize("version", ["2.99.0", "3.0.1+cu140", "10.0.0a0+git123"])
def test_what_a_newer_torch_does_otherwise_is_news(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    monkeypatch.setattr("torch.__version__", version)
    with pytest.warns(UserWarning, match="takes more"):
        torchs.differs("takes more")

"""Files that are no text at all, told by their first bytes."""

from __future__ import annotations

import re

_WEIGHTS = "a spec is text: it holds the layers, and `archspec build SPEC --weights FILE` loads the weights"
_MODEL = "a spec is text: write the layers as nodes"

_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (rb"PK\x03\x04.{0,200}?(?:data\.pkl|constants\.pkl|\.data/|archive_format)", "a PyTorch checkpoint", _WEIGHTS),
    (rb"PK\x03\x04.{0,400}?(?:metadata\.json|config\.json)", "a Keras model", _MODEL),
    (rb"PK\x03\x04", "a ZIP archive, as PyTorch's .pt, .pth and .pt2 files are", _WEIGHTS),
    (rb"\x80[\x02-\x05](?:\x95|[cX}\]\x8a(])", "a pickle, as torch.save writes it", _WEIGHTS),
    (rb".{6}\x00\x00\{\s*\"", "a safetensors file", _WEIGHTS),
    (rb"\x89HDF\r\n\x1a\n", "an HDF5 file, as Keras writes it", _MODEL),
    (rb"GGUF", "a GGUF file", _MODEL),
    (rb".{4}TFL3", "a TensorFlow Lite model", _MODEL),
    (rb"\x93NUMPY", "a NumPy array", _MODEL),
    (
        rb"\x08[\x01-\x20](?:\x12|\x1a|\x22|\x3a).{0,400}?(?:pytorch|onnx|keras|tf2|producer|torch)",
        "an ONNX model",
        _MODEL,
    ),
    (rb"\x89PNG|\xff\xd8\xff|GIF8|RIFF....WEBP", "a picture", _MODEL),
    (rb"%PDF", "a PDF", _MODEL),
    (rb"\x1f\x8b|BZh|\xfd7zXZ|\x28\xb5\x2f\xfd", "a compressed file", "unpack it first"),
)
"""How a file starts, what it is, and what to do."""


def recognized(data: bytes) -> tuple[str, str] | None:
    """What a file is, as the end of a sentence, and what to do; None where its first bytes do not tell."""
    head = data[:4_096]
    return next(((what, way) for start, what, way in _MAGIC if re.match(start, head, re.DOTALL)), None)

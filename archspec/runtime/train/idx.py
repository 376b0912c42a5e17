"""IDX, the format of MNIST and its kin: a magic number, sizes, and bytes; plain or gzipped.

As the page of the MNIST database describes it: two zero bytes, the type of the elements (8: unsigned byte), the number
of dimensions, each size as a big-endian 32-bit integer, then the elements, the last index changing fastest.
"""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from pathlib import Path
from typing import BinaryIO, cast

import torch
from torch import Tensor

from archspec.runtime.train.errors import TrainError

_UNSIGNED_BYTE = 8
_GZIP = b"\x1f\x8b"
_MOST_BYTES = 2**34
"""A header that promises more than these 16 GiB is damaged."""


def read(path: Path, dimensions: int) -> Tensor:
    """The uint8 tensor in an IDX file that has this many dimensions. Raises TrainError."""
    try:
        with _open(path) as file:
            return _read(file, path, dimensions)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise _damaged(path, "its compressed data breaks off or is wrong") from None
    except OSError as error:
        raise TrainError(f"{path} cannot be read: {error.strerror or error}") from error


def _open(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        zipped = file.read(2) == _GZIP
    return cast(BinaryIO, gzip.open(path)) if zipped else path.open("rb")


def _read(file: BinaryIO, path: Path, dimensions: int) -> Tensor:
    head = file.read(4)
    if head != bytes([0, 0, _UNSIGNED_BYTE, dimensions]):
        kind = "images" if dimensions == 3 else "labels"
        raise TrainError(f"{path} is no IDX file of {kind}: it begins with {head.hex(' ') or 'nothing'}")
    sizes = struct.unpack(f">{dimensions}I", file.read(4 * dimensions).ljust(4 * dimensions, b"\0"))
    expected = math.prod(sizes)
    if not 0 < expected <= _MOST_BYTES:
        raise _damaged(path, f"its sizes are {'x'.join(map(str, sizes))}")
    data = bytearray(file.read(expected + 1))
    if len(data) != expected:
        raise _damaged(path, f"its header promises {expected:,} bytes, and it holds {_found(len(data), expected)}")
    return torch.frombuffer(data, dtype=torch.uint8).view(sizes)


def _found(length: int, expected: int) -> str:
    return f"{length:,}" if length < expected else "more"


def _damaged(path: Path, why: str) -> TrainError:
    return TrainError(f"{path} is damaged: {why}; get the file anew")

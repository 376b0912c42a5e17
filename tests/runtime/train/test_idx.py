"""IDX files are read exactly, and damaged ones are refused by name."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from archspec.runtime.train import idx
from archspec.runtime.train.errors import TrainError
from tests import fast
from tests.runtime.train.sets import idx_bytes

IMAGES = torch.arange(24, dtype=torch.uint8).view(2, 3, 4)


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzipped"])
@pytest.mark.parametrize("shape", [(24,), (2, 3, 4), (24, 1, 1)])
def test_reads_what_was_written(tmp_path: Path, pack, shape: tuple[int, ...]) -> None:
    path = tmp_path / "file"
    path.write_bytes(pack(idx_bytes(IMAGES.view(shape))))
    assert torch.equal(idx.read(path, len(shape)), IMAGES.view(shape))


GOOD = idx_bytes(IMAGES)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"", "is no IDX file of images: it begins with nothing", id="empty"),
        pytest.param(b"\x89PNG\r\n", "is no IDX file of images: it begins with 89 50 4e 47", id="another format"),
        pytest.param(idx_bytes(IMAGES[0, 0]), "is no IDX file of images: it begins with 00 00 08 01", id="labels"),
        pytest.param(GOOD[:-5], "is damaged: its header promises 24 bytes, and it holds 19; get the", id="cut off"),
        pytest.param(GOOD[:9], "is damaged: its sizes are 2x0x0", id="cut off in the header"),
        pytest.param(GOOD + b"x", "is damaged: its header promises 24 bytes, and it holds more", id="too long"),
        pytest.param(GOOD[:4] + b"\xff" * 12, "is damaged: its sizes are 4294967295x", id="sizes beyond all bounds"),
        pytest.param(gzip.compress(GOOD)[:-9], "is damaged: its compressed data breaks off", id="gzip cut off"),
        pytest.param(b"\x1f\x8bjunk" * 9, "is damaged: its compressed data breaks off or is wrong", id="no gzip"),
    ],
)
def test_refuses(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(TrainError) as caught:
        idx.read(path, 3)
    assert str(caught.value).startswith(f"{path} {message}")


@settings(max_examples=fast.examples(25, 200))
@given(st.binary(max_size=200))
def test_no_bytes_at_all_raise_anything_else(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    for data in (content, GOOD[:8] + content, b"\x1f\x8b\x08" + content):
        path.write_bytes(data)
        try:
            assert idx.read(path, 3).dim() == 3
        except TrainError as error:
            assert str(path) in str(error)  # noqa: PT017


def test_folder_in_the_place_of_a_file(tmp_path: Path) -> None:
    with pytest.raises(TrainError, match="cannot be read: Is a directory"):
        idx.read(tmp_path, 3)

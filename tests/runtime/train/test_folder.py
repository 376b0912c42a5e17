"""Folders of images by class: what is read, what is refused, and that every worker's words arrive."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from PIL import Image

from archspec.runtime.train import data, folder
from archspec.runtime.train.errors import TrainError
from archspec.runtime.train.loader import IGNORED, FolderLoader
from archspec.runtime.train.order import Order

CLASSES = ("cat", "dog")


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """Five images a class to train on, of different sizes, and three to test on; of one colour each."""
    for part, count in (("train", 5), ("test", 3)):
        for number, name in enumerate(CLASSES):
            (tmp_path / part / name).mkdir(parents=True)
            for i in range(count):
                colour = (100 * number + i, 50, 200)
                Image.new("RGB", (20 + 3 * i, 30), colour).save(tmp_path / part / name / f"{i}.png")
    return tmp_path


def test_sizes_and_classes(images: Path) -> None:
    found = data.read(f"folder:{images}", Path("unused"), (3, 16, 12), download=False)
    assert (found.classes, found.channels, len(found.train), len(found.test)) == (2, 3, 10, 6)


@pytest.mark.parametrize("channels", [1, 3])
def test_images_come_in_the_size_and_channels_of_the_network(images: Path, channels: int) -> None:
    train, _ = folder.read(images, channels, (16, 12))
    image, label = train[7]
    assert (image.shape, image.dtype, label) == ((channels, 16, 12), torch.uint8, 1)
    if channels == 3:
        assert image[:, 8, 6].tolist() == [102, 50, 200]


def test_the_middle_is_cut_out(tmp_path: Path) -> None:
    for part in ("train", "val"):
        (tmp_path / part / "stripes").mkdir(parents=True)
        wide = Image.new("L", (30, 10), 0)
        wide.paste(255, (10, 0, 20, 10))
        wide.save(tmp_path / part / "stripes" / "wide.png")
    train, _ = folder.read(tmp_path, 1, (10, 10))
    assert train[0][0].eq(255).all()


@pytest.mark.parametrize("workers", [0, 2])
def test_batches(images: Path, workers: int) -> None:
    train, _ = folder.read(images, 3, (8, 8))
    order = Order(10, 4, seed=1)
    loader = FolderLoader(train, order, workers)
    for epoch in range(2):
        order.set_epoch(epoch)
        for (pictures, labels), indexes in zip(loader, order.batches(), strict=True):
            assert labels.tolist() == [train.samples[i][1] for i in indexes]
            assert torch.equal(pictures, torch.stack([train[i][0] for i in indexes.tolist()]))


def test_goes_on_in_the_middle_of_an_epoch(images: Path) -> None:
    train, _ = folder.read(images, 3, (8, 8))
    loader = FolderLoader(train, Order(10, 4, seed=1), 0)
    labels = [batch[1].tolist() for batch in loader]
    loader.load_state_dict({"epoch": 0, "batch": 2})
    assert [batch[1].tolist() for batch in loader] == labels[2:]


def test_padding_is_ignored(images: Path) -> None:
    train, _ = folder.read(images, 3, (8, 8))
    *_, (_, labels) = FolderLoader(train, Order(10, 12, None, rank=4, ranks=6), 0)
    assert labels.tolist() == [0, IGNORED]


class TestRefusals:
    def test_no_parts(self, tmp_path: Path) -> None:
        with pytest.raises(TrainError) as caught:
            folder.read(tmp_path, 3, (8, 8))
        assert str(caught.value).endswith(f"looks for {tmp_path}/train/CLASS/ and {tmp_path}/test/CLASS/ (or val)")

    def test_other_classes(self, images: Path) -> None:
        (images / "test" / "dog").rename(images / "test" / "bee")
        with pytest.raises(TrainError, match="test differ in their classes: bee, dog"):
            folder.read(images, 3, (8, 8))

    def test_empty_class(self, images: Path) -> None:
        (images / "train" / "bee").mkdir()
        with pytest.raises(TrainError, match="train holds no images by class: Found no valid file for the classes bee"):
            folder.read(images, 3, (8, 8))

    def test_channels(self, images: Path) -> None:
        with pytest.raises(TrainError, match="images of a folder have 1 or 3 channels, and the network takes 4"):
            folder.read(images, 4, (8, 8))

    @pytest.mark.parametrize("workers", [0, 1])
    @pytest.mark.parametrize("content", [b"", b"no image", b"\x89PNG\r\n\x1a\n cut off"])
    def test_broken_image(self, images: Path, content: bytes, workers: int) -> None:
        path = images / "train" / "cat" / "3.png"
        path.write_bytes(content)
        train, _ = folder.read(images, 3, (8, 8))
        with pytest.raises(TrainError) as caught:
            list(FolderLoader(train, Order(10, 4), workers))
        assert str(caught.value) == f"{path} is no image that can be read: mend it, or take it away"

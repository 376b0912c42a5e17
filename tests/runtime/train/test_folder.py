"""Folders of images by class: what is read, what is refused, and that every worker's words arrive."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision.transforms.v2 import functional as F

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


@pytest.mark.parametrize("size", [(20, 30), (31, 17), (8, 8), (7, 64), (224, 224), (1, 50)])
@pytest.mark.parametrize("wanted", [(16, 12), (12, 16), (8, 8)])
def test_the_middle_is_that_of_the_whole_image_brought_to_the_size(
    size: tuple[int, int], wanted: tuple[int, int]
) -> None:
    pixels = torch.randint(256, (*size, 3), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    image = Image.fromarray(pixels.numpy())
    scale = max(wanted[0] / size[0], wanted[1] / size[1])
    whole = F.resize(image, [max(a, round(b * scale)) for a, b in zip(wanted, size, strict=True)])
    expected = F.pil_to_tensor(F.center_crop(whole, list(wanted))).int()
    found = F.pil_to_tensor(folder._fitted(image, *wanted)).int()
    assert (found - expected).abs().max() <= 1


@pytest.mark.parametrize("size", [(1, 400_000), (400_000, 1)])
def test_a_thin_image_takes_no_memory(images: Path, size: tuple[int, int]) -> None:
    Image.new("RGB", size, (9, 8, 7)).save(images / "train" / "cat" / "0.png")
    train, _ = folder.read(images, 3, (224, 224))
    assert train[0][0].flatten(1).unique(dim=1).tolist() == [[9], [8], [7]]


class TestGreys:
    @pytest.mark.parametrize("suffix", ["png", "tif"])
    @pytest.mark.parametrize("channels", [1, 3])
    def test_of_16_bits_are_scaled(self, images: Path, channels: int, suffix: str) -> None:
        path = images / "train" / "ant" / f"0.{suffix}"
        for part in ("train", "test"):
            (images / part / "ant").mkdir()
            Image.new("L", (4, 4)).save(images / part / "ant" / "9.png")
        greys = np.array([[0, 255, 256, 32768], [128 * 257, 65535, 300, 60000]], dtype=np.uint16)
        Image.fromarray(greys).save(path)
        train, _ = folder.read(images, channels, (2, 4))
        image = train[0][0]
        assert image.shape == (channels, 2, 4)
        assert image[0].tolist() == [[0, 0, 1, 128], [128, 255, 1, 234]]

    @pytest.mark.parametrize(
        ("image", "message"),
        [
            (Image.new("F", (8, 8), 0.5), "has fractions for greys"),
            (Image.new("I", (8, 8), 2**20), "has greys of 32 bits"),
            (Image.new("I", (8, 8), -1), "has greys of 32 bits"),
        ],
    )
    def test_of_no_known_scale_are_refused(self, images: Path, image: Image.Image, message: str) -> None:
        path = images / "train" / "cat" / "0.tiff"
        (images / "train" / "cat" / "0.png").unlink()
        image.save(path)
        train, _ = folder.read(images, 1, (8, 8))
        with pytest.raises(TrainError) as caught:
            train[0]
        assert str(caught.value) == f"{path} {message}: write it anew with 8 or 16 bits a channel"


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

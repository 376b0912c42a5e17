"""Sets of images by name: where they are found, and what is said where they are not."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from archspec.runtime.train import images
from archspec.runtime.train.errors import TrainError
from tests.runtime.train.sets import REAL, TEST, TRAIN, examples, idx_bytes, needs_real, write_idx


@pytest.mark.parametrize("zipped", [False, True], ids=["plain", "gzipped"])
@pytest.mark.parametrize("place", ["", "FashionMNIST/raw"], ids=["in the folder", "as torchvision lays them out"])
def test_idx_files(tmp_path: Path, place: str, zipped: bool) -> None:
    write_idx(tmp_path / place, zipped=zipped)
    found = images.read("fashion-mnist", tmp_path)
    assert (found.classes, found.channels, found.size) == (10, 1, (28, 28))
    assert (len(found.train), len(found.test)) == (TRAIN, TEST)
    pictures, labels = examples(TRAIN)
    assert torch.equal(found.train.images[:, 0], pictures)
    assert torch.equal(found.train.labels, labels.long())


@needs_real
def test_the_real_files() -> None:
    assert REAL is not None
    found = images.read("fashion-mnist", REAL)
    assert found.train.images.shape == (60_000, 1, 28, 28)
    assert found.test.images.shape == (10_000, 1, 28, 28)
    assert found.train.labels.bincount().tolist() == [6_000] * 10


class TestMissing:
    def test_folder_without_the_files(self, tmp_path: Path) -> None:
        with pytest.raises(TrainError) as caught:
            images.read("fashion-mnist", tmp_path)
        package = "dataset-fashion-mnist"
        assert str(caught.value).splitlines() == [
            f"fashion-mnist is not in {tmp_path}: there is no train-images-idx3-ubyte and no "
            f"train-images-idx3-ubyte.gz in {tmp_path}/ or {tmp_path}/FashionMNIST/raw/",
            "  --data-dir DIR   where its files are",
            f"  --download       gets them from where torchvision does, 31 MB, into {tmp_path}",
            f"  on Debian, `apt install {package}` brings them and `dpkg -L {package}` tells the DIR",
        ]

    def test_folder_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(TrainError, match=r"mnist is not in .*nowhere: there is no such folder\n.*\n.*12 MB"):
            images.read("mnist", tmp_path / "nowhere")

    def test_one_of_the_files(self, tmp_path: Path) -> None:
        (write_idx(tmp_path) / "t10k-labels-idx1-ubyte").unlink()
        with pytest.raises(TrainError, match="there is no t10k-labels-idx1-ubyte and no"):
            images.read("kmnist", tmp_path)

    @pytest.mark.parametrize("name", images.CIFAR_SETS)
    def test_cifar(self, tmp_path: Path, name: str) -> None:
        with pytest.raises(TrainError, match=f"{name} is not in .*: there is no intact cifar"):
            images.read(name, tmp_path)

    def test_pickled_files_that_are_not_the_published_ones_are_not_opened(self, tmp_path: Path) -> None:
        (tmp_path / "cifar-10-batches-py").mkdir()
        for name in ("data_batch_1", "test_batch", "batches.meta"):
            (tmp_path / "cifar-10-batches-py" / name).write_bytes(b"cos\nabort\n(tR.")  # ends the process if unpickled
        with pytest.raises(TrainError, match="there is no intact cifar-10-batches-py/"):
            images.read("cifar10", tmp_path)


class TestInconsistent:
    def test_counts(self, tmp_path: Path) -> None:
        write_idx(tmp_path)
        (tmp_path / "t10k-labels-idx1-ubyte").write_bytes(idx_bytes(torch.zeros(7, dtype=torch.uint8)))
        with pytest.raises(TrainError, match="has 80 images and 7 labels"):
            images.read("mnist", tmp_path)

    def test_labels(self, tmp_path: Path) -> None:
        write_idx(tmp_path)
        (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx_bytes(torch.full((TRAIN,), 47, dtype=torch.uint8)))
        with pytest.raises(TrainError, match=r"mnist has 10 classes, and .* a label 47"):
            images.read("mnist", tmp_path)


def test_download_that_fails_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(self: object) -> None:
        raise RuntimeError("Error downloading train-images-idx3-ubyte.gz\nmore")

    monkeypatch.setattr("torchvision.datasets.FashionMNIST.download", offline)
    with pytest.raises(
        TrainError, match=r"fashion-mnist cannot be downloaded into .*: Error downloading train-im.*gz$"
    ):
        images.read("fashion-mnist", tmp_path, download=True)

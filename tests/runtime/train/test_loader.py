"""Batches are the images by index, resized as PIL does it, and go on where they stopped."""

from __future__ import annotations

import itertools

import numpy
import pytest
import torch
from PIL import Image
from torch import Tensor

from archspec.runtime.train.images import Split
from archspec.runtime.train.loader import IGNORED, MemoryLoader, resized
from archspec.runtime.train.order import Order

AVX2 = torch.backends.cpu.get_cpu_capability() in ("AVX2", "AVX512")


def split(count: int = 10) -> Split:
    images = torch.randint(0, 256, (count, 1, 8, 8), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    return Split(images, torch.arange(count))


def by_pil(images: Tensor, size: tuple[int, int]) -> Tensor:
    """As a tutorial resizes: image by image, bilinear."""
    rows = []
    for image in images:
        array = image.permute(1, 2, 0).squeeze(2).numpy()
        small = Image.fromarray(array).resize(size[::-1], Image.Resampling.BILINEAR)
        rows.append(torch.from_numpy(numpy.array(small)).view(*size, -1).permute(2, 0, 1))
    return torch.stack(rows)


class TestResize:
    @pytest.mark.parametrize("channels", [1, 3])
    @pytest.mark.parametrize(
        ("before", "after"), [(28, (96, 96)), (28, (224, 224)), (32, (40, 64)), (28, (20, 20)), (32, (28, 28))], ids=str
    )
    def test_as_pil(self, before: int, after: tuple[int, int], channels: int) -> None:
        images = torch.randint(0, 256, (5, channels, before, before), dtype=torch.uint8)
        ours, theirs = resized(images, after), by_pil(images, after)
        assert ours.dtype == torch.uint8
        enlarged = AVX2 and min(after) >= before
        assert (ours.int() - theirs.int()).abs().max() <= (0 if enlarged else 1)

    def test_images_of_the_size_are_left_alone(self) -> None:
        images = split().images
        assert resized(images, (8, 8)) is images


class TestMemory:
    def test_batches_are_the_images_of_the_order(self) -> None:
        order = Order(10, 4, seed=7)
        whole = split()
        batches = list(MemoryLoader(whole, order, (8, 8)))
        for (images, labels), indexes in zip(batches, order.batches(), strict=True):
            assert torch.equal(labels, indexes)
            assert torch.equal(images, whole.images[indexes])

    def test_images_come_in_the_size(self) -> None:
        images, _ = next(iter(MemoryLoader(split(), Order(10, 4), (12, 16))))
        assert images.shape == (4, 1, 12, 16)

    def test_padding_is_ignored(self) -> None:
        loader = MemoryLoader(split(3), Order(3, 4, None, rank=1, ranks=2), (8, 8))
        assert [labels.tolist() for _, labels in loader] == [[1, IGNORED]]

    @pytest.mark.parametrize("stop", range(4))
    def test_goes_on_where_the_state_says(self, stop: int) -> None:
        first = MemoryLoader(split(), Order(10, 4, seed=7), (8, 8))
        first.sampler.set_epoch(3)
        labels = [batch[1].tolist() for batch in first]
        running = iter(first)
        for _ in itertools.islice(running, stop):
            pass
        second = MemoryLoader(split(), Order(10, 4, seed=7), (8, 8))
        second.load_state_dict(first.state_dict())
        second.sampler.set_epoch(3)
        assert [batch[1].tolist() for batch in second] == labels[stop % 3 :], "a whole epoch begins anew"

    def test_next_epoch_begins_at_its_beginning(self) -> None:
        first = MemoryLoader(split(), Order(10, 4, seed=7), (8, 8))
        assert len(list(first)) == 3
        second = MemoryLoader(split(), Order(10, 4, seed=7), (8, 8))
        second.load_state_dict(first.state_dict())
        second.sampler.set_epoch(1)
        assert len(list(second)) == 3

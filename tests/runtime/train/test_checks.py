"""What is wrong is said before the first step, with what to type."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace
from typing import Any

import pytest
import torch

import archspec
from archspec.runtime.running import device_of
from archspec.runtime.train import checks, data, memory
from archspec.runtime.train.errors import TrainError
from archspec.runtime.train.options import resolve
from tests.reference import SPECS
from tests.runtime.train.sets import write_idx

NET = """
    name: Net
    input: 1x28x28
    model:
      - Conv2d: {out_channels: 4, kernel_size: 3}
      - BatchNorm2d
      - AdaptiveAvgPool2d: 1
      - BatchNorm2d
      - Flatten
      - Linear: 10
"""


def graph(text: str = NET, **changed: Any) -> archspec.Graph:
    return archspec.analyze(archspec.Source(dedent(text), "net.yaml"), **changed)


def options(**typed: Any):
    return resolve({"data": "mnist", **typed}, None)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> data.Data:
    return data.read("mnist", write_idx(tmp_path_factory.mktemp("idx")), (1, 28, 28), download=False)


class TestClassifier:
    def test_input(self) -> None:
        assert checks.classifies_images(graph()) == (1, 28, 28)

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            (
                "input: {a: 1x8x8, b: 1x8x8}\nmodel: [{concat: [from: a, from: b]}, Flatten, Linear: 10]",
                "archspec train feeds one input, images, and net has 2",
            ),
            (
                "input: 128\nmodel: [Linear: 10]",
                "archspec train feeds images, channels x height x width, and net takes 128 of float32: write the "
                "spec's input as 1x28x28",
            ),
            (
                "input: {shape: [1, 8, 8], dtype: int64}\nmodel: [Flatten, {Embedding: {num_embeddings: 9, "
                "embedding_dim: 2}}, Flatten, Linear: 10]",
                "archspec train feeds images, channels x height x width, and net takes 1x8x8 of int64",
            ),
            (
                "input: 1x8x8\nmodel:\n  - Conv2d: {out_channels: 10, kernel_size: 3}",
                "archspec train wants an output of one number a class, and net gives 10x6x6 (net.yaml:3): end with "
                "Flatten and Linear",
            ),
            (
                "input: 1x8x8\noutputs: [a, b]\nmodel: {f: Flatten, a: {Linear: 10}, b: {Linear: 10}}",
                "archspec train wants one output, and net has 2: leave outputs out",
            ),
        ],
        ids=["inputs", "no image", "whole numbers", "map", "outputs"],
    )
    def test_no_classifier(self, text: str, message: str) -> None:
        with pytest.raises(TrainError) as caught:
            checks.classifies_images(graph(text))
        assert str(caught.value).startswith(message)


class TestData:
    def test_fits(self, found: data.Data) -> None:
        checks.fits_data(graph(), (1, 28, 28), found, {})

    def test_channels(self, found: data.Data) -> None:
        wrong = graph(input=(3, 28, 30))
        with pytest.raises(TrainError) as caught:
            checks.fits_data(wrong, (3, 28, 30), found, {})
        message = "Net takes images of 3 channels, and those of mnist have 1: type --input 1x28x30"
        assert str(caught.value) == message

    @pytest.mark.parametrize(
        ("params", "help"),
        [({}, "write 10 at net.yaml:10"), ({"depth": 3, "classes": 20}, "type --set classes=10")],
        ids=["written", "a param"],
    )
    def test_outputs(self, found: data.Data, params: dict[str, int], help: str) -> None:
        with pytest.raises(TrainError) as caught:
            checks.fits_data(graph(NET.replace("Linear: 10", "Linear: 20")), (1, 28, 28), found, params)
        assert str(caught.value) == f"Net has 20 outputs, and mnist 10 classes: {help}"

    def test_aux_outputs(self, found: data.Data) -> None:
        text = NET.replace("- Flatten", "- aux: [Flatten, Linear: 7]\n      - Flatten")
        with pytest.raises(TrainError, match="Net has 7 outputs, and mnist 10 classes"):
            checks.fits_data(graph(text), (1, 28, 28), found, {})


class TestBatches:
    @pytest.mark.parametrize(
        ("count", "size", "ranks"), [(264, 32, 1), (264, 32, 2), (32, 32, 1), (33, 256, 1), (34, 32, 1), (35, 32, 2)]
    )
    def test_fit(self, count: int, size: int, ranks: int) -> None:
        checks.batches(graph(), count, options(batch_size=size), ranks)

    @pytest.mark.parametrize(
        ("count", "size", "ranks", "better"),
        [(257, 256, 1, 255), (33, 32, 1, 31), (34, 32, 2, 30), (33, 1, 1, 3), (257, 2, 1, 3)],
    )
    def test_last_one_of_one(self, count: int, size: int, ranks: int, better: int) -> None:
        with pytest.raises(TrainError) as caught:
            checks.batches(graph(), count, options(batch_size=size), ranks)
        assert str(caught.value).startswith("the last batch of an epoch would hold 1 of the")
        assert str(caught.value).endswith(f"BatchNorm2d (3) cannot train on 1: --batch-size {better}")
        checks.batches(graph(), count, options(batch_size=better), ranks)

    def test_is_fine_where_a_channel_has_more_values(self) -> None:
        text = NET.replace("      - AdaptiveAvgPool2d: 1\n      - BatchNorm2d\n", "")
        checks.batches(graph(text), 257, options(batch_size=256), 1)

    def test_not_to_be_shared(self) -> None:
        with pytest.raises(TrainError, match="3 processes cannot share a batch of 256 evenly: --batch-size 255"):
            checks.batches(graph(), 264, options(), 3)


class TestMemory:
    def test_too_little(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(memory, "available", lambda device: 1_000_000_000)
        vgg = archspec.analyze(SPECS / "vgg11_small.yaml", input=(1, 32, 32))
        cpu = torch.device("cpu")
        with pytest.raises(TrainError) as caught:
            checks.enough_memory(vgg, options(batch_size=100_000), 1, 0, cpu)
        message = str(caught.value)
        assert message.startswith("a step with batches of 100000 needs about ")
        assert "1.0 GB are free on cpu: --batch-size " in message
        fitting = int(message.split()[-3])
        checks.enough_memory(vgg, options(batch_size=fitting), 1, 0, cpu)

    def test_too_little_for_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(memory, "available", lambda device: 1_000)
        with pytest.raises(TrainError, match="not even a batch of 1 fits"):
            checks.enough_memory(graph(), options(), 1, 0, torch.device("cpu"))

    def test_not_known(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(memory, "available", lambda device: None)
        checks.enough_memory(graph(), options(), 1, 2**60, torch.device("cpu"))


class TestDisk:
    def test_full(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=1_000))
        with pytest.raises(TrainError) as caught:
            checks.enough_disk(graph(), options(), tmp_path / "runs" / "Net-1")
        assert str(caught.value).startswith(f"the disk of {tmp_path}/runs/Net-1 has 1.0 kB left, and the run's")
        assert str(caught.value).endswith("make room, or name a folder on another disk with --out")

    def test_read_only(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("os.access", lambda path, mode: False)
        with pytest.raises(TrainError, match=r"new cannot be made, for .* is read-only: name another folder"):
            checks.enough_disk(graph(), options(), tmp_path / "new")

    def test_room(self, tmp_path: Path) -> None:
        checks.enough_disk(graph(), options(), tmp_path / "new" / "deeper")


class TestFirstStep:
    def test_leaves_the_network_as_it_was(self, found: data.Data) -> None:
        net = archspec.build(archspec.Source(dedent(NET)))
        before = {key: value.clone() for key, value in net.state_dict().items()}
        state = torch.get_rng_state()
        checks.first_step(net, found, options(), torch.device("cpu"))
        assert all(torch.equal(value, before[key]) for key, value in net.state_dict().items())
        assert all(parameter.grad is None for parameter in net.parameters())
        assert torch.equal(torch.get_rng_state(), state)
        assert net.training
        assert device_of(net).type == "cpu"

    @pytest.mark.parametrize("value", [float("nan"), float("inf")])
    def test_loss_that_is_not_finite(self, found: data.Data, value: float) -> None:
        net: Any = archspec.build(archspec.Source(dedent(NET)))
        with torch.no_grad():
            net[5].weight[0, 0] = value
        with pytest.raises(TrainError, match=r"the network is not fit to train: .* \(--init xavier_uniform\)"):
            checks.first_step(net, found, options(), torch.device("cpu"))

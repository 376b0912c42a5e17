"""A run from its checks to its results: what it leaves, and that its options do what they say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import (  # type: ignore[import-untyped]
    EventAccumulator,
)
from torch.nn import functional as F

import archspec
from archspec.runtime.train import images
from archspec.runtime.train.classifier import AUX_WEIGHT, loss_of
from tests.cli.running import run as command
from tests.reference import SPECS
from tests.runtime.train.conftest import Run
from tests.runtime.train.sets import TEST, TRAIN


@pytest.fixture(scope="module")
def run(tiny: Path, idx: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return Run(
        tiny, idx, tmp_path_factory.mktemp("runs") / "run", "--seed", 5, "--set", "classes=10", "--format", "json"
    )


class TestLeaves:
    def test_files(self, run: Run) -> None:
        names = {str(path.relative_to(run.folder)) for path in run.folder.rglob("*") if path.is_file()}
        (events,) = (name for name in names if name.startswith("tensorboard/"))
        assert names - {events} == {
            "spec.yaml",
            "config.yaml",
            "metrics.csv",
            "checkpoints/last.ckpt",
            "checkpoints/best.ckpt",
            "model.safetensors",
            "curves.png",
        }

    def test_it_learned(self, run: Run) -> None:
        assert run.result.exit_code == 0, run.result.output
        assert float(run.rows[-1]["train_acc"]) > 0.6

    def test_json_lines(self, run: Run) -> None:
        start, *epochs, done = (json.loads(line) for line in run.result.stdout.splitlines())
        assert (start["event"], done["event"]) == ("start", "done")
        assert (start["name"], start["train_examples"], start["test_examples"]) == ("Tiny", TRAIN, TEST)
        assert [row.pop("event") for row in epochs] == ["epoch"] * 3
        keys = ["epoch", "train_loss", "train_acc", "test_loss", "test_acc", "seconds", "samples_per_second"]
        for row, written in zip(epochs, run.rows, strict=True):
            assert list(row) == keys
            assert {name: str(row[name]) for name in written} == written
        assert done["best_test_acc"] == max(row["test_acc"] for row in epochs)

    def test_weights_give_the_last_accuracy(self, run: Run, tiny: Path, idx: Path) -> None:
        net = archspec.build(tiny, weights=run.folder / "model.safetensors").eval()
        found = images.read("fashion-mnist", idx)
        with torch.no_grad():
            logits = net(F.interpolate(found.test.images.float(), (12, 12), mode="bilinear", antialias=True) / 255)
        accuracy = (logits.argmax(1) == found.test.labels).float().mean().item()
        assert accuracy == pytest.approx(float(run.rows[-1]["test_acc"]), abs=2 / TEST)

    def test_spec_stands_alone(self, run: Run, tiny: Path) -> None:
        written = archspec.Source((run.folder / "spec.yaml").read_text())
        assert archspec.to_python(written) == archspec.to_python(tiny)

    def test_config(self, run: Run, tiny: Path) -> None:
        config = yaml.safe_load((run.folder / "config.yaml").read_text())
        assert config["spec"]["file"] == str(tiny)
        assert config["spec"]["set"] == ["classes=10"]
        assert {**config["options"], "lr": 0.1, "momentum": 0.5, "seed": 5, "epochs": 3} == config["options"]
        assert config["options"]["threads"] == torch.get_num_threads()
        assert config["versions"]["torch"] == torch.__version__.partition("+")[0]

    def test_tensorboard(self, run: Run) -> None:
        events = EventAccumulator(str(run.folder / "tensorboard"))
        events.Reload()
        tags = set(events.Tags()["scalars"])
        assert {"train/loss", "train/acc", "test/loss", "test/acc", "epoch/samples_per_second"} <= tags
        found = [event.value for event in events.Scalars("test/loss")]
        assert found == pytest.approx([float(row["test_loss"]) for row in run.rows])

    def test_curves(self, run: Run) -> None:
        assert Image.open(run.folder / "curves.png").size == (1500, 600)


class TestOptions:
    def test_same_seed_same_bits(self, run: Run, tiny: Path, idx: Path, tmp_path: Path) -> None:
        Run(tiny, idx, tmp_path / "again", "--seed", 5).assert_same(run)
        other = Run(tiny, idx, tmp_path / "other", "--seed", 6)
        assert other.rows != run.rows

    def test_train_accuracy_of_a_second_pass(self, run: Run, tiny: Path, idx: Path, tmp_path: Path) -> None:
        second = Run(tiny, idx, tmp_path / "run", "--seed", 5, "--eval-train")
        for name, value in run.weights.items():
            assert torch.equal(value, second.weights[name]), "to look is not to train"
        assert [row["train_loss"] for row in second.rows] == [row["train_loss"] for row in run.rows]
        assert [row["train_acc"] for row in second.rows] != [row["train_acc"] for row in run.rows]
        net = archspec.build(tiny, weights=tmp_path / "run" / "model.safetensors").eval()
        found = images.read("fashion-mnist", idx)
        with torch.no_grad():
            logits = net(F.interpolate(found.train.images.float(), (12, 12), mode="bilinear", antialias=True) / 255)
        accuracy = (logits.argmax(1) == found.train.labels).float().mean().item()
        assert accuracy == pytest.approx(float(second.rows[-1]["train_acc"]), abs=2 / TRAIN)

    def test_early_stop(self, tiny: Path, idx: Path, tmp_path: Path) -> None:
        run = Run(tiny, idx, tmp_path / "run", "--lr", 1e-12, "--epochs", 9, "--early-stop", 2)
        accuracies = [float(row["test_acc"]) for row in run.rows]
        best = accuracies.index(max(accuracies))
        assert len(accuracies) == best + 1 + 2 < 9
        again = Run(tiny, idx, tmp_path / "run", "--resume")
        assert (again.result.exit_code, again.rows) == (0, run.rows), "it stays ended"

    @pytest.mark.parametrize(
        "options",
        [
            ["--precision", "bf16-mixed"],
            ["--precision", "64-true"],
            ["--channels-last", "--deterministic"],
            ["--optimizer", "adamw", "--lr", 0.01, "--weight-decay", 0.1, "--init", "kaiming_normal"],
            ["--resize", 20, "--threads", 1],
            ["--input", "1x14x16"],
            pytest.param(["--compile"], marks=pytest.mark.slow),
        ],
        ids=lambda options: "=".join(map(str, options[:2])),
    )
    def test_learns_with(self, tiny: Path, idx: Path, tmp_path: Path, options: list[Any]) -> None:
        run = Run(tiny, idx, tmp_path / "run", *options)
        assert run.result.exit_code == 0, run.result.output
        losses = [float(row["train_loss"]) for row in run.rows]
        assert losses[-1] < losses[0]

    def test_channels_last_learns_alike(self, run: Run, tiny: Path, idx: Path, tmp_path: Path) -> None:
        other = Run(tiny, idx, tmp_path / "run", "--seed", 5, "--channels-last")
        assert float(other.rows[0]["train_loss"]) == pytest.approx(float(run.rows[0]["train_loss"]), rel=0.05)


def test_aux_outputs_add_their_part_of_the_loss() -> None:
    labels = torch.tensor([0, 2])
    main, first, second = torch.randn(3, 2, 4)
    loss, logits = loss_of((main, first, second), labels)
    others = F.cross_entropy(first, labels) + F.cross_entropy(second, labels)
    assert torch.equal(logits, main)
    torch.testing.assert_close(loss, F.cross_entropy(main, labels) + AUX_WEIGHT * others)
    assert torch.equal(loss_of(main, labels)[0], F.cross_entropy(main, labels))


def test_folder_gets_the_next_number(tiny: Path, idx: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for number in (1, 2):
        result = command("train", tiny, "--data", "mnist", "--data-dir", idx, "--epochs", 1)
        assert f"\ninto runs/Tiny-{number}\n" in result.stdout
        assert (tmp_path / "runs" / f"Tiny-{number}" / "model.safetensors").exists()


RECIPES = {
    "alexnet": (0.01, 128, 224),
    "vgg11_small": (0.1, 128, 224),
    "nin": (0.1, 128, 224),
    "googlenet": (0.1, 128, 96),
    "lenet_bn": (1.0, 256, 28),
    "resnet18": (0.05, 256, 96),
    "densenet": (0.1, 256, 96),
}


@pytest.mark.parametrize("name", RECIPES)
def test_recipe_is_that_of_the_source(name: str) -> None:
    rate, batch, size = RECIPES[name]
    spec = yaml.safe_load((SPECS / f"{name}.yaml").read_text())
    assert spec["train"] == {
        "epochs": 10,
        "batch_size": batch,
        "lr": rate,
        "optimizer": "sgd",
        "init": "xavier_uniform",
    }
    assert archspec.analyze(SPECS / f"{name}.yaml").inputs["input"].shape == (1, size, size)


@pytest.mark.slow
@pytest.mark.parametrize("name", RECIPES)
def test_recipe_starts_and_learns(name: str, idx: Path, tmp_path: Path) -> None:
    """A few steps; the largest networks with the rate of their recipe, on smaller batches."""
    run = Run(SPECS / f"{name}.yaml", idx, tmp_path / "run", "--batch-size", 16, "--epochs", 2)
    assert run.result.exit_code == 0, run.result.output
    losses = [float(row["train_loss"]) for row in run.rows]
    assert losses[-1] < losses[0]

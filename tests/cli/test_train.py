"""archspec train: a new user is told what is wrong, and what to type."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from archspec.api import examine
from archspec.cli import training
from archspec.diagnostics import SourceFile
from archspec.elaborate import before_loss
from archspec.runtime.train import images, run_folder
from archspec.runtime.train.options import Options
from tests.cli.running import run
from tests.reference import SPECS
from tests.runtime.train.sets import write_idx

LENET = SPECS / "lenet_bn.yaml"


@pytest.fixture(scope="module")
def idx(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_idx(tmp_path_factory.mktemp("idx"))


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a run would leave its folder."""
    monkeypatch.chdir(tmp_path)


def test_help_names_every_option() -> None:
    text = run("train", "--help").stdout
    options = set(re.findall(r"--[a-z-]+", text))
    assert options >= {"--" + name.replace("_", "-") for name in Options.model_fields}
    assert "Example: archspec train specs/lenet_bn.yaml --data fashion-mnist" in text
    assert max(map(len, text.splitlines())) <= 80


def test_help_and_wrong_options_import_no_torch() -> None:
    script = (
        "import json, sys; from archspec.cli import app; "
        "app(sys.argv[1:], standalone_mode=False); print(); print(json.dumps(sorted(sys.modules)))"
    )
    for arguments in (
        ["train", "--help"],
        ["train", str(LENET)],
        ["train", str(LENET), "--data", "mnist", "--lr", "0"],
    ):
        output = subprocess.run(
            [sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True, timeout=120
        ).stdout
        assert {"torch", "torchvision", "lightning", "matplotlib"}.isdisjoint(json.loads(output.splitlines()[-1]))


def test_data_sets_are_those_that_can_be_read() -> None:
    assert set(training.DATA) == set(images.KNOWN)


class TestNewUser:
    """Each mistake leaves no folder behind."""

    @pytest.fixture(autouse=True)
    def _no_run(self, tmp_path: Path) -> object:
        yield
        assert not (tmp_path / "runs").exists()

    def test_no_data_named(self) -> None:
        result = run("train", LENET)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr == (
            "error: --data says what to train on: fashion-mnist, mnist, kmnist, cifar10, cifar100, or folder:PATH; as\n"
            f"  archspec train {LENET} --data fashion-mnist --data-dir DIR\n"
        )

    def test_no_data_there(self) -> None:
        result = run("train", LENET, "--data", "fashion-mnist")
        assert result.exit_code == 1
        first, *help = result.stderr.splitlines()
        assert first == "error: fashion-mnist is not in data: there is no such folder"
        assert [line.split()[0] for line in help] == ["--data-dir", "--download", "on"]

    def test_wrong_folder(self, tmp_path: Path) -> None:
        result = run("train", LENET, "--data", "fashion-mnist", "--data-dir", tmp_path)
        assert result.exit_code == 1
        assert "there is no train-images-idx3-ubyte and no train-images-idx3-ubyte.gz in" in result.stderr
        assert "--data-dir DIR   where its files are" in result.stderr

    def test_softmax_before_the_loss(self) -> None:
        spec = "input: 1x28x28\nmodel: [Flatten, {Linear: 10}, Softmax]\n"
        lenient = run("train", "-", "--data", "mnist", stdin=spec)
        assert lenient.stderr.startswith("warning[softmax-before-loss]: the network ends in Softmax, and cross entropy")
        assert "error: mnist is not in data" in lenient.stderr, "it goes on"
        assert "softmax" not in run("train", "-", "--data", "mnist", "--quiet", stdin=spec).stderr
        strict = run("train", "-", "--data", "mnist", "--strict", "--quiet", stdin=spec)
        assert strict.stderr.startswith("error[softmax-before-loss]: ")
        accepted = spec.replace("]", "]  # allow: softmax-before-loss")
        assert "softmax" not in run("train", "-", "--data", "mnist", "--strict", stdin=accepted).stderr
        assert "softmax" not in run("check", "-", "--strict", stdin=spec).stdout

    @pytest.mark.parametrize(
        ("model", "rules"),
        [
            ("[Flatten, {Linear: 10}, Softmax, Identity]", ["softmax-before-loss"]),
            ("[Flatten, {aux: [{Linear: 10}, Softmax]}, {Linear: 10}]", ["softmax-before-loss"]),
            ("[{Conv2d: {out_channels: 10, kernel_size: 28}}, Softmax2d, Flatten]", ["softmax-before-loss"]),
            ("[Flatten, {Linear: 10}, LogSoftmax]", []),
            ("[Flatten, {Linear: 10}, Softmax, {Linear: 10}]", []),
            ("[Flatten, {multiply: [{Linear: 10}, [{Linear: 10}, Softmax]]}]", []),
        ],
    )
    def test_networks_that_end_in_a_softmax(self, model: str, rules: list[str]) -> None:
        source = SourceFile("spec.yaml", f"input: 1x28x28\nmodel: {model}\n")
        analysis = examine(source, None)
        assert analysis.graph is not None
        assert analysis.document is not None
        assert [d.rule for d in before_loss(analysis.graph, analysis.document)] == rules

    def test_strict_refuses_warnings(self) -> None:
        spec = "params: {n: 3}\ninput: 1x28x28\nmodel: [Flatten, {Linear: 10}]\n"
        result = run("train", "-", "--data", "mnist", "--strict", stdin=spec)
        assert result.exit_code == 1
        assert result.stderr.startswith("error[unused-param]: ")

    def test_spec_of_three_channels(self, idx: Path) -> None:
        result = run("train", SPECS / "cifar_quick.yaml", "--data", "fashion-mnist", "--data-dir", idx)
        assert result.exit_code == 1
        assert result.stderr == (
            "error: CifarQuick takes images of 3 channels, and those of fashion-mnist have 1: type --input 1x32x32\n"
        )

    def test_twenty_outputs(self, idx: Path) -> None:
        spec = LENET.read_text().replace("Linear: 10\n", "Linear: 20\n").partition("expect:")[0]
        result = run("train", "-", "--data", "fashion-mnist", "--data-dir", idx, stdin=spec)
        assert result.exit_code == 1
        assert result.stderr == (
            "error: LeNetBN has 20 outputs, and fashion-mnist 10 classes: write 10 at <stdin>:23\n"
        )

    def test_twenty_outputs_by_a_param(self, idx: Path) -> None:
        result = run("train", SPECS / "resnet18.yaml", "--set", "classes=20", "--data", "mnist", "--data-dir", idx)
        assert result.stderr == "error: ResNet18 has 20 outputs, and mnist 10 classes: type --set classes=10\n"

    def test_full_disk(self, idx: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("archspec.runtime.train.checks.memory.checkpoint_bytes", lambda *_: 10**18)
        result = run("train", LENET, "--data", "fashion-mnist", "--data-dir", idx)
        assert result.exit_code == 1
        assert result.stderr.startswith("error: the disk of runs/LeNetBN-1 has ")
        assert result.stderr.endswith("make room, or name a folder on another disk with --out\n")

    def test_last_batch_of_one(self, idx: Path) -> None:
        result = run("train", LENET, "--data", "mnist", "--data-dir", idx, "--batch-size", 263)
        assert result.stderr.endswith("BatchNorm1d (10) cannot train on 1: --batch-size 262\n")

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            (["--data", "fashion-mnits"], "or folder:PATH, not fashion-mnits (did you mean fashion-mnist?)"),
            (["--epochs", 0], "--epochs is at least 1, not 0"),
            (["--lr", -1], "--lr is more than 0, not -1"),
            (["--optimizer", "adamm"], "--optimizer is one of sgd, adam, adamw, not adamm"),
            (["--progress", "dots"], "--progress is one of auto, bar, lines, none, not dots"),
            (["--format", "yaml"], "--format is one of text, json, not yaml"),
            (["--precision", "33"], "the engine refuses: Precision '33' is invalid. Allowed precision values: ("),
            (["--devices", "several"], "the engine refuses: `devices` selected with `CPUAccelerator` should be an int"),
            (["--strategy", "magic"], "the engine refuses: You selected an invalid strategy name: `strategy='magic'`"),
            (["--resize", 32, "--input", "1x30x30"], "--resize makes the input 1x32x32, and --input says 1x30x30"),
            (["--set", "klasses=3"], "the spec has no param klasses"),
            (["--resume"], "--resume goes on with a run: name its folder with --out"),
        ],
        ids=lambda value: value[0] if isinstance(value, list) else None,
    )
    def test_wrong_option(self, idx: Path, options: list[object], message: str) -> None:
        data = [] if "--data" in options else ["--data", "mnist"]
        result = run("train", LENET, *data, "--data-dir", idx, "--accelerator", "cpu", *options)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith("error: ")
        assert message in result.stderr

    def test_wrong_spec(self, idx: Path) -> None:
        result = run("train", "-", "--data", "mnist", "--data-dir", idx, stdin="input: 1x8x8\nmodel: [Relu]")
        assert result.exit_code == 1
        assert "error[unknown-kind]" in result.stderr

    def test_missing_spec(self) -> None:
        assert run("train", "none.yaml", "--data", "mnist").exit_code == 2

    def test_standard_input_for_several_processes(self, idx: Path) -> None:
        result = run("train", "-", "--data", "mnist", "--data-dir", idx, "--devices", 2, stdin=LENET.read_text())
        assert result.exit_code == 2
        assert "only one can read standard input: write it to a file" in result.stderr


class TestFolder:
    @pytest.fixture(scope="class")
    @classmethod
    def begun(cls, idx: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
        out = tmp_path_factory.mktemp("runs") / "run"
        assert run("train", LENET, "--data", "mnist", "--data-dir", idx, "--epochs", 1, "--out", out).exit_code == 0
        return out

    def test_is_not_written_over(self, begun: Path, idx: Path) -> None:
        before = {path: path.stat().st_mtime_ns for path in begun.rglob("*")}
        result = run("train", LENET, "--data", "mnist", "--data-dir", idx, "--out", begun)
        assert (result.exit_code, result.stderr) == (
            1,
            f"error: {begun} is not empty: --resume goes on with its run, another --out begins one\n",
        )
        assert {path: path.stat().st_mtime_ns for path in begun.rglob("*")} == before

    @pytest.mark.parametrize(
        ("options", "status", "message"),
        [
            (["--lr", 0.5], 2, "error: --lr cannot change in a run, and {} was begun with 1.0: leave it out\n"),
            (
                ["--data", "kmnist"],
                2,
                "error: --data cannot change in a run, and {} was begun with mnist: leave it out\n",
            ),
            (["--threads", 77], 2, "error: --threads cannot change in a run, and {} was begun with 1: leave it out\n"),
        ],
        ids=lambda value: value[0] if isinstance(value, list) else None,
    )
    def test_goes_on_only_as_it_began(self, begun: Path, options: list[object], status: int, message: str) -> None:
        result = run("train", LENET, "--out", begun, "--resume", *options)
        assert (result.exit_code, result.stderr) == (status, message.format(begun))

    def test_goes_on_only_with_its_spec(self, begun: Path) -> None:
        result = run("train", SPECS / "lenet5.yaml", "--out", begun, "--resume", "--input", "1x32x32")
        assert result.exit_code == 1
        assert f"lenet5.yaml is not the spec that the run in {begun} was begun with: go on with {begun}/spec.yaml" in (
            result.stderr
        )

    def test_goes_on_with_its_own_copy_of_the_spec(self, begun: Path) -> None:
        result = run("train", begun / "spec.yaml", "--out", begun, "--resume")
        assert result.exit_code == 0, result.output
        assert "\ngoing on in " in result.stdout

    def test_other_versions_are_told(self, begun: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        now = run_folder.versions()
        monkeypatch.setattr(run_folder, "versions", lambda: {**now, "torch": "9.9"})
        result = run("train", LENET, "--out", begun, "--resume")
        assert result.exit_code == 0
        assert result.stderr == f"warning: the run was begun with torch {now['torch']}, and this is 9.9\n"

    def test_fewer_epochs_than_are_done(self, begun: Path) -> None:
        assert run("train", LENET, "--out", begun, "--resume", "--epochs", 2).exit_code == 0
        result = run("train", LENET, "--out", begun, "--resume", "--epochs", 1)
        assert (result.exit_code, result.stderr) == (
            1,
            "error: the run has done 2 epochs, and --epochs is 1: raise it\n",
        )

    def test_that_holds_no_run(self, tmp_path: Path) -> None:
        result = run("train", LENET, "--out", tmp_path, "--resume")
        assert result.stderr == f"error: there is no run in {tmp_path} to go on with, for it has no config.yaml\n"


class TestExtra:
    def test_missing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(training, "find_spec", lambda name: None if name == "tensorboard" else object())
        result = run("train", LENET, "--data", "mnist")
        assert (result.exit_code, result.stderr) == (
            2,
            "error: archspec train needs tensorboard: pip install 'archspec-nn[train]'\n",
        )

    @pytest.mark.parametrize(
        ("version", "safe"), [("2.6.2", False), ("2.6.5", False), ("2.6.6", True), ("2.7.0", True)]
    )
    def test_lightning_that_is_not_safe_is_not_imported(
        self, version: str, safe: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("archspec.cli.training.metadata.version", lambda name: version)
        result = run("train", LENET, "--data", "nothing")
        assert (f"lightning {version} is not safe to import" in result.stderr) is not safe


def test_quiet_and_no_progress_say_nothing(idx: Path) -> None:
    for option in ("--quiet", "--progress=none"):
        result = run("train", LENET, "--data", "mnist", "--data-dir", idx, "--epochs", 1, option)
        assert (result.exit_code, result.output) == (0, "")


def test_progress_is_a_bar_where_asked(idx: Path) -> None:
    result = run("train", LENET, "--data", "mnist", "--data-dir", idx, "--epochs", 1, "--progress", "bar")
    assert "█" in result.stderr
    assert os.linesep.join(result.stdout.splitlines()[:1]) == "LeNetBN, 44,878 parameters, input 1x28x28"

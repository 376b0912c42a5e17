"""archspec build: what it prints, what it writes, and its exit status."""

import json
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import safetensors.torch
import torch
from torch import nn

import archspec
from archspec.runtime import module
from tests import parity
from tests.cli.running import run


def test_summary(spec: Path) -> None:
    result = run("build", spec)
    assert result.exit_code == 0
    assert result.stderr == ""
    assert result.stdout == dedent(
        """\
        Tiny, input 1x8x8

        parameters  1,333  (5.3 kB)
        MACs        3,584
        output      5
        forward     verified: 5 layer calls, in training and eval mode
        """
    )


def test_strict_refuses_warnings(tmp_path: Path) -> None:
    spec = tmp_path / "wide.yaml"
    spec.write_text("input: 8\nmodel: [{dense: {Linear: 4}}]\n")
    lenient, strict = run("build", spec), run("build", spec, "--strict", "--quiet")
    assert (lenient.exit_code, strict.exit_code) == (0, 1)
    assert lenient.stderr.startswith("warning[single-branch]: ")
    assert strict.stderr.startswith("error[single-branch]: ")
    assert strict.stdout == ""


def test_json(spec: Path) -> None:
    result = run("build", spec, "--format", "json", "--set", "classes=3", "--input", "1x10x12")
    summary = json.loads(result.stdout)
    assert summary["name"] == "Tiny"
    assert summary["inputs"] == {"input": [1, 10, 12]}
    assert summary["output"] == [3]
    assert summary["verified"] is True
    assert summary["layer_calls"] == 5
    assert summary["totals"]["params"] == archspec.analyze(spec, input="1x10x12", params={"classes": 3}).params
    assert summary.keys().isdisjoint({"weights", "saved"})


def test_spec_on_standard_input(spec: Path) -> None:
    assert run("build", "-", stdin=spec.read_text()).exit_code == 0


class TestWeights:
    @pytest.fixture
    def weights(self, spec: Path, tmp_path: Path) -> Path:
        path = tmp_path / "weights.safetensors"
        assert run("build", spec, "-o", path).exit_code == 0
        return path

    def test_what_is_saved_is_loaded(self, spec: Path, weights: Path, tmp_path: Path) -> None:
        again = tmp_path / "again.safetensors"
        result = run("build", spec, "--weights", weights, "-o", again)
        assert result.exit_code == 0
        assert f"weights     9 of 9 loaded from {weights}\nsaved       {again}\n" in result.stdout
        assert again.read_bytes() == weights.read_bytes()
        parity.assert_same_state(archspec.build(spec, weights=weights), archspec.build(spec, weights=again))

    def test_what_does_not_fit_is_named(self, spec: Path, weights: Path, tmp_path: Path) -> None:
        state = safetensors.torch.load_file(weights)
        state["head.bias"] = torch.zeros(3)
        torch.save(state, tmp_path / "weights.pt")
        result = run("build", spec, "--set", "classes=7", "--weights", tmp_path / "weights.pt")
        assert result.exit_code == 1
        assert result.stdout == ""
        first, *keys = result.stderr.splitlines()
        assert first == f"error: {tmp_path / 'weights.pt'} does not fit: 1 unexpected, 2 of another shape"
        assert len(keys) == 3

    def test_partial_says_how_many_of_how_many(self, spec: Path, weights: Path) -> None:
        result = run("build", spec, "--set", "classes=7", "--weights", weights, "--partial")
        assert result.exit_code == 0
        assert f"weights     7 of 9 loaded from {weights}" in result.stdout
        assert result.stderr.splitlines()[0] == "not loaded:"
        assert run("build", spec, "--set", "classes=7", "--weights", weights, "--partial", "--quiet").stderr == ""

    def test_partial_as_json(self, spec: Path, weights: Path) -> None:
        result = run("build", spec, "--set", "classes=7", "--weights", weights, "--partial", "--format", "json")
        assert json.loads(result.stdout)["weights"] == {"file": str(weights), "loaded": 7, "of": 9}

    def test_code_is_not_run(self, spec: Path, tmp_path: Path) -> None:
        torch.save(archspec.build(spec), tmp_path / "net.pt")
        result = run("build", spec, "--weights", tmp_path / "net.pt")
        assert result.exit_code == 1
        assert "tensors only" in result.stderr


class TestRefusals:
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["--partial"], "--partial says how --weights are loaded"),
            (["--weights", "none.pt"], "--weights names no file: none.pt"),
            (["-o", "weights.pt"], "-o writes a .safetensors file, not weights.pt"),
            (["--format", "csv"], "--format is one of text, json, not csv"),
            (["--set", "klasses=3"], "the spec has no param klasses"),
            (["--input", "1xx"], "'1xx' is not a shape"),
        ],
    )
    def test_wrong_command_line(self, spec: Path, arguments: list[str], message: str) -> None:
        result = run("build", spec, *arguments)
        assert result.exit_code == 2
        assert f"error: {message}" in result.stderr

    def test_missing_spec(self) -> None:
        assert run("build", "none.yaml").exit_code == 2

    def test_wrong_spec(self) -> None:
        result = run("build", "-", stdin="input: 3x8x8\nmodel: [Conv3d]")
        assert result.exit_code == 1
        assert "error[argument-missing]" in result.stderr

    def test_file_that_cannot_be_written(self, spec: Path, tmp_path: Path) -> None:
        path = tmp_path / "no" / "weights.safetensors"
        result = run("build", spec, "-o", path)
        assert result.exit_code == 1
        assert result.stderr == f"error: {path} cannot be written: No such file or directory\n"

    def test_network_that_no_memory_holds(self) -> None:
        result = run("build", "-", stdin="input: 1000000\nmodel: [Linear: 100000000]")
        assert (result.exit_code, result.stderr) == (1, "error: there is not enough memory for this network\n")

    def test_difference_is_called_a_bug_of_archspec(self, spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        build = module.build

        def wrong(graph: archspec.Graph, **options: Any) -> nn.Module:
            net = build(graph, **options)
            net.fc = nn.Linear(256, 7)
            return net

        monkeypatch.setattr(module, "build", wrong)
        result = run("build", spec)
        assert result.exit_code == 1
        assert "this is a bug in archspec" in result.stderr
        assert "fc has 1,799 parameters, not 1,285" in result.stderr

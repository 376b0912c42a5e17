"""Weights are loaded strictly, or what fits; they are saved whole, and files never run code."""

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch
from torch import Tensor, nn
from torch.testing import assert_close

import archspec
from archspec import WeightsError
from archspec.runtime.weights import load, read, save
from tests import parity
from tests.runtime.nets import NETS

NET = NETS["from"]


def other() -> Any:
    """The network with other values."""
    net = NET.build()
    net.load_state_dict(parity.random_weights(net))
    return net


def written(path: Path, content: Any) -> Path:
    if path.suffix == ".safetensors":
        safetensors.torch.save_file(content, path)
    else:
        torch.save(content, path)
    return path


def state_with(**changes: Tensor | None) -> dict[str, Tensor]:
    """The state_dict with keys (`fc__weight`) replaced, added or, where None, left out."""
    changed = dict(other().state_dict()) | {key.replace("__", "."): value for key, value in changes.items()}
    return {key: value for key, value in changed.items() if value is not None}


class TestFiles:
    @pytest.mark.parametrize("suffix", [".safetensors", ".pt", ".pth"])
    def test_every_kind_loads(self, suffix: str, tmp_path: Path) -> None:
        theirs = other()
        path = written(tmp_path / f"weights{suffix}", theirs.state_dict())
        ours = NET.build()
        loaded = load(ours, path)
        assert (loaded.loaded, loaded.total, loaded.problems) == (22, 22, ())
        parity.assert_same_state(ours, theirs)

    @pytest.mark.parametrize(
        "wrap",
        [
            pytest.param(lambda state: {"state_dict": state, "epoch": 3, "optimizer": {"lr": 0.1}}, id="state_dict"),
            pytest.param(lambda state: {"model": state, "args": None}, id="model"),
            pytest.param(lambda state: {f"module.{key}": value for key, value in state.items()}, id="DDP"),
            pytest.param(lambda state: {f"_orig_mod.{key}": value for key, value in state.items()}, id="compile"),
            pytest.param(lambda state: {"model": {f"_orig_mod.module.{k}": v for k, v in state.items()}}, id="all"),
        ],
    )
    def test_checkpoints_and_wrappers(self, wrap: Any, tmp_path: Path) -> None:
        theirs = other()
        ours = NET.build()
        load(ours, written(tmp_path / "checkpoint.pt", wrap(dict(theirs.state_dict()))))
        parity.assert_same_state(ours, theirs)

    def test_prefix_of_the_networks_own_stays(self, tmp_path: Path) -> None:
        net = nn.ModuleDict({"module": nn.Linear(2, 2)})
        load(net, written(tmp_path / "weights.pt", net.state_dict()))

    def test_several_state_dicts_are_ambiguous(self, tmp_path: Path) -> None:
        state = dict(other().state_dict())
        path = written(tmp_path / "checkpoint.pt", {"model": state, "state_dict": state})
        with pytest.raises(WeightsError, match="several state_dicts: state_dict, model"):
            load(NET.build(), path)

    def test_pickled_objects_are_refused(self, tmp_path: Path) -> None:
        path = written(tmp_path / "net.pt", NET.build())
        with pytest.raises(WeightsError, match="tensors only"):
            read(path)

    @pytest.mark.parametrize("suffix", [".safetensors", ".pt", ".pth"])
    @pytest.mark.parametrize("content", [b"", b"nonsense", b"PK\x03\x04nonsense", b"\x80\x02}q\x00."])
    def test_damaged_files_are_refused(self, suffix: str, content: bytes, tmp_path: Path) -> None:
        path = tmp_path / f"weights{suffix}"
        path.write_bytes(content)
        with pytest.raises(WeightsError):
            read(path)

    def test_missing_file(self, tmp_path: Path) -> None:
        with pytest.raises(WeightsError, match="cannot be read: No such file"):
            read(tmp_path / "none.safetensors")

    def test_unknown_suffix(self, tmp_path: Path) -> None:
        with pytest.raises(WeightsError, match=re.escape("from .safetensors, .pt, .pth, not from weights.h5")):
            read(tmp_path / "weights.h5")

    @pytest.mark.parametrize("suffix", [".safetensors", ".pt"])
    def test_a_file_cut_off_or_overwritten_anywhere(self, suffix: str, tmp_path: Path) -> None:
        """Of a file that torch takes all the same, what it holds is compared as that of any other."""
        path = written(tmp_path / f"weights{suffix}", LINEAR)
        whole = path.read_bytes()
        for at in range(0, len(whole), max(1, len(whole) // 40)):
            for content in (whole[:at], whole[:at] + b"\xff\x00." + whole[at + 3 :]):
                path.write_bytes(content)
                with suppress(WeightsError):
                    load(nn.Linear(2, 2), path)

    def test_the_old_format_cut_off_anywhere(self, tmp_path: Path) -> None:
        path = tmp_path / "weights.pt"
        torch.save(LINEAR, path, _use_new_zipfile_serialization=False)
        whole = path.read_bytes()
        for at in range(0, len(whole), 8):
            path.write_bytes(whole[:at])
            with pytest.raises(WeightsError, match=r"weights\.pt is (damaged|no file of tensors only)"):
                load(nn.Linear(2, 2), path)

    def test_a_folder(self, tmp_path: Path) -> None:
        (tmp_path / "x.safetensors").mkdir()
        with pytest.raises(WeightsError, match=r"x\.safetensors cannot be read: Is a directory"):
            read(tmp_path / "x.safetensors")

    def test_names_of_files_and_keys_steer_no_terminal(self, tmp_path: Path) -> None:
        path = written(tmp_path / "a\x1b[31m\n.pt", LINEAR | {"b\x1b[2J": torch.zeros(1)})
        with pytest.raises(WeightsError) as caught:
            load(nn.Linear(2, 2), path)
        assert str(caught.value).splitlines() == [
            f"{tmp_path}/a\\x1b[31m\\n.pt does not fit: 1 unexpected",
            "  b\\x1b[2J is unexpected",
        ]


LINEAR = {"weight": torch.tensor([[1.0, 2.0], [3.0, 4.0]]), "bias": torch.tensor([5.0, 6.0])}


@pytest.mark.filterwarnings("ignore::UserWarning")
class TestTensors:
    @pytest.mark.parametrize(
        ("made", "why"),
        [
            (lambda x: x.to_sparse(), "it is sparse; save its to_dense()"),
            (lambda x: x.to_sparse_csr(), "it is sparse; save its to_dense()"),
            (lambda x: torch.quantize_per_tensor(x, 0.1, 0, torch.qint8), "it is quantized; save its dequantize()"),
            (lambda x: x.to("meta"), "it is on the meta device, and holds no values"),
            (lambda x: torch.nested.nested_tensor([x[0], x[1]]), "it is nested, and its rows are tensors"),
            (
                lambda x: torch.nested.nested_tensor([x[0], x[1]], layout=torch.jagged),
                "it is nested, and its rows are tensors",
            ),
        ],
        ids=["sparse", "csr", "quantized", "meta", "nested", "jagged"],
    )
    def test_what_no_module_takes_is_refused_in_a_sentence(
        self, made: Callable[[Tensor], Tensor], why: str, tmp_path: Path
    ) -> None:
        path = written(tmp_path / "weights.pt", LINEAR | {"weight": made(LINEAR["weight"])})
        net = nn.Linear(2, 2)
        with pytest.raises(WeightsError) as caught:
            load(net, path)
        message = [f"{path} does not fit: 1 not usable", f"  weight is not usable: {why}"]
        assert str(caught.value).splitlines() == message
        loaded = load(net, path, partial=True)
        assert (loaded.loaded, loaded.total, loaded.problems) == (1, 2, (message[1],))
        assert torch.equal(net.bias, LINEAR["bias"])

    @pytest.mark.parametrize(
        ("weight", "becomes", "remark"),
        [
            ([[1, torch.nan], [3, 4]], [[1, torch.nan], [3, 4]], "not finite: it holds NaN or infinities"),
            (torch.full((2, 2), 1e300, dtype=torch.float64), torch.inf, "not finite: it holds NaN or infinities"),
            ([[1 + 2j, 2], [3, 4]], [[1, 2], [3, 4]], "of another sort: complex64 in the file becomes float32"),
            ([[True, False]] * 2, [[1, 0]] * 2, "of another sort: bool in the file becomes float32"),
            ([[1, 2], [3, 4]], [[1, 2], [3, 4]], "of another sort: int64 in the file becomes float32"),
        ],
        ids=["nan", "overflow", "complex", "bool", "int"],
    )
    def test_what_is_odd_is_loaded_and_said(self, weight: Any, becomes: Any, remark: str, tmp_path: Path) -> None:
        path = written(tmp_path / "weights.pt", LINEAR | {"weight": torch.as_tensor(weight)})
        net = nn.Linear(2, 2)
        assert load(net, path).remarks == (f"  weight is {remark}",)
        assert_close(net.weight, torch.as_tensor(becomes).float().expand(2, 2), equal_nan=True, check_stride=False)

    def test_build_warns(self, tmp_path: Path) -> None:
        path = written(tmp_path / "weights.pt", {"0.weight": torch.full((2, 2), torch.nan), "0.bias": torch.ones(2)})
        spec = archspec.Source("input: 2\nmodel: [{Linear: 2}]\n")
        with pytest.warns(UserWarning, match="odd weights were loaded:\n  0.weight is not finite"):
            archspec.build(spec, weights=path)

    def test_build_may_load_a_part(self, tmp_path: Path) -> None:
        path = written(tmp_path / "weights.pt", {"0.bias": torch.ones(2)})
        spec = archspec.Source("input: 2\nmodel: [{Linear: 2}]\n")
        with pytest.warns(UserWarning, match="not loaded:\n  0.weight is missing"):
            net = archspec.build(spec, weights=path, partial=True)
        assert torch.equal(net.state_dict()["0.bias"], torch.ones(2))


class TestFit:
    def test_every_difference_is_named_with_what_is_near(self, tmp_path: Path) -> None:
        state = state_with(fc__weight=None, fcs__weight=torch.zeros(4, 2048), smooth__bias=torch.zeros(3))
        path = written(tmp_path / "weights.pt", state)
        ours = NET.build()
        with pytest.raises(WeightsError) as error:
            load(ours, path)
        assert str(error.value).splitlines() == [
            f"{path} does not fit: 1 missing, 1 unexpected, 1 of another shape",
            "  fc.weight is missing; the file has fcs.weight",
            "  fcs.weight is unexpected; the network has fc.weight",
            "  smooth.bias is of another shape: 3 in the file, 8 in the network",
        ]
        parity.assert_same_state(ours, NET.build())

    def test_a_long_report_is_cut(self, tmp_path: Path) -> None:
        path = written(tmp_path / "weights.pt", {f"{i}.weight": torch.zeros(1) for i in range(100)})
        with pytest.raises(WeightsError) as error:
            load(NET.build(), path)
        lines = str(error.value).splitlines()
        assert len(lines) < 20
        assert lines[-1] == "  92 more are unexpected"

    def test_partial_loads_what_fits(self, tmp_path: Path) -> None:
        state = state_with(fc__weight=None, head__weight=torch.zeros(1), smooth__bias=torch.zeros(3))
        ours, theirs = NET.build(), other()
        loaded = load(ours, written(tmp_path / "weights.pt", state), partial=True)
        assert (loaded.loaded, loaded.total, len(loaded.problems)) == (20, 22, 3)
        parity.assert_same(ours.fc.bias, theirs.fc.bias, "fc.bias")
        parity.assert_same(ours.fc.weight, NET.build().fc.weight, "fc.weight")
        parity.assert_same(ours.smooth.bias, NET.build().smooth.bias, "smooth.bias")

    def test_partial_with_nothing_that_fits_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(WeightsError, match=r"nothing in .* fits"):
            load(NET.build(), written(tmp_path / "weights.pt", {"a": torch.zeros(1)}), partial=True)

    def test_a_network_without_parameters(self, tmp_path: Path) -> None:
        save(nn.ReLU(), tmp_path / "weights.safetensors")
        assert load(nn.ReLU(), tmp_path / "weights.safetensors").total == 0

    def test_files_from_before_batches_were_counted(self, tmp_path: Path) -> None:
        state = {key: value for key, value in other().state_dict().items() if "num_batches_tracked" not in key}
        loaded = load(NET.build(), written(tmp_path / "weights.pt", state))
        assert (loaded.loaded, loaded.total) == (19, 19)

    def test_meta_device_holds_no_values(self, tmp_path: Path) -> None:
        path = written(tmp_path / "weights.pt", other().state_dict())
        with pytest.raises(WeightsError, match="meta"):
            NET.build(device="meta", weights=path)

    def test_build_loads_strictly(self, tmp_path: Path) -> None:
        theirs = other()
        path = written(tmp_path / "weights.safetensors", dict(theirs.state_dict()))
        parity.assert_same_state(NET.build(weights=path), theirs)
        with pytest.raises(WeightsError, match="does not fit"):
            archspec.build(NETS["aux"].spec, weights=path)


class TestSave:
    def test_saved_weights_load(self, tmp_path: Path) -> None:
        theirs = other()
        save(theirs, tmp_path / "weights.safetensors")
        parity.assert_same_state(NET.build(weights=tmp_path / "weights.safetensors"), theirs)

    def test_tied_parameters(self, tmp_path: Path) -> None:
        first, second = nn.Linear(4, 4), nn.Linear(4, 4)
        second.weight = first.weight
        net = nn.Sequential(first, second)
        save(net, tmp_path / "weights.safetensors")
        assert read(tmp_path / "weights.safetensors").keys() == net.state_dict().keys()

        state = {key: torch.ones_like(value) for key, value in net.state_dict().items() if key != "1.weight"}
        load(net, written(tmp_path / "once.safetensors", state))
        assert second.weight is first.weight
        parity.assert_same(second.weight.detach(), torch.ones(4, 4), "weight")

    def test_whole_or_not_at_all(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = tmp_path / "weights.safetensors"
        path.write_bytes(b"old")
        monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        with pytest.raises(OSError, match="No space"):
            save(NET.build(), path)
        assert [file.name for file in tmp_path.iterdir()] == ["weights.safetensors"]
        assert path.read_bytes() == b"old"

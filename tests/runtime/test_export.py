"""Exported files do what the module does, for batches of any size."""

from pathlib import Path

import numpy
import onnx
import onnxruntime
import pytest
import torch

from archspec.runtime.export import ExportError, export
from archspec.runtime.weights import read
from tests import fast
from tests.runtime.nets import NETS, SEVERAL_NET

CPU = ["CPUExecutionProvider"]


@pytest.mark.parametrize("name", fast.only(["aux"], NETS))
def test_onnx(name: str, tmp_path: Path) -> None:
    net = NETS[name]
    module = net.build()
    export(module, net.graph, tmp_path / "net.onnx", "onnx")
    module.eval()
    onnx.checker.check_model(tmp_path / "net.onnx", full_check=True)
    session = onnxruntime.InferenceSession(tmp_path / "net.onnx", providers=CPU)
    assert [(i.name, i.shape[0]) for i in session.get_inputs()] == [("input", "batch")]
    for size in (1, 2, 5):
        x = net.batch(size)
        (output,) = session.run(["output"], {"input": x.numpy()})
        with torch.no_grad():
            numpy.testing.assert_allclose(output, module(x).numpy(), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", fast.only(["from"], NETS))
def test_pt2(name: str, tmp_path: Path) -> None:
    net = NETS[name]
    module = net.build()
    export(module, net.graph, tmp_path / "net.pt2", "pt2")
    program = torch.export.load(tmp_path / "net.pt2").module()
    module.eval()
    for size in (1, 2, 5):
        torch.testing.assert_close(program(net.batch(size)), module(net.batch(size)))


def test_safetensors(tmp_path: Path) -> None:
    net = NETS["from"].build()
    export(net, NETS["from"].graph, tmp_path / "net.safetensors", "safetensors")
    tensors = read(tmp_path / "net.safetensors")
    assert tensors.keys() == net.state_dict().keys()


class TestSeveralInputsAndOutputs:
    def test_onnx_keeps_their_names(self, tmp_path: Path) -> None:
        module = SEVERAL_NET.build()
        export(module, SEVERAL_NET.graph, tmp_path / "net.onnx", "onnx")
        session = onnxruntime.InferenceSession(tmp_path / "net.onnx", providers=CPU)
        image, mask = torch.randn(3, 3, 8, 8), torch.randn(3, 1, 8, 8)
        outputs = session.run(["map", "label"], {"image": image.numpy(), "mask": mask.numpy()})
        expected = module.eval()(image, mask)
        for output, name in zip(outputs, ("map", "label"), strict=True):
            numpy.testing.assert_allclose(output, expected[name].detach().numpy(), rtol=1e-4, atol=1e-4)

    def test_pt2_returns_what_the_module_returns(self, tmp_path: Path) -> None:
        module = SEVERAL_NET.build()
        export(module, SEVERAL_NET.graph, tmp_path / "net.pt2", "pt2")
        image, mask = torch.randn(3, 3, 8, 8), torch.randn(3, 1, 8, 8)
        outputs = torch.export.load(tmp_path / "net.pt2").module()(image, mask)
        torch.testing.assert_close(outputs, module.eval()(image, mask))


@pytest.mark.parametrize("format", ["onnx", "pt2"])
class TestConduct:
    def test_exporters_keep_quiet(self, format: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
        export(NETS["aux"].build(), NETS["aux"].graph, tmp_path / f"net.{format}", format)
        assert capfd.readouterr() == ("", "")

    def test_module_stays_in_its_mode(self, format: str, tmp_path: Path) -> None:
        module = NETS["aux"].build()
        module.head.eval()
        modes = [m.training for m in module.modules()]
        export(module, NETS["aux"].graph, tmp_path / f"net.{format}", format)
        assert [m.training for m in module.modules()] == modes

    def test_refusal_is_one_sentence_and_leaves_no_file(self, format: str, tmp_path: Path) -> None:
        module = NETS["aux"].build()
        module.head.forward = lambda x: x if x.sum() > 0 else -x
        with pytest.raises(ExportError, match=r"^torch\.export cannot take this network: "):
            export(module, NETS["aux"].graph, tmp_path / f"net.{format}", format)
        assert not list(tmp_path.iterdir())


def test_advice_where_packages_are_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archspec.runtime.export.find_spec", lambda name: None)
    with pytest.raises(ExportError, match=r"needs onnx and onnxscript: pip install 'archspec-nn\[export\]'"):
        export(NETS["aux"].build(), NETS["aux"].graph, tmp_path / "net.onnx", "onnx")
    assert not list(tmp_path.iterdir())

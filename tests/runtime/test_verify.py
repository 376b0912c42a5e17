"""Every layer call of a built module is what was inferred; where it is not, archspec says that this is its bug."""

from pathlib import Path

import pytest
import torch
from torch import nn

import archspec
from archspec.graph import Graph
from archspec.runtime.module import build
from archspec.runtime.verify import VerificationError, verify
from tests import parity
from tests.reference import REFERENCE, SPECS, TORCHVISION
from tests.runtime.nets import NETS, SEVERAL_NET, Net

BIG = {"vgg11", "vgg16", "vgg19", "alexnet_lrn"}
UNUSUAL = sorted((Path(__file__).parent.parent / "codegen" / "specs").glob("*.yaml"))


@pytest.mark.parametrize("net", [pytest.param(net, id=name) for name, net in (NETS | {"several": SEVERAL_NET}).items()])
def test_modules_are_what_was_inferred(net: Net) -> None:
    verify(net.build(), net.graph)


@pytest.mark.parametrize("name", [pytest.param(n, marks=pytest.mark.slow) if n in BIG else n for n in REFERENCE])
def test_every_reference_network_is_verified(name: str) -> None:
    graph = archspec.analyze(SPECS / f"{name}.yaml")
    verify(build(graph), graph)


@pytest.mark.parametrize("path", UNUSUAL, ids=lambda path: path.stem)
def test_every_unusual_network_is_verified(path: Path) -> None:
    graph = archspec.analyze(path)
    verify(build(graph), graph)


@pytest.mark.slow
@pytest.mark.parametrize("name", TORCHVISION)
def test_every_network_of_torchvision_is_verified(name: str) -> None:
    graph = archspec.analyze(SPECS / "torchvision" / f"{name}.yaml")
    verify(build(graph), graph)


def test_the_module_is_left_as_it_was() -> None:
    net, twin = NETS["aux"].build(), NETS["aux"].build()
    net.head.eval()
    modes = [module.training for module in net.modules()]
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    verify(net, NETS["aux"].graph)
    assert torch.equal(torch.rand(1), expected)
    assert [module.training for module in net.modules()] == modes
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in net.modules())
    parity.assert_same_state(net, twin)


class TestDifferences:
    """Found by changing the module, or the graph, behind archspec's back."""

    def differences(self, net: nn.Module, graph: Graph) -> tuple[str, ...]:
        with pytest.raises(VerificationError, match="a bug in archspec") as error:
            verify(net, graph)
        return error.value.differences

    def test_parameters_and_buffers(self) -> None:
        net = NETS["from"].build()
        net.fc = nn.Linear(2048, 3)
        net.dec.get_submodule("1").register_buffer("more", torch.zeros(7))
        assert self.differences(net, NETS["from"].graph) == (
            "dec.1 has buffers of 24 elements, not 17",
            "fc has 6,147 parameters, not 8,196",
            "the network has 9,747 parameters, not 11,796",
            "the network has buffers of 74 elements, not 67",
        )

    def test_layer_that_is_a_parameter(self) -> None:
        text = "name: Scaled\ninput: 8x4x4\nmodel: {gamma: Scale, beta: Scale}"
        graph = archspec.analyze(archspec.Source(text, "scaled.yaml"))
        net = build(graph)
        net.gamma = nn.Parameter(torch.ones(1, 1, 1))
        del net.beta
        assert self.differences(net, graph) == (
            "gamma has 1 parameters, not 8",
            "there is no module or parameter beta",
            "the network has 1 parameters, not 16",
        )

    def test_output_of_a_layer(self) -> None:
        net = NETS["from"].build()
        net.smooth.padding = (0, 0)
        assert self.differences(net, NETS["from"].graph)[0] == (
            "in training mode smooth (Conv2d, from.yaml:21) gives 2x8x14x14 float32, not 2x8x16x16 float32"
        )

    def test_failing_forward_pass(self) -> None:
        net = NETS["aux"].build()
        net.body.forward = lambda x: 1 / 0
        assert self.differences(net, NETS["aux"].graph)[1] == (
            "in eval mode the forward pass fails after bn: ZeroDivisionError: division by zero"
        )

    def test_dtype(self) -> None:
        net = NETS["from"].build()
        net.fc.register_forward_hook(lambda module, inputs, output: output.double(), prepend=True)
        assert (
            "fc (Linear, from.yaml:24) gives 2x4 float64, not 2x4 float32"
            in self.differences(net, NETS["from"].graph)[0]
        )

    def test_layer_that_is_not_called(self) -> None:
        net = NETS["from"].build()
        net.dec.forward = lambda x: x[:, :8]
        assert (
            self.differences(net, NETS["from"].graph)[0] == "in training mode smooth is called where dec.0 is expected"
        )

    def test_results(self) -> None:
        net = NETS["aux"].build()
        net.register_forward_hook(lambda module, inputs, output: output[0] if module.training else output)
        assert self.differences(net, NETS["aux"].graph) == (
            "in training mode the network returns {'': '2x5 float32'}, "
            "not {'.output': '2x5 float32', '.late': '2x5 float32', '.early': '2x5 float32'}",
        )

    def test_macs(self) -> None:
        class Busy(type(NETS["from"].build())):  # type: ignore[misc]
            def __init__(self) -> None:
                super().__init__()
                self.fc.register_forward_hook(lambda fc, inputs, output: output + inputs[0] @ fc.weight.T)

        assert self.differences(Busy(), NETS["from"].graph) == (
            "fc (Linear, from.yaml:24) makes 16,384 MACs, not 8,192",
        )

    def test_macs_outside_of_the_layers(self) -> None:
        class Busy(type(NETS["from"].build())):  # type: ignore[misc]
            def forward(self, x: torch.Tensor) -> torch.Tensor:
                return super().forward(x) @ torch.ones(4, 4, device=x.device)

        assert self.differences(Busy(), NETS["from"].graph) == ("16 MACs are made outside of the layers",)


def test_want_of_memory_is_no_bug() -> None:
    net = NETS["from"].build()

    def exhausted(x: torch.Tensor) -> torch.Tensor:
        raise MemoryError

    net.pool.forward = exhausted
    with pytest.raises(MemoryError):
        verify(net, NETS["from"].graph)

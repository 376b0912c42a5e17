"""What people do to modules: compile, export and trace them, hook into them, replace and freeze parts of them."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.export import Dim

from tests import fast, parity
from tests.runtime.nets import NETS, Net, loss

COMPILER = shutil.which("g++") or shutil.which("clang++")


@pytest.fixture(params=NETS)
def net(request: pytest.FixtureRequest) -> Net:
    return NETS[request.param]


@pytest.fixture
def _fresh_dynamo() -> Iterator[None]:
    torch._dynamo.reset()
    yield
    torch._dynamo.reset()


def assert_same_results(ours: Any, theirs: Any) -> None:
    if isinstance(theirs, Tensor):
        parity.assert_same(ours, theirs, "output")
    else:
        assert ours._fields == theirs._fields
        for field in theirs._fields:
            parity.assert_same(getattr(ours, field), getattr(theirs, field), field)


@pytest.mark.usefixtures("_fresh_dynamo")
class TestCompile:
    @pytest.mark.parametrize("training", [True, False])
    @pytest.mark.parametrize("net", fast.only(["aux"], NETS), indirect=True)
    def test_in_one_graph(self, net: Net, training: bool) -> None:
        original, twin = net.build().train(training), net.build().train(training)
        compiled: Any = torch.compile(twin, fullgraph=True, backend="eager")
        x = net.batch()
        results = [parity.seeded(module, x) for module in (original, compiled)]
        assert_same_results(results[1], results[0])
        for result in results:
            loss(result).backward()
        parity.assert_same_state(twin, original)

    @pytest.mark.slow  # the first compilation alone takes half a minute
    @pytest.mark.skipif(COMPILER is None, reason="no C++ compiler")
    @pytest.mark.parametrize("name", NETS)
    def test_by_inductor(self, name: str) -> None:
        original, twin = NETS[name].build().eval(), NETS[name].build().eval()
        compiled = torch.compile(twin, fullgraph=True)
        x = NETS[name].batch()
        with torch.no_grad():
            torch.testing.assert_close(compiled(x), original(x), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("net", fast.only(["from"], NETS), indirect=True)
def test_strict_export_with_a_dynamic_batch(net: Net) -> None:
    module = net.build().eval()
    program = torch.export.export(module, (net.batch(2),), dynamic_shapes=({0: Dim("batch")},), strict=True)
    for size in (1, 2, 5):
        torch.testing.assert_close(program.module()(net.batch(size)), module(net.batch(size)))


@pytest.mark.parametrize("training", [True, False])
def test_symbolic_trace(net: Net, training: bool) -> None:
    module = net.build().train(training)
    traced = torch.fx.symbolic_trace(module)
    x = net.batch()
    expected = parity.seeded(net.build().train(training), x)
    assert_same_results(parity.seeded(traced, x), expected)


def test_aux_results_are_a_named_tuple_in_training_mode_only() -> None:
    net = NETS["aux"].build()
    result = net(NETS["aux"].batch())
    assert result._fields == ("output", "late", "early")
    assert isinstance(net.eval()(NETS["aux"].batch()), Tensor)


def test_forward_hooks_on_blocks_see_their_outputs(net: Net) -> None:
    module = net.build().eval()
    seen: dict[str, torch.Size] = {}
    for name, child in module.named_children():
        child.register_forward_hook(lambda _, inputs, output, name=name: seen.update({name: output.shape}))
    output = module(net.batch())
    side = {layer.name.partition(".")[0] for layer in net.graph.layers if layer.training_only}
    assert set(seen) == {name for name, _ in module.named_children()} - side
    assert output.shape in seen.values()


def test_print_shows_the_tree_as_torch_does() -> None:
    lines = str(NETS["resnet18"].build()).splitlines()
    assert lines[0] == "ResNet18("
    assert "  (fc): Linear(in_features=16, out_features=10, bias=True)" in lines


class TestTransferLearning:
    def test_replacing_the_head(self) -> None:
        net = NETS["resnet18"].build()
        net.fc = nn.Linear(net.fc.in_features, 3)
        assert net(NETS["resnet18"].batch()).shape == (2, 3)

    def test_freezing_by_name(self) -> None:
        net = NETS["resnet18"].build()
        for name, parameter in net.named_parameters():
            parameter.requires_grad = name.startswith("fc.")
        before = {name: parameter.clone() for name, parameter in net.named_parameters()}
        optimizer = torch.optim.SGD((p for p in net.parameters() if p.requires_grad), lr=0.1)
        loss(net(NETS["resnet18"].batch())).backward()
        optimizer.step()
        changed = {name for name, parameter in net.named_parameters() if not torch.equal(parameter, before[name])}
        assert changed == {"fc.weight", "fc.bias"}

    def test_taking_all_but_the_head(self) -> None:
        net = NETS["resnet18"].build().eval()
        trunk = nn.Sequential(*list(net.children())[:-1])
        assert trunk(NETS["resnet18"].batch()).shape == (2, 16)


def test_cast_to_half_and_back(net: Net) -> None:
    module = net.build().eval()
    assert module.bfloat16()(net.batch().bfloat16()).dtype == torch.bfloat16
    assert module.float()(net.batch()).dtype == torch.float32

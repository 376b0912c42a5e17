"""A built module is an ordinary one: its source can be seen, and it can be copied, pickled and sent away."""

import copy
import inspect
import pickle
import subprocess
import sys
import traceback
from pathlib import Path
from textwrap import dedent

import pytest
import torch

import archspec
from tests import fast, parity
from tests.handwritten.resnet18 import ResNet18
from tests.reference import SPECS
from tests.runtime.nets import NETS, Net

NET = NETS["resnet18"]


@pytest.fixture(params=NETS)
def net(request: pytest.FixtureRequest) -> Net:
    return NETS[request.param]


class TestSource:
    def test_the_module_runs_the_source_that_is_exported(self, net: Net) -> None:
        cls = type(net.build())
        source = archspec.to_python(net.spec, **net.options)
        assert inspect.getsource(inspect.getmodule(cls)) == source  # type: ignore[arg-type]
        assert inspect.getsource(cls) in source
        assert inspect.getsource(cls).startswith(f"class {cls.__name__}(")

    def test_file_and_module_are_named_after_the_network(self) -> None:
        cls = type(NET.build())
        assert inspect.getfile(cls).startswith("<archspec ResNet18 ")
        assert cls.__module__.startswith("archspec.generated.ResNet18_")

    def test_tracebacks_show_the_line(self) -> None:
        with pytest.raises(RuntimeError) as error:
            NET.build()(torch.zeros(2, 7, 32, 32))
        lines = [
            frame.line for frame in traceback.extract_tb(error.tb) if frame.filename.startswith("<archspec ResNet18 ")
        ]
        assert lines
        assert all(lines)

    def test_the_same_spec_gives_the_same_classes(self) -> None:
        assert type(NET.build()) is type(NET.build())

    def test_another_spec_gives_others(self) -> None:
        assert type(NET.build()) is not type(NETS["densenet"].build())

    def test_source_that_fails_leaves_nothing_behind(self) -> None:
        from archspec.runtime.module import execute

        before = set(sys.modules)
        with pytest.raises(ZeroDivisionError):
            execute("1 / 0", "Broken")
        assert set(sys.modules) == before


class TestParameters:
    def test_are_initialized_as_torch_does_it_in_the_order_of_the_text(self) -> None:
        torch.manual_seed(7)
        ours = archspec.build(SPECS / "resnet18.yaml")
        torch.manual_seed(7)
        theirs = ResNet18()
        parity.assert_same_state(ours, theirs)

    def test_are_made_on_the_device(self, net: Net) -> None:
        built = net.build(device="meta")
        assert {value.device.type for value in built.state_dict().values()} == {"meta"}

    def test_are_made_on_the_default_device_of_torch(self) -> None:
        with torch.device("meta"):
            built = NET.build()
        assert all(value.is_meta for value in built.state_dict().values())

    @pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
    def test_are_made_on_the_gpu(self) -> None:
        assert all(value.is_cuda for value in NET.build(device="cuda").state_dict().values())


class TestSpec:
    def test_tells_where_the_module_came_from(self) -> None:
        spec = NET.build().spec
        assert spec.name == "ResNet18"
        assert spec.file == str(SPECS / "resnet18.yaml")
        assert spec.inputs == {"input": (1, 32, 32)}
        assert spec.params == {"widths": [64, 16, 16, 16]}
        assert spec.version == archspec.__version__
        assert type(NET.build()).__module__.rpartition("_")[2] == spec.digest[:12]

    def test_stays_with_a_copy(self) -> None:
        net = NET.build()
        assert copy.deepcopy(net).spec == net.spec
        assert pickle.loads(pickle.dumps(net)).spec == net.spec

    def test_is_no_part_of_the_state_or_of_what_is_printed(self) -> None:
        net = NET.build()
        spec = net.spec
        state, text = list(net.state_dict()), str(net)
        del net.spec
        assert (list(net.state_dict()), str(net)) == (state, text)
        assert spec.file not in text


class TestCopies:
    def test_deepcopy_shares_nothing(self, net: Net) -> None:
        original = net.build().eval()
        twin = copy.deepcopy(original)
        assert type(twin) is type(original)
        parity.assert_same_state(twin, original)
        with torch.no_grad():
            for parameter in twin.parameters():
                parameter.zero_()
        assert all(parameter.abs().sum() > 0 for name, parameter in original.named_parameters() if "weight" in name)

    def test_pickle(self, net: Net) -> None:
        original = net.build().eval()
        twin = pickle.loads(pickle.dumps(original))
        assert type(twin) is type(original)
        x = net.batch()
        parity.assert_same(twin(x), original(x), "output")

    def test_result_with_aux_pickles(self) -> None:
        with torch.no_grad():
            result = NETS["aux"].build()(NETS["aux"].batch())
        twin = pickle.loads(pickle.dumps(result))
        assert type(twin) is type(result)
        parity.assert_same(twin.early, result.early, "early")

    @pytest.mark.parametrize("net", fast.only(["aux"], NETS), indirect=True)
    def test_a_file_of_the_net_opens_where_the_spec_was_never_seen(self, net: Net, tmp_path: Path) -> None:
        original = net.build().eval()
        x = net.batch()
        block = next(
            m for m in original.modules() if type(m).__module__ == type(original).__module__ and m is not original
        )
        torch.save({"net": original, "block": block, "x": x, "y": original(x).detach()}, tmp_path / "net.pt")
        process = run_elsewhere(
            """
            import sys, torch
            saved = torch.load(sys.argv[1], weights_only=False)
            assert torch.equal(saved["net"](saved["x"]), saved["y"])
            assert any(type(m) is type(saved["block"]) for m in saved["net"].modules())
            import inspect
            print(saved["net"].spec.name, inspect.getsource(type(saved["net"])).splitlines()[0])
            """,
            tmp_path / "net.pt",
        )
        assert process.split()[0] == net.graph.name

    def test_a_subclass_pickles_as_any_class_does(self) -> None:
        net = NET.build()
        net.__class__ = Sub = type("Sub", (type(net),), {"__module__": __name__})
        globals()["Sub"] = Sub
        assert type(pickle.loads(pickle.dumps(net))) is Sub


def run_elsewhere(script: str, *arguments: object) -> str:
    """What a script prints in a process of its own, outside of the repository."""
    command = [sys.executable, "-c", dedent(script), *map(str, arguments)]
    process = subprocess.run(command, cwd="/", capture_output=True, text=True, timeout=300, check=False)
    assert process.returncode == 0, process.stderr
    return process.stdout

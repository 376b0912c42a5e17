"""Layers of the user's own: how archspec comes to know them, and from where it never does."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from pydantic import Field

import archspec
from archspec import layers
from archspec.layers import plugins
from tests.specs_in_text import examined, layers_of

EXAMPLE = Path(__file__).parent.parent / "examples" / "custom_layer"
SPEC = EXAMPLE / "digits.yaml"
SHAPES = "LowRankLinear     256      16,896  16,640"


def archspec_(
    *arguments: object, path: list[Path] | None = None, cwd: Path | None = None, module: bool = False
) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, `path` being where Python finds packages, too."""
    start = ["-m", "archspec"] if module else ["-c", "from archspec.cli import main; main()"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, path or []))}
    return subprocess.run(
        [sys.executable, *start, *map(str, arguments)],
        capture_output=True, text=True, cwd=cwd, env=environment, timeout=120, check=False,
    )  # fmt: skip


@pytest.fixture
def installed(tmp_path: Path) -> list[Path]:
    """The example as pip installs it: found on the path, with the entry points of its pyproject.toml."""
    return [EXAMPLE, metadata(tmp_path, "lowrank", entry_points())]


def entry_points() -> dict[str, str]:
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text())["project"]
    return dict(project["entry-points"][plugins.GROUP])


def metadata(folder: Path, name: str, kinds: dict[str, str]) -> Path:
    """What an installed package says of itself."""
    info = folder / f"{name}-0.1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.1.0\n")
    lines = [f"[{plugins.GROUP}]", *(f"{kind} = {value}" for kind, value in kinds.items())]
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n")
    return folder


class TestModule:
    def test_shapes(self) -> None:
        result = archspec_("shapes", SPEC, "--layers", "lowrank.layers", path=[EXAMPLE])
        assert (result.returncode, result.stderr) == (0, "")
        assert SHAPES in result.stdout

    @pytest.mark.parametrize("command", [["check"], ["build"], ["export", "-o", "-"]], ids=lambda words: words[0])
    def test_every_command_that_reads_a_spec(self, command: list[str]) -> None:
        result = archspec_(*command, SPEC, "--layers", "lowrank.layers", path=[EXAMPLE])
        assert result.returncode == 0, result.stderr

    def test_reference(self) -> None:
        result = archspec_("layers", "LowRankLinear", "--layers", "lowrank.layers", path=[EXAMPLE])
        assert result.stdout.startswith("LowRankLinear (Linear)\n")
        assert "    - LowRankLinear: 10\n" in result.stdout

    def test_schema(self) -> None:
        result = archspec_("schema", "--layers", "lowrank.layers", path=[EXAMPLE])
        assert list(json.loads(result.stdout)["$defs"]["LowRankLinear"]["properties"])[2:] == ["rank", "bias"]
        assert "LowRankLinear" not in json.loads(archspec_("schema").stdout)["$defs"]

    def test_imports_no_torch(self) -> None:
        script = (
            "import sys; from archspec.layers.plugins import load_module; load_module('lowrank.layers'); "
            "sys.exit('torch' in sys.modules)"
        )
        environment = os.environ | {"PYTHONPATH": str(EXAMPLE)}
        assert subprocess.run([sys.executable, "-c", script], env=environment, check=False).returncode == 0

    def test_that_fails(self, tmp_path: Path) -> None:
        (tmp_path / "broken.py").write_text("import nothing_of_that_name")
        result = archspec_("shapes", SPEC, "--layers", "broken", path=[tmp_path])
        message = "error: --layers broken: broken cannot be imported: ModuleNotFoundError: No module named"
        assert result.returncode == 2
        assert result.stderr.startswith(message)

    def test_with_the_name_of_a_layer_of_torch(self, tmp_path: Path) -> None:
        (tmp_path / "twice.py").write_text(
            "import archspec\nclass Linear(archspec.Layer):\n    def output(self, x): return x\n"
        )
        result = archspec_("shapes", SPEC, "--layers", "twice", path=[tmp_path])
        message = "error: --layers twice: Linear is a kind of archspec's own: call the class otherwise\n"
        assert (result.returncode, result.stderr) == (2, message)


class TestInstalled:
    def test_is_found(self, installed: list[Path]) -> None:
        result = archspec_("build", SPEC, path=installed)
        assert (result.returncode, result.stderr) == (0, "")
        assert "verified" in result.stdout

    def test_stands_in_the_reference(self, installed: list[Path]) -> None:
        assert "LowRankLinear" in archspec_("layers", path=installed).stdout
        assert archspec_("layers", "LowRankLinear", path=installed).returncode == 0

    def test_wherever_a_kind_can_stand(self, installed: list[Path], tmp_path: Path) -> None:
        spec = tmp_path / "spec.yaml"
        spec.write_text(
            "input: 8\nparams: {layer: LowRankLinear}\ndefaults: {LowRankLinear: {rank: 2}}\n"
            "blocks: {B: {params: {k: layer}, body: [k: 3]}}\n"
            "model: {a: {layer: 4}, b: {LowRankLinear: 5}, c: {B: LowRankLinear}}\n"
        )
        result = archspec_("check", spec, path=installed)
        assert (result.returncode, result.stderr) == (0, "1 spec checked: no mistakes\n")

    def test_is_not_looked_for_where_all_kinds_are_known(self, tmp_path: Path) -> None:
        spec = tmp_path / "spec.yaml"
        spec.write_text("input: 8\nmodel: {a: {Linear: 3}, Head: {Linear: 2}}\n")
        script = (
            "import sys; from archspec.cli import app; app(sys.argv[1:], standalone_mode=False); "
            "sys.exit('archspec.layers.plugins' in sys.modules)"
        )
        done = subprocess.run([sys.executable, "-c", script, "shapes", spec], capture_output=True, check=False)
        assert done.returncode == 0

    def test_that_fails(self, tmp_path: Path) -> None:
        folder = metadata(tmp_path, "broken", {"LowRankLinear": "no_module_of_that_name:X"})
        result = archspec_("check", SPEC, path=[folder])
        assert result.returncode == 1
        assert "= help: broken offers LowRankLinear, but there is no module no_module_of_that_name" in result.stdout
        assert "warning: broken offers" in archspec_("layers", path=[folder]).stderr

    def test_under_another_name(self, tmp_path: Path) -> None:
        folder = metadata(tmp_path, "other", {"LowRankLinear": "archspec.layers.conv:Conv2d"})
        assert "but what it gives is called Conv2d" in archspec_("check", SPEC, path=[folder]).stdout

    def test_cannot_replace_a_layer_of_torch(self, tmp_path: Path) -> None:
        (tmp_path / "evil.py").write_text("raise SystemExit('it was run')")
        folder = metadata(tmp_path, "evil", {"Linear": "evil:Linear"})
        result = archspec_("layers", "Linear", path=[folder])
        assert (result.returncode, result.stderr) == (0, "")


class TestWorkingDirectory:
    """What lies where the program is started, beside a spec or in it, is never run."""

    @pytest.mark.parametrize("module", [True, False], ids=["python -m", "python -c"])
    def test_module_is_not_found_there(self, module: bool, tmp_path: Path) -> None:
        (tmp_path / "evil.py").write_text("open('it was run', 'w')")
        result = archspec_("shapes", SPEC, "--layers", "evil", cwd=tmp_path, module=module)
        assert (result.returncode, "there is no module evil" in result.stderr) == (2, True)
        assert not (tmp_path / "it was run").exists()

    @pytest.mark.parametrize("module", [True, False], ids=["python -m", "python -c"])
    def test_entry_points_are_not_read_there(self, module: bool, tmp_path: Path) -> None:
        (tmp_path / "evil.py").write_text("open('it was run', 'w')")
        metadata(tmp_path, "evil", {"LowRankLinear": "evil:LowRankLinear"})
        (tmp_path / "spec.yaml").write_text(SPEC.read_text())
        result = archspec_("check", "spec.yaml", cwd=tmp_path, module=module)
        assert result.returncode == 1
        assert "evil" not in result.stdout + result.stderr
        assert not (tmp_path / "it was run").exists()

    def test_nothing_is_imported_from_there(self, tmp_path: Path) -> None:
        for name in ("typer", "yaml", "pydantic", "torch"):
            (tmp_path / f"{name}.py").write_text("raise SystemExit('it was run')")
        result = archspec_("build", SPEC, "--layers", "lowrank.layers", path=[EXAMPLE], cwd=tmp_path, module=True)
        assert (result.returncode, result.stderr) == (0, "")

    @pytest.mark.parametrize("key", ["layers", "plugins"])
    def test_a_spec_cannot_name_one(self, key: str) -> None:
        analysis = examined(f"input: 8\n{key}: [lowrank.layers]\nmodel: ReLU")
        assert [d.rule for d in analysis.diagnostics] == ["unknown-key"]


@pytest.fixture
def registry() -> Iterator[None]:
    """Forgets afterwards what was registered."""
    before = dict(layers.KINDS)
    yield
    for kind in layers.KINDS.keys() - before:
        del layers.KINDS[kind]
        del layers._registered[kind]


def a_kind(name: str, made: dict[str, Any]) -> Any:
    metaclass: Any = type(archspec.Layer)
    return metaclass(name, (archspec.Layer,), {"__module__": __name__, **made})


@pytest.mark.usefixtures("registry")
class TestRegister:
    def test_in_python(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.syspath_prepend(EXAMPLE)
        from lowrank.layers import LowRankLinear  # type: ignore[import-not-found]
        from lowrank.modules import LowRankLinear as Module  # type: ignore[import-not-found]

        assert archspec.register(LowRankLinear) is LowRankLinear
        graph = archspec.analyze(SPEC)
        assert graph.params == 19_034
        source = archspec.to_python(SPEC)
        assert "\nimport lowrank.modules\nfrom torch import nn\n" in source
        net = archspec.build(SPEC)
        assert isinstance(net.get_submodule("1"), Module)
        assert net(torch.zeros(2, 1, 28, 28)).shape == (2, 10)

    def test_a_kind_as_a_value_is_imported(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.syspath_prepend(EXAMPLE)
        from lowrank.layers import LowRankLinear

        archspec.register(LowRankLinear)
        spec = archspec.Source(
            """
            input: 8
            blocks: {B: {params: {k: layer, n: int}, body: {norm: LayerNorm, fc: {k: n}}}}
            model: [B: {k: Linear, n: 6}, {B: {k: LowRankLinear, n: 5}}]
            """
        )
        net = archspec.build(spec)
        assert net(torch.zeros(2, 8)).shape == (2, 5)

    def test_torchs_own_class_under_its_name(self) -> None:
        @archspec.register
        class AdaptiveLogSoftmaxWithLoss(archspec.Layer):
            def output(self, x: archspec.TensorType) -> archspec.TensorType:
                return x

        assert AdaptiveLogSoftmaxWithLoss.target == "nn.AdaptiveLogSoftmaxWithLoss"
        assert layers_of("input: 8\nmodel: [AdaptiveLogSoftmaxWithLoss]") == ["0 8"]

    def test_again(self) -> None:
        def make(size: int) -> Any:
            class Twice(archspec.Layer):
                def output(self, x: archspec.TensorType) -> archspec.TensorType:
                    return archspec.TensorType((size,))

            return archspec.register(Twice)

        make(3)
        make(4)
        assert layers_of("input: 8\nmodel: [Twice]") == ["0 4"]

    def test_what_cannot_be_a_kind(self) -> None:
        class lower(archspec.Layer):
            def output(self, x: archspec.TensorType) -> archspec.TensorType:
                return x

        class NoOutput(archspec.Layer):
            pass

        class BadTarget(lower):
            target = "__import__('os').system('x')"

        class BadDirect(lower):
            direct = "sise"

            size: int = Field(1, description="a size")

        for layer, message in (
            (lower, "lower cannot be a kind: the name of one begins with a capital letter"),
            (NoOutput, "NoOutput has no method `output`"),
            (BadTarget, "the target of BadTarget is the path of a class, as mypackage.modules.BadTarget"),
            (BadDirect, "BadDirect has no argument sise"),
            (archspec.Layer, "a kind is a class that extends archspec.Layer, not"),
            (int, "a kind is a class that extends archspec.Layer, not"),
        ):
            with pytest.raises(TypeError) as error:
                archspec.register(layer)  # type: ignore[type-var]
            assert str(error.value).startswith(message)

    @pytest.mark.parametrize(
        ("annotation", "name"),
        [(list[int], "list[int]"), (dict[str, int], "dict[str, int]"), (Path, "Path"), (Any, "Any"), (bytes, "bytes")],
    )
    def test_an_argument_of_a_type_that_no_spec_can_write(self, annotation: Any, name: str) -> None:
        made = {"__annotations__": {"places": annotation}, "output": lambda self, x: x, "__module__": __name__}
        with pytest.raises(TypeError) as caught:
            archspec.register(a_kind("Odd", made))
        assert str(caught.value) == (
            f"of the argument places of Odd no spec can write {name}; "
            "write int, float, bool, str, a Literal, tuple[int, ...], or a union of them with None"
        )

    @pytest.mark.parametrize(
        "text", ["a, b, " * 50, "((" * 90, "]) " * 60, "it\\'s " * 40, "a * b + " * 30, "\\\\" * 90]
    )
    @pytest.mark.parametrize("method", ["construction", "call"])
    def test_a_long_string_in_a_template_stays_one(self, method: str, text: str) -> None:
        template = {"construction": "T('{}')", "call": "{{module}}({{0}}, '{}')"}[method].format(text)
        source = (
            "class T(nn.Module):\n    def __init__(self, *said):\n        super().__init__()\n"
            "        self.said = said\n"
            "    def forward(self, x, *said):\n        self.said = said or self.said\n        return x\n"
        )
        made = {"source": source, "target": "T", "output": lambda self, x: x, method: lambda self, *x: template}
        archspec.register(a_kind("Told", made))
        net = archspec.build(archspec.Source("input: 4\nmodel: [Told, ReLU]\n"))
        net(torch.zeros(2, 4))
        assert net.get_submodule("0").said == (ast.literal_eval(f"'{text}'"),)

    def test_a_name_that_is_taken(self) -> None:
        class Conv2d(archspec.Layer):
            def output(self, x: archspec.TensorType) -> archspec.TensorType:
                return x

        with pytest.raises(ValueError, match="Conv2d is a kind of archspec's own"):
            archspec.register(Conv2d)

    def test_a_name_that_another_class_has(self) -> None:
        class Mine(archspec.Layer):
            def output(self, x: archspec.TensorType) -> archspec.TensorType:
                return x

        archspec.register(Mine)
        other = type("Mine", (Mine,), {"__module__": "elsewhere"})
        with pytest.raises(ValueError, match=r"Mine is a kind already, of tests\.test_plugins"):
            archspec.register(other)

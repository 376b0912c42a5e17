"""The source as text: as people write it, checked by the tools that people use, the same on every run."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import archspec
from archspec.codegen import class_name, generate
from tests.codegen.networks import ALL, HERE, OWN, build, source_of
from tests.golden import Golden

GOLDEN = [*OWN, "resnet18", "googlenet", "densenet"]
TOOLS = Path(sys.executable).parent
ROOT = HERE.parent.parent
HANDWRITTEN = HERE.parent / "handwritten"


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_file(name: str, golden: Golden) -> None:
    golden(HERE / "golden" / f"{name}.py", source_of(name))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sources")
    for name in ALL:
        (folder / f"{name.replace('/', '_')}.py").write_text(source_of(name), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["ruff", "format", "--isolated", "--diff", "."], id="format"),
        pytest.param(["ruff", "check", "--isolated", "--extend-select=E,F,I,UP,B", "."], id="check"),
        pytest.param(
            ["mypy", "--strict", f"--config-file={os.devnull}", "--cache-dir={cache}", "."],
            id="mypy",
            marks=pytest.mark.slow,  # `make lint` checks the golden files
        ),
    ],
)
def test_tools_find_nothing(files: Path, command: list[str], pytestconfig: pytest.Config) -> None:
    tool, *arguments = command
    cache = pytestconfig.rootpath / ".mypy_cache" / "generated"
    run = subprocess.run(
        [TOOLS / tool, *(argument.format(cache=cache) for argument in arguments)],
        cwd=files, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr


def lines(text: str) -> int:
    return sum(bool(line.strip()) for line in text.splitlines())


@pytest.mark.parametrize("name", ["resnet18", "googlenet", "densenet"])
def test_about_as_long_as_written_by_hand(name: str) -> None:
    assert lines(source_of(name)) <= 1.5 * lines((HANDWRITTEN / f"{name}.py").read_text())


def test_same_source_in_every_process() -> None:
    script = (
        "import sys, archspec; from archspec.codegen import generate;"
        "print(ascii([generate(archspec.analyze(path)) for path in sys.argv[1:]])); assert 'torch' not in sys.modules"
    )
    paths = [str(HERE / "specs" / f"{name}.yaml") for name in OWN]
    for seed in ("1", "2"):
        command = [sys.executable, "-c", script, *paths]
        environment = os.environ | {"PYTHONHASHSEED": seed}
        run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        assert run.stdout.strip() == ascii([*map(source_of, OWN)])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("U-Net (padded)", "UNetPadded"),
        ("my_net", "MyNet"),
        ("ResNeXt50_32x4d", "ResNeXt50_32x4d"),
        ("3D CNN", "Network3DCNN"),
        ("Émile's net", "EmileSNet"),
        ("网络", "Network"),
        ("None", "NoneNet"),
        ("nn", "Nn"),
        ("tensor", "TensorNet"),
        ("exception", "ExceptionNet"),
        ("__class__", "Class"),
        ("import os", "ImportOs"),
    ],
)
def test_class_name(name: str, expected: str) -> None:
    graph = archspec.analyze(archspec.Source(f"name: {json.dumps(name)}\ninput: 3\nmodel: [ReLU]"))
    assert class_name(graph) == expected
    assert type(build(graph)).__name__ == expected


@pytest.mark.parametrize(
    "evil",
    [
        '"""\nimport os; os.abort()\n"""',
        '"\nimport os\n"',
        "\\N{BULLET} \\x22\\x22\\x22 \\",
        '\\"""\\',
        "a\u2028import os\u2029b\x85import os\u202e\u2066c",
        '""""""""',
    ],
)
def test_no_text_of_a_spec_becomes_code(evil: str) -> None:
    text = json.dumps(evil)
    graph = archspec.analyze(
        archspec.Source(f"name: {text}\ndescription: {text}\nsource: {text}\ninput: 3\nmodel: [ReLU]")
    )
    tree = ast.parse(generate(graph))
    kinds = [type(statement) for statement in tree.body]
    assert kinds == [ast.Expr, ast.ImportFrom, ast.ClassDef]
    assert ast.get_docstring(tree) is not None

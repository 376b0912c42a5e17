"""Importing archspec is instant, and only what runs a network imports torch: proved in fresh interpreters."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

RUN_COMMAND = """
import json, sys
sys.argv[0] = "archspec"
from archspec.cli import main
try:
    main()
    status = 0
except SystemExit as exit:
    status = exit.code
print()
print(json.dumps({"status": status, "modules": sorted(sys.modules)}))
"""

IMPORT_PACKAGE = """
import json, sys
import archspec
assert archspec.__version__
print(json.dumps({"status": 0, "modules": sorted(sys.modules)}))
"""


def modules_after(script: str, *arguments: str) -> set[str]:
    """The top-level packages that a fresh interpreter holds after `script`, which must have gone well."""
    return {module.partition(".")[0] for module in loaded_after(script, *arguments)}


def loaded_after(script: str, *arguments: str) -> list[str]:
    """Every module that it holds."""
    process = subprocess.run(
        [sys.executable, "-c", script, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert process.returncode == 0, process.stderr
    result = json.loads(process.stdout.splitlines()[-1])
    assert result["status"] in (0, None), process.stdout + process.stderr
    modules: list[str] = result["modules"]
    return modules


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["shapes", "specs/vgg11.yaml", "--input", "1x224x224"], id="shapes"),
        pytest.param(["sizes", "specs/vgg11.yaml"], id="sizes"),
        pytest.param(["check", "specs"], id="check"),
        pytest.param(["--help"], id="help"),
        pytest.param(["new", "-"], id="new"),
        pytest.param(["explain", "shape"], id="explain"),
    ],
)
def test_command_leaves_torch_unimported(command: list[str]) -> None:
    modules = modules_after(RUN_COMMAND, *command)
    assert "archspec" in modules
    assert modules.isdisjoint({"torch", "torchvision", "numpy", "safetensors"})


def test_what_other_programs_write_is_not_asked_of_right_specs() -> None:
    modules = loaded_after(RUN_COMMAND, "check", "specs")
    assert [module for module in modules if module.startswith("archspec.foreign")] == []


def test_importing_the_package_is_instant() -> None:
    modules = modules_after(IMPORT_PACKAGE)
    assert "archspec" in modules
    assert modules.isdisjoint({"torch", "torchvision", "numpy", "safetensors", "pydantic", "yaml", "typer", "click"})

"""Cold commands against the floor, and how the time grows with the number of layers."""

from __future__ import annotations

import compileall
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import archspec
from tests.bench.result import Result

VGG11 = Path(__file__).parents[2] / "specs" / "vgg11.yaml"
FLOOR = [sys.executable, str(Path(__file__).with_name("floor.py"))]
ROUNDS = 15


def run() -> list[Result]:
    compileall.compile_dir(str(Path(archspec.__file__).parent), quiet=1)
    with tempfile.TemporaryDirectory() as folder:
        chains = {count: _chain(Path(folder), count) for count in (1_000, 10_000, 50_000)}
        commands = {
            "floor": FLOOR,
            "vgg11": [*_shapes(VGG11), "--input", "1x224x224"],
            "1,000": _shapes(chains[1_000]),
        }
        small = _medians(commands, ROUNDS)
        large = _medians({"10,000": _shapes(chains[10_000]), "50,000": _shapes(chains[50_000])}, 3)
    return [
        Result("archspec shapes vgg11, against the floor", small["vgg11"] / small["floor"], 1.3),
        Result("1,000 layers, against the floor", small["1,000"] / small["floor"], 2.5),
        Result("50,000 layers, against 10,000", large["50,000"] / large["10,000"], 6),
    ]


def _shapes(spec: Path) -> list[str]:
    return [str(Path(sys.executable).with_name("archspec")), "shapes", str(spec)]


def _chain(folder: Path, count: int) -> Path:
    """A written-out chain of `count` layers."""
    lines = ["name: Chain", "input: 8x16x16", "model:"]
    for i in range(count // 2):
        lines += [f"  - Conv2d: {{out_channels: {8 + i % 3}, kernel_size: 3, padding: 1}}", "  - ReLU"]
    path = folder / f"chain{count}.yaml"
    path.write_text("\n".join(lines) + "\n")
    return path


def _medians(commands: dict[str, list[str]], rounds: int) -> dict[str, float]:
    """The median processor seconds of each command, run in turn so that what slows the machine slows all."""
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds + 1):
        for name, command in commands.items():
            seconds[name].append(_processor_time(command))
    return {name: statistics.median(times[1:]) for name, times in seconds.items()}


def _processor_time(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime

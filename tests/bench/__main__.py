"""Runs the benchmarks: every module of this package that has `run() -> list[Result]`, or those that are named."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import tests.bench
from tests.bench.result import Result


def main(names: list[str]) -> int:
    """1 if a number is beyond its limit."""
    everything = sorted(module.name for module in pkgutil.iter_modules(tests.bench.__path__))
    modules = [importlib.import_module(f"tests.bench.{name}") for name in names or everything if name != "__main__"]
    results = [_shown(result) for module in modules if hasattr(module, "run") for result in module.run()]
    return 0 if all(result.passed for result in results) else 1


def _shown(result: Result) -> Result:
    number = f"{result.value:8.3f} {result.unit:<3}(at most {result.limit:g})"
    print(f"{result.name:<60}{number}{'' if result.passed else '   TOO SLOW'}", flush=True)
    return result


sys.exit(main(sys.argv[1:]))

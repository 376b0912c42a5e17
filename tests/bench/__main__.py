"""Runs the benchmarks: every module of this package that has `run() -> list[Result]`, or those that are named."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import tests.bench


def main(names: list[str]) -> int:
    """1 if a number is beyond its limit."""
    passed = True
    for name in names or sorted(module.name for module in pkgutil.iter_modules(tests.bench.__path__)):
        module = importlib.import_module(f"tests.bench.{name}") if name != "__main__" else None
        for result in module.run() if hasattr(module, "run") else ():
            verdict = "" if result.passed else "   TOO SLOW"
            print(f"{result.name:<40}{result.value:8.3f} {result.unit:<3}(at most {result.limit:g}){verdict}", flush=True)
            passed = passed and result.passed
    return 0 if passed else 1


sys.exit(main(sys.argv[1:]))

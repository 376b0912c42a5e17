"""archspec: neural networks written as YAML layer graphs, turned into PyTorch modules.

The names are loaded on first use, so that `import archspec` is instant and imports neither torch nor pydantic.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # as typing has it, which takes longer to import than all else here
if TYPE_CHECKING:
    from typing import Any

    from archspec.api import Source, analyze, build, to_python
    from archspec.diagnostics import SpecError
    from archspec.graph import Graph, TensorType
    from archspec.layers import Layer, LayerError, register
    from archspec.runtime.weights import WeightsError

__version__ = "0.1.0"
__all__ = [
    "Graph",
    "Layer",
    "LayerError",
    "Source",
    "SpecError",
    "TensorType",
    "WeightsError",
    "__version__",
    "analyze",
    "build",
    "register",
    "to_python",
]

_HOMES = {
    "analyze": "archspec.api",
    "build": "archspec.api",
    "to_python": "archspec.api",
    "Source": "archspec.api",
    "SpecError": "archspec.diagnostics",
    "Graph": "archspec.graph",
    "TensorType": "archspec.graph",
    "Layer": "archspec.layers",
    "LayerError": "archspec.layers",
    "register": "archspec.layers",
    "WeightsError": "archspec.runtime.weights",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'archspec' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)

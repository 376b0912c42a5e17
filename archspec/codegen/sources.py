"""The classes of a file while they are translated."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any

from archspec.codegen.program import Statement

DIMENSIONS = {
    1: ("features",),
    2: ("channels", "features"),
    3: ("channels", "height", "width"),
    4: ("channels", "depth", "height", "width"),
}


def dimension(rank: int, index: int) -> str:
    """What a dimension of a tensor is called."""
    names = DIMENSIONS.get(rank)
    return names[index] if names is not None else "channels" if index == 0 else f"size{index}"


@dataclass(slots=True, eq=False)
class Parameter:
    """One of a constructor's. `values`: what it is given, for its type."""

    key: str
    name: str
    type: str | None = None
    default: ast.expr | None = None
    values: list[Any] = field(default_factory=list)
    given: bool = True
    """Whether calls name it; a variable of the document is handed on."""


@dataclass(slots=True, eq=False)
class ClassSource:
    """A class: one for a block, and one for each named structure that needs a `forward` of its own."""

    key: str
    wanted: str
    """What it would like to be called."""
    statements: list[Statement] = field(default_factory=list)
    base: str = "nn.Module"
    parameters: list[Parameter] = field(default_factory=list)
    dims: list[str] = field(default_factory=list)
    """The keys of the input's sizes."""
    rank: int = 0
    inputs: list[str] = field(default_factory=list)
    """The keys of what forward takes."""
    modules: list[tuple[str, Any]] = field(default_factory=list)
    """Modules of a class around that forward takes, since it calls them again, with their keys."""
    output: Any = None
    """The flow that it returns."""
    outputs: Any = None
    aux: list[tuple[str, str]] = field(default_factory=list)
    """Names and keys of results of aux branches."""
    aux_list: str | None = None
    """The key of the list of such results, where their number depends on arguments."""
    lets: dict[str, ast.expr] = field(default_factory=dict)
    """The keys that are another expression, for who reads them from outside."""
    children: set[str] = field(default_factory=set)
    computed: dict[str, ast.expr] = field(default_factory=dict)
    """The defaults of parameters that follow from others."""
    is_network: bool = False
    needs: list[int] = field(default_factory=list)
    """The dimensions of the input that the constructor takes."""
    extra: list[str] = field(default_factory=list)
    """The keys of a class around, and of the document, that the constructor takes."""
    finished: bool = False
    name: str = ""

"""What a name in an expression means: variables, the tensor at this node, kinds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from archspec import layers
from archspec.diagnostics.suggest import certain
from archspec.document import Document
from archspec.document.nodes import STRUCTURES
from archspec.elaborate.values import Flow, KindValue, Unknown
from archspec.source import Node

TENSOR_NAMES = ("in_channels", "in_features", "in_shape")


class NoTensor(Exception):
    """`in_channels` and the like where no tensor is."""


class Scope:
    """Variables, and those of the scopes around them. The outermost belongs to a document."""

    __slots__ = ("depth", "document", "origins", "outer", "variables")

    def __init__(self, document: Document, variables: dict[str, Any], outer: Scope | None = None) -> None:
        self.document = document
        self.variables = variables
        self.outer = outer
        self.depth: int = outer.depth + 1 if outer is not None else 0
        self.origins: dict[str, tuple[Node, View]] = {}
        """Where the values of some variables were written, to tell one mistake from two."""

    @property
    def size(self) -> int:
        """How many variables an expression sees here."""
        return len(self.variables) + (self.outer.size if self.outer is not None else 0)

    def inner(self, variables: dict[str, Any]) -> Scope:
        return Scope(self.document, variables, self)

    def find(self, name: str) -> Any:
        """The variable of this name. KeyError where there is none; Unknown where its value was a mistake."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.variables:
                value = scope.variables[name]
                if value is Unknown:
                    raise Unknown
                return value
            scope = scope.outer
        raise KeyError(name)

    def has(self, name: str) -> bool:
        return self.owner(name) is not None

    def owner(self, name: str) -> Scope | None:
        """The scope that has the variable of this name; None where there is none."""
        scope: Scope | None = self
        while scope is not None and name not in scope.variables:
            scope = scope.outer
        return scope

    def names(self) -> list[str]:
        found: dict[str, None] = {}
        scope: Scope | None = self
        while scope is not None:
            found.update(dict.fromkeys(scope.variables))
            scope = scope.outer
        return list(found)


class View:
    """A scope as an expression sees it at a node: with the tensor that arrives there."""

    __slots__ = ("flow", "scope")

    def __init__(self, scope: Scope, flow: Flow | None) -> None:
        self.scope = scope
        self.flow = flow

    def lookup(self, name: str) -> Any:
        if name in TENSOR_NAMES:  # no variable can be called so
            return self._tensor(name)
        try:
            return self.scope.find(name)
        except KeyError:
            pass
        if name in self.scope.document.blocks or name in layers.KINDS or name in STRUCTURES:
            return KindValue(name, self.scope.document)
        if not self.scope.document.whole and certain(name, self.names()) is None:
            raise Unknown  # it may be declared in what could not be read
        raise KeyError(name)

    def names(self) -> Iterable[str]:
        return [*self.scope.names(), *TENSOR_NAMES, *self.scope.document.blocks, *layers.KINDS]

    def _tensor(self, name: str) -> Any:
        if self.flow is None or self.flow.absent:
            raise NoTensor(name)
        shape = self.flow.require().type.shape
        if name == "in_shape":
            return list(shape)
        if not shape:
            raise NoTensor(name)
        return shape[0] if name == "in_channels" else shape[-1]

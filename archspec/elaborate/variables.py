"""Params and `let`: evaluated in order when a block is entered, and once for a document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from archspec.document import Block, Document, Param
from archspec.document.names import is_variable_name
from archspec.elaborate.evaluate import Evaluator
from archspec.elaborate.reporter import Reporter
from archspec.elaborate.scope import Scope, View
from archspec.elaborate.values import Argument, Flow, Unknown
from archspec.source import Node, Scalar


class Variables:
    """The scopes of the network's documents and blocks. `document` is the network's own."""

    def __init__(self, document: Document, report: Reporter, evaluate: Evaluator) -> None:
        self.document = document
        self.report = report
        self.evaluate = evaluate
        self._scopes: dict[int, Scope] = {}

    def of_document(
        self, document: Document, entered: Flow | None = None, overrides: Mapping[str, Node] | None = None
    ) -> Scope:
        """The params and `let` of a document. The network's own is asked for first, with its input."""
        scope = self._scopes.get(id(document))
        if scope is None:
            scope = self._scopes[id(document)] = Scope(document, {})
            self._fill(scope, View(scope, entered), document.params, document.let, {}, overrides or {})
        return scope

    def of_block(self, block: Block, given: Mapping[str, Argument], entered: Flow) -> Scope:
        """A block's params and `let`, each seeing those before it and the tensor that enters."""
        scope = self.of_document(block.home).inner({})
        for name, argument in given.items():
            if argument.raw is not None and argument.view is not None:
                scope.origins[name] = (argument.raw, argument.view)
        self._fill(scope, View(scope, entered), block.params, block.let, given, {})
        return scope

    def _fill(
        self,
        scope: Scope,
        view: View,
        params: Mapping[str, Param],
        let: Mapping[str, tuple[Scalar, Node]],
        given: Mapping[str, Argument],
        overrides: Mapping[str, Node],
    ) -> None:
        for name, param in params.items():
            if not is_variable_name(name):
                continue  # no expression can say it
            raw = overrides.get(name, param.default)
            if name in given:
                scope.variables[name] = given[name].value
            elif raw is not None:
                scope.variables[name] = _or_unknown(self.evaluate.param, param, raw, view)
            else:
                where = "here" if param.token.source is self.document.source else f"in {self.document.source.name}"
                self.report.error(
                    "param-missing",
                    f"the param {name} has no value",
                    param.token.span,
                    help=f"give it one {where}, or with --set {name}=...",
                )
                scope.variables[name] = Unknown
        for name, (_, raw) in let.items():
            if not is_variable_name(name):
                continue
            scope.origins[name] = (raw, view)
            scope.variables[name] = _or_unknown(self.evaluate.value, raw, view)


def _or_unknown(evaluate: Callable[..., Any], *arguments: Any) -> Any:
    """A value; Unknown, the class, stands for one that was a mistake, and is raised where the variable is read."""
    try:
        return evaluate(*arguments)
    except Unknown:
        return Unknown

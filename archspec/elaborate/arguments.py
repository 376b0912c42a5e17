"""The arguments of a call: its own, over those bound to a kind that is a value, over the document's defaults."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from archspec.budget import VARIABLE
from archspec.diagnostics import Edit, Fix
from archspec.diagnostics.suggest import certain, did_you_mean
from archspec.document import Block
from archspec.document.nodes import Call
from archspec.document.schema import named
from archspec.elaborate.evaluate import Evaluator
from archspec.elaborate.reporter import Reporter
from archspec.elaborate.scope import View
from archspec.elaborate.values import Argument, Unknown
from archspec.elaborate.variables import Variables
from archspec.layers.base import Layer
from archspec.source import Mapping as MappingNode
from archspec.source import Node, Scalar, Sequence
from archspec.source.flow import written


class Arguments:
    """Evaluates what calls are given, each value where it is written."""

    def __init__(self, report: Reporter, evaluate: Evaluator, variables: Variables) -> None:
        self.report = report
        self.evaluate = evaluate
        self.variables = variables

    def of_layer(
        self, item: Call, kind: type[Layer], bound: Mapping[str, Argument], view: View
    ) -> tuple[dict[str, Argument], bool]:
        """A layer's arguments, and whether that is all of them: those that are wrong are reported and left out."""
        fields = kind.fields()

        def evaluate(name: str, raw: Node, key: Scalar | None, where: View) -> Argument:
            return Argument(self.evaluate.value(raw, where, fields[name].words), raw, key, where)

        found, complete = self._collect(item, kind.__name__, fields, kind.direct, bound, view, evaluate)
        if complete:
            self._require(item, kind.__name__, [name for name, field in fields.items() if field.required], found)
        return found, complete

    def of_block(self, item: Call, block: Block, bound: Mapping[str, Argument], view: View) -> dict[str, Argument]:
        """What a call gives for a block's params."""

        def evaluate(name: str, raw: Node, key: Scalar | None, where: View) -> Argument:
            help = None
            if raw is item.arguments and isinstance(raw, Sequence):
                from archspec.foreign.nodes import in_order

                given = in_order(raw.items, {p.name: p.default is None for p in block.params.values()})
                help = f"name the arguments: {written(block.name, given)}" if given else None
            try:
                return Argument(self.evaluate.param(block.params[name], raw, where, help), raw, key, where)
            except Unknown:
                return Argument(Unknown, raw, key)  # what does not depend on it is checked all the same

        direct = next(iter(block.params), None)
        found, complete = self._collect(item, block.name, block.params, direct, bound, view, evaluate)
        if not complete:
            raise Unknown
        self._require(item, block.name, [p.name for p in block.params.values() if p.default is None], found)
        return found

    def _collect(
        self,
        item: Call,
        kind: str,
        names: Collection[str],
        direct: str | None,
        bound: Mapping[str, Argument],
        view: View,
        evaluate: Callable[[str, Node, Scalar | None, View], Argument],
    ) -> tuple[dict[str, Argument], bool]:
        found: dict[str, Argument] = {}
        failed = False
        document = self.variables.document
        given: list[tuple[str | None, Scalar | None, Node, View]] = []
        if kind in document.defaults:
            outside = View(self.variables.of_document(document), view.flow)
            given += [(name, key, raw, outside) for name, (key, raw) in document.defaults[kind].items()]
        own = item.arguments
        if isinstance(own, MappingNode):
            given += [(key.text, key, raw, view) for key, raw in own.entries]
        elif own is not None:
            given.append((direct, None, own, view))
        self.report.charge(VARIABLE * (len(given) + len(bound)), item)
        own_names = {name for name, _, _, where in given if where is view}
        for given_name, argument in bound.items():
            name = given_name or direct
            if name is None or name not in names:
                self._unknown(kind, name, argument.key, argument.raw or item.raw, names)
                failed = True
            elif name not in own_names:
                found[name] = argument
        for name, key, raw, where in given:
            if name is None or name not in names:
                self._unknown(kind, name, key, raw, names)
                failed = True
            elif where is view or (name not in own_names and name not in found):
                try:
                    found[name] = evaluate(name, raw, key, where)
                except Unknown:
                    failed = True
        return found, not failed

    def _require(self, item: Call, kind: str, required: Iterable[str], found: Mapping[str, object]) -> None:
        missing = [name for name in required if name not in found]
        if missing and not (self.variables.document.whole and self.variables.document.defaults_known):
            raise Unknown  # they may be given in `defaults` that could not be read
        if missing:
            self.report.error(
                "argument-missing",
                f"{kind} needs {' and '.join(missing)}",
                item.token,
                help=f"add {', '.join(f'{name}: ...' for name in missing)}",
            )
            raise Unknown

    def _unknown(self, kind: str, name: str | None, key: Scalar | None, raw: Node, known: Collection[str]) -> None:
        if name is None:
            help = f"name the argument: {kind}: {{{next(iter(known))}: ...}}" if known else f"write {kind} alone"
            self.report.error("argument-direct", f"{kind} takes no value of its own", raw.span, help=help)
            return
        near = certain(name, known)
        self.report.error(
            "unknown-argument",
            f"{kind} has no argument {named(name)}",
            key.span if key is not None else raw.span,
            help=did_you_mean(name, known)
            or (f"{kind} takes {', '.join(known)}" if known else f"{kind} takes no arguments"),
            fix=Fix(f"write {near}", (Edit(key.span, near),))
            if near is not None and key is not None and key.plain
            else None,
        )

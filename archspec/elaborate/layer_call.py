"""The call of a layer: its arguments validated, its output inferred, what is wrong said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from archspec import layers
from archspec.budget import ELEMENT, LAYER, MISTAKE, WINDOW
from archspec.document.inputs import channels_first
from archspec.document.nodes import Call
from archspec.elaborate.arguments import Arguments
from archspec.elaborate.evaluate import Evaluator
from archspec.elaborate.frame import Frame
from archspec.elaborate.infer import Inference, fields_after
from archspec.elaborate.reporter import Reporter, Wrong, removal
from archspec.elaborate.scope import Scope, View
from archspec.elaborate.values import Argument, Flow, Unknown
from archspec.graph import CallStep, Leaf, Value
from archspec.layers.base import Layer, LayerError
from archspec.source import Scalar, Sequence
from archspec.source.flow import written

MAX_LIST = 1_000
"""Values in an argument of a layer."""


class LayerCalls:
    """Calls layers."""

    def __init__(self, report: Reporter, evaluate: Evaluator, arguments: Arguments, inference: Inference) -> None:
        self.report = report
        self.evaluate = evaluate
        self.arguments = arguments
        self.inference = inference
        self._classes: dict[str, type[Layer] | None] = {}

    def call(
        self,
        item: Call,
        kind: str,
        name: str,
        flows: list[Flow],
        bound: Mapping[str, Argument],
        scope: Scope,
        frame: Frame,
        *,
        training_only: bool,
    ) -> Flow:
        """Add the layer to `frame` as `name`, and its call on `flows`. `bound` are arguments of the kind."""
        cls = self._classes.get(kind) or self._classes.setdefault(kind, layers.lookup(kind))
        assert cls is not None
        values = [flow.value for flow in flows]
        arguments, complete = self.arguments.of_layer(item, cls, bound, View(scope, flows[0]))
        layer = self._validated(item, cls, arguments, complete=complete)
        present = [flow.require() for flow in flows]
        low, high = cls.arity
        if not low <= len(values) <= high:
            wanted = str(low) if low == high else f"{low} to {high}"
            self.report.error(
                "from-count",
                f"{kind} takes {wanted} tensor{'s' if wanted != '1' else ''}, and gets {len(values)}",
                item.source.span if item.source is not None else item.token,
                help="name them: from: [a, b]" if low > 1 else "name one node",
            )
            raise Unknown
        types = tuple(value.type for value in present)
        self.report.charge(LAYER + ELEMENT * sum(len(type.shape) for type in types), item)
        try:
            inferred = self.inference.infer(layer, types)
        except LayerError as error:
            self._error(item, error, arguments, flows)
            raise Unknown from None
        self.report.charge(WINDOW * len(inferred.windows or ()), item)
        self._check_sizes(item, arguments, inferred.sizes, inferred.wrong_sizes, flows)
        leaf = Leaf(kind, layer, types, item.token, inferred.parameters, inferred.buffers)
        frame.children[name] = leaf
        frame.names[name].module = leaf
        output = Value(inferred.output, name, fields_after(inferred, present))
        frame.steps.append(
            CallStep(
                leaf,
                name,
                0,
                tuple(present),
                output,
                training_only=training_only,
                span=item.token,
                macs=inferred.macs,
            )
        )
        if any(error.correct is None for error in inferred.wrong_sizes):
            raise Unknown  # not the size is wrong, but what comes before
        maker = flows[0].maker if inferred.passes_on else None
        return Flow(output, maker or self.report.made(item.token, kind, types[0], inferred.output))

    def _validated(self, item: Call, cls: type[Layer], arguments: Mapping[str, Argument], *, complete: bool) -> Layer:
        """The layer, if its arguments are `complete` and right; each wrong one is reported."""
        for argument in arguments.values():
            if isinstance(argument.value, list):
                self.evaluate.check_size(argument.value, MAX_LIST, argument.raw or item.raw)
        try:
            layer = self.inference.layer(cls, {name: argument.value for name, argument in arguments.items()})
        except ExceptionGroup as group:
            for error in group.exceptions:
                assert isinstance(error, LayerError)
                if error.argument is not None:
                    self._error(item, error, arguments, [])
            raise Unknown from None
        if not complete:
            raise Unknown
        return layer

    def _error(self, item: Call, error: LayerError, arguments: Mapping[str, Argument], flows: list[Flow]) -> None:
        argument = arguments.get(error.argument) if error.argument is not None else None
        raw = argument.raw if argument is not None else None
        view = argument.view if argument is not None else None
        if raw is not None and view is not None and not self.evaluate.blame(raw, view):
            return
        span = raw.span if raw is not None else item.token
        help = error.help
        if argument is not None and isinstance(raw, Scalar) and view is None and _is_loose(argument.value, raw, error):
            message = f"unknown name `{raw.text}`"
            self.report.error("expression-name", message, span, help="declare it under `params` or `let`")
            return
        if error.rule == "output-size" and (first := self._channels_first()) is not None:
            help = f"the channels come first: write `input: {first}`"
        elif help is None and isinstance(raw, Sequence) and raw is item.arguments:
            cls = layers.lookup(item.kind)
            names = {name: field.required for name, field in cls.fields().items()} if cls is not None else {}
            from archspec.foreign.nodes import in_order

            given = in_order(raw.items, names)
            help = f"name the arguments: {written(item.kind, given)}" if given else None
        elif help is None and argument is not None and error.message.endswith(("true or false, not 0", "false, not 1")):
            help = f"write {'true' if argument.value else 'false'}"
        elif help is None and error.rule == "output-size":
            help = "a larger input, padding, or fewer strides before it leave more"
        elif help is None and isinstance(raw, Scalar) and "/" in raw.text.replace("//", ""):
            help = "`//` divides and rounds down"
        self.report.error(error.rule, error.message, span, help=help, notes=self.report.labels(*flows, at=item.token))

    def _check_sizes(
        self,
        item: Call,
        arguments: Mapping[str, Argument],
        sizes: Mapping[str, Any],
        wrong: tuple[LayerError, ...],
        flows: list[Flow],
    ) -> None:
        """Declared sizes against the inferred ones, noted for every visit so that a fix breaks no other."""
        errors = {error.argument: error for error in wrong}
        for name, size in sizes.items():
            argument = arguments.get(name)
            if argument is None or argument.raw is None:
                continue
            right: str | None = f"[{', '.join(map(str, size))}]" if isinstance(size, tuple) else str(size)
            error = errors.get(name)
            said = without = None
            if error is not None:
                help = error.help
                right = right if error.correct is not None else None
                first = self._channels_first()
                if first is not None and first.startswith(f"{argument.value}x"):
                    right, help = None, f"the channels come first: write `input: {first}`"
                said = Wrong(error.rule, error.message, help, self.report.labels(*flows, at=item.token))
                self.report.charge(MISTAKE, item)
                without = removal(item.arguments, argument.key)
            self.report.size(argument.raw, right, said, without)

    def _channels_first(self) -> str | None:
        """The input of the network as it was meant, where its channels stand last."""
        inputs = self.arguments.variables.document.inputs or {}
        return next((first for given in inputs.values() if (first := channels_first(given.type.shape))), None)


def _is_loose(value: Any, raw: Scalar, error: LayerError) -> bool:
    """Whether an argument of a kind as a value is a word that was no name where it stands, and no word of the kind."""
    return error.rule == "argument-type" and raw.plain and value == raw.text and raw.text.isidentifier()

"""The call of a layer: its arguments validated, its output inferred, what is wrong said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from archspec import layers
from archspec.budget import ELEMENT, LAYER, MISTAKE, PROPOSALS, WINDOW
from archspec.document.inputs import channels_first
from archspec.document.nodes import Call
from archspec.elaborate.arguments import Arguments
from archspec.elaborate.evaluate import Evaluator
from archspec.elaborate.frame import Frame
from archspec.elaborate.infer import Inference, Inferred, fields_after
from archspec.elaborate.reporter import Reporter, Wrong, removal
from archspec.elaborate.scope import Scope, View
from archspec.elaborate.sources import ONE_NODE
from archspec.elaborate.ties import Ties
from archspec.elaborate.values import Argument, Flow, Unknown
from archspec.graph import CallStep, Leaf, Value
from archspec.layers.base import Layer, LayerError
from archspec.source import Scalar, Sequence
from archspec.source.flow import written

if TYPE_CHECKING:
    from archspec.elaborate.advice import Astray

MAX_LIST = 1_000
"""Values in an argument of a layer."""


_NEARLY_FALSE_OR_TRUE = ("true or false, not 0", "true or false, not 1", "true or false, not null")


class LayerCalls:
    """Calls layers."""

    def __init__(self, report: Reporter, evaluate: Evaluator, arguments: Arguments, inference: Inference) -> None:
        self.report = report
        self.evaluate = evaluate
        self.arguments = arguments
        self.inference = inference
        self.ties = Ties(report, evaluate)
        self._classes: dict[str, type[Layer] | None] = {}
        self._astray: dict[tuple[object, ...], Astray | None] = {}

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
                help="name them: from: [a, b]" if low > 1 else ONE_NODE,
            )
            raise Unknown
        types = tuple(value.type for value in present)
        self.report.charge(LAYER + ELEMENT * sum(len(type.shape) for type in types), item)
        try:
            inferred = self.inference.infer(layer, types)
        except LayerError as error:
            self._refused(item, error, arguments, layer, flows)
            raise Unknown from None
        self.report.charge(WINDOW * len(inferred.windows or ()), item)
        astray = self._check_sizes(item, arguments, layer, inferred, flows)
        leaf = Leaf(kind, layer, types, item.token, inferred.parameters, inferred.buffers)
        if item.tie is not None:
            leaf = self.ties.tied(item, leaf, name, View(scope, flows[0]), frame)
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
        if astray:
            raise Unknown  # not the size is wrong, but what comes before
        maker = flows[0].maker if inferred.passes_on else None
        return Flow(output, maker or self.report.made(item.token, kind, types[0], inferred.output, layer))

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

    def _refused(
        self, item: Call, error: LayerError, arguments: Mapping[str, Argument], layer: Layer, flows: list[Flow]
    ) -> None:
        """Say why a layer cannot take its tensors, or what of its declared sizes tells that others are meant."""
        from archspec.elaborate import advice

        types = tuple(flow.require().type for flow in flows)
        if error.rule == "input-rank":
            help = None
            if not self.report.has(error.rule, item.token):
                self.report.charge(PROPOSALS, item)
                help = advice.for_rank(layer, types, flows[0].maker)
            self._error(item, error, arguments, flows, help)
            return
        for wrong in advice.wrong_sizes(layer, types):
            argument = arguments.get(wrong.argument or "")
            if argument is not None and argument.raw is not None:
                said = self._wrong_size(item, layer, wrong, argument.value, flows)
                if said.unfixed is not None:
                    self.report.size(argument.raw, None, said)
                    return
        self._error(item, error, arguments, flows)

    def _error(
        self,
        item: Call,
        error: LayerError,
        arguments: Mapping[str, Argument],
        flows: list[Flow],
        help: str | None = None,
    ) -> None:
        argument = arguments.get(error.argument) if error.argument is not None else None
        raw = argument.raw if argument is not None else None
        view = argument.view if argument is not None else None
        if raw is not None and view is not None and not self.evaluate.blame(raw, view):
            return
        span = raw.span if raw is not None else item.token
        help = help or error.help
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
        elif help is None and argument is not None and error.message.endswith(_NEARLY_FALSE_OR_TRUE):
            help = f"write {'true' if argument.value else 'false'}"
        elif help is None and error.rule == "output-size":
            help = "a larger input, padding, or fewer strides before it leave more"
        elif help is None and isinstance(raw, Scalar) and "/" in raw.text.replace("//", ""):
            help = "`//` divides and rounds down"
        self.report.error(error.rule, error.message, span, help=help, notes=self.report.labels(*flows, at=item.token))

    def _check_sizes(
        self, item: Call, arguments: Mapping[str, Argument], layer: Layer, inferred: Inferred, flows: list[Flow]
    ) -> bool:
        """Declared sizes against the inferred ones, noted for every visit so that a fix breaks no other.

        Returns whether the tensor is not the one that was meant, and not a number is wrong.
        """
        errors = {error.argument: error for error in inferred.wrong_sizes}
        astray = False
        for name, size in inferred.sizes.items():
            argument = arguments.get(name)
            if argument is None or argument.raw is None:
                continue
            right: str | None = f"[{', '.join(map(str, size))}]" if isinstance(size, tuple) else str(size)
            said = without = None
            if name in errors:
                said = self._wrong_size(item, layer, errors[name], argument.value, flows)
                right = right if said.unfixed is None else None
                without = removal(item.arguments, argument.key)
            self.report.size(argument.raw, right, said, without)
            if said is not None and said.unfixed is not None:
                astray = True
                break  # what else does not fit has the same cause
        return astray

    def _wrong_size(self, item: Call, layer: Layer, error: LayerError, declared: Any, flows: list[Flow]) -> Wrong:
        """What is said of a size that is declared wrong, in whatever way."""
        self.report.charge(MISTAKE, item)
        notes = self.report.labels(*flows, at=item.token)
        first = self._channels_first()
        if first is not None and first.startswith(f"{declared}x"):
            help = f"the channels come first: write `input: {first}`"
            return Wrong(error.rule, error.message, help, notes, "the channels come first in the input")
        astray = self._find_astray(item, layer, error, declared, flows)
        if astray is not None:
            return Wrong(error.rule, astray.message, astray.help, notes, astray.unfixed)
        unfixed = "no number mends it" if error.correct is None else None
        return Wrong(error.rule, error.message, error.help, notes, unfixed)

    def _find_astray(
        self, item: Call, layer: Layer, error: LayerError, declared: Any, flows: list[Flow]
    ) -> Astray | None:
        """Whether other tensors are meant, looked for once for each layer and its inputs."""
        from archspec.elaborate import advice

        maker = flows[0].maker
        types = tuple(flow.require().type for flow in flows)
        key = (id(layer), error.argument, types, maker and maker.kind, maker and maker.input)
        if key not in self._astray:
            self.report.charge(PROPOSALS, item)
            self._astray[key] = advice.for_size(layer, error, declared, types, maker)
        return self._astray[key]

    def _channels_first(self) -> str | None:
        """The input of the network as it was meant, where its channels stand last."""
        inputs = self.arguments.variables.document.inputs or {}
        return next((first for given in inputs.values() if (first := channels_first(given.type.shape))), None)


def _is_loose(value: Any, raw: Scalar, error: LayerError) -> bool:
    """Whether an argument of a kind as a value is a word that was no name where it stands, and no word of the kind."""
    return error.rule == "argument-type" and raw.plain and value == raw.text and raw.text.isidentifier()

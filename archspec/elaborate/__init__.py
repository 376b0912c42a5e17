"""Elaboration: a document and its input become a typed graph; expansion and inference in one walk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace

from archspec.budget import TooLarge
from archspec.diagnostics import Collector, Diagnostic, Span
from archspec.document import Document
from archspec.document.nodes import is_chain
from archspec.elaborate.allowed import Allowed
from archspec.elaborate.expect import check_expectations, check_forms
from archspec.elaborate.frame import Frame
from archspec.elaborate.given import Overrides
from archspec.elaborate.references import report_unknown
from archspec.elaborate.reporter import Reporter
from archspec.elaborate.trace import Written
from archspec.elaborate.unused import report_unused
from archspec.elaborate.values import NOWHERE, Flow, Maker
from archspec.elaborate.walk import Walk
from archspec.elaborate.warnings import warn, warn_before_loss
from archspec.graph import Graph, TensorType, Value
from archspec.layers.base import INTEGERS
from archspec.receptive_field import entering

NO_OVERRIDES = Overrides()
SIZE_RULES = frozenset({"linear-in-features", "conv-in-channels", "norm-num-features", "inferred-size"})
"""Rules on sizes that may be left out."""
_HARMLESS = SIZE_RULES | {"expect-form"}
"""Rules that leave the network as it would be without the mistake. Any other makes `expect` pointless."""


def expand(
    document: Document,
    collector: Collector,
    overrides: Overrides = NO_OVERRIDES,
    walk: Callable[[Document, Collector], Walk] = Walk,
) -> Graph | None:
    """The graph of a document, as far as it is known; nothing is said but its mistakes. `walk` makes another walk."""
    graph = None
    with suppress(TooLarge):
        graph = _Elaboration(document, collector, overrides, walk).run() if document.model is not None else None
    return graph


def elaborate(document: Document, collector: Collector, overrides: Overrides = NO_OVERRIDES) -> Graph | None:
    """The graph of a document; None where something is wrong, and reported."""
    allowed = Allowed(document)
    collector.accepts = allowed.accepts
    graph = expand(document, collector, overrides)
    with suppress(TooLarge):
        _complain(document, graph, collector, given=bool(overrides))
        allowed.check(collector)
    if collector.failed or graph is None:
        return None
    return replace(graph, warnings=collector.diagnostics)


def _complain(document: Document, graph: Graph | None, collector: Collector, *, given: bool) -> None:
    """What there is to say of a network as a whole: its warnings, and what it was expected to be."""
    if graph is not None:
        warn(graph, Reporter(collector))
    report_unused(document, collector)
    if document.expect_raw is not None:
        check_forms(document.expect_raw, collector)
        wrong = {d.rule for d in collector.diagnostics if d.severity == "error"}
        if graph is not None and not given and wrong <= _HARMLESS:
            check_expectations(graph, document.expect_raw, collector)


def before_loss(graph: Graph, document: Document) -> tuple[Diagnostic, ...]:
    """The warnings of a network that is trained with cross entropy, beside those that it has anyway."""
    collector = Collector()
    collector.accepts = Allowed(document).accepts
    warn_before_loss(graph, Reporter(collector))
    return collector.diagnostics


class _Elaboration:
    def __init__(
        self,
        document: Document,
        collector: Collector,
        overrides: Overrides,
        walk: Callable[[Document, Collector], Walk],
    ) -> None:
        self.document = document
        self.collector = collector
        self.overrides = overrides
        self.walk = walk(document, collector)

    def run(self) -> Graph | None:
        walk, document = self.walk, self.document
        assert document.model is not None
        inputs = {name: given.type for name, given in (document.inputs or {}).items()} | dict(self.overrides.inputs)
        frame = Frame("network", document.name, "", chain=self._is_chain())
        frame.items = document.model
        if not document.whole:
            frame.lose_any()
        arriving = self._enter(frame, inputs)
        outputs = None
        try:
            entered = arriving if not arriving.absent else None
            scope = walk.variables.of_document(document, entered, self.overrides.params)
            walk.loops.check_weight(document.model)
            output = walk.sequence(document.model, arriving, scope, frame)
            outputs = self._outputs(frame) if document.outputs is not None else None
        except TooLarge:
            output = NOWHERE
        walk.report.finish()
        if walk.lost or output.value is None or (outputs is None and document.outputs is not None):
            return None
        self._check_aux(frame)
        root = frame.finish(output.value)
        types: TensorType | tuple[TensorType, ...] | dict[str, TensorType] = output.value.type
        if isinstance(outputs, dict):
            types = {name: value.type for name, value in outputs.items()}
        elif outputs is not None:
            types = tuple(value.type for value in outputs)
        return Graph(
            document.name,
            root,
            inputs,
            types,
            outputs,
            document.origin,
            document.description,
            document.source.name,
            written=Written(document, scope, tuple(walk.records), walk.frames, frozenset(self.overrides.params)),
        )

    def _is_chain(self) -> bool:
        return is_chain(self.document.model or []) and self.document.outputs is None

    def _enter(self, frame: Frame, inputs: Mapping[str, TensorType]) -> Flow:
        """The tensors that enter: one that arrives, or several to be picked by `from`."""
        wrong = [name for name in self.document.wrong_inputs if name not in inputs]
        if not inputs and not wrong:
            wrong = ["input"]
        for name in wrong:
            if name != "input":
                self._name_input(frame, name, self.document.raw.span, NOWHERE)
        if len(inputs) + len(wrong) == 1 and wrong:
            frame.entry = NOWHERE
            return NOWHERE
        flows = []
        for name, type in inputs.items():
            tokens = len(type.shape) == 1 and type.dtype in INTEGERS
            fields = entering(type.shape, tokens=tokens)
            value = Value(type, "x" if len(inputs) == 1 else name, fields)
            given = (self.document.inputs or {}).get(name)
            span = given.raw.span if given is not None else self.document.raw.span
            flow = Flow(value, Maker(span, "input", None, type))
            frame.inputs.append(value)
            flows.append((name, span, flow))
        if len(flows) == 1 and not wrong:
            frame.entry = flows[0][2]
            if flows[0][0] != "input":
                self._name_input(frame, *flows[0])
            return flows[0][2]
        for name, span, flow in flows:
            self._name_input(frame, name, span, flow)
        return Flow(None, absent=True)

    def _name_input(self, frame: Frame, name: str, span: Span, flow: Flow) -> None:
        frame.declare(name, span)
        frame.names[name].flow = flow

    def _outputs(self, frame: Frame) -> tuple[Value, ...] | dict[str, Value] | None:
        """The named tensors that the network returns."""
        wanted = self.document.outputs
        assert wanted is not None
        pairs = list(wanted.items()) if isinstance(wanted, dict) else [(token.text, token) for token in wanted]
        found: dict[str, Value] = {}
        values: list[Value] = []
        for name, token in pairs:
            flow = frame.resolve(token.text)
            if flow is None:
                report_unknown(token.text, token, frame, self.walk.report, "outputs")
            elif flow.value is not None:
                found[name] = flow.value
                values.append(flow.value)
        if len(values) < len(pairs):
            return None
        return found if isinstance(wanted, dict) else tuple(values)

    def _check_aux(self, frame: Frame) -> None:
        """The fields of the named tuple that a network with aux branches returns in training mode."""
        seen = {"output"}
        for name, _ in frame.aux:
            if name in seen:
                self.collector.report(
                    "duplicate-name",
                    f"two results are called {name}",
                    self.document.raw.span,
                    help="give each aux node a name",
                )
            seen.add(name)


__all__ = ["NO_OVERRIDES", "SIZE_RULES", "Overrides", "before_loss", "elaborate", "expand"]

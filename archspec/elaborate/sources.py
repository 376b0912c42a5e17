"""The tensors that a node takes: what its `from` names, or what arrives."""

from __future__ import annotations

from typing import NoReturn

from archspec.diagnostics import Label, Span
from archspec.document import Block, Document
from archspec.document.mistakes import listed
from archspec.document.nodes import Call, Item, Reuse, Structure
from archspec.document.schema import named
from archspec.elaborate import references
from archspec.elaborate.evaluate import Evaluator
from archspec.elaborate.frame import Frame
from archspec.elaborate.reporter import Reporter
from archspec.elaborate.scope import Scope, View
from archspec.elaborate.values import Flow, KindValue, Unknown
from archspec.graph import Leaf, Module
from archspec.source import Mapping, Sequence

ONE_NODE = "name one node; concat, add and multiply join several: {concat: [{from: a}, {from: b}]}"


class Sources:
    """Finds them, in the order of the node's inputs, and says where there are too many or too few."""

    def __init__(self, document: Document, report: Reporter, evaluate: Evaluator) -> None:
        self.document = document
        self.report = report
        self.evaluate = evaluate

    def of(self, item: Item, arriving: Flow, scope: Scope, frame: Frame) -> list[Flow]:
        """The tensors that a node takes: those of its `from`, else the one that arrives."""
        raw = item.source
        if raw is None:
            if arriving.absent and not isinstance(item, Structure):
                self.no_arriving(item)
            return [arriving]
        view = View(scope, arriving)
        if isinstance(raw, Mapping):
            return self._named(item, raw, arriving, view, frame)
        names = raw.items if isinstance(raw, Sequence) else [raw]
        return [references.resolve(self.evaluate.text(name, view), name, item, frame, self.report) for name in names]

    def _named(self, item: Item, raw: Mapping, arriving: Flow, view: View, frame: Frame) -> list[Flow]:
        """The tensors of `from: {x: a, skip: b}`, in the order of the inputs of the block that is called.

        A mapping that leaves out the first gives it the tensor that arrives.
        """
        block = self._block_of(item, view.scope)
        given = {key.text: (key, name) for key, name in raw.entries}
        for name, (key, _) in given.items():
            if name not in (block.inputs if block is not None else {}):
                takes = f"`inputs` of {block.name}: {listed(list(block.inputs))}" if block and block.inputs else None
                what = item.kind if isinstance(item, Call | Structure) else "this node"
                self.report.error(
                    "from-count",
                    f"{what} has no input {named(name)}",
                    key.span,
                    help=(takes and f"it takes the {takes}") or "name the node alone: `from: conv1`",
                )
                raise Unknown
        assert block is not None
        names = list(block.inputs)
        flows = []
        for name in names:
            if name in given:
                value = given[name][1]
                flows.append(references.resolve(self.evaluate.text(value, view), value, item, frame, self.report))
            elif name == names[0] and not arriving.absent:
                flows.append(arriving)
            else:
                self._wrong_count(item, block, raw.span, f"and {name} is missing")
        return flows

    def _block_of(self, item: Item, scope: Scope) -> Block | None:
        """The block that a node calls, by its name or by a variable that holds it."""
        if not isinstance(item, Call):
            return None
        kind, document = item.kind, scope.document
        if scope.has(kind) and isinstance(value := scope.find(kind), KindValue):
            kind, document = value.kind, value.home or document
        return document.blocks.get(kind)

    def no_arriving(self, item: Item) -> None:
        names = [*(self.document.inputs or {}), *self.document.wrong_inputs]
        self.report.error(
            "from-missing",
            "the network has several inputs, and this node does not say which it takes",
            item.token,
            help=f"add {' or '.join(f'`from: {name}`' for name in names[:4])}" if names else None,
        )
        raise Unknown

    def single(self, item: Item, flows: list[Flow]) -> Flow:
        if len(flows) == 1:
            return flows[0]
        assert item.source is not None
        if isinstance(item, Structure) and any(child.broken for child in item.children):
            raise Unknown  # of an unknown kind, which may have been meant to take them
        self.report.error(
            "from-count",
            f"this node takes one tensor, and `from` gives it {len(flows)}",
            item.source.span,
            help=ONE_NODE,
        )
        raise Unknown

    def entering(self, item: Call, block: Block, flows: list[Flow]) -> list[Flow]:
        """The tensors that a block is called with, as many as it takes."""
        if not block.inputs:
            return [self.single(item, flows)]
        if len(flows) != len(block.inputs):
            span = item.source.span if item.source is not None else item.token
            self._wrong_count(item, block, span, f"and gets {len(flows)}")
        return flows

    def check_count(self, item: Reuse, path: str, target: Module | Leaf, flows: list[Flow]) -> None:
        """A module that is called again takes as many tensors as it did, or as its kind allows."""
        count = len(target.inputs) if isinstance(target, Leaf) or target.origin == "block" else 1
        low, high = target.layer.arity if isinstance(target, Leaf) else (count, count)
        if not low <= len(flows) <= high:
            span = item.source.span if item.source is not None else item.token
            wanted = f"{low} to {high} tensors" if low < high else f"{low} tensor{'s' if low > 1 else ''}"
            self.report.error(
                "from-count",
                f"{path} takes {wanted}, and gets {len(flows)}",
                span,
                help=f"name them: from: [{', '.join('abcdefgh'[:low])}]" if low > 1 else ONE_NODE,
            )
            raise Unknown

    def _wrong_count(self, item: Item, block: Block, span: Span, instead: str) -> NoReturn:
        names = list(block.inputs)
        count = f"{len(names)} tensor{'s' if len(names) > 1 else ''}"
        pairs = ", ".join(f"{name}: ..." for name in names)
        self.report.error(
            "from-count",
            f"{block.name} takes {count}, {listed(names)}, {instead}",
            span,
            help=f"write `from: {{{pairs}}}`, or the nodes in this order: `from: [{', '.join('...' for _ in names)}]`",
            notes=(Label(next(iter(block.inputs.values())).span, "its inputs are named here"),),
        )
        raise Unknown

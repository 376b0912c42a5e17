"""Says what is wrong at a place of the walk: in which module, and by which calls it came there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, Unpack

from archspec.budget import MISTAKE
from archspec.diagnostics import Collector, Diagnostic, Edit, Fix, Label, Span
from archspec.diagnostics.model import Details
from archspec.document.nodes import Item
from archspec.elaborate.values import Flow, Maker
from archspec.graph import TensorType
from archspec.layers.base import Layer
from archspec.source import Mapping, Node, Scalar, Sequence

ASSERTED = "an assertion is its author's word"
"""Why no edit changes what `shape` and `expect` state."""
MAX_CALLS = 6
"""Calls shown of a deep chain of blocks."""


class Wrong(NamedTuple):
    """What is said of a declared size that is not what comes out."""

    rule: str
    message: str
    help: str | None
    notes: tuple[Label, ...]
    unfixed: str | None = None
    """Why no edit mends it, where the number is not what is wrong, or is not ours to change."""


class Place(NamedTuple):
    """A call or an iteration that led to where the walk is, and how it is told if something is wrong there."""

    span: Span
    words: Callable[[], str]


class Reporter:
    """Diagnostics with the module and the calls that led there, and the sizes that were declared."""

    def __init__(self, collector: Collector) -> None:
        self.collector = collector
        self.budget = collector.budget
        self.module = ""
        self.calls: list[Place] = []
        self.blocks: list[int] = [0]
        """The block calls around this place, each with its number; 0 is the network."""
        self._entered = 0
        self._declared: dict[int, _Declared] = {}

    @contextmanager
    def inside(self, call: Place) -> Iterator[None]:
        """What is said meanwhile is said of the inside of a block."""
        self._entered += 1
        self.blocks.append(self._entered)
        self.calls.append(call)
        try:
            yield
        finally:
            self.calls.pop()
            self.blocks.pop()

    def charge(self, steps: int, at: Item | Node) -> None:
        """Take steps from the work that the document may cost. Where they are too many that is said: TooLarge."""
        if not self.budget.spend(steps):
            self.collector.exhausted(at.token if isinstance(at, Item) else at.span, self.module or None)

    def has(self, rule: str, span: Span) -> bool:
        """Whether something of this rule was said of this place: it is not said again."""
        return self.collector.has(rule, span)

    def made(
        self, span: Span, kind: str, input: TensorType | None, output: TensorType, layer: Layer | None = None
    ) -> Maker:
        """The node at `span`, here, as the maker of a tensor."""
        return Maker(span, kind, input, output, self.module, self.blocks[-1], layer=layer)

    def leaving(self, flow: Flow, call: Span) -> Flow:
        """A tensor that comes out of a block: from here on its maker is the call of the block, where the reader is."""
        if flow.maker is None or flow.maker.block in self.blocks:
            return flow
        made = flow.maker._replace(span=call, module=self.module, block=self.blocks[-1], inside=flow.maker)
        return flow._replace(maker=made)

    def labels(self, *flows: Flow, at: Span) -> tuple[Label, ...]:
        """What made the tensors that the node at `at` takes."""
        makers = dict.fromkeys(_beside(flow.maker, at) for flow in flows if flow.maker is not None)
        return tuple(Label(maker.span, self._sentence(maker, at)) for maker in makers)

    def _sentence(self, maker: Maker, at: Span) -> str:
        """With the module's name where the same text stands for another module, too: in a loop, or in a block."""
        elsewhere = maker.block not in self.blocks or maker.span in (at, *(call.span for call in self.calls))
        return f"{maker.sentence()} (module {maker.module})" if elsewhere and maker.module else maker.sentence()

    def error(self, rule: str, message: str, span: Span, **details: Unpack[Details]) -> None:
        self.budget.spend(MISTAKE)
        self.collector.add(self._placed(Diagnostic(rule, message, span, **details)))

    def warning(self, rule: str, message: str, span: Span, **details: Unpack[Details]) -> None:
        details["severity"] = "warning"
        self.collector.add(self._placed(Diagnostic(rule, message, span, **details)))

    def _placed(self, diagnostic: Diagnostic) -> Diagnostic:
        """With the module, and the calls that led there."""
        calls = tuple(Label(call.span, call.words()) for call in reversed(self.calls[-MAX_CALLS:]))
        return diagnostic._replace(module=self.module or None, notes=(*diagnostic.notes, *calls))

    def size(
        self,
        raw: Node,
        right: str | None,
        wrong: Wrong | None,
        without: Edit | None = None,
    ) -> None:
        """A size that is declared at `raw` and comes out as `right`; `wrong` is what is said where it is not that.

        Whether the fix writes the right number, or leaves the size out by the edit `without`, is known at the end: each
        call and iteration that comes by may want another. Where `right` is None no number mends it.
        """
        declared = self._declared.setdefault(id(raw), _Declared(raw))
        declared.right[right] = None
        if wrong is not None and declared.wrong is None:
            rule, message, help, notes, unfixed = wrong
            found = Diagnostic(rule, message, raw.span, help=help, notes=notes, label="declared here", unfixed=unfixed)
            declared.wrong = self._placed(found)
            declared.without = without

    def sized_wrong(self, raw: Node) -> bool:
        """Whether a visit found the size that is declared at `raw` wrong."""
        declared = self._declared.get(id(raw))
        return declared is not None and declared.wrong is not None

    def finish(self) -> None:
        """Report the wrong sizes, now that every visit of each is known."""
        for declared in self._declared.values():
            if declared.wrong is not None:
                self.collector.add(declared.diagnostic(declared.wrong))


def _beside(maker: Maker, at: Span) -> Maker:
    """The maker, or the node in it where the block's call is the very place that is blamed."""
    while maker.span == at and maker.inside is not None:
        maker = maker.inside
    return maker


class _Declared:
    """A size as it is declared at one place, and what every visit of the place found."""

    __slots__ = ("raw", "right", "without", "wrong")

    def __init__(self, raw: Node) -> None:
        self.raw = raw
        self.right: dict[str | None, None] = {}
        self.wrong: Diagnostic | None = None
        self.without: Edit | None = None

    def diagnostic(self, found: Diagnostic) -> Diagnostic:
        """What the first wrong visit found, with the fix that suits all visits, or why there is none."""
        rights = [right for right in self.right if right is not None]
        if len(rights) < len(self.right):
            return found._replace(unfixed=found.unfixed or "it is right for another call, where the number must stay")
        if len(rights) > 1:
            help = f"leave it out: here it comes to {' and '.join(rights[:4])} in turn"
            found = found._replace(help=help)
            fix = Fix("leave it out", (self.without,)) if self.without is not None else None
            reason = f"it comes to {' and '.join(rights[:4])} in turn"
        else:
            fix = Fix(f"write {rights[0]}", (Edit(self.raw.span, rights[0]),)) if _is_literal(self.raw) else None
            reason = "an expression gives the size, and what it reads may be right elsewhere"
        if found.unfixed is not None:
            return found
        return found._replace(fix=fix, unfixed=None if fix is not None else reason)


def _is_literal(raw: Node) -> bool:
    """Whether the size stands there itself, and no expression that gives it."""
    if isinstance(raw, Sequence):
        return all(_is_literal(item) for item in raw.items)
    return isinstance(raw, Scalar) and (
        raw.plain and (type(raw.value) in (int, float) or raw.text.replace("x", "").isdigit())
    )


def removal(mapping: Node | None, key: Scalar | None) -> Edit | None:
    """The edit that takes an entry out of a mapping in braces on one line."""
    if not isinstance(mapping, Mapping) or key is None or not mapping.in_braces:
        return None
    keys = [k for k, _ in mapping.entries]
    values = [v for _, v in mapping.entries]
    at = next((i for i, k in enumerate(keys) if k is key), None)
    if at is None or mapping.span.line != mapping.span.end_line:
        return None
    start, end = key.span, values[at].span
    if at + 1 < len(keys):
        after = keys[at + 1].span
        return Edit(start._replace(end_line=after.line, end_column=after.column), "")
    if at > 0:
        before = values[at - 1].span
        start = start._replace(line=before.end_line, column=before.end_column)
    return Edit(start._replace(end_line=end.end_line, end_column=end.end_column), "")


def brief(value: Any, depth: int = 3) -> str:
    """A value as a message shows it, in a few characters."""
    if isinstance(value, list):
        inner = [brief(v, depth - 1) for v in value[:6]] if depth else ["..."] * bool(value)
        text = f"[{', '.join(inner)}{', ...' if depth and len(value) > 6 else ''}]"
    elif value is None:
        text = "null"
    else:
        text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= 40 else text[:37] + "..."

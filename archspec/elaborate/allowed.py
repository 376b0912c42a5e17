"""Warnings that the author accepts, by a comment on the node's line or the line above."""

from __future__ import annotations

from collections.abc import Iterator

from archspec.diagnostics import Collector, Diagnostic, SourceFile, Span
from archspec.diagnostics.rules import RULES, WARNINGS
from archspec.diagnostics.suggest import did_you_mean
from archspec.document import Document
from archspec.document.nodes import Item, Structure
from archspec.source.comments import allowed


class Allowed:
    """The `# allow:` comments of a document and of all files that were read for it."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._comments: dict[SourceFile, list[tuple[str, Span]]] = {}
        self._first_lines: dict[Span, int] | None = None

    def accepts(self, warning: Diagnostic) -> bool:
        span = warning.span
        lines = {place.line for rule, place in self._of(span.source) if rule == warning.rule}
        return bool(lines) and not lines.isdisjoint(range(self._first_line(span) - 1, span.line + 1))

    def check(self, collector: Collector) -> None:
        """Warn of each comment that names no rule."""
        for source in dict.fromkeys(self.document.files):
            for rule, span in self._of(source):
                if rule in WARNINGS:
                    continue
                message, help = f"there is no rule {rule}", did_you_mean(rule, WARNINGS)
                if not rule:
                    message, help = "this comment names no rule", "write `# allow: unused-output`"
                elif rule in RULES:
                    message = f"{rule} is an error, and cannot be allowed"
                    help = f"`archspec explain {rule}` says what to do about it"
                help = help or f"the rules that can be are {', '.join(sorted(WARNINGS))}"
                collector.report("unknown-rule", message, span, severity="warning", help=help)

    def _of(self, source: SourceFile) -> list[tuple[str, Span]]:
        if source not in self._comments:
            self._comments[source] = allowed(source)
        return self._comments[source]

    def _first_line(self, span: Span) -> int:
        """Where the node begins whose kind is at `span`: its name, or a common key, may stand above."""
        if self._first_lines is None:
            self._first_lines = {}
            for item in _items(self.document):
                lines = [token.span.line for token in (item.name, item.raw) if token is not None]
                self._first_lines[item.token] = min(item.token.line, *lines)
        return self._first_lines.get(span, span.line)


def _items(document: Document) -> Iterator[Item]:
    """Every node that is written in a document, and in the blocks that it may call."""
    homes = dict.fromkeys(block.home for block in document.blocks.values())
    pending: list[Item] = list(document.model or ())
    for home in dict.fromkeys((document, *homes)):
        for block in home.blocks.values():
            pending += block.body
    while pending:
        item = pending.pop()
        yield item
        if isinstance(item, Structure):
            pending += [*item.children, *(item.shortcut or ())]

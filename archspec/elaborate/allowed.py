"""Warnings that the author accepts, by a comment on the node's line or the line above."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from archspec.diagnostics import Collector, Diagnostic, SourceFile, Span
from archspec.diagnostics.rules import RULES, WARNINGS
from archspec.diagnostics.suggest import did_you_mean
from archspec.document import Document
from archspec.document.nodes import Item, Structure
from archspec.elaborate.reporter import brief
from archspec.source.comments import allowed


class Allowed:
    """The `# allow:` comments of a document and of all files that were read for it."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._lines: dict[SourceFile, dict[str, set[int]]] = {}
        """Of each file, where each rule is named."""
        self._first_lines: dict[Span, int] | None = None

    def accepts(self, warning: Diagnostic) -> bool:
        span = warning.span
        if span.source not in self._lines:
            lines = self._lines[span.source] = defaultdict(set)
            for rule, place in allowed(span.source):
                lines[rule].add(place.line)
        where = self._lines[span.source].get(warning.rule)
        return where is not None and not where.isdisjoint(range(self._first_line(span) - 1, span.line + 1))

    def check(self, collector: Collector) -> None:
        """Warn of each comment that names no rule."""
        said: dict[str, tuple[str, str]] = {}
        for source in dict.fromkeys(self.document.files):
            for rule, span in allowed(source):
                if rule in WARNINGS:
                    continue
                if rule not in said:
                    said[rule] = _no_rule(rule)
                message, help = said[rule]
                collector.report("unknown-rule", message, span, severity="warning", help=help)

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


def _no_rule(word: str) -> tuple[str, str]:
    """What is said of a word that is no rule that a comment can accept, and what helps."""
    if not word:
        return "this comment names no rule", "write `# allow: unused-output`"
    if word in RULES:
        return f"{word} is an error, and cannot be allowed", f"`archspec explain {word}` says what to do about it"
    others = f"the rules that can be are {', '.join(sorted(WARNINGS))}"
    return f"there is no rule {brief(word)}", did_you_mean(word, WARNINGS) or others

"""Params, `let` values and blocks that nothing reads: misspelt, as `depth` for `depths`, or left behind."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from archspec.diagnostics import Collector, Edit, Fix, Span
from archspec.diagnostics.suggest import certain, did_you_mean
from archspec.document import Block, Document, Param
from archspec.document.variables import variable_problem
from archspec.document.words import WORD
from archspec.document.words import words as words_of
from archspec.source import Mapping, Node, Scalar

_MAY_READ = ("expression", "unknown", "node", "argument", "block", "reserved", "document", "layer", "from", "structure")
"""How rules begin whose mistakes may be what keeps a param from being read."""


def report_unused(document: Document, collector: Collector) -> None:
    """A warning for each param, `let` value and block of this file that nothing reads.

    It is an error where a document that extends another sets a param that the other does not have. To be called when
    all else was said: a param whose name is misspelt where it is read is no second mistake.
    """
    if document.model_raw is None or not document.whole or not all(b.whole for b in document.blocks.values()):
        return  # what reads it may stand in a document that imports the blocks, or in what could not be read
    unread = _Unread(document, collector)
    values = list(_document_values(document))
    own = [param for param in document.params.values() if _is_own(param.token, document)]
    unread.params(own, values, extends=bool(document.bases))
    unread.let([token for token, _ in document.let.values() if _is_own(token, document)], values)
    blocks = [b for b in document.blocks.values() if b.home is document and _is_own(b.token, document)]
    unread.blocks(blocks)
    for block in blocks:
        if not block.broken and isinstance(block.raw, Mapping):
            body = block.raw.get("body")
            values = [*([body] if body is not None else []), *(raw for _, raw in block.let.values())]
            values += [p.default for p in block.params.values() if p.default is not None]
            unread.params(block.params.values(), values)
            unread.let([token for token, _ in block.let.values()], values)


class _Unread:
    """What is not read, in one document."""

    def __init__(self, document: Document, collector: Collector) -> None:
        self.document = document
        self.collector = collector
        helps = [d.help for d in collector.diagnostics if d.help and d.help.startswith("did you mean")]
        self.doubtful = any(d.rule.startswith(_MAY_READ) for d in collector.diagnostics if d.severity == "error")
        self.meant = {word for help in helps for word in re.findall(WORD, help)}

    def params(self, params: Iterable[Param], values: Iterable[Node], *, extends: bool = False) -> None:
        params = list(params)
        words, keys = words_of(values) if params else (set(), set())
        for param in params:
            read = param.name in words or (param.name in keys and _may_hold_kind(param))
            if read or not self._is_told(param.name):
                continue
            if extends and not param.inherited:
                self._misspelt(param)
            else:
                self._warn("unused-param", f"nothing reads the param {param.name}", param.token.span)

    def let(self, tokens: Iterable[Scalar], values: Iterable[Node]) -> None:
        tokens = list(tokens)
        words, keys = words_of(values) if tokens else (set(), set())
        for token in tokens:
            if token.text not in words and token.text not in keys and self._is_told(token.text):
                self._warn("unused-param", f"nothing reads the `let` value {token.text}", token.span)

    def blocks(self, blocks: list[Block]) -> None:
        if not blocks or any(self._may_hold_block(param) for param in self.document.params.values()):
            return  # another may be given for the one that it holds
        read = Counter(set[str]().union(*words_of(_values(self.document))))
        for other in self.document.blocks.values():
            if other.home is self.document:
                read.update(set[str]().union(*words_of([other.raw])) - {other.name})
        for block in blocks:
            if not read[block.name] and block.name not in self.meant:
                self._warn("unused-block", f"nothing calls the block {block.name}", block.token.span)

    def _may_hold_block(self, param: Param) -> bool:
        default = param.default
        word = default.text if isinstance(default, Scalar) else None
        return param.type == "layer" or word in self.document.blocks

    def _is_told(self, name: str) -> bool:
        """Whether nothing else was said that is the same mistake."""
        return name not in self.meant and variable_problem(name, self.document.blocks) is None

    def _warn(self, rule: str, message: str, span: Span) -> None:
        if not self.doubtful:  # what is wrong elsewhere may be what was to read it
            self.collector.report(rule, message, span, severity="warning", help="take it out, or use it")

    def _misspelt(self, param: Param) -> None:
        """A document sets a param that the one that it extends does not have."""
        inherited = [p.name for p in self.document.params.values() if p.token.source is not param.token.source]
        near, meant = certain(param.name, inherited), did_you_mean(param.name, inherited)
        if meant is None and self.doubtful:
            return
        fix = Fix(f"write {near}", (Edit(param.token.span, near),)) if near and param.token.plain else None
        message = f"nothing reads the param {param.name}"
        help = meant or "take it out, or use it"
        self.collector.report("unused-param", message, param.token.span, help=help, fix=fix)


def _is_own(token: Scalar, document: Document) -> bool:
    return token.source is document.source


def _document_values(document: Document) -> Iterator[Node]:
    """Whatever may read a param or a `let` value of the document."""
    yield from _values(document)
    for block in document.blocks.values():
        if block.home is document:
            yield block.raw
    if isinstance(document.raw, Mapping) and (shape := document.raw.get("input")) is not None:
        yield shape  # no expression may stand there, and that is said


def _values(document: Document) -> Iterator[Node]:
    """The values of a document, but for its blocks."""
    for param in document.params.values():
        if param.default is not None:
            yield param.default
    for _, raw in document.let.values():
        yield raw
    for arguments in document.defaults.values():
        for _, raw in arguments.values():
            yield raw
    if document.model_raw is not None:
        yield document.model_raw


def _may_hold_kind(param: Param) -> bool:
    """Whether a key with the param's name may be a node of the kind that it holds."""
    if param.type is not None:
        return param.type == "layer"
    return isinstance(param.default, Mapping) or (
        isinstance(param.default, Scalar) and (param.default.value is None or isinstance(param.default.value, str))
    )

"""Params that nothing reads: a slip of the pen, `depth` for `depths`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from archspec.diagnostics import Collector, Edit, Fix, Severity
from archspec.diagnostics.suggest import certain, did_you_mean
from archspec.document import Document, Param
from archspec.document.variables import variable_problem
from archspec.document.words import WORD
from archspec.document.words import words as words_of
from archspec.source import Mapping, Node, Scalar

_MAY_READ = ("expression", "unknown", "node", "argument", "block", "reserved", "document", "layer", "from", "structure")
"""How rules begin whose mistakes may be what keeps a param from being read."""


def report_unused(document: Document, collector: Collector) -> None:
    """A warning for each param of this file that nothing reads; an error where the document extends another.

    To be called when all else was said: a param whose name is misspelt where it is read is no second mistake.
    """
    if not document.whole or not all(block.whole for block in document.blocks.values()):
        return  # what reads it may stand in what could not be read
    unread = _Unread(document, collector)
    unread.report(
        [p for p in document.params.values() if p.token.source is document.source],
        _document_values(document),
        "error" if document.bases else "warning",
    )
    for block in document.blocks.values():
        own = block.home is document and block.token.source is document.source
        if own and not block.broken and isinstance(block.raw, Mapping):
            values = [raw for name in ("let", "body") if (raw := block.raw.get(name)) is not None]
            values += [p.default for p in block.params.values() if p.default is not None]
            unread.report(block.params.values(), values, "warning")


class _Unread:
    def __init__(self, document: Document, collector: Collector) -> None:
        self.document = document
        self.collector = collector
        helps = [d.help for d in collector.diagnostics if d.help and d.help.startswith("did you mean")]
        self.doubtful = any(d.rule.startswith(_MAY_READ) for d in collector.diagnostics)
        self.meant = {word for help in helps for word in re.findall(WORD, help)}

    def report(self, params: Iterable[Param], values: Iterable[Node], severity: Severity) -> None:
        params = [p for p in params if variable_problem(p.name, self.document.blocks) is None]
        if not params:
            return
        words, keys = words_of(values)
        for param in params:
            read = param.name in words or (param.name in keys and _may_hold_kind(param))
            if not read and param.name not in self.meant:
                self._say(param, severity)

    def _say(self, param: Param, severity: Severity) -> None:
        help, fix = None, None
        if severity == "error":  # what it extends has a param that was meant
            inherited = [p.name for p in self.document.params.values() if p.token.source is not param.token.source]
            near = certain(param.name, inherited)
            help = did_you_mean(param.name, inherited)
            fix = Fix(f"write {near}", (Edit(param.token.span, near),)) if near and param.token.plain else None
        if help is None and self.doubtful:
            return  # what is wrong elsewhere may be what was to read it
        message = f"nothing reads the param {param.name}"
        help = help or "take it out, or use it"
        self.collector.report("unused-param", message, param.token.span, severity=severity, help=help, fix=fix)


def _document_values(document: Document) -> Iterator[Node]:
    for param in document.params.values():
        if param.default is not None:
            yield param.default
    for _, raw in document.let.values():
        yield raw
    for arguments in document.defaults.values():
        for _, raw in arguments.values():
            yield raw
    for block in document.blocks.values():
        if block.home is document:
            yield block.raw
    if document.model_raw is not None:
        yield document.model_raw
    if isinstance(document.raw, Mapping) and (shape := document.raw.get("input")) is not None:
        yield shape  # no expression may stand there, and that is said


def _may_hold_kind(param: Param) -> bool:
    """Whether a key with the param's name may be a node of the kind that it holds."""
    if param.type is not None:
        return param.type == "layer"
    return isinstance(param.default, Mapping) or (
        isinstance(param.default, Scalar) and (param.default.value is None or isinstance(param.default.value, str))
    )

"""Params that nothing reads: a slip of the pen, `depth` for `depths`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from archspec.diagnostics import Collector, Severity
from archspec.diagnostics.suggest import did_you_mean
from archspec.document import Document, Param
from archspec.document.names import is_variable_name
from archspec.source import Mapping, Node, Scalar, Sequence

_WORD = r"[A-Za-z_][A-Za-z0-9_]*"


def report_unused(document: Document, collector: Collector) -> None:
    """A warning for each param of this file that nothing reads; an error where the document extends another."""
    own = [p for p in document.params.values() if p.token.source is document.source]
    others = list(document.params)
    _report_unread(own, list(_document_values(document)), "error" if document.extends else "warning", others, collector)
    for block in document.blocks.values():
        if block.home is document and block.token.source is document.source and isinstance(block.raw, Mapping):
            values = [raw for name in ("let", "body") if (raw := block.raw.get(name)) is not None]
            values += [p.default for p in block.params.values() if p.default is not None]
            _report_unread(list(block.params.values()), values, "warning", [], collector)


def _report_unread(
    params: list[Param], values: list[Node], severity: Severity, others: list[str], collector: Collector
) -> None:
    if not params:
        return
    words, keys = _words(values)
    for param in params:
        if (
            is_variable_name(param.name)
            and param.name not in words
            and not (param.name in keys and _may_hold_kind(param))
        ):
            help = did_you_mean(param.name, [n for n in others if n != param.name]) or "take it out, or use it"
            message = f"nothing reads the param {param.name}"
            collector.report("unused-param", message, param.token.span, severity=severity, help=help)


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


def _words(values: Iterable[Node]) -> tuple[set[str], set[str]]:
    """Every word in a text that may be an expression or a template, and every key, which may be a kind."""
    words: set[str] = set()
    keys: set[str] = set()
    seen: set[int] = set()
    pending = list(values)
    while pending:
        raw = pending.pop()
        if isinstance(raw, Scalar):
            if isinstance(raw.value, str):
                words.update(re.findall(_WORD, raw.text))
        elif id(raw) in seen:
            continue
        elif isinstance(raw, Sequence):
            pending.extend(raw.items)
        elif isinstance(raw, Mapping):
            for key, value in raw.entries:
                keys.add(key.text)
                if "{" in key.text:
                    words.update(re.findall(_WORD, key.text))
                pending.append(value)
        seen.add(id(raw))
    return words, keys


def _may_hold_kind(param: Param) -> bool:
    """Whether a key with the param's name may be a node of the kind that it holds."""
    if param.type is not None:
        return param.type == "layer"
    return isinstance(param.default, Mapping) or (
        isinstance(param.default, Scalar) and (param.default.value is None or isinstance(param.default.value, str))
    )

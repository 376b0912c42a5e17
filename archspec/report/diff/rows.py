"""A diff as rows: what changed, in the tree of modules; what did not is folded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from archspec.diagnostics.printable import printable
from archspec.graph import TensorType
from archspec.report import numbers
from archspec.report.diff.calls import Call, given
from archspec.report.diff.changes import Change

_LONGEST = 60
"""Letters of an argument."""
_NETWORK = "(the network)"


class Row(NamedTuple):
    """A module, or a run of them that are folded. What changed stands in several lines: before, after, how much."""

    mark: str
    """`+` added, `-` removed, `~` changed, nothing where it is as before."""
    depth: int
    label: str
    name: str
    text: list[str]
    output: list[str]
    params: list[str]
    macs: list[str]


def rows(root: Change, depth: int | None = None) -> Iterator[Row]:
    """The changes, down to a depth."""
    if root.differs:
        yield _row(root, 0, folded=False)
    yield from _rows(root.children, 0, depth)


def _rows(changes: Sequence[Change], level: int, depth: int | None) -> Iterator[Row]:
    for sort, group in groupby(changes, _sort):
        run = list(group)
        if sort:
            yield _folded(run, level, sort)
            continue
        for change in run:
            folded = _is_whole(change) or (depth is not None and level + 1 >= depth)
            yield _row(change, level, folded=folded)
            if not folded:
                yield from _rows(change.children, level + 1, depth)


def _is_whole(change: Change) -> bool:
    """Whether all that is in it came or went with it; so of a layer."""
    if change.old is not None and change.new is not None:
        return change.call.leaf is not None
    inside = [inner for inner in change.below() if inner.call.leaf is not None]
    return len(inside) == change.call.layers and all(inner.old is None or inner.new is None for inner in inside)


def _sort(change: Change) -> str:
    """`unchanged` or `renamed`, of which runs are folded; else nothing."""
    return "unchanged" if change.same else "renamed" if change.only_renamed else ""


def _folded(run: Sequence[Change], level: int, sort: str) -> Row:
    calls = [change.call for change in run]
    layers = count(sum(call.layers for call in calls), "layer")
    if sort == "unchanged":
        text = [f"{calls[0].kind}, unchanged" if len(run) == 1 else f"{layers} unchanged"]
    else:
        text = [calls[0].kind if len(run) == 1 else layers, f"was {_span(list(map(_before, run)))}"]
    labels, names = _span([call.label for call in calls]), _span([call.name for call in calls])
    return Row("~" if sort == "renamed" else "", level, labels, names, text, [], [], [])


def _before(change: Change) -> str:
    """What it was called: in its module, where it is in the same one."""
    assert change.old is not None
    return change.old.name if change.moved else change.old.label


def _span(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} .. {names[-1]}"


def count(number: int, word: str) -> str:
    return f"{numbers.count(number)} {word}{'' if number == 1 else 's'}"


def _row(change: Change, level: int, *, folded: bool) -> Row:
    old, new, call = change.old, change.new, change.call
    mark = "+" if old is None else "-" if new is None else "~"
    place = (mark, level, call.label or _NETWORK, call.name or _NETWORK)
    if old is not None and new is not None:
        text = list(_texts(old, new, change, folded=folded))
        if folded:
            figures = (_figures(old.params, new.params), _figures(old.macs, new.macs))
        else:
            figures = (_came(change.params), _came(change.macs))
        return Row(*place, text, _steps(_type(old.output), _type(new.output)), *figures)
    text = [_kind(call), *_given(call)]
    if folded and call.leaf is None:
        text.append(count(call.layers, "layer"))
    figures = ([_figure(call.params)], [_figure(call.macs)]) if folded else ([], [])
    return Row(*place, text, [_type(call.output)], *figures)


def _texts(old: Call, new: Call, change: Change, *, folded: bool) -> Iterator[str]:
    """The kind, and what was done to it."""
    yield _arrow(_kind(old), _kind(new))
    if change.renamed:
        yield f"was {_before(change)}"
    if old.kind != new.kind:
        yield from _given(new)
    for name, (before, after) in change.arguments.items():
        yield f"{name}: {_cut(before)} -> {_cut(after)}"
    if change.source is not None:
        yield f"from: {_arrow(*change.source)}"
    if change.result is not None:
        yield f"output: {_arrow(*change.result)}"
    if folded and new.leaf is None:
        layers = sum(inner.call.leaf is not None and not inner.same for inner in change.below())
        yield f"{count(layers, 'layer')} differ{'s' if layers == 1 else ''}"


def _kind(call: Call) -> str:
    again = " (called again)" if call.again and call.leaf is not None else ""
    return _cut(call.kind) + (" (aux)" if call.training_only and call.kind != "aux" else again)


def _given(call: Call) -> list[str]:
    """The arguments of a layer that is new or gone, but for the defaults."""
    return [f"{name}: {value}" for name, value in given(call.leaf).items()] if call.leaf is not None else []


def _cut(text: str) -> str:
    """A block may be called with long texts and lists."""
    return printable(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}...")


def _type(type: TensorType) -> str:
    return str(type) if type.dtype == "float32" else f"{type} {type.dtype}"


def _arrow(before: str, after: str) -> str:
    return after if before == after else f"{before} -> {after}"


def _steps(before: str, after: str) -> list[str]:
    return [after] if before == after else [before, f"-> {after}"]


def _figures(before: int, after: int) -> list[str]:
    if before == after:
        return [_figure(after)]
    return [_figure(before), f"-> {_figure(after)}", *_came(after - before)]


def _came(difference: int) -> list[str]:
    return [f"{difference:+,}"] if difference else []


def _figure(value: int) -> str:
    return numbers.count(value) if value else "-"

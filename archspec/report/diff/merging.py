"""Two networks, what is in them matched, as one tree of changes."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

from archspec.graph import Graph, Module, Value
from archspec.layers.arguments import written
from archspec.report.diff.calls import Call, Trees
from archspec.report.diff.changes import Change, Diff, Pair
from archspec.report.diff.matching import Matching
from archspec.report.diff.weights import weights
from archspec.report.diff.wiring import Wiring

Ends = tuple[tuple[Value, ...], tuple[Value, ...]]
"""The tensors that leave a module, before and after."""


def compare(old: Graph, new: Graph, old_file: str = "", new_file: str = "") -> Diff:
    """What changed from `old` to `new`; the files are for what is printed."""
    trees = Trees()
    before, after = trees.tree(old), trees.tree(new)
    matching = Matching(before, after)
    root = _Merging(trees, matching).merge(before, after, (_ends(old), _ends(new)))
    return Diff(old, new, old_file, new_file, root, weights(before, after, matching))


class _Merging:
    """Makes one tree of two."""

    def __init__(self, trees: Trees, matching: Matching) -> None:
        self.trees = trees
        self.matching = matching

    def merge(self, old: Call | None, new: Call | None, ends: Ends | None = None) -> Change:
        """A call, with what is in it: in the order of `new`, what is gone where it stood."""
        change = Change(old, new)
        sources: Mapping[Call, Pair] = {}
        if old is not None and new is not None:
            change.arguments = self._arguments(old, new)
            if old.leaf is None:
                sources, change.result = self._wired(old, new, ends or ((_output(old),), (_output(new),)))
        within = {*old.children} if old is not None else set()
        for was, now in self._order(old, new):
            inner = self.merge(was, now)
            if was is not None and now is not None:
                inner.source = sources.get(now)
                inner.moved = was not in within
                inner.renamed = inner.moved or was.label != now.label
            change.children.append(inner)
        return change

    def _order(self, old: Call | None, new: Call | None) -> Iterator[tuple[Call | None, Call | None]]:
        """What is in them, in the order of `new`; what is gone stands before what came in its place."""
        before, after = (call.children if call is not None else [] for call in (old, new))
        counterparts = [self.matching.old_of.get(child) for child in after]
        places = {call: i for i, call in enumerate(before)}
        gone = [call for call in reversed(before) if call not in self.matching.new_of]
        ends = [len(before)]
        for counterpart in reversed(counterparts):
            ends.append(places.get(counterpart, ends[-1]) if counterpart is not None else ends[-1])
        for child, counterpart, end in zip(after, counterparts, ends[:0:-1], strict=True):
            while gone and places[gone[-1]] < end:
                yield gone.pop(), None
            yield counterpart, child
        yield from ((call, None) for call in reversed(gone))

    def _arguments(self, old: Call, new: Call) -> dict[str, Pair]:
        """Of a layer, or of a block's call, those that differ; none where the kind is another."""
        if old.kind != new.kind:
            return {}
        before, after = self._written(old), self._written(new)
        return {
            name: (before.get(name, "none"), after.get(name, "none"))
            for name in {**before, **after}
            if before.get(name) != after.get(name)
        }

    def _written(self, call: Call) -> Mapping[str, str]:
        if call.leaf is not None:
            return self.trees.arguments(call.leaf)
        assert isinstance(call.target, Module)
        return {name: _text(value) for name, value in call.target.arguments.items()}

    def _wired(self, old: Call, new: Call, ends: Ends) -> tuple[dict[Call, Pair], Pair | None]:
        """The children of `new` whose input comes from elsewhere, and the output if it does."""
        siblings = {*old.children}
        both = {
            self.matching.old_of[call]: call
            for call in new.children
            if call in self.matching.old_of and self.matching.old_of[call] in siblings
        }
        interned: dict[Hashable, int] = {}
        before = Wiring(old, both, interned)
        after = Wiring(new, {call: call for call in both.values()}, interned)

        def changed(was: tuple[Value, ...], now: tuple[Value, ...]) -> Pair | None:
            return None if before.keys(was) == after.keys(now) else (before.text(was), after.text(now))

        sources = {}
        for call, other in both.items():
            assert call.step is not None
            assert other.step is not None
            source = changed(call.step.inputs, other.step.inputs)
            if source is not None:
                sources[other] = source
        return sources, changed(*ends)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else written(value)


def _output(call: Call) -> Value:
    assert isinstance(call.target, Module)
    return call.target.output


def _ends(graph: Graph) -> tuple[Value, ...]:
    """The tensors that the network returns."""
    if graph.outputs is None:
        return (graph.root.output,)
    return tuple(graph.outputs.values() if isinstance(graph.outputs, Mapping) else graph.outputs)

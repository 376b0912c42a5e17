"""Which call of one network corresponds to which of the other."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import pairwise

from archspec.graph import Leaf, TensorType
from archspec.report.diff.alignment import align
from archspec.report.diff.calls import Call

Pairs = list[tuple[int, int]]
Sort = Callable[[Call], Hashable]


class Matching:
    """The calls that correspond, each to one of the other network."""

    def __init__(self, old: Call, new: Call) -> None:
        self.new_of: dict[Call, Call] = {}
        self.old_of: dict[Call, Call] = {}
        self._match(old, new)
        self._join_neighbours(old, new, self._find_moved(old, new))

    def _pair(self, old: Call, new: Call) -> None:
        self.new_of[old] = new
        self.old_of[new] = old

    def _match(self, old: Call, new: Call) -> None:
        """Pair two modules, and in turn what is in them."""
        pending = [(old, new)]
        while pending:
            old, new = pending.pop()
            self._pair(old, new)
            pending += [(old.children[i], new.children[j]) for i, j in _siblings(old.children, new.children)]

    def _find_moved(self, old: Call, new: Call) -> set[Call]:
        """What went to another module: the same with the same shapes. Only what has weights is told by that."""
        left: dict[Hashable, deque[Call]] = {}
        for call in old.below():
            if call not in self.new_of and call.macs and call.params:
                left.setdefault(_place(call), deque()).append(call)
        moved = set()
        for call in new.below():
            candidates = left.get(_place(call)) if call not in self.old_of else None
            while candidates:
                candidate = candidates.popleft()
                if candidate not in self.new_of:
                    for was, now in zip(candidate.below(), call.below(), strict=True):
                        if was not in self.new_of and now not in self.old_of:
                            self._pair(was, now)
                            moved.add(now)
                    break
        return moved

    def _join_neighbours(self, old: Call, new: Call, moved: set[Call]) -> None:
        """What stands beside a layer that was moved, and is the same, went with it."""
        olds, news = [[call for call in tree.below() if call.leaf is not None] for tree in (old, new)]
        for step in (1, -1):
            beside = dict(pairwise(olds[::step]))
            for before, call in pairwise(news[::step]):
                if before in moved and call not in self.old_of:
                    other = beside.get(self.old_of[before])
                    if other is not None and other not in self.new_of and other.structure == call.structure:
                        self._pair(other, call)
                        moved.add(call)


def _place(call: Call) -> tuple[int, tuple[TensorType, ...], TensorType]:
    return call.structure, call.inputs, call.output


def _siblings(old: Sequence[Call], new: Sequence[Call]) -> Pairs:
    """By name first; then, between two that were found, by what they are; then by their kind; then by its family."""
    named = {name: j for j, name in enumerate(_names(new)) if name is not None}
    found = [(i, named[name]) for i, name in enumerate(_names(old)) if name in named]
    found = [(i, j) for i, j in found if (old[i].leaf is None) == (new[j].leaf is None)]
    taken = [{i for i, _ in found}, {j for _, j in found}]
    kept = _increasing(found)
    for sort in (_structure, _kind, _family):
        filled = list(_fill(kept, old, new, taken, sort))
        kept = sorted(kept + filled)
        found += filled
    return found


def _fill(
    kept: Pairs, old: Sequence[Call], new: Sequence[Call], taken: list[set[int]], sort: Sort
) -> Iterator[tuple[int, int]]:
    """More pairs, of the same sort, between those that are kept."""
    for (i, j), (i_end, j_end) in pairwise([(-1, -1), *kept, (len(old), len(new))]):
        left = [k for k in range(i + 1, i_end) if k not in taken[0]]
        right = [k for k in range(j + 1, j_end) if k not in taken[1]]
        if left and right:
            for x, y in align([sort(old[k]) for k in left], [sort(new[k]) for k in right]):
                if sort is _structure or _alike(old[left[x]], new[right[y]]):
                    yield left[x], right[y]


def _structure(call: Call) -> Hashable:
    return call.structure


def _kind(call: Call) -> Hashable:
    return call.leaf is None, call.kind


def _family(call: Call) -> Hashable:
    return call.leaf.layer.family if call.leaf is not None else None


def _alike(old: Call, new: Call) -> bool:
    """Whether two calls are likely versions of one: layers, calls of one block, or modules that share most parts."""
    if isinstance(old.target, Leaf) or isinstance(new.target, Leaf):
        return True
    if old.kind == new.kind and old.target.origin == new.target.origin == "block":
        return True
    parts = [Counter(child.structure for child in call.children) for call in (old, new)]
    return 2 * (parts[0] & parts[1]).total() > min(parts[0].total(), parts[1].total())


def _names(calls: Sequence[Call]) -> list[tuple[str, int] | None]:
    """What tells each from its siblings: its name, and how often it was called before. A mere number tells nothing."""
    counts: Counter[str] = Counter()
    names: list[tuple[str, int] | None] = []
    for call in calls:
        counts[call.label] += 1
        numbered = call.label.rpartition(".")[2].isdecimal()
        names.append(None if numbered else (call.label, counts[call.label]))
    return names


def _increasing(pairs: Pairs) -> Pairs:
    """The most of the pairs that do not cross: the longest increasing subsequence of their second indices."""
    ends: list[int] = []
    lengths = []
    for _, j in pairs:
        length = bisect_left(ends, j)
        ends[length : length + 1] = [j]
        lengths.append(length)
    kept: Pairs = []
    wanted = len(ends) - 1
    for pair, length in zip(reversed(pairs), reversed(lengths), strict=True):
        if length == wanted and (not kept or pair[1] < kept[-1][1]):
            kept.append(pair)
            wanted -= 1
    return kept[::-1]

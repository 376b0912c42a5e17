"""What changed between two networks: the two trees of calls as one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from archspec.graph import Graph
from archspec.report.diff.calls import Call
from archspec.report.diff.weights import Weights

Pair = tuple[str, str]


@dataclass(eq=False, repr=False)
class Change:
    """A call in both networks, or in one of them: then the other is None."""

    old: Call | None
    new: Call | None
    children: list[Change] = field(default_factory=list)
    arguments: Mapping[str, Pair] = field(default_factory=dict)
    """Those that differ, as a spec has them, before and after."""
    source: Pair | None = None
    """Where the input comes from, where that differs."""
    result: Pair | None = None
    """Of a module: what its output is, where that differs."""
    moved: bool = False
    """Whether it is in another module than before."""
    renamed: bool = False
    """Whether it has another name in its module, or was moved."""

    @property
    def call(self) -> Call:
        """It, as it is now if it still is."""
        call = self.new or self.old
        assert call is not None
        return call

    @cached_property
    def differs(self) -> bool:
        """Whether anything but a name changed in it itself, whatever became of what is in it."""
        old, new = self.old, self.new
        if old is None or new is None:
            return True
        if (
            (old.kind != new.kind and new.step is not None)
            or old.again != new.again
            or old.training_only != new.training_only
        ):
            return True
        if self.source is not None or self.result is not None:
            return True
        if old.leaf is None:  # the rest shows in its layers
            return False
        return bool(self.arguments) or (old.output, old.params, old.macs) != (new.output, new.params, new.macs)

    @cached_property
    def same(self) -> bool:
        """Whether it and all that is in it is as before, names included."""
        return not (self.differs or self.renamed) and all(child.same for child in self.children)

    @cached_property
    def only_renamed(self) -> bool:
        return self.renamed and not self.differs and all(child.same for child in self.children)

    @cached_property
    def params(self) -> int:
        """How many parameters came."""
        return self._came("params")

    @cached_property
    def macs(self) -> int:
        return self._came("macs")

    def _came(self, what: str) -> int:
        if self.call.leaf is None:
            return sum(getattr(child, what) for child in self.children)
        old, new = (0 if call is None else getattr(call, what) for call in (self.old, self.new))
        return int(new - old)

    def below(self) -> Iterator[Change]:
        """It, and all that is in it, in their order."""
        pending = [self]
        while pending:
            change = pending.pop()
            yield change
            pending.extend(reversed(change.children))


@dataclass(frozen=True)
class Diff:
    """Two networks, and what changed from the first to the second."""

    old: Graph
    new: Graph
    old_file: str
    new_file: str
    root: Change
    weights: Weights

    @property
    def same(self) -> bool:
        """Whether the networks are one and the same, but perhaps for what they are called."""
        old, new = self.old, self.new
        return self.root.same and dict(old.inputs) == dict(new.inputs) and _outputs(old) == _outputs(new)


def _outputs(graph: Graph) -> object:
    return dict(graph.output) if isinstance(graph.output, Mapping) else graph.output

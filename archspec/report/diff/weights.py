"""Which tensors of the old network's state_dict the new one can load."""

from __future__ import annotations

from typing import NamedTuple

from archspec.report.diff.calls import Call
from archspec.report.diff.matching import Matching

Tensor = tuple[str, tuple[int, ...]]
"""A key of the state_dict, and the shape."""


class Weights(NamedTuple):
    """What becomes of every tensor of the old network, by its key; and the tensors of the new one that none is for."""

    fit: list[str]
    """Those that are loaded as they are."""
    renamed: list[tuple[str, str]]
    """Those that fit under another key, which stands second."""
    reshaped: list[tuple[Tensor, Tensor]]
    """Those whose layer is there, with another shape."""
    left: list[str]
    """Those that have no place any more."""
    added: list[str]
    """Those of the new network that keep their initial values."""

    @property
    def loads(self) -> bool:
        """Whether `load_state_dict` takes the old state_dict as it is."""
        return not (self.renamed or self.reshaped or self.left or self.added)


def weights(old: Call, new: Call, matching: Matching) -> Weights:
    """Every tensor is told by the layer that it is of, not only by its key: a key may have come to another layer."""
    found = Weights([], [], [], [], [])
    unclaimed = {key: shape for call in new.below() for key, shape in _tensors(call).values()}
    orphans = []
    for call in old.below():
        counterpart = matching.new_of.get(call)
        theirs = _tensors(counterpart) if counterpart is not None else {}
        for name, tensor in _tensors(call).items():
            if name not in theirs:
                orphans.append(tensor)
                continue
            other = theirs[name]
            del unclaimed[other[0]]
            if tensor == other:
                found.fit.append(tensor[0])
            elif tensor[1] == other[1]:
                found.renamed.append((tensor[0], other[0]))
            else:
                found.reshaped.append((tensor, other))
    for key, shape in orphans:
        if unclaimed.get(key) == shape:
            del unclaimed[key]
            found.fit.append(key)
        else:
            found.left.append(key)
    found.added.extend(unclaimed)
    return found


def _tensors(call: Call) -> dict[str, Tensor]:
    """The parameters and buffers of a layer, by their names in it; none where it is called again."""
    if call.leaf is None or call.again:
        return {}
    shapes = {**call.leaf.parameters, **call.leaf.buffers}
    return {name: (f"{call.name}.{name}" if name else call.name, shape) for name, shape in shapes.items()}

"""Where a module came from: what `net.spec` says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Provenance:
    """The spec that a module was built from, and what the caller gave in place of what it says."""

    name: str
    """The network's name."""
    file: str
    """The spec's file, as it was given."""
    version: str
    """The version of archspec that built the module."""
    digest: str
    """SHA-256 of the source that the module runs: what an extended or imported file says is in it too."""
    inputs: Mapping[str, tuple[int, ...]] = field(hash=False)
    """The shapes, without the batch, that the module was made for."""
    params: Mapping[str, Any] = field(hash=False)
    """The params that the caller gave."""

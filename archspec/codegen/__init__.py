"""Document and graph to source: one standalone Python file that says what the spec says."""

from __future__ import annotations

from archspec.codegen.source import class_name, generate

__all__ = ["class_name", "generate"]

"""Graph to source: one standalone Python file that reads as if written by hand."""

from __future__ import annotations

from archspec.codegen.source import class_name, generate

__all__ = ["class_name", "generate"]

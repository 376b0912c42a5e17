"""The document: what a spec says, its files merged, its forms checked, nothing evaluated."""

from archspec.document.load import Block, Document, Param, load

__all__ = ["Block", "Document", "Param", "load"]

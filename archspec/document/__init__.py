"""The document: what a spec says, its files merged, its forms checked, nothing evaluated."""

from archspec.document.load import load
from archspec.document.model import Block, Document, Param

__all__ = ["Block", "Document", "Param", "load"]

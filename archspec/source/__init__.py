"""YAML text to a tree of values that know where they stand."""

from archspec.budget import MAX_BYTES
from archspec.source.build import parse
from archspec.source.reading import decode, read
from archspec.source.tree import Literal, Mapping, Node, Scalar, Sequence, Value

__all__ = ["MAX_BYTES", "Literal", "Mapping", "Node", "Scalar", "Sequence", "Value", "decode", "parse", "read"]

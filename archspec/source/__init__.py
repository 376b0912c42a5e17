"""YAML text to a tree of values that know where they stand."""

from archspec.source.build import parse
from archspec.source.reading import MAX_BYTES, decode, read
from archspec.source.tree import Literal, Mapping, Node, Scalar, Sequence, Value

__all__ = ["MAX_BYTES", "Literal", "Mapping", "Node", "Scalar", "Sequence", "Value", "decode", "parse", "read"]

"""Where tensors meet: `torch.cat`, sums and products."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from functools import reduce

from archspec.codegen import trees
from archspec.graph import TensorType
from archspec.layers.dtypes import promote

_OPERATORS: dict[str, type[ast.operator]] = {"add": ast.Add, "multiply": ast.Mult}


def joined(op: str, tensors: list[ast.expr], dim: int, needed: set[str]) -> ast.expr:
    """The expression that joins tensors."""
    if op in _OPERATORS:
        return reduce(lambda a, b: trees.binary(a, _OPERATORS[op](), b), tensors)
    needed.add("torch")
    return trees.call(trees.dotted("torch.cat"), [ast.List(tensors, ast.Load())], {"dim": ast.Constant(dim)})


def joined_list(op: str, tensors: ast.expr, dim: int, needed: set[str]) -> ast.expr:
    """The expression that joins the tensors of a list."""
    needed.add("torch")
    if op in _OPERATORS:
        needed.add("reduce")
        function = trees.dotted("torch.add" if op == "add" else "torch.mul")
        return trees.call(trees.name("reduce"), [function, tensors])
    return trees.call(trees.dotted("torch.cat"), [tensors], {"dim": ast.Constant(dim)})


def joined_type(op: str, types: Sequence[TensorType], dim: int, length: Callable[[int], int]) -> TensorType:
    """The type of what is joined; of sizes that are equal, the one that is said in the fewest words."""
    dtype = reduce(promote, [type.dtype for type in types])
    if op not in _OPERATORS:
        axis = dim - 1
        shape = [min(sizes, key=length) for sizes in zip(*(type.shape for type in types), strict=True)]
        shape[axis] = reduce(lambda a, b: a + b, [type.shape[axis] for type in types])
        return TensorType(tuple(shape), dtype)
    columns = list(zip(*(type.shape for type in types), strict=True))
    shape = [min([size for size in sizes if int(size) != 1] or sizes, key=length) for sizes in columns]
    return TensorType(tuple(shape), dtype)

"""Where a network needs a number, and its input has a letter: parameters have one shape."""

from __future__ import annotations

from collections.abc import Iterator

from archspec.diagnostics import Diagnostic
from archspec.graph import Leaf, Module
from archspec.shapes.size import Size
from archspec.sizes.formula import Writer
from archspec.sizes.search import Sizes

RULE = "lettered-size"


def needed_numbers(sizes: Sizes) -> tuple[Diagnostic, ...]:
    """What is wrong with the letters, at the layers and expressions that need numbers."""
    write = Writer({name: axis.accepted for name, axis in sizes.alike.items()})
    found = []
    for place, expression in {place: expression for expression, place in sizes.frozen.items()}.items():
        message = f"this needs a number, and gets {write.formula(expression)}"
        help = _help(sizes, expression.variables)
        found.append(Diagnostic(RULE, message, place.span, module=place.module or None, help=help))
    for name, leaf in _leaves(sizes.graph.root, ""):
        varying = _varying(leaf)
        if not varying:
            continue
        argument, size = next(
            ((a, s) for a, s in leaf.layer.sizes(*leaf.inputs).items() if isinstance(s, Size)), (None, varying[0])
        )
        what = f"a number of {leaf.layer.size_noun}" if argument is not None else "parameters of a fixed size"
        help = _help(sizes, size.expression.variables)
        if leaf.kind == "Linear":
            help += ", or pool the map to a fixed size before it, with AdaptiveAvgPool2d"
        message = f"{leaf.kind} needs {what}, and gets {write.formula(size)}"
        found.append(Diagnostic(RULE, message, leaf.span, module=name, help=help))
    return tuple(found)


def _help(sizes: Sizes, letters: frozenset[str]) -> str:
    names = [letter for letter in sizes.axes if letter in letters]
    return f"write {'numbers' if len(names) > 1 else 'a number'} for {' and '.join(names)}"


def _varying(leaf: Leaf) -> list[Size]:
    """The sizes of parameters that are in letters, unless the layer declares what it gets."""
    declared = leaf.layer.sizes(*leaf.inputs).keys() & leaf.layer.model_fields_set
    if declared:
        return []
    shapes = (*leaf.parameters.values(), *leaf.buffers.values())
    return [size for shape in shapes for size in shape if isinstance(size, Size)]


def _leaves(module: Module, prefix: str) -> Iterator[tuple[str, Leaf]]:
    for name, child in module.children.items():
        if isinstance(child, Module):
            yield from _leaves(child, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", child

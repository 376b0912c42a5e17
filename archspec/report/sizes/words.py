"""The sizes of an axis in words, and why they are those."""

from __future__ import annotations

from itertools import islice

from archspec.diagnostics import Diagnostic
from archspec.shapes.naturals import Naturals
from archspec.sizes import AxisSizes, Sizes

_LISTED = 5


def axis_name(axis: AxisSizes) -> str:
    """Without the input that it is of."""
    return axis.name.rpartition(".")[2]


def sizes_of(axis: AxisSizes) -> str:
    """`32 and up`, `224 to 255`, `multiples of 16`, `188, 204, 220, ...`."""
    least, most, step = axis.least, axis.most, axis.step
    if least is None:
        return "none"
    if least == most:
        return f"{least} only"
    if not axis.regular:
        return _listed(axis.accepted)
    if step == 1:
        return f"{least} and up" if most is None else f"{least} to {most}"
    if axis.multiple_of == 1:
        return _listed(axis.accepted)
    start = f", from {least}" if least > step else ""
    return f"multiples of {step}{start}{'' if most is None else f' to {most}'}"


def _listed(numbers: Naturals) -> str:
    """The first few, and that there are more."""
    first = list(islice(numbers, _LISTED + 1))
    more = ", ..." if len(first) > _LISTED else ""
    return ", ".join(map(str, first[:_LISTED])) + more


def proved(axis: AxisSizes) -> str:
    return "for all sizes" if axis.proved_to is None else f"up to {axis.proved_to}"


def place(error: Diagnostic) -> str:
    """The module, and where it is written."""
    at = f"{error.span.file}:{error.span.line}"
    return f"{error.module} at {at}" if error.module else at


def remarks(sizes: Sizes) -> list[str]:
    """Why the sizes are those, and for whom there are fewer; of axes that are alike together."""
    axes = [axis for axes in sizes.inputs.values() for axis in axes]
    names: dict[str, list[str]] = {}
    for reasons in (_least, _step, _most, _beside, _training, _built):
        for axis in axes:
            if (said := reasons(axis, sizes)) is not None:
                names.setdefault(said, []).append(axis.name)
    return [f"{' and '.join(those)} {said}" for said, those in names.items()]


def _least(axis: AxisSizes, sizes: Sizes) -> str | None:
    return None if axis.least_by is None else f"at least {axis.least}: {place(axis.least_by)}"


def _step(axis: AxisSizes, sizes: Sizes) -> str | None:
    words = "multiples of" if axis.multiple_of > 1 else "in steps of"
    return None if axis.step_by is None else f"{words} {axis.step}: {place(axis.step_by)}"


def _most(axis: AxisSizes, sizes: Sizes) -> str | None:
    return None if axis.fixed_by is None else f"at most {axis.most}: {place(axis.fixed_by)}"


def _beside(axis: AxisSizes, sizes: Sizes) -> str | None:
    others = " and ".join(f"{name} {size}" for name, size in axis.beside.items())
    return f"with {others}, which counts for it" if others else None


def _training(axis: AxisSizes, sizes: Sizes) -> str | None:
    found = axis.training
    return None if found is None else f"{sizes_of(found)} in training, for the aux branches"


def _built(axis: AxisSizes, sizes: Sizes) -> str | None:
    least, most = axis.built.least, axis.most_built
    if most is None or most == axis.most:
        return None
    only = str(least) if least == most else f"{least} to {most}"
    return f"{only} only, once it is built for {sizes.values[axis.name]}: there are parameters as large as the input"

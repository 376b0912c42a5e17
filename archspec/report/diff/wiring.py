"""Where the tensors of a module come from, so that a residual connection or a branch that came or went is seen."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

from archspec.graph import CallStep, JoinStep, Module, Value
from archspec.report.diff.calls import Call

_SIGNS = {"add": " + ", "multiply": " * "}
_DEPTH = 2
"""Joins within joins are told this deep."""
_OPERANDS = 4
"""So many operands are all told; of more the first two, and the last."""


class Wiring:
    """The sources of a module's tensors, as keys that equal those of the other module where they correspond.

    A call that has no counterpart is looked through: what was put in or taken out on the way makes no other source, so
    that only joins, and where a `from` leads, do.
    """

    def __init__(self, call: Call, counterparts: Mapping[Call, Call], interned: dict[Hashable, int]) -> None:
        """`counterparts`: what stands for a child in both modules; `interned` is shared by the two."""
        assert isinstance(call.target, Module)
        self._module = call.target
        self._makers: dict[Value, CallStep | JoinStep] = {}
        self._keys: dict[Value, int] = {}
        children = iter(call.children)
        for i, value in enumerate(call.target.inputs):
            self._keys[value] = interned.setdefault(i, len(interned))
        for step in call.target.steps:
            arriving = [self._keys[value] for value in step.inputs]
            key: Hashable
            if isinstance(step, JoinStep):
                key = (step.op, step.dim, *(arriving if step.op == "concat" else sorted(arriving)))
            else:
                key = counterparts.get(next(children))
            self._makers[step.output] = step
            passed = arriving[0] if key is None and arriving else None
            self._keys[step.output] = interned.setdefault(key, len(interned)) if passed is None else passed

    def keys(self, values: Sequence[Value]) -> list[int]:
        return [self._keys[value] for value in values]

    def text(self, values: Sequence[Value]) -> str:
        """`conv2`; `bn2 + input`; `concat(branch1, branch2)`."""
        return ", ".join(self._text(value, 0) for value in values)

    def _text(self, value: Value, depth: int) -> str:
        step = self._makers.get(value)
        if step is None:
            return "input" if value is self._module.inputs[0] else value.name
        if isinstance(step, CallStep):
            return step.path
        if depth == _DEPTH:
            return "..."
        operands = self._operands(step)
        many = len(operands) > _OPERANDS
        shown = [*operands[:2], operands[-1]] if many else operands
        texts = [self._text(each, depth + 1) for each in shown]
        texts[2:2] = ["..."] * many
        if step.op == "concat":
            return f"concat({', '.join(texts)})"
        joined = _SIGNS[step.op].join(texts)
        return f"({joined})" if depth else joined

    def _operands(self, step: JoinStep) -> list[Value]:
        """What is joined, of joins that only go on with it, too: `dense` joins one after another."""
        first, *others = step.inputs
        found = others[::-1]
        inner = self._makers.get(first)
        while isinstance(inner, JoinStep) and (inner.op, inner.dim) == (step.op, step.dim):
            first, *others = inner.inputs
            found += others[::-1]
            inner = self._makers.get(first)
        return [first, *reversed(found)]

"""One program for several modules: rounds folded into loops, what some of them leave out marked as optional."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from archspec.codegen.parts import Op, Program
from archspec.codegen.templates import Mismatch


@dataclass(frozen=True, slots=True)
class Run:
    """Children that are called round by round: `layers.0`, `layers.1`, ..."""

    name: str
    children: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LoopOp:
    """Rounds of the same ops. The body gets the tensors that go from round to round, then those from outside."""

    runs: tuple[str, ...]
    body: Program
    carried: tuple[int, ...]
    """What the next round gets, as the body calls it."""
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    """What the last round carries out."""


Step = Op | LoopOp


@dataclass(frozen=True, slots=True)
class Folded:
    """A program with loops."""

    program: Program
    steps: tuple[Step, ...]


@dataclass(slots=True)
class Merged:
    """The fullest of the programs, and what the others leave out."""

    folded: Folded
    optional: dict[str, list[bool]] = field(default_factory=dict)
    """Children that some modules do not have: the tensor then passes by."""
    operands: dict[int, tuple[int, list[bool]]] = field(default_factory=dict)
    """By the number of a step, a join that some modules do not have: the operand that it then is."""


# loops


def fold(program: Program, runs: Sequence[Run], pattern: Folded | None = None) -> Folded:
    """The program with its rounds as loops. `pattern` tells what goes from round to round where there is just one."""
    round_of = {child: (run.name, i) for run in runs for i, child in enumerate(run.children)}
    lengths = {run.name: len(run.children) for run in runs}
    known = {step.runs: step for step in pattern.steps if isinstance(step, LoopOp)} if pattern else {}
    steps: list[Step] = []
    i = 0
    ops = program.ops
    while i < len(ops):
        op = ops[i]
        at = round_of.get(op.child) if op.verb == "call" and op.owner == 0 else None
        if at is None:
            steps.append(op)
            i += 1
            continue
        if at[1] != 0:
            raise Mismatch
        try:
            loop, length = _fold_at(program, i, at[0], lengths[at[0]], round_of, list(known.values()))
            steps.append(loop)
        except Mismatch:
            every, ops = _every(program, ops, i, next(run for run in runs if run.name == at[0]))
            steps.append(every)
            length = lengths[at[0]]
        i += length
    return Folded(program, tuple(steps))


def _every(program: Program, ops: tuple[Op, ...], start: int, run: Run) -> tuple[Op, tuple[Op, ...]]:
    """Children that all get the same tensors, and whose outputs are concatenated: one op, and all ops with that."""
    calls = ops[start : start + len(run.children)]
    first = calls[0]
    outputs = tuple(op.output for op in calls)
    same = all(op.kind[2:] == first.kind[2:] and op.inputs == first.inputs for op in calls)
    if not same or tuple(op.child for op in calls) != run.children or first.aux:
        raise Mismatch
    users = [i for i, op in enumerate(ops) if not set(op.inputs).isdisjoint(outputs)]
    returned = {program.output, *(value for _, value in program.aux)}
    if len(users) != 1 or not returned.isdisjoint(outputs):
        raise Mismatch
    join = ops[users[0]]
    at = join.inputs.index(outputs[0]) if outputs[0] in join.inputs else 0
    rest = join.inputs[:at] + join.inputs[at + len(outputs) :]
    if (
        join.verb != "concat"
        or join.spread is not None
        or join.inputs[at : at + len(outputs)] != outputs
        or set(rest) & set(outputs)
    ):
        raise Mismatch
    joined = replace(join, inputs=(*join.inputs[:at], outputs[0], *join.inputs[at + len(outputs) :]), spread=at)
    every = replace(first, child=run.name, each=True)
    return every, (*ops[: users[0]], joined, *ops[users[0] + 1 :])


def _fold_at(
    program: Program, start: int, run: str, rounds: int, round_of: Mapping[str, tuple[str, int]], known: list[LoopOp]
) -> tuple[LoopOp, int]:
    ops = program.ops
    if rounds > 1:
        second = next((i for i in range(start + 1, len(ops)) if round_of.get(ops[i].child) == (run, 1)), None)
        if second is None:
            raise Mismatch
        width = second - start
    else:
        width = next((len(loop.body.ops) for loop in known if run in loop.runs), 0)
        if not width:
            raise Mismatch
    if start + rounds * width > len(ops):
        raise Mismatch
    segments = [ops[start + k * width : start + (k + 1) * width] for k in range(rounds)]
    return _Rounds(
        program, start, segments, round_of, next((loop for loop in known if run in loop.runs), None)
    ).loop(), rounds * width


class _Rounds:
    """The rounds of a loop, being compared."""

    def __init__(
        self,
        program: Program,
        start: int,
        segments: list[tuple[Op, ...]],
        round_of: Mapping[str, tuple[str, int]],
        known: LoopOp | None,
    ) -> None:
        self.program = program
        self.segments = segments
        self.round_of = round_of
        self.made = {op.output: (k, j) for k, segment in enumerate(segments) for j, op in enumerate(segment)}
        self.end = start + sum(map(len, segments))
        self.known = known

    def loop(self) -> LoopOp:
        program = self.program
        sources = [self._sources(k) for k in range(len(self.segments))]
        if len(sources) > 1:
            model = sources[1]
            if any(source != model for source in sources[2:]):
                raise Mismatch
            carried = list(dict.fromkeys(j for row in model for kind, j in row if kind == "carried"))
        elif self.known is not None:
            count = self.known.body.inputs
            carried = [value - count for value in self.known.carried]
            model = self._known_model()
        else:
            raise Mismatch
        initial: dict[int, int] = {}
        outside: dict[int, None] = {}
        for row, wanted in zip(sources[0], model, strict=True):
            for (kind, value), (other, j) in zip(row, wanted, strict=True):
                if other == "carried":
                    if kind != "outside" or initial.setdefault(j, value) != value:
                        raise Mismatch
                elif other == "outside" and kind == "outside" and (len(sources) == 1 or value == j):
                    outside[value] = None
                elif (kind, value) != (other, j):
                    raise Mismatch
        inputs = (*(initial[j] for j in carried), *outside)
        last = self.segments[-1]
        outputs = tuple(last[j].output for j in carried)
        self._check_uses(outputs)
        body = self._body(model, carried, list(outside), len(inputs))
        runs = dict.fromkeys(
            self.round_of[op.child][0] for op in self.segments[0] if op.child in self.round_of and op.owner == 0
        )
        del program
        return LoopOp(tuple(runs), body, tuple(len(inputs) + j for j in carried), inputs, outputs)

    def _sources(self, k: int) -> list[list[tuple[str, int]]]:
        """Where each op of a round gets its tensors: of this round, of the one before, from outside."""
        first = self.segments[0]
        rows: list[list[tuple[str, int]]] = []
        for op, model in zip(self.segments[k], first, strict=True):
            same = (op.verb, *op.kind[2:]) == (model.verb, *model.kind[2:])
            ours, theirs = self.round_of.get(op.child), self.round_of.get(model.child)
            called = op.child == model.child if ours is None else theirs is not None and ours == (theirs[0], k)
            if not same or not called or op.aux or op.training or (op.verb == "call" and ours is None):
                raise Mismatch
            rows.append([self._source(value, k) for value in op.inputs])
        return rows

    def _source(self, value: int, k: int) -> tuple[str, int]:
        if value not in self.made:
            return "outside", value
        made, j = self.made[value]
        if made == k:
            return "inside", j
        if made == k - 1:
            return "carried", j
        raise Mismatch

    def _known_model(self) -> list[list[tuple[str, int]]]:
        assert self.known is not None
        known = self.known
        count = known.body.inputs
        made = {op.output: j for j, op in enumerate(known.body.ops)}
        model: list[list[tuple[str, int]]] = []
        for op, own in zip(known.body.ops, self.segments[0], strict=True):
            if len(op.inputs) != len(own.inputs):
                raise Mismatch
            row: list[tuple[str, int]] = []
            for value, actual in zip(op.inputs, own.inputs, strict=True):
                if value < len(known.carried):
                    row.append(("carried", known.carried[value] - count))
                elif value < count:
                    row.append(("outside", actual))
                else:
                    row.append(("inside", made[value]))
            model.append(row)
        return model

    def _check_uses(self, outputs: tuple[int, ...]) -> None:
        inside = self.made.keys() - set(outputs)
        later = {value for op in self.program.ops[self.end :] for value in op.inputs}
        later |= {self.program.output, *(value for _, value in self.program.aux)}
        if inside & later:
            raise Mismatch

    def _body(self, model: list[list[tuple[str, int]]], carried: list[int], outside: list[int], count: int) -> Program:
        """The ops of a round over numbers of their own."""
        values = [self.program.values[0]] * count
        ops = []
        for op, row in zip(self.segments[0], model, strict=True):
            inputs = tuple(
                carried.index(j)
                if kind == "carried"
                else len(carried) + outside.index(j)
                if kind == "outside"
                else count + j
                for kind, j in row
            )
            child = self.round_of[op.child][0] if op.child in self.round_of else op.child
            ops.append(replace(op, inputs=inputs, output=len(values), child=child))
            values.append(self.program.values[op.output])
        return Program(tuple(values), count, tuple(ops), count, ())


# what some leave out


def merge(programs: Sequence[Folded], children: Sequence[Collection[str]]) -> Merged:
    """The programs of several modules as one. Raises Mismatch where they differ in more than what is left out."""
    leader = max(range(len(programs)), key=lambda i: (len(programs[i].steps), len(programs[i].program.ops)))
    merged = Merged(programs[leader])
    for name in children[leader]:
        present = [name in own for own in children]
        if not all(present):
            if "." in name:
                raise Mismatch
            merged.optional[name] = present
    operands: list[dict[int, int]] = []
    for program, own in zip(programs, children, strict=True):
        if program is merged.folded:
            operands.append({})
            continue
        left_out = {name for name in merged.optional if name not in own}
        operands.append(_Match(merged.folded, program, left_out).operands())
    for number in sorted({number for own in operands for number in own}):
        (operand,) = chosen if len(chosen := {own[number] for own in operands if number in own}) == 1 else (None,)
        if operand is None:
            raise Mismatch
        merged.operands[number] = (operand, [number not in own for own in operands])
    return merged


class _Match:
    """Walks two programs side by side; `full` may do more than `other`."""

    def __init__(self, full: Folded, other: Folded, left_out: set[str]) -> None:
        self.full = full
        self.other = other
        self.left_out = left_out
        if full.program.inputs != other.program.inputs:
            raise Mismatch

    def operands(self) -> dict[int, int]:
        """The joins that `other` does not have, each with the operand that passes instead."""
        start = {i: i for i in range(self.full.program.inputs)}
        found = self._from(0, 0, start, {})
        if found is None:
            raise Mismatch
        return found

    def _from(self, i: int, j: int, known: dict[int, int], skipped: dict[int, int]) -> dict[int, int] | None:
        steps, others = self.full.steps, self.other.steps
        known = dict(known)
        while i < len(steps):
            step = steps[i]
            if isinstance(step, Op) and step.child in self.left_out and step.owner == 0:
                known[step.output] = known[step.inputs[0]]
                i += 1
                continue
            other = others[j] if j < len(others) else None
            if other is not None and _equal(step, other, known):
                known.update(zip(_results(step), _results(other), strict=True))
                i, j = i + 1, j + 1
                continue
            if isinstance(step, LoopOp):  # no round at all
                known.update(
                    zip(step.outputs, (known[value] for value in step.inputs[: len(step.outputs)]), strict=True)
                )
                i += 1
                continue
            if step.verb == "call" or len(step.inputs) != 2:
                return None
            for operand in (0, 1):
                passed = known | {step.output: known[step.inputs[operand]]}
                found = self._from(i + 1, j, passed, {**skipped, i: operand})
                if found is not None:
                    return found
            return None
        ends = [(self.full.program.output, self.other.program.output)]
        aux = (self.full.program.aux, self.other.program.aux)
        if j < len(others) or [name for name, _ in aux[0]] != [name for name, _ in aux[1]]:
            return None
        ends += [(a, b) for (_, a), (_, b) in zip(*aux, strict=True)]
        return skipped if all(known[a] == b for a, b in ends) else None


def _results(step: Step) -> tuple[int, ...]:
    return step.outputs if isinstance(step, LoopOp) else (step.output, *step.aux)


def _equal(step: Step, other: Step, known: Mapping[int, int]) -> bool:
    if tuple(known[value] for value in step.inputs) != other.inputs:
        return False
    if isinstance(step, LoopOp) or isinstance(other, LoopOp):
        if not (isinstance(step, LoopOp) and isinstance(other, LoopOp)):
            return False
        return (step.runs, step.carried, step.body.ops) == (other.runs, other.carried, other.body.ops)
    return step.kind == other.kind

"""A program as statements: calls nested in one line as people nest them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from archspec.codegen.calls import is_operation, nests
from archspec.codegen.parts import Op, Part
from archspec.codegen.programs import LoopOp, Step
from archspec.graph import Leaf

MAX_NESTED = 4
"""Calls within each other on one line."""

Role = Literal["main", "norm", "dropout", "same", "shape", "join"]
"""What a call is in the rhythm of a network: a main one (convolution, linear, block), one that keeps the shape
(normalization, dropout, others: `same`), one that changes it; a join."""


@dataclass(eq=False, slots=True)
class Node:
    """A call or a join within an expression. Operands are nodes, or the numbers of tensors that have a variable."""

    op: Op
    operands: list[Node | int]
    roles: tuple[Role, ...]
    """From the innermost call outwards."""

    def reads(self) -> list[int]:
        found: list[int] = []
        for operand in self.operands:
            found += operand.reads() if isinstance(operand, Node) else [operand]
        return found


@dataclass(eq=False, slots=True)
class Assign:
    """`values = node`."""

    values: tuple[int, ...]
    node: Node
    training: bool = False
    asks: bool = False
    """Whether the child may be left out; its input passes then."""
    operand: int | None = None
    """Which operand passes where the join may be left out."""

    def reads(self) -> list[int]:
        return self.node.reads()


@dataclass(eq=False, slots=True)
class Rounds:
    """A loop. The statements of its body are over the numbers of the body."""

    loop: LoopOp
    body: list[Assign]
    training: bool = False
    names: dict[int, str] = field(default_factory=dict)
    """The variables of the body."""

    @property
    def values(self) -> tuple[int, ...]:
        return self.loop.outputs

    def reads(self) -> list[int]:
        return list(self.loop.inputs)


Statement = Assign | Rounds


@dataclass(slots=True)
class Nester:
    """Makes statements of steps: what is used once, and reads well there, goes into the line that uses it."""

    role: Callable[[Op], Role]
    fits: Callable[[Node], bool]
    """Whether a line holds it."""
    optional: Mapping[str, object] = field(default_factory=dict)
    operands: Mapping[int, tuple[int, object]] = field(default_factory=dict)
    _statements: list[Statement] = field(default_factory=list)
    _floating: list[Node] = field(default_factory=list)
    """Made, but in no statement yet; in the order in which they run."""
    _uses: Counter[int] = field(default_factory=Counter)
    _waiting: set[int] = field(default_factory=set)
    """In a statement, but used just once: parts of a branch."""

    def run(self, steps: Sequence[Step], results: Iterable[int]) -> list[Statement]:
        self._uses.update(value for step in steps for value in step.inputs)
        self._uses.update(results)
        for number, step in enumerate(steps):
            if isinstance(step, LoopOp):
                self._flush()
                body = Nester(self.role, self.fits).run(step.body.ops, step.carried)
                self._statements.append(Rounds(step, [s for s in body if isinstance(s, Assign)]))
                continue
            if self._floating and self._floating[-1].op.training != step.training:
                self._flush()
            if step.verb != "call" and not self._uses[step.output]:
                self._flush()  # nothing needs the sum, but what it is of still runs
                continue
            asks = step.verb == "call" and step.owner == 0 and step.child in self.optional
            operand = self.operands[number][0] if number in self.operands else None
            if asks or operand is not None or step.aux:
                self._flush()
                node = Node(step, list(step.inputs), (self.role(step),))
                self._statements.append(Assign((step.output, *step.aux), node, step.training, asks, operand))
                continue
            node = self._call(step) if step.verb == "call" else self._join(step)
            self._floating.append(node)
            if self._uses[step.output] != 1:
                self._flush()
        self._flush()
        return self._statements

    def _call(self, op: Op) -> Node:
        role = self.role(op)
        if self._floating and op.inputs[0] == self._floating[-1].op.output:
            last = self._floating[-1]
            node = Node(op, [last, *op.inputs[1:]], (*last.roles, role))
            others = {other.op.output for other in self._floating[:-1]}
            nestable = not op.each and (not op.call or (nests(op.call) and not _is_operation(last)))
            if nestable and _goes_on(last.roles, role) and others.isdisjoint(op.inputs) and self.fits(node):
                self._floating.pop()
                return node
        if not {node.op.output for node in self._floating}.isdisjoint(op.inputs):
            self._flush()
        return Node(op, list(op.inputs), (role,))

    def _join(self, op: Op) -> Node:
        """Single calls are written within the join, longer ones get a variable; all run in their order."""
        mine = [node for node in self._floating if node.op.output in op.inputs]
        waiting = any(value in self._waiting for value in op.inputs)
        order = [value for value in op.inputs if value in {node.op.output for node in mine}]
        last = self._floating[len(self._floating) - len(mine) :]
        long = [i for i, node in enumerate(mine) if len(node.roles) > 1 or node.roles == ("join",)]
        if mine != last or order != [node.op.output for node in mine] or ((long or waiting) and op.verb == "concat"):
            self._flush()
        elif long and not (op.verb == "multiply" and len(mine) == 1 and len(mine[0].roles) == 2):
            self._flush(len(mine) - 1 - long[-1])
        node = self._joined(op)
        if op.verb != "concat" and not self.fits(node):
            self._flush()
            node = self._joined(op)
        self._floating = [other for other in self._floating if other.op.output not in op.inputs]
        return node

    def _joined(self, op: Op) -> Node:
        nodes = {node.op.output: node for node in self._floating}
        return Node(op, [nodes.get(value, value) for value in op.inputs], ("join",))

    def _flush(self, keep: int = 0) -> None:
        """Make statements of all that floats but the last few."""
        count = len(self._floating) - keep
        self._statements += [Assign((node.op.output,), node, node.op.training) for node in self._floating[:count]]
        self._waiting |= {node.op.output for node in self._floating[:count] if self._uses[node.op.output] == 1}
        del self._floating[:count]


def _is_operation(node: Node) -> bool:
    return node.op.verb in ("add", "multiply") or is_operation(node.op.call)


def _goes_on(roles: tuple[Role, ...], role: Role) -> bool:
    """Whether such a call goes into the line of those: convolution, norm, activation; norm, activation, linear."""
    if len(roles) >= MAX_NESTED:
        return False
    if roles == ("join",):
        return role != "shape"
    if role == "main":
        return all(other in ("norm", "dropout", "same") for other in roles)
    if role == "shape":
        return all(other == "shape" for other in roles)
    if role == "dropout":
        return roles == ("shape",)
    if "main" in roles[1:]:
        return role == "same" and roles[0] == "dropout" and roles[-1] == "main"
    return True


def role_of(part: Part, op: Op) -> Role:
    """The role of what a part calls."""
    if op.verb != "call" or is_operation(op.call):
        return "join"
    children = part.ancestor(op.owner).children
    child = children.get(op.child) or children.get(f"{op.child}.0") or next(iter(children.values()))  # of a loop
    if not isinstance(child, Leaf):
        return "main"
    if child.layer.family == "Normalization":
        return "norm"
    values = part.program.values
    if any(len(shape) > 1 for shape in child.parameters.values()):
        return "main"
    if values[op.output].type.shape != values[op.inputs[0]].type.shape:
        return "shape"
    return "dropout" if child.layer.family == "Dropout" else "same"

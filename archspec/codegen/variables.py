"""What the tensors of a `forward` are called: `x` the one that flows on, after its node the one that waits.

`_` is a tensor that nothing needs, of a module that runs all the same.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from archspec.codegen.names import unique, variable
from archspec.codegen.statements import Assign, Node, Rounds, Statement
from archspec.graph import Value

_JOINED = {"concat": "joined", "add": "total", "multiply": "product"}


@dataclass(slots=True)
class Namer:
    """Gives each tensor a variable, statement by statement."""

    values: Sequence[Value]
    statements: Sequence[Statement]
    results: Sequence[int]
    """The tensors that are returned."""
    output: int | None
    """The one of them that flows out."""
    names: dict[int, str]
    """The variables by tensor; at first those of the inputs."""
    reserved: set[str]
    """Names that no variable may have."""
    pinned: dict[int, str] = field(default_factory=dict)
    """Variables that tensors should have."""
    _holder: dict[str, int] = field(default_factory=dict)
    """What each variable holds."""
    _uses: dict[int, list[int]] = field(default_factory=dict)
    """The statements that use a tensor."""
    _joined: set[int] = field(default_factory=set)
    """The tensors that a join, or a call of several inputs, uses."""
    _made_by: dict[int, Node] = field(default_factory=dict)

    def run(self) -> dict[int, str]:
        for number, statement in enumerate(self.statements):
            for value in statement.reads():
                self._uses.setdefault(value, []).append(number)
            if isinstance(statement, Assign):
                self._made_by[statement.values[0]] = statement.node
                self._find_joined(statement.node)
        for value in self.results:
            self._uses.setdefault(value, []).append(len(self.statements))
        self._holder = {name: value for value, name in self.names.items()}
        for number, statement in enumerate(self.statements):
            for i, value in enumerate(statement.values):
                if value not in self._uses:
                    self.names[value] = "_"
                    continue
                name = self._choose(value, number, flows=i == 0 or isinstance(statement, Rounds))
                self.names[value] = name
                self._holder[name] = value
            if isinstance(statement, Rounds):
                self._name_body(statement, number)
        return self.names

    def _find_joined(self, node: Node) -> None:
        for i, operand in enumerate(node.operands):
            if isinstance(operand, Node):
                self._find_joined(operand)
            elif node.op.verb != "call" or i > 0:
                self._joined.add(operand)

    def _choose(self, value: int, number: int, *, flows: bool) -> str:
        pinned = self.pinned.get(value)
        if pinned is not None and self._is_free(pinned, number):
            return pinned
        is_list = value in self._made_by and self._made_by[value].op.each
        if is_list or not flows or (value in self.results and value != self.output):
            return self._own_name(value, number)
        if self._waits(value, number):
            if not self.values[value].name and self._is_free("x", number):
                return "x"
            name = "out" if self._waits_shortly(value, number) else self._name_of(value)
            return name if self._is_free(name, number) else self._own_name(value, number)
        if self._is_free("x", number):
            return "x"
        goal = self._goal(value)
        if goal is not None and self.values[goal].name:
            made = next(i for i, statement in enumerate(self.statements) if goal in statement.values)
            name = "out" if self._waits_shortly(goal, made) else self._name_of(goal)
            if self._is_free(name, number):
                return name
        return "out" if self._is_free("out", number) else self._own_name(value, number)

    def _waits(self, value: int, number: int) -> bool:
        """Whether the tensor is joined with others later, while something else flows on."""
        uses = self._uses.get(value, [])
        return value in self._joined and (len(set(uses)) > 1 or uses[-1] > number + 1 or self._is_branch(value))

    def _is_branch(self, value: int) -> bool:
        """Whether it is concatenated with others that are made for just that."""
        use = self._uses[value][0]
        if use >= len(self.statements):
            return False
        statement = self.statements[use]
        if not isinstance(statement, Assign):
            return False
        for node in _nodes(statement.node):
            if node.op.verb == "concat" and value in node.operands:
                others = [operand for operand in node.operands if isinstance(operand, int)]
                return len(others) > 1 and all(len(self._uses[o]) == 1 and o in self._made_by for o in others)
        return False

    def _waits_shortly(self, value: int, number: int) -> bool:
        """Whether it waits for a sum, and until then only the other summands are made: the body of a residual."""
        uses = self._uses[value]
        if len(uses) != 1 or uses[0] >= len(self.statements):
            return False
        summed = self.statements[uses[0]]
        between = [v for statement in self.statements[number + 1 : uses[0]] for v in statement.values]
        if not isinstance(summed, Assign):
            return False
        sums = [node for node in _nodes(summed.node) if node.op.verb != "call" and value in node.operands]
        return len(sums) == 1 and sums[0].op.verb != "concat" and all(v in sums[0].operands for v in between)

    def _goal(self, value: int) -> int | None:
        """The waiting tensor that comes of this one, step by step."""
        while True:
            uses = self._uses.get(value, [])
            if len(set(uses)) != 1 or uses[0] >= len(self.statements):
                return None
            statement = self.statements[uses[0]]
            before, value = value, statement.values[0]
            if self._waits(value, uses[0]):
                return value
            if not isinstance(statement, Assign) or set(statement.reads()) != {before}:
                return None

    def _own_name(self, value: int, number: int) -> str:
        name = self._name_of(value)
        base, count = name, 2
        while not self._is_free(name, number):
            name, count = f"{base}_{count}", count + 1
        return name

    def _name_of(self, value: int) -> str:
        """What the node is called, less the number of the step: `branch3x3dbl` for `branch3x3dbl_3`."""
        name = variable(self.values[value].name)
        node = self._made_by.get(value)
        if not self.values[value].name and node is not None:
            operands = [o.op.child if isinstance(o, Node) else self.names.get(o, "") for o in node.operands]
            stem = common_beginning([variable(operand) for operand in operands])
            name = stem if len(stem.strip("_")) > 2 else _JOINED.get(node.op.verb, "out")
        stem = re.sub(r"_\d*$", "", name)
        return unique(stem if len(stem) > 2 else name, self.reserved)

    def _is_free(self, name: str, number: int) -> bool:
        """Whether nothing needs what a variable holds, after this statement."""
        if name in self.reserved:
            return False
        holder = self._holder.get(name)
        if holder is None:
            return True
        last = max(self._uses.get(holder, [-1]))
        statement = self.statements[number]
        if isinstance(statement, Rounds) and last == number:
            return holder in statement.loop.inputs[: len(statement.values)]
        return last <= number and holder not in statement.values

    def _name_body(self, statement: Rounds, number: int) -> None:
        loop = statement.loop
        carried = [self.names[value] for value in loop.outputs]
        names = dict(enumerate([*carried, *(self.names[value] for value in loop.inputs[len(carried) :])]))
        needed = {name for name, value in self._holder.items() if max(self._uses.get(value, [-1])) > number}
        pinned = dict(zip(loop.carried, carried, strict=True))
        reserved = self.reserved | (needed - set(carried))
        body = Namer(loop.body.values, statement.body, loop.carried, None, names, reserved, pinned)
        statement.names = body.run()


def _nodes(node: Node) -> list[Node]:
    return [node, *(inner for operand in node.operands if isinstance(operand, Node) for inner in _nodes(operand))]


def common_beginning(texts: Sequence[str]) -> str:
    columns = zip(*texts, strict=False)
    return "".join(column[0] for column in itertools.takewhile(lambda column: len(set(column)) == 1, columns))

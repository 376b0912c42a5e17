"""Statements as the lines of `forward`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from archspec.codegen.calls import parsed
from archspec.codegen.layout import (
    INDENT,
    WIDTH,
    Brackets,
    Comprehension,
    Expr,
    Operation,
    assign,
    flat,
    layout,
    prefixed,
)
from archspec.codegen.parts import Need, Program
from archspec.codegen.statements import Assign, Node, Rounds, Statement
from archspec.graph import TensorType


@dataclass(slots=True)
class Writer:
    """Writes the statements of one class."""

    program: Program
    names: Mapping[int, str]
    """The variables of the tensors."""
    call: Callable[[Need], str]
    """How a module is called, by its owner and its name there."""
    flags: Mapping[int, str] = field(default_factory=dict)
    """By its output, the condition under which a join is there."""
    loop: Callable[[tuple[str, ...]], tuple[Expr, list[str]]] = lambda runs: ("", [])
    """The head of a loop over runs of children, and its variables."""
    shapes: bool = False
    """Whether comments tell the shapes."""
    untyped: set[str] = field(default_factory=set)
    """Variables whose type must be said where they are first assigned."""
    aux_in_eval: bool = False
    """Whether the results of aux branches are returned in eval mode too, as None."""
    imports: set[str] = field(default_factory=set)
    _type: TensorType | None = None
    """What the last comment told."""

    def lines(self, statements: Sequence[Statement], indent: int) -> list[str]:
        lines: list[str] = []
        i = 0
        while i < len(statements):
            j = i
            while j < len(statements) and statements[j].training:
                j += 1
            lines += self._in_training(statements[i:j], indent) if j > i else self._statement(statements[i], indent)
            i = max(j, i + 1)
        return lines

    def expression(self, node: Node | int) -> Expr:
        if isinstance(node, int):
            return self.names[node]
        op = node.op
        operands = [self.expression(operand) for operand in node.operands]
        if op.verb == "concat":
            self.imports.add("torch")
            return Brackets("torch.cat(", [_joined(operands, op.spread), f"dim={op.dim}"])
        if op.verb != "call":
            sign = {"add": "+ ", "multiply": "* "}[op.verb]
            return Operation(operands[0], *(prefixed(sign, operand) for operand in operands[1:]))
        if op.call:
            if "torch." in op.call:
                self.imports.add("torch")
            return parsed(op.call.format(*map(flat, operands), module=self.call((op.owner, op.child))))
        items = [*operands, *map(self.call, op.needs)]
        if op.each:
            head, (variable,) = self.loop((op.child,))
            return Brackets("[", [Comprehension(Brackets(f"{variable}(", items), head)], "]")
        called = self.call((op.owner, op.child))
        for function in ("getattr(self, ", "self.get_submodule("):
            if called.startswith(function):
                head, _, arguments = called.removesuffix(")").partition("(")
                return Brackets(f"{head}(", arguments.split(", "), f")({', '.join(map(flat, items))})")
        return Brackets(f"{called}(", items)

    def _in_training(self, statements: Sequence[Statement], indent: int) -> list[str]:
        pad = " " * indent
        inner = [line for statement in statements for line in self._statement(statement, indent + INDENT)]
        if not self.aux_in_eval:
            return [f"{pad}if self.training:", *inner]
        results = {value for _, value in self.program.aux}
        if len(inner) == 1:
            choice = f"{inner[0].strip()} if self.training else None"
            if indent + len(choice) <= WIDTH and isinstance(statements[0], Assign) and len(statements[0].values) == 1:
                return [pad + choice]
        names = dict.fromkeys(self.names[v] for s in statements for v in s.values if v in results)
        return [*(f"{pad}{name}: Tensor | None = None" for name in names), f"{pad}if self.training:", *inner]

    def _statement(self, statement: Statement, indent: int) -> list[str]:
        if isinstance(statement, Rounds):
            return self._rounds(statement, indent)
        targets = [self.names[value] for value in statement.values]
        target = targets[0]
        node = statement.node
        expression = self.expression(node)
        child = self.call((node.op.owner, node.op.child)) if node.op.verb == "call" else ""
        if set(targets) == {"_"}:
            asked = [f"{' ' * indent}if {child} is not None:"] if statement.asks else []
            return [*asked, *layout(expression, indent + INDENT * len(asked))]
        if statement.asks:
            source = flat(self.expression(node.operands[0]))
            if source == target:
                head = f"{' ' * indent}if {child} is not None:"
                return [head, *layout(expression, indent + INDENT, f"{target} = ")]
            expression = Operation(source, f"if {child} is None", prefixed("else ", expression))
        elif statement.operand is not None:
            operand = flat(self.expression(node.operands[statement.operand]))
            expression = Operation(flat(expression), f"if {self.flags[node.op.output]}", f"else {operand}")
        return self._with_shape(assign([self._typed(target), *targets[1:]], expression, indent), statement)

    def _typed(self, target: str) -> str:
        if target not in self.untyped:
            return target
        self.untyped.discard(target)
        return f"{target}: Tensor"

    def _rounds(self, statement: Rounds, indent: int) -> list[str]:
        loop = statement.loop
        pad = " " * indent
        head, variables = self.loop(loop.runs)
        called = dict(zip(loop.runs, variables, strict=True))

        def call(need: Need) -> str:
            return called[need[1]] if need[0] == 0 and need[1] in called else self.call(need)

        body = Writer(loop.body, statement.names, call, imports=self.imports)
        lines = []
        for before, after in zip(loop.inputs, loop.outputs, strict=False):
            if self.names[before] != self.names[after]:
                lines.append(f"{pad}{self._typed(self.names[after])} = {self.names[before]}")
        lines += layout(head, indent, after=":")
        lines += body.lines(statement.body, indent + INDENT)
        for value, after in zip(loop.carried, loop.outputs, strict=True):
            if statement.names[value] != self.names[after]:
                lines.append(f"{pad}    {self.names[after]} = {statement.names[value]}")
        return lines

    def _with_shape(self, lines: list[str], statement: Assign) -> list[str]:
        """The shape that is made, where it is not the one before."""
        type = self.program.values[statement.values[0]].type
        if not self.shapes or type == self._type or statement.training:
            return lines
        self._type = type
        commented = f"{lines[-1]}  # {type}"
        return [*lines[:-1], commented] if len(commented) <= WIDTH else lines


def _joined(operands: list[Expr], spread: int | None) -> Expr:
    """The list that is concatenated; a list among its operands is spread."""
    if spread is None:
        return Brackets("[", operands, "]", together=False)
    every = operands[spread]
    if len(operands) == 1:
        return every
    own = Brackets("*(", every.items) if isinstance(every, Brackets) else prefixed("*", every)
    return Brackets("[", [*operands[:spread], own, *operands[spread + 1 :]], "]", together=False)

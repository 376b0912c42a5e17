"""The `forward` of a class: its parameters, its statements, what it returns."""

from __future__ import annotations

from collections.abc import Mapping

from archspec.codegen.blueprint import Blueprint, NumberedItem
from archspec.codegen.construct import BODY, child
from archspec.codegen.forward import Writer
from archspec.codegen.layout import INDENT, WIDTH, Brackets, Expr, give_back, layout
from archspec.codegen.names import TAKEN, aux_fields, unique, variable
from archspec.codegen.parts import Need, is_bare
from archspec.codegen.programs import Merged
from archspec.codegen.statements import Assign, Nester, Node, Rounds, Statement, role_of
from archspec.codegen.values import quote
from archspec.codegen.variables import Namer
from archspec.graph import Graph

_JOIN_WIDTH = len("torch.cat([, ], dim=1)")


class Method:
    """Writes the `forward` of one class. `graph`: of the network's own class, what the network takes and returns."""

    def __init__(
        self, plan: Blueprint, merged: Merged, flags: Mapping[int, str], graph: Graph | None, output_name: str
    ) -> None:
        self.plan = plan
        self.merged = merged
        self.flags = flags
        self.graph = graph
        self.output_name = output_name
        self.outputs: list[str] = []
        """The lines of the named tuple that is returned in training mode, if one is."""
        self.program = merged.folded.program
        self.children = {name: is_bare(inner) for name, inner in plan.leader.children.items()}
        self.reserved = set(TAKEN)
        self.names: dict[int, str] = {}
        self.needed: dict[Need, str] = {}
        self.imports: set[str] = set()

    def lines(self) -> list[str]:
        parameters = self._parameters()
        given = set(self.names.values())
        statements = self._statements()
        many = self.graph is not None and self.graph.outputs is not None
        output = None if many else self.program.output
        namer = Namer(self.program.values, statements, self._results(), output, dict(self.names), self.reserved)
        self.names = namer.run()
        last = self._returned(statements)
        # what torch's modules return is Any for a type checker
        untyped = {self.names[self.program.output]} - given if not many and last is None else set()
        self.imports.add("Tensor")
        writer = Writer(
            self.program,
            self.names,
            self._call,
            self.flags,
            self._loop,
            shapes=self.graph is not None,
            untyped=untyped,
            aux_in_eval=self.graph is None and bool(self.program.aux),
            imports=self.imports,
        )
        body = writer.lines(statements, BODY)
        end = self._end() if last is None else layout(writer.expression(last), BODY, "return ")
        signature = Brackets("def forward(", ["self", *parameters], f") -> {self._type()}:")
        return [*layout(signature, INDENT), *body, *end]

    def _parameters(self) -> list[str]:
        items = []
        for i in range(self.program.inputs):
            names = {part.program.values[i].name for part in self.plan.parts}
            wanted = "x" if i == 0 and self.graph is None else names.pop() if len(names) == 1 else "other"
            self.names[i] = self._reserve(variable(wanted))
            items.append(f"{self.names[i]}: Tensor")
        for need in self.plan.leader.needs:
            self.needed[need] = self._reserve(variable(need[1]))
            owned = self.plan.leader.ancestor(need[0]).children[need[1]]
            items.append(f"{self.needed[need]}: {'Tensor' if is_bare(owned) else 'nn.Module'}")
        self.reserved -= set(self.names.values())  # these variables may get other tensors
        return items

    def _reserve(self, wanted: str) -> str:
        name = unique(wanted, self.reserved)
        self.reserved.add(name)
        return name

    def _statements(self) -> list[Statement]:
        part = self.plan.leader
        nester = Nester(lambda op: role_of(part, op), self._fits, self.merged.optional, self.merged.operands)
        statements = nester.run(self.merged.folded.steps, self._results())
        for statement in statements:
            runs = [statement.loop.runs] if isinstance(statement, Rounds) else [(run,) for run in _each(statement.node)]
            self.reserved |= {name for run in runs for name in self._loop(run)[1]}
        return statements

    def _fits(self, node: Node) -> bool:
        return BODY + len("branch = ") + self._width(node) <= WIDTH

    def _width(self, node: Node) -> int:
        """About how long an expression is; its variables have no names yet."""
        widths = [self._width(o) if isinstance(o, Node) else self._width_of(o) for o in node.operands]
        if node.op.verb != "call":
            return _JOIN_WIDTH + sum(widths)
        called = self._call((node.op.owner, node.op.child))
        if node.op.call:
            return len(node.op.call.format(*("x" * width for width in widths), module=called))
        return len(called) + len("()") + sum(widths)

    def _width_of(self, value: int) -> int:
        return len(self.names.get(value) or self.program.values[value].name or "out")

    def _results(self) -> list[int]:
        """What is returned: the output or the outputs, then the results of aux branches."""
        numbers = {id(value): i for i, value in enumerate(self.program.values)}
        outputs = self.graph.outputs if self.graph is not None else None
        own = [self.program.output]
        if outputs is not None:
            own = [numbers[id(v)] for v in (outputs.values() if isinstance(outputs, Mapping) else outputs)]
        return [*own, *(value for _, value in self.program.aux)]

    # what is called

    def _call(self, need: Need) -> str:
        level, path = need
        if level > 0:
            return self.needed[need]
        return f"self[{path}]" if self.plan.chain is not None else child(path, self.children)

    def _loop(self, runs: tuple[str, ...]) -> tuple[Expr, list[str]]:
        """The head of a loop over children, and its variables."""
        if runs == ("",):
            item = next(item for item in self.plan.items if isinstance(item, NumberedItem))
            stem = variable(item.before or item.after, "child")
            name = next((word for word in ("layer", "block") if stem.endswith(word)), stem)
            name = "child" if name in ("x", "out") else name
            return f"for {name} in self.children()", [name]
        names: list[str] = []
        for run in runs:
            stem = run.removesuffix("s") if len(run) > 2 else run
            names.append(unique(variable(stem), {"x", "out", *names}))
        head = f"for {', '.join(names)} in "
        if len(runs) == 1:
            return f"{head}self.{runs[0]}", names
        return Brackets(f"{head}zip(", [*(f"self.{run}" for run in runs), "strict=True"]), names

    # what is returned

    def _returned(self, statements: list[Statement]) -> Node | None:
        """The last statement, if it can be returned as an expression: a concatenation, whose type is known."""
        if self.program.aux or not statements or (self.graph is not None and self.graph.outputs is not None):
            return None
        last = statements[-1]
        if not isinstance(last, Assign) or last.asks or last.operand is not None:
            return None
        if last.values != (self.program.output,) or last.node.op.verb != "concat":
            return None
        statements.pop()
        return last.node

    def _own_type(self) -> str:
        outputs = self.graph.outputs if self.graph is not None else None
        if outputs is None:
            return "Tensor"
        if isinstance(outputs, Mapping):
            return "dict[str, Tensor]"
        return f"tuple[{', '.join('Tensor' for _ in outputs)}]" if len(outputs) < 5 else "tuple[Tensor, ...]"

    def _type(self) -> str:
        own = self._own_type()
        if not self.program.aux:
            return own
        if self.graph is not None:
            return f"{self.output_name} | {own}"
        if len(self.program.aux) > 2:
            return "tuple[Tensor, *tuple[Tensor | None, ...]]"
        return f"tuple[Tensor, {', '.join('Tensor | None' for _ in self.program.aux)}]"

    def _end(self) -> list[str]:
        values = [self.names[value] for value in self._results()]
        aux = [self.names[value] for _, value in self.program.aux]
        own = values[: len(values) - len(aux)]
        if self.graph is None:
            return give_back([*own, *aux], BODY)
        outputs = self.graph.outputs
        result: Expr = own[0]
        if isinstance(outputs, Mapping):
            entries = [f"{quote(key)}: {name}" for key, name in zip(outputs, own, strict=True)]
            result = Brackets("{", entries, "}", together=False)
        elif outputs is not None:
            result = Brackets("(", own, ")", together=False) if len(own) > 1 else f"({own[0]},)"
        plain = give_back(own, BODY) if isinstance(outputs, tuple) and len(own) > 1 else layout(result, BODY, "return ")
        if not aux:
            return plain
        self._define_output()
        call = Brackets(f"{self.output_name}(", [result, *reversed(aux)])
        return [f"{' ' * BODY}if self.training:", *layout(call, BODY + INDENT, "return "), *plain]

    def _define_output(self) -> None:
        """The named tuple: `output`, then the aux results, the last one first."""
        self.imports.add("NamedTuple")
        self.outputs = [f"class {self.output_name}(NamedTuple):", f"    output: {self._own_type()}"]
        self.outputs += [f"    {field}: Tensor" for field in aux_fields(name for name, _ in reversed(self.program.aux))]


def _each(node: Node) -> list[str]:
    """The runs that are gone through within an expression."""
    own = [node.op.child] if node.op.each else []
    return own + [run for operand in node.operands if isinstance(operand, Node) for run in _each(operand)]

from __future__ import annotations

from typing import Any

from archspec.codegen.names import TAKEN, camel_case, unique, variable
from archspec.graph import CallStep, Graph, JoinStep, Leaf, Module


def class_name(graph: Graph) -> str:
    name = camel_case(graph.name, "Network")
    return f"{name}Net" if name in TAKEN else name


def generate(graph: Graph) -> str:
    return _Source(graph).text()


class _Source:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.root = class_name(graph)
        self.names = {self.root, self.root + "Output"}
        self.classes: list[str] = []
        self.by_text: dict[str, str] = {}
        self.needs: dict[int, list[tuple[int, str]]] = {}
        self.aux: dict[int, int] = {}
        self.ops = False

    def text(self) -> str:
        root = self.module(self.graph.root, is_root=True)
        assert root
        head = ['"""Made by archspec."""', "", "from typing import NamedTuple", "", "import torch"]
        head += ["from torch import Tensor, nn"] + (["from torchvision import ops"] if self.ops else [])
        return "\n".join(head) + "\n" + "".join(f"\n\n{c}" for c in self.classes)

    def make(self, child: Module | Leaf) -> str:
        if isinstance(child, Leaf):
            self.ops |= child.layer.target.startswith("ops.")
            positional, keywords = child.layer.arguments(*child.inputs)
            arguments = [_written(v) for v in positional] + [f"{k}={_written(v)}" for k, v in keywords.items()]
            return f"{child.layer.target}({', '.join(arguments)})"
        return f"{self.module(child)}()"

    def module(self, module: Module, is_root: bool = False) -> str:
        made = [(name, self.make(child)) for name, child in module.children.items()]
        body: list[str] = ["    def __init__(self) -> None:", "        super().__init__()"]
        containers: set[str] = set()
        for name, text in made:
            *parts, last = name.split(".")
            owner = "self"
            for i, part in enumerate(parts):
                prefix = ".".join(parts[: i + 1])
                if prefix not in containers:
                    containers.add(prefix)
                    body.append(f"        {owner}.add_module({part!r}, nn.Module())")
                owner = f"self.get_submodule({prefix!r})"
            body.append(f"        {owner}.add_module({last!r}, {text})")
        body += ["", *self.forward(module, is_root)]
        text = "\n".join(body) + "\n"
        if not is_root and text in self.by_text:
            return self.by_text[text]
        if is_root:
            name = self.root
        else:
            name = unique(camel_case(module.kind, "Block"), self.names, "")
            self.names.add(name)
        self.by_text[text] = name
        self.classes.append(f"class {name}(nn.Module):\n{text}")
        return name

    def forward(self, module: Module, is_root: bool) -> list[str]:
        needs: dict[tuple[int, str], str] = {}
        taken = {"x"}
        names: dict[int, str] = {}
        arguments = ["self"]
        for value in module.inputs:
            names[id(value)] = unique(variable(value.name or "x"), taken - {"x"} if not names else taken)
            taken.add(names[id(value)])
            arguments.append(f"{names[id(value)]}: Tensor")

        def target(level: int, path: str) -> str:
            if level == 0:
                return f"self.get_submodule({path!r})"
            if (level, path) not in needs:
                needs[level, path] = unique(variable(path), taken)
                taken.add(needs[level, path])
            return needs[level, path]

        lines: list[str] = []
        for step in module.steps:
            result = unique(variable(step.output.name or "x"), taken)
            taken.add(result)
            inputs = [names[id(v)] for v in step.inputs]
            names[id(step.output)] = result
            if isinstance(step, JoinStep):
                op = {"add": " + ", "multiply": " * "}.get(step.op)
                lines.append(
                    f"{result} = " + (op.join(inputs) if op else f"torch.cat([{', '.join(inputs)}], dim={step.dim})")
                )
                continue
            original = self.original(step, module)
            inputs += [target(level - 1 + step.owner, path) for level, path in self.needs.get(id(original), [])]
            call = f"{target(step.owner, step.path)}({', '.join(inputs)})"
            count = self.aux.get(id(original), 0)
            results = [result]
            for i in range(count):
                extra = unique(variable(step.aux[i].name or "aux") if step.aux else "_aux", taken)
                taken.add(extra)
                if step.aux:
                    names[id(step.aux[i])] = extra
                results.append(extra)
            if step.training_only and not self.inside_aux(module):
                lines += [f"{r}: Tensor | None = None" for r in results]
                lines += ["if self.training:", f"    {', '.join(results)} = {call}"]
            else:
                lines.append(f"{', '.join(results)} = {call}")
        output = self.result(names) if is_root and self.graph.outputs is not None else names[id(module.output)]
        aux = list(module.aux)
        if is_root and aux:
            fields = [unique(variable(n, "aux"), TAKEN) for n, _ in reversed(aux)]
            kind = self.root + "Output"
            self.classes.append(
                f"class {kind}(NamedTuple):\n    output: object\n" + "".join(f"    {f}: Tensor\n" for f in fields)
            )
            values = [names[id(v)] for _, v in reversed(aux)]
            lines += ["if self.training:", f"    return {kind}({', '.join([output, *values])})"]
        elif aux:
            output = ", ".join([output, *(names[id(v)] for _, v in aux)])
        self.needs[id(module)] = list(needs)
        self.aux[id(module)] = 0 if is_root else len(aux)
        arguments += [f"{name}: nn.Module" for name in needs.values()]
        return [
            f"    def forward({', '.join(arguments)}):",
            *(f"        {line}" for line in lines),
            f"        return {output}",
        ]

    def original(self, step: CallStep, module: Module) -> Any:
        if step.first:
            return step.target
        found = [m for m in self._all(self.graph.root) if m.span == getattr(step.target, "span", None)]
        return next((m for m in found if isinstance(m, Module)), step.target)

    def _all(self, module: Module) -> list[Module]:
        return [module, *(x for c in module.children.values() if isinstance(c, Module) for x in self._all(c))]

    def inside_aux(self, module: Module) -> bool:
        return bool(module.steps) and all(
            isinstance(s, CallStep) and s.training_only for s in module.steps if isinstance(s, CallStep)
        )

    def result(self, names: dict[int, str]) -> str:
        outputs = self.graph.outputs
        if isinstance(outputs, tuple):
            return f"({', '.join(names[id(v)] for v in outputs)},)"
        assert outputs is not None
        return "{" + ", ".join(f"{k!r}: {names[id(v)]}" for k, v in outputs.items()) + "}"


def _written(value: Any) -> str:
    if (isinstance(value, float) and value != value) or value in (float("inf"), float("-inf")):
        return f'float("{value}")'
    return repr(value)

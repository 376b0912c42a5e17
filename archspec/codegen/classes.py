"""A finished class as lines."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any

from archspec.codegen import trees
from archspec.codegen.finish import Finished
from archspec.codegen.layout import INDENT, WIDTH, Brackets, Expr, flat, give_back, layout, prefixed
from archspec.codegen.names import TAKEN, aux_fields, unique, variable
from archspec.codegen.naming import Naming, nested
from archspec.codegen.printing import printed, targets, text_of
from archspec.codegen.program import (
    Append,
    Assign,
    Chain,
    For,
    If,
    Make,
    Refuse,
    Statement,
    Store,
    is_child,
    is_simple,
    reads,
    walk,
)
from archspec.codegen.translate import Translation
from archspec.codegen.types import Types
from archspec.codegen.values import quote
from archspec.document.names import MODULE_ATTRIBUTES
from archspec.graph import Graph

BODY = 2 * INDENT
_IMPORTED = frozenset({"torch", "ops", "math", "partial", "reduce"})


class ClassWriter:
    """Writes one class. `class_names` are those of the file, by their keys."""

    def __init__(
        self,
        finished: Finished,
        translation: Translation,
        class_names: Mapping[str, str],
        types: Types,
        taken: Collection[str],
        needed: set[str],
        graph: Graph,
        output_name: str,
        constants: dict[str, tuple[str, Expr]],
    ) -> None:
        self.constants = constants
        self.finished = finished
        self.source = finished.source
        self.terms = translation.terms
        self.values = translation.values
        self.class_names = class_names
        self.types = types
        self.taken = {*TAKEN, *taken}
        self.needed = needed
        self.graph = graph
        self.output_name = output_name
        self.names: dict[str, str] = {}
        self.attributes: dict[str, str] = {}
        self.parameter_names: dict[str, str] = {}
        self.output_lines: list[str] = []
        self.annotate = ""
        self._types_said: set[str] = set()

    def lines(self) -> list[str]:
        self._name_parameters()
        init = self._init()
        forward = [] if self.source.base == "nn.Sequential" else ["", *self._forward()]
        head = f"class {self.class_names[self.source.key]}({self.source.base}):"
        if not init and not forward:
            return [head, "    pass"]
        if not init:
            forward = forward[1:]
        return [head, *init, *forward]

    def _name_parameters(self) -> None:
        source = self.source
        taken = set(self.taken)
        for dim in source.needs:
            self.parameter_names[source.dims[dim]] = self._unique(self.terms.hints[source.dims[dim]], taken)
        if len(source.needs) == 1 and source.rank == 3 and source.needs == [2]:
            self.parameter_names[source.dims[2]] = "in_features"
        for parameter in source.parameters:
            parameter.name = self._unique(variable(parameter.name), taken)
            self.parameter_names[parameter.key] = parameter.name
        for key in source.extra:
            self.parameter_names[key] = self._unique(variable(self.terms.hints[key]), taken)
        children = set(source.children)
        for key in self.finished.attributes:
            hint = self.parameter_names.get(key) or variable(self.terms.hints[key])
            self.attributes[key] = unique(hint, children | MODULE_ATTRIBUTES | {"self", "training"})
            children.add(self.attributes[key])

    def _unique(self, hint: str, taken: set[str]) -> str:
        name = unique(hint, taken)
        taken.add(name)
        return name

    # the constructor

    def _init(self) -> list[str]:
        source = self.source
        statements = self.finished.init
        naming = Naming(statements, self.terms.hints, self.parameter_names, source.dims, (), self.taken)
        self.names = self.parameter_names | naming.names()
        body: list[str] = []
        chain = next((s for s in statements if isinstance(s, Chain) and s.make is None and not s.nested), None)
        if source.base == "nn.Sequential" and chain is not None:
            before = statements[: statements.index(chain)]
            after = statements[statements.index(chain) + 1 :]
            body = self._statements(before, BODY)
            inner, items, comments = self._chain_items(chain, BODY)
            body += inner
            body += layout(Brackets("super().__init__(", items, comments=comments), BODY)
            body += self._statements(after, BODY)
            if not items and not self.parameter_names and not before:
                return []
        else:
            made = self._statements(statements, BODY)
            if not made and not self.parameter_names:
                return []
            body = [f"{' ' * BODY}super().__init__()", *made]
        return [*layout(self._signature(), INDENT), *body]

    def _signature(self) -> Expr:
        source = self.source
        items: list[Expr] = ["self"]
        names = self.parameter_names
        items += [f"{names[source.dims[dim]]}: int" for dim in source.needs]
        keyword = False
        defaulted = False
        for parameter in source.parameters:
            default = parameter.default
            if default is None and defaulted and not keyword:
                items.append("*")
                keyword = True
            defaulted = defaulted or default is not None
            type = self.types.of(parameter.type, parameter.values, optional=parameter.key in source.computed)
            items.append(
                _parameter(names[parameter.key], type, None if default is None else printed(self._default(default)))
            )
        if source.extra and not keyword and (source.parameters or source.needs):
            items.append("*")
        for key in source.extra:
            type = self.types.of(None, self.values.get(key) or [1])
            items.append(_parameter(names[key], type, None))
        return Brackets("def __init__(", items, ") -> None:")

    def _default(self, tree: ast.expr) -> ast.expr:
        """A default. What would be called there is a constant of the file."""
        tree = self._named(tree)
        found = [each for each in ast.walk(tree) if isinstance(each, ast.Call) and ast.unparse(each.func) == "partial"]
        for each in found:
            kind = ast.unparse(each.args[0]).rpartition(".")[2]
            said = text_of(each)
            name = next((n for n, (s, _) in self.constants.items() if s == said), None)
            if name is None:
                name = unique(kind, {*self.taken, *self.constants})
                self.constants[name] = (said, printed(each))
            tree = _Put(each, trees.name(name)).visit(tree)
        return tree

    def _named(self, tree: ast.expr) -> ast.expr:
        """A tree with names in the place of keys."""
        found: dict[str, ast.expr] = {}
        for each in trees.names_in(tree):
            if each.startswith("%"):
                found[each] = trees.name(self.names.get(each) or self._attribute_or(each))
            elif each.startswith("@"):
                found[each] = trees.name(self.class_names[each])
        tree = trees.replace(tree, found)
        self.needed |= trees.names_in(tree) & _IMPORTED
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg is not None and node.arg.startswith("%"):
                node.arg = self._keyword(node.arg)
        return tree

    def _attribute_or(self, key: str) -> str:
        raise KeyError(f"{key} {self.terms.hints[key]} in {self.source.wanted}")

    def _keyword(self, key: str) -> str:
        return self.types.parameter_names.get(key) or self.names.get(key) or variable(self.terms.hints[key])

    def _statements(self, statements: Sequence[Statement], indent: int) -> list[str]:
        lines: list[str] = []
        statements = _folded(statements)
        i = 0
        while i < len(statements):
            merged = self._list_of(statements, i, indent)
            if merged is not None:
                lines += merged
                i += 2
                continue
            lines += self._statement(statements[i], indent)
            i += 1
        return lines

    def _list_of(self, statements: Sequence[Statement], i: int, indent: int) -> list[str] | None:
        """`self.convs = nn.ModuleList(nn.Conv2d(...) for ...)`."""
        if i + 1 >= len(statements):
            return None
        make, loop = statements[i], statements[i + 1]
        if not isinstance(make, Make) or not isinstance(loop, For) or len(loop.body) != 1 or make.owner is not None:
            return None
        (inner,) = loop.body
        if not isinstance(inner, Make) or inner.style != "list" or not isinstance(make.name, ast.Constant):
            return None
        if (
            inner.owner is None
            or ast.unparse(inner.owner) != f"self.{trees.said(make.name)}"
            or not isinstance(make.value, ast.Call)
        ):
            return None
        value = trees.call(make.value.func, [_generator(inner.value, loop)])
        return layout(printed(self._named(value)), indent, f"self.{trees.said(make.name)} = ")

    def _statement(self, statement: Statement, indent: int) -> list[str]:
        pad = " " * indent
        match statement:
            case Assign(value=value):
                names = [self.names[target] for target in statement.targets]
                if isinstance(value, ast.Name) and self.names.get(value.id) in names and len(names) == 1:
                    return []
                return self._assign(names, value, indent, statement.comment)
            case Make(name=ast.Name(id=key)):
                return [f"{pad}self.{self.attributes[key]} = {self.names[key]}"]
            case Make():
                lines = self._make(statement, printed(self._named(statement.value)), indent)
                return _with_origin(lines, self._origin(statement))
            case Append(name=name):
                return self._appended(name, self._append_value(statement), indent)
            case Chain():
                return self._chain(statement, indent)
            case Store(collection=collection, index=index, value=value, spread=spread):
                said = printed(self._named(value))
                into = self.names[collection]
                if index is not None:
                    return layout(said, indent, f"{into}[{text_of(self._named(index))}] = ")
                if spread:
                    return layout(said, indent, f"{into} += ")
                return layout(Brackets(f"{into}.append(", [said]), indent)
            case Refuse(message=message):
                return layout(Brackets("raise ValueError(", [quote(message)]), indent)
            case If():
                return self._if(statement, indent)
            case For(targets=loop_targets, iterable=iterable, body=body):
                named = printed(self._named(iterable))
                head = layout(prefixed(f"for {targets(self._named(loop_targets))} in ", named), indent, after=":")
                inner = self._statements(body, indent + INDENT)
                return [*head, *(inner or [f"{pad}    pass"])]
        raise AssertionError

    _last_comment = ""

    def _assign(self, names: Sequence[str], value: ast.expr, indent: int, comment: str = "") -> list[str]:
        target = ", ".join(names)
        if isinstance(value, ast.Dict) and not value.keys:
            held = "Tensor" if self._in_forward else "int"
            return [f"{' ' * indent}{self._typed(target, f'dict[str, {held}]')} = {{}}"]
        if isinstance(value, ast.List) and not value.elts:
            return [f"{' ' * indent}{self._typed(target, 'list[Tensor]')} = []"]
        if self.annotate and names == [self.annotate]:
            target, self.annotate = f"{target}: Tensor", ""
        named = self._named(value)
        if isinstance(named, ast.BinOp) and isinstance(named.left, ast.Name) and [named.left.id] == list(names):
            sign = {ast.Add: "+=", ast.Sub: "-=", ast.Mult: "*=", ast.FloorDiv: "//="}.get(type(named.op))
            if sign and not self._in_forward:
                return layout(printed(named.right), indent, f"{target} {sign} ")
        return self._commented(layout(printed(named), indent, f"{target} = "), comment)

    def _commented(self, lines: list[str], comment: str) -> list[str]:
        """The shape that is made, where it is not the one before."""
        if not comment or comment == self._last_comment:
            return lines
        self._last_comment = comment
        line = f"{lines[-1]}  # {comment}"
        return [*lines[:-1], line] if len(line) <= WIDTH else lines

    def _typed(self, name: str, type: str) -> str:
        """A variable with its type where it is given a value first."""
        if name in self._types_said:
            return name
        self._types_said.add(name)
        return f"{name}: {type}"

    _in_forward = False

    def _make(self, make: Make, value: Expr, indent: int) -> list[str]:
        owner = "self" if make.owner is None else text_of(self._named(make.owner))
        if make.style == "list":
            return layout(Brackets(f"{owner}.append(", [value]), indent)
        name = self._named(make.name)
        said = text_of(name)
        if make.style == "attribute":
            assert isinstance(name, ast.Constant)
            if make.untyped:
                self.needed.add("Any")
            return layout(value, indent, f"{owner}.{trees.said(name)}{': Any' if make.untyped else ''} = ")
        if make.style == "dict":
            line = f"{owner}[{said}] = {flat(value)}"
            if indent + len(line) > WIDTH and line.endswith("()"):
                return layout(Brackets(f"{owner}[", [said], f"] = {flat(value)}"), indent)
            return layout(value, indent, f"{owner}[{said}] = ")
        register = "register_parameter" if make.style == "parameter" else "add_module"
        return layout(Brackets(f"{owner}.{register}(", [said, value]), indent)

    def _if(self, statement: If, indent: int) -> list[str]:
        pad = " " * indent
        test = printed(self._named(statement.test))
        lines: list[str] = []
        optional = [s for s in statement.body if isinstance(s, Make) and s.optional]
        chains = [s.make for s in statement.body if isinstance(s, Chain) and s.make is not None and s.make.optional]
        if not self._in_forward and (optional or chains):
            (make,) = [*optional, *chains]
            if len(statement.body) == 1 and optional and not statement.orelse:
                choice = ast.IfExp(statement.test, make.value, ast.Constant(None))
                said = printed(self._named(choice))
                name = trees.said(make.name)
                if indent + len(flat(said)) + len(f"self.{name} = ") <= WIDTH:
                    return layout(said, indent, f"self.{name} = ")
            lines = [f"{pad}self.{trees.said(make.name)} = None"]
        body = self._statements(statement.body, indent + INDENT)
        orelse = self._statements(statement.orelse, indent + INDENT)
        if not body and not orelse:
            return lines
        if not body:
            test = printed(self._named(trees.negated(statement.test)))
            body, orelse = orelse, []
        lines += layout(test, indent, "if ", ":")
        lines += body
        if orelse:
            lines += [f"{pad}else:", *orelse]
        return lines

    # chains

    _list = ""
    _named_list = False

    def _chain(self, chain: Chain, indent: int) -> list[str]:
        lines, items, comments = self._chain_items(chain, indent)
        sequential = Brackets("nn.Sequential(", items, comments=comments)
        if chain.nested:
            return [*lines, *self._appended(chain.name, sequential, indent)]
        make = chain.make
        assert make is not None
        return [*lines, *self._make(make, sequential, indent)]

    def _chain_items(self, chain: Chain, indent: int) -> tuple[list[str], list[Expr], list[str]]:
        """The statements before it, and the children as arguments, with their comments."""
        if not chain.named and is_simple(chain):
            return [], [self._item(s) for s in chain.body], [self._origin(s) for s in chain.body]
        if chain.named and is_simple(chain) and not any(isinstance(s, For) for s in chain.body):
            self.needed.add("OrderedDict")
            pairs = [(s.name, self._item(s)) for s in chain.body if isinstance(s, Append | Chain)]
            names = [self._named(name) for name, _ in pairs if name is not None]
            if all(isinstance(n, ast.Constant) and str(n.value).isidentifier() and n.value != "self" for n in names):
                entries: Expr = Brackets(
                    "OrderedDict(", [prefixed(f"{trees.said(n)}=", v) for n, (_, v) in zip(names, pairs, strict=True)]
                )
            else:
                said = [prefixed(f"{text_of(n)}: ", v) for n, (_, v) in zip(names, pairs, strict=True)]
                entries = Brackets("OrderedDict(", [Brackets("{", said, "}", together=False)])
            return [], [entries], []
        name = self.names[chain.list]
        before = (self._list, self._named_list)
        self._list, self._named_list = name, chain.named
        if chain.named:
            self.needed.add("OrderedDict")
            typed = self._typed(name, "OrderedDict[str, nn.Module]")
            lines = [f"{' ' * indent}{typed} = OrderedDict()"]
            items: list[Expr] = [name]
            body = self._statements(chain.body, indent)
        else:
            leading = []
            for statement in chain.body:
                if not is_child(statement):
                    break
                leading.append(self._item(statement))
            rest = chain.body[len(leading) :]
            lines = layout(
                Brackets("[", leading, "]", together=False), indent, f"{self._typed(name, 'list[nn.Module]')} = "
            )
            trailing: list[Expr] = []
            while rest and is_child(rest[-1]):
                trailing.insert(0, self._item(rest[-1]))
                rest = rest[:-1]
            body = self._statements(rest, indent)
            items = [f"*{name}", *trailing]
        self._list, self._named_list = before
        return [*lines, *body], items, []

    def _origin(self, statement: Statement) -> str:
        """Where a number comes from that follows from the input: `64 x 3 x 3`."""
        if not isinstance(statement, Make | Append) or not statement.origin:
            return ""
        return " x ".join(text_of(self._named(tree)) for tree in statement.origin)

    def _item(self, statement: Statement) -> Expr:
        if isinstance(statement, Append):
            return self._append_value(statement)
        if isinstance(statement, Chain):
            return Brackets("nn.Sequential(", self._chain_items(statement, 0)[1])
        assert isinstance(statement, For)
        (inner,) = statement.body
        assert isinstance(inner, Append)
        return printed(self._named(ast.Starred(_generator(inner.value, statement), ast.Load())))

    def _append_value(self, statement: Append) -> Expr:
        return printed(self._named(statement.value))

    def _appended(self, name: ast.expr | None, value: Expr, indent: int) -> list[str]:
        if name is not None and self._named_list:
            return layout(value, indent, f"{self._list}[{text_of(self._named(name))}] = ")
        return layout(Brackets(f"{self._list}.append(", [value]), indent)

    # forward

    def _forward(self) -> list[str]:
        source = self.source
        attributes = {key: trees.attribute(trees.name("self"), name) for key, name in self.attributes.items()}
        statements = [_replaced(s, attributes) for s in self.finished.forward]
        statements = [self._iterated(s) for s in statements]
        uses: dict[str, int] = {}
        for statement in walk(statements):
            for tree in _trees(statement):
                for each in ast.walk(tree):
                    if isinstance(each, ast.Name) and each.id.startswith("%"):
                        uses[each.id] = uses.get(each.id, 0) + 1
        results = self._results()
        for key in results:
            uses[key] = uses.get(key, 0) + 1
        statements = nested(statements, uses, WIDTH - BODY - 4)
        fixed: dict[str, str] = {}
        taken = set(self.taken)
        items: list[Expr] = ["self"]
        for i, key in enumerate(source.inputs):
            hint = "x" if i == 0 and not source.is_network else variable(self.terms.hints[key])
            fixed[key] = self._unique(hint, taken)
            items.append(f"{fixed[key]}: Tensor")
        for key, _ in source.modules:
            fixed[key] = self._unique(variable(self.terms.hints[key]), taken)
            items.append(f"{fixed[key]}: nn.Module")
        naming = Naming(statements, self.terms.hints, fixed, source.inputs, results, self.taken)
        self.names = fixed | naming.names()
        self._in_forward = True
        self._types_said = set()
        self.needed.add("Tensor")
        end_value: ast.expr | None = None
        single = source.outputs is None and not source.aux and source.aux_list is None
        if (
            single
            and statements
            and isinstance(statements[-1], Assign)
            and statements[-1].targets == (source.output.key,)
            and _is_typed(statements[-1].value)
        ):
            end_value = statements[-1].value
            statements = statements[:-1]
        if single and end_value is None and self.names[source.output.key] not in fixed.values():
            self.annotate = self.names[source.output.key]
        body = self._statements(statements, BODY)
        self.annotate = ""
        end = layout(printed(self._named(end_value)), BODY, "return ") if end_value is not None else self._end()
        signature = Brackets("def forward(", items, f") -> {self._type()}:")
        return [*layout(signature, INDENT), *body, *end]

    def _results(self) -> list[str]:
        source = self.source
        if isinstance(source.outputs, dict):
            own = list(source.outputs.values())
        elif source.outputs is not None:
            own = list(source.outputs)
        else:
            own = [source.output.key]
        return [*own, *(key for _, key in source.aux), *([source.aux_list] if source.aux_list else [])]

    def _iterated(self, statement: Statement) -> Statement:
        """`for conv in self.convs` instead of an index into the list."""
        if not isinstance(statement, For):
            return statement
        body = [self._iterated(each) for each in statement.body]
        statement = For(statement.targets, statement.iterable, body)
        index = _counter(statement)
        if index is None:
            return statement
        lists: dict[str, ast.expr] = {}
        for each in walk(body):
            for tree in _trees(each):
                for node in ast.walk(tree):
                    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Name) and node.slice.id == index:
                        if (
                            not isinstance(node.value, ast.Attribute)
                            or not isinstance(node.value.value, ast.Name)
                            or node.value.value.id != "self"
                        ):
                            return statement
                        lists.setdefault(ast.unparse(node.value), node.value)
        if not lists or not all(self._filled_once(text) for text in lists):
            return statement
        keys = {}
        for text in lists:
            stem = variable(text.rpartition(".")[2])
            keys[text] = self.terms.key(
                stem.removesuffix("s") if len(stem) > 2 and stem.endswith("s") else "layer", "v"
            )
        replaced = [_reindexed(each, index, keys) for each in body]
        others = {key for each in replaced for tree in _all_trees(each) for key in reads(tree)}
        if others & {n.id for n in ast.walk(statement.targets) if isinstance(n, ast.Name)}:
            return statement
        over = list(lists.values())
        if len(over) == 1:
            return For(ast.Name(next(iter(keys.values()))), over[0], replaced)
        targets = ast.Tuple([ast.Name(key) for key in keys.values()], ast.Store())
        return For(targets, trees.call(trees.name("zip"), over, {"strict": ast.Constant(True)}), replaced)

    def _filled_once(self, text: str) -> bool:
        """Whether a list is filled by one loop alone."""
        loops = 0
        for statement in self.finished.init:
            found = [
                s
                for s in walk([statement])
                if isinstance(s, Make) and s.style == "list" and s.owner is not None and ast.unparse(s.owner) == text
            ]
            if found and (not isinstance(statement, For) or len(found) > 1 or found[0] not in statement.body):
                return False
            loops += bool(found)
        return loops == 1

    def _own_type(self) -> str:
        outputs = self.source.outputs
        if outputs is None:
            return "Tensor"
        if isinstance(outputs, dict):
            return "dict[str, Tensor]"
        return f"tuple[{', '.join('Tensor' for _ in outputs)}]" if len(outputs) < 5 else "tuple[Tensor, ...]"

    def _type(self) -> str:
        source = self.source
        if source.is_network:
            own = self._own_type()
            return f"{self.output_name} | {own}" if source.aux or source.aux_list else own
        return "tuple[Tensor, list[Tensor]]" if source.aux_list else "Tensor"

    def _end(self) -> list[str]:
        source = self.source
        names = [self.names[key] for key in self._results()]
        if not source.is_network:
            return give_back(names, BODY)
        own = names[: len(names) - len(source.aux) - bool(source.aux_list)]
        result: Expr = own[0]
        if isinstance(source.outputs, dict):
            entries = [f"{quote(key)}: {name}" for key, name in zip(source.outputs, own, strict=True)]
            result = Brackets("{", entries, "}", together=False)
        elif source.outputs is not None:
            result = Brackets("(", own, ")", together=False) if len(own) > 1 else f"({own[0]},)"
        plain = (
            give_back(own, BODY)
            if source.outputs is not None and not isinstance(source.outputs, dict) and len(own) > 1
            else layout(result, BODY, "return ")
        )
        if not source.aux and source.aux_list is None:
            return plain
        self._define_output()
        aux: list[Expr] = [*reversed(names[len(own) :])] if source.aux_list is None else [f"*reversed({names[-1]})"]
        call = Brackets(f"{self.output_name}(", [result, *aux])
        return [f"{' ' * BODY}if self.training:", *layout(call, BODY + INDENT, "return "), *plain]

    def _define_output(self) -> None:
        """The named tuple: `output`, then the aux results, the last one first."""
        self.needed.add("NamedTuple")
        fields = aux_fields(name for name, _ in reversed(self.graph.root.aux))
        self.output_lines = [f"class {self.output_name}(NamedTuple):", f"    output: {self._own_type()}"]
        self.output_lines += [f"    {field}: Tensor" for field in fields]


def _is_typed(value: ast.expr) -> bool:
    """Whether a type checker knows that it is a tensor: what a module returns can be anything."""
    return isinstance(value, ast.Call) and ast.unparse(value.func).startswith("torch.")


def _folded(statements: Sequence[Statement]) -> list[Statement]:
    """Containers with their children in one expression, where these follow at once: `nn.ModuleDict({"a": ...})`."""
    found: list[Statement] = []
    for statement in statements:
        before = found[-1] if found else None
        if isinstance(statement, Make) and isinstance(before, Make) and statement.owner is not None:
            merged = _put_in(before, statement)
            if merged is not None:
                found[-1] = merged
                continue
        found.append(statement)
    return found


def _put_in(container: Make, make: Make) -> Make | None:
    """The container with one child more; None where it cannot be said so."""
    if (
        make.style not in ("dict", "list")
        or not isinstance(make.name, ast.Constant)
        or not isinstance(container.name, ast.Constant)
    ):
        return None
    if container.owner is not None or container.style != "attribute" or make.owner is None:
        return None
    path: list[str] = []
    owner = make.owner
    while isinstance(owner, ast.Subscript):
        if not isinstance(owner.slice, ast.Constant):
            return None
        path.insert(0, str(owner.slice.value))
        owner = owner.value
    if ast.unparse(owner) != f"self.{trees.said(container.name)}":
        return None
    value = _with_child(container.value, path, make)
    return None if value is None else replace(container, value=value)


def _with_child(value: ast.expr, path: Sequence[str], make: Make) -> ast.expr | None:
    if not isinstance(value, ast.Call) or ast.unparse(value.func) not in (
        "nn.ModuleDict",
        "nn.ModuleList",
        "nn.ParameterList",
    ):
        return None
    (held,) = value.args or [
        ast.Dict([], []) if ast.unparse(value.func) == "nn.ModuleDict" else ast.List([], ast.Load())
    ]
    if isinstance(held, ast.List):
        if path or make.style != "list":
            return None
        return ast.Call(value.func, [ast.List([*held.elts, make.value], ast.Load())], [])
    if not isinstance(held, ast.Dict):
        return None
    keys = [key.value if isinstance(key, ast.Constant) else None for key in held.keys]
    if not path:
        return ast.Call(value.func, [ast.Dict([*held.keys, make.name], [*held.values, make.value])], [])
    if path[0] not in keys:
        return None
    i = keys.index(path[0])
    inner = _with_child(held.values[i], path[1:], make)
    if inner is None:
        return None
    return ast.Call(value.func, [ast.Dict(held.keys, [*held.values[:i], inner, *held.values[i + 1 :]])], [])


def _with_origin(lines: list[str], origin: str) -> list[str]:
    commented = f"{lines[-1]}  # {origin}"
    return [*lines[:-1], commented] if origin and len(commented) <= WIDTH else lines


def _parameter(name: str, type: str, default: Expr | None) -> Expr:
    """`name: type = default`, broken over lines in the type where that alone is too long."""
    said = prefixed(f"{name}: ", printed(ast.parse(type, mode="eval").body))
    if default is None:
        return said
    if isinstance(default, Brackets) and BODY + len(flat(said)) + len(f" = {default.head}") > WIDTH:
        lines = layout(said, BODY, after=f" = {default.head}")
        return Brackets("\n".join(lines).lstrip(), default.items, default.tail, together=default.together)
    return prefixed(f"{flat(said)} = ", default)


def _generator(element: ast.expr, loop: For) -> ast.GeneratorExp:
    return ast.GeneratorExp(element, [ast.comprehension(loop.targets, loop.iterable, [], 0)])


def _trees(statement: Statement) -> list[ast.expr]:
    names = ("value", "test", "iterable", "index")
    found = [getattr(statement, name, None) for name in names]
    trees_found = [tree for tree in found if isinstance(tree, ast.expr)]
    if isinstance(statement, Store):
        trees_found.append(trees.name(statement.collection))
    return trees_found


def _all_trees(statement: Statement) -> list[ast.expr]:
    return [tree for each in walk([statement]) for tree in _trees(each)]


def _counter(loop: For) -> str | None:
    """The variable that counts the rounds of a loop."""
    iterable = loop.iterable
    if not isinstance(iterable, ast.Call) or not isinstance(iterable.func, ast.Name) or len(iterable.args) != 1:
        return None
    if iterable.func.id == "range" and isinstance(loop.targets, ast.Name):
        return loop.targets.id
    if (
        iterable.func.id == "enumerate"
        and isinstance(loop.targets, ast.Tuple)
        and isinstance(loop.targets.elts[0], ast.Name)
    ):
        return loop.targets.elts[0].id
    return None


def _replaced(statement: Statement, found: Mapping[str, ast.expr]) -> Statement:
    """A statement of forward with attributes in the place of keys."""
    return _mapped(statement, lambda tree: trees.replace(tree, found))


def _mapped(statement: Statement, new: Callable[[ast.expr], ast.expr]) -> Statement:
    """A statement of forward with its expressions, and those of the statements in it, made anew."""
    match statement:
        case Assign():
            return replace(statement, value=new(statement.value))
        case If():
            inner = [_mapped(s, new) for s in statement.body], [_mapped(s, new) for s in statement.orelse]
            return If(new(statement.test), *inner, None, statement.phases, statement.training)
        case For():
            return For(statement.targets, new(statement.iterable), [_mapped(s, new) for s in statement.body])
        case Store():
            index = None if statement.index is None else new(statement.index)
            return replace(statement, index=index, value=new(statement.value))
    return statement


class _Put(ast.NodeTransformer):
    def __init__(self, old: ast.expr, new: ast.expr) -> None:
        self.old = old
        self.new = new

    def visit(self, node: ast.AST) -> Any:
        return self.new if node is self.old else self.generic_visit(node)


class _Reindex(ast.NodeTransformer):
    def __init__(self, index: str, keys: Mapping[str, str]) -> None:
        self.index = index
        self.keys = keys

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        if isinstance(node.slice, ast.Name) and node.slice.id == self.index:
            return trees.name(self.keys[ast.unparse(node.value)])
        self.generic_visit(node)
        return node


def _reindexed(statement: Statement, index: str, keys: Mapping[str, str]) -> Statement:
    def new(tree: ast.expr) -> ast.expr:
        reindexed: ast.expr = _Reindex(index, keys).visit(deepcopy(tree))
        return reindexed

    return _mapped(statement, new)

"""Calls pasted from PyTorch, as the nodes to type. The text is parsed by Python's parser, bounded, and never run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from typing import NamedTuple

from archspec.foreign.functions import FUNCTIONS, NOTHING, PADS, REASONS
from archspec.foreign.nodes import Signatures, by_order, known_kind, layer, node
from archspec.foreign.words import KERAS, LIKELY
from archspec.source.flow import MISSING, braced, flow, written

_LONGEST = 2_000
_DEEPEST = 60
_CODE = re.compile(r"[(=+*@\[.]|\breturn\b")
_WARNED = re.compile(r"\\|\d(?:and|else|for|if|in|is|or|not)\b|\bis\b")
"""What Python's parser warns of, which nobody here is to read."""
_HERE = frozenset(
    {"x", "y", "z", "h", "out", "output", "input", "inputs", "feat", "feats", "feature", "features", "img"}
)
"""What people call the tensor that arrives."""
_UNSAID = frozenset({"device", "dtype"})
_LISTS = ("Sequential", "ModuleList", "ModuleDict")


class Pasted(NamedTuple):
    """What stands for a call. `nodes` are empty where it changes nothing, or where only `advice` can be given."""

    nodes: tuple[str, ...]
    certain: bool
    advice: str | None = None

    @property
    def text(self) -> str:
        """As it stands in the place of the call, in a list or under a name."""
        if len(self.nodes) == 1:
            return braced(self.nodes[0])
        return f"[{', '.join(map(braced, self.nodes))}]"

    @property
    def help(self) -> str:
        return self.advice or f"write {self.nodes[0] if len(self.nodes) == 1 else self.text}"


class _NotNode(Exception):
    """This part of a call is no node; `reason` may say why."""

    def __init__(self, reason: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason


def pasted(text: str, signature: Signatures) -> Pasted | None:
    """What to write for `x = F.relu(self.conv1(x))`; None where it is nothing that PyTorch's users write.

    Of several lines each is a statement.
    """
    lines = [line.strip() for line in text[:_LONGEST].splitlines() if line.strip()]
    statement = _parsed(text)
    if statement is not None:
        return _Translator(signature).statement(statement)
    found = [None if (one := _parsed(line)) is None else _Translator(signature).statement(one) for line in lines]
    told = [each for each in found if each is not None]
    if len(told) < 2 or len(told) < len(found):
        return None
    nodes = tuple(node for each in told for node in each.nodes)
    return Pasted(nodes, all(each.certain and each.nodes for each in told), None if nodes else told[0].advice)


def read_arguments(text: str, signature: Iterable[str]) -> dict[str, str] | None:
    """`3, 64, kernel_size=(3, 3)` by name; None where that is not what it is. The names are in torch's order."""
    statement = _parsed(f"f({text})")
    names = list(signature)
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return None
    call = statement.value
    if not isinstance(call.func, ast.Name):
        return None
    translator = _Translator(lambda _: None)
    try:
        return translator.by_name(call, names)
    except _NotNode:
        return None


def in_parentheses(text: str, names: dict[str, bool]) -> dict[str, str] | None:
    """`64, 3` and `(64, 3)` by name, those that follow from the input left out where they must be."""
    statement = _parsed(f"f({text.strip()})")
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call) or statement.value.keywords:
        return None
    arguments = statement.value.args
    if len(arguments) == 1 and isinstance(arguments[0], ast.Tuple):
        arguments = arguments[0].elts
    try:
        return by_order([_Translator(lambda _: None).value(each) for each in arguments], names)
    except _NotNode:
        return None


def _parsed(text: str) -> ast.stmt | None:
    """The one statement that a text is."""
    line = " ".join(text[: _LONGEST + 1].split()).rstrip(";,")
    deep = max(line.count(bracket) for bracket in "([{") if line else 0
    if not line or len(line) > _LONGEST or deep > _DEEPEST or _CODE.search(line) is None or _WARNED.search(line):
        return None
    try:
        body = ast.parse(line).body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    return body[0] if len(body) == 1 else None


class _Translator:
    def __init__(self, signature: Signatures) -> None:
        self.signature = signature
        self.certain = True
        self.known = False
        """Whether anything was met that is surely PyTorch's."""
        self.assigned = False
        """Whether the statement gives its value a name."""

    def statement(self, statement: ast.stmt) -> Pasted | None:
        name = None
        value: ast.expr | None = None
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target, value = statement.targets[0], statement.value
            name = _target(target)
            self.assigned = True
            name = None if isinstance(target, ast.Name) and name in _HERE else name
            self.known = _is_self(target) or (name is not None and isinstance(value, ast.Name) and value.id in _HERE)
        elif isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.Add | ast.Mult):
            value = ast.BinOp(statement.target, statement.op, statement.value)
            self.assigned = True
        elif isinstance(statement, ast.Expr | ast.Return):
            value = statement.value
            self.known = isinstance(statement, ast.Return)
        if value is None:
            return None
        try:
            nodes = self.chain(value)
        except _NotNode as no:
            return Pasted((), False, no.reason) if no.reason is not None else None
        if not self.known:
            return None
        if not nodes and name is None:
            return Pasted((), False, "leave it out: it changes no value")
        if name is not None:
            nodes = [_named(name, nodes)]
        return Pasted(tuple(nodes), self.certain)

    # tensors

    def chain(self, value: ast.expr) -> list[str]:
        """The nodes that make a tensor of the one that arrives."""
        if isinstance(value, ast.Name):
            return []
        if isinstance(value, ast.BinOp):
            return self.joined(value)
        if isinstance(value, ast.Tuple) and all(isinstance(each, ast.Call) for each in value.elts):
            return [node for each in value.elts for node in self.chain(each)]
        if isinstance(value, ast.Subscript):
            return [*self.chain(value.value), self.indexed(value.slice)]
        if isinstance(value, ast.Attribute) and _is_self(value):
            self.known, self.certain = True, False
            return []
        if not isinstance(value, ast.Call):
            raise _NotNode
        function = value.func
        if isinstance(function, ast.Call):  # nn.ReLU()(x)
            return [*self.arriving(value.args), *self.chain(function)]
        path = _path(function)
        if path and path[-1] in REASONS:
            raise _NotNode(f"no node is `{path[-1]}`: {REASONS[path[-1]]}")
        if path[:-1] in (["models"], ["torchvision", "models"]):
            raise _NotNode(f"no node is a whole network: {REASONS['hub']}")
        if path == ["model", "add"] and len(value.args) == 1:  # Keras
            return self.chain(value.args[0])
        name = path[-1] if path else function.attr if isinstance(function, ast.Attribute) else ""
        is_kind = name[:1].isupper() or self.signature(name) is not None
        if path and is_kind and path[0] != "self":
            return self.constructed(name, value)
        if path and path[0] == "self":
            return [*self.arriving(value.args), self.module(path[1:])]
        if path and path[0] in ("F", "torch", "nn", "functional", "ops", "tf"):
            return self.called(name, value.args, value.keywords)
        if isinstance(function, ast.Attribute) and not (path and path[0].startswith("np")):
            return self.called(name, [function.value, *value.args], value.keywords)
        if path and name in FUNCTIONS:
            return self.called(name, value.args, value.keywords)
        raise _NotNode

    def arriving(self, arguments: list[ast.expr]) -> list[str]:
        if len(arguments) > 1:
            self.certain = False
        return self.chain(arguments[0]) if arguments else []

    def module(self, path: list[str]) -> str:
        """`self.conv1(x)`: a layer that a spec has here, under its name."""
        self.known, self.certain = True, False
        name = ".".join(path)
        stem = re.split(r"[_\d.]", name.lower())[0]
        return f"{name}: {braced(LIKELY.get(stem, '...'))}"

    def joined(self, value: ast.BinOp) -> list[str]:
        if isinstance(value.op, ast.MatMult):
            raise _NotNode(f"no node is `@`: {REASONS['matmul']}")
        kind = {ast.Add: "add", ast.Mult: "multiply"}.get(type(value.op))
        if kind is None:
            raise _NotNode
        terms = _terms(value, type(value.op))
        if any(isinstance(term, ast.Constant) for term in terms):
            raise _NotNode
        here = [term for term in terms if isinstance(term, ast.Name) and term.id in _HERE]
        others = [term for term in terms if term not in here]
        if not self.assigned and not here and not any(isinstance(term, ast.Call | ast.BinOp) for term in others):
            raise _NotNode  # two words with a plus between them
        branches = [self.branch(term) for term in terms]
        self.known, self.certain = True, False
        if kind == "add" and len(here) == 1 and len(others) == 1 and isinstance(others[0], ast.Call):
            return [f"residual: {_listed(self.chain(others[0]))}"]
        return [f"{kind}: [{', '.join(branches)}]"]

    def branch(self, value: ast.expr) -> str:
        """A tensor as a branch of concat, add or multiply."""
        if isinstance(value, ast.Name):
            return "Identity" if value.id in _HERE else f"{{from: {value.id}}}"
        nodes = self.chain(value)
        return braced(nodes[0]) if len(nodes) == 1 else _listed(nodes)

    def indexed(self, index: ast.expr) -> str:
        """`x[:, 0]`, `x[:, -1, :]`, `x[:, 1:]`"""
        self.certain = False
        self.known = True
        parts = index.elts if isinstance(index, ast.Tuple) else [index]
        for dim, part in enumerate(parts):
            if isinstance(part, ast.Slice) and part.lower is part.upper is part.step is None:
                continue
            if not dim:
                raise _NotNode("the batch is not picked from: shapes are written without it")
            if isinstance(part, ast.Slice):
                given = {"start": part.lower, "stop": part.upper, "step": part.step}
                texts = {name: self.value(each) for name, each in given.items() if each is not None}
                return written("Slice", texts | ({"dim": str(dim)} if dim != 1 else {}))
            place = self.value(part)
            return f"Select: {place}" if dim == 1 else written("Select", {"index": place, "dim": str(dim)})
        raise _NotNode

    # functions and methods

    def called(self, name: str, arguments: list[ast.expr], keywords: list[ast.keyword]) -> list[str]:
        """A function of torch, or a method: its tensor is the first of the arguments."""
        if not arguments:
            raise _NotNode
        if name in REASONS:
            raise _NotNode(f"no node is `{name}`: {REASONS[name]}")
        before = self.before(arguments[0])
        rest = arguments[1:]
        special = getattr(self, f"_{name}", None)
        if name in ("cat", "concat", "concatenate"):
            return self._joined_along(arguments[0], rest, keywords)
        if name in NOTHING:
            self.known = True
            return before
        if name in ("add", "mul", "multiply") and len(rest) == 1:
            return self.joined(ast.BinOp(arguments[0], ast.Add() if name == "add" else ast.Mult(), rest[0]))
        if special is not None:
            made = special(rest, {k.arg: k.value for k in keywords if k.arg is not None})
        elif name in FUNCTIONS:
            made = self.function(name, rest, keywords)
        else:
            raise _NotNode
        self.known = True
        return [*before, made]

    def before(self, value: ast.expr) -> list[str]:
        return [] if isinstance(value, ast.List | ast.Tuple) else self.chain(value)

    def function(self, name: str, rest: list[ast.expr], keywords: list[ast.keyword]) -> str:
        kind, *order = FUNCTIONS[name].split()
        given = dict(zip(order, rest, strict=False))
        given |= {k.arg: k.value for k in keywords if k.arg is not None}
        if len(rest) > len(order) or any(k.arg is None for k in keywords):
            raise _NotNode
        told = {key: self.value(value) for key, value in given.items() if key in order and not key.startswith("_")}
        missing = [key for key, must in (self.signature(kind) or {}).items() if must and key not in told]
        self.certain = self.certain and not missing
        return node(kind, dict.fromkeys(missing, "...") | told)

    def _view(self, rest: list[ast.expr], keywords: dict[str, ast.expr]) -> str:
        sizes = rest[0].elts if len(rest) == 1 and isinstance(rest[0], ast.Tuple | ast.List) else rest
        if not sizes:
            raise _NotNode
        if len(sizes) == 1:
            raise _NotNode("a view of one size takes the batch apart: Flatten keeps it")
        if len(sizes) == 2:
            return "Flatten"
        return f"Reshape: [{', '.join(map(self.value, sizes[1:]))}]"

    _reshape = _view

    def _flatten(self, rest: list[ast.expr], keywords: dict[str, ast.expr]) -> str:
        given = dict(zip(("start_dim", "end_dim"), rest, strict=False)) | keywords
        texts = {name: self.value(value) for name, value in given.items()}
        if texts.get("start_dim") == "0":
            del texts["start_dim"]
        return node("Flatten", texts)

    def _permute(self, rest: list[ast.expr], keywords: dict[str, ast.expr]) -> str:
        dims = rest[0].elts if len(rest) == 1 and isinstance(rest[0], ast.Tuple | ast.List) else rest
        if not dims and isinstance(keywords.get("dims"), ast.Tuple | ast.List):
            dims = keywords["dims"].elts  # type: ignore[attr-defined]
        return f"Permute: [{', '.join(map(self.value, dims))}]"

    def _transpose(self, rest: list[ast.expr], keywords: dict[str, ast.expr]) -> str:
        self.certain = False
        dims = [int(self.value(each)) for each in (*rest, *keywords.values()) if _is_whole(each)]
        if len(dims) != 2:
            raise _NotNode
        rank = max(3, *(dim + 1 for dim in dims), *(-dim + 1 for dim in dims))
        order = list(range(rank))
        order[dims[0]], order[dims[1]] = order[dims[1]], order[dims[0]]
        return f"Permute: {order}"

    _swapaxes = _transpose

    def _unsqueeze(self, rest: list[ast.expr], keywords: dict[str, ast.expr]) -> str:
        dim = self.value(next(iter((*rest, *keywords.values())), None))
        if dim == "0":
            raise _NotNode("the batch is there already: shapes are written without it")
        return written("Unflatten", {"dim": dim, "unflattened_size": "[-1, 1]" if dim.startswith("-") else "[1, -1]"})

    def _squeeze(self, rest: list[ast.expr], keywords: dict[str, ast.expr]) -> str:
        self.certain = False
        if not rest and not keywords:
            return "Flatten"
        return written("Select", {"index": "0", "dim": self.value(next(iter((*rest, *keywords.values()))))})

    def _chunk(self, rest: list[ast.expr], keywords: dict[str, ast.expr]) -> str:
        self.certain = False
        given = dict(zip(("chunks", "dim"), rest, strict=False)) | keywords
        texts = {name: self.value(value) for name, value in given.items()}
        return node("Chunk", {"chunks": texts.pop("chunks", "2"), "index": "0"} | texts)

    def _pad(self, rest: list[ast.expr], keywords: dict[str, ast.expr]) -> str:
        given = dict(zip(("pad", "mode", "value"), rest, strict=False)) | keywords
        texts = {name: self.value(value) for name, value in given.items()}
        sizes = given.get("pad")
        count = len(sizes.elts) if isinstance(sizes, ast.Tuple | ast.List) else 4
        kind = PADS.get(texts.get("mode", "constant"))
        if "pad" not in texts or kind is None or count not in (2, 4, 6):
            raise _NotNode
        kind = kind.replace("2d", f"{count // 2}d")
        if kind.startswith("Constant") and texts.get("value", "0") in ("0", "0.0", "null"):
            kind = kind.replace("Constant", "Zero")
        if kind.startswith("Constant"):
            return written(kind, {"padding": texts["pad"], "value": texts["value"]})
        return f"{kind}: {texts['pad']}"

    def _joined_along(self, tensors: ast.expr, rest: list[ast.expr], keywords: list[ast.keyword]) -> list[str]:
        if not isinstance(tensors, ast.List | ast.Tuple):
            raise _NotNode
        given = {k.arg: k.value for k in keywords if k.arg is not None}
        dim = self.value(next(iter((*rest, *(given[k] for k in ("dim", "axis") if k in given))), ast.Constant(0)))
        if dim == "0" and (rest or given):
            raise _NotNode("concat does not join along the batch")
        self.known, self.certain = True, False
        branches = f"[{', '.join(map(self.branch, tensors.elts))}]"
        return [f"concat: {branches}" if dim in ("0", "1") else f"concat: {{dim: {dim}, of: {branches}}}"]

    # modules

    def constructed(self, name: str, call: ast.Call) -> list[str]:
        """`nn.Conv2d(3, 64, 3)`"""
        if name in _LISTS or name == "OrderedDict":
            self.known = True
            return [f"sequential: {self.nodes(call)}"]
        if name in REASONS:
            raise _NotNode(f"no node is {name}: {REASONS[name]}")
        kind = known_kind(name, self.signature)
        if kind is None:
            raise _NotNode
        self.known = True
        if ": " in kind:
            return [kind]
        names = self.signature(kind)
        if names is None or kind[:1].islower():  # a structure
            self.certain = False
            return [f"{kind}: [...]"]
        if name == "Parameter" and len(call.args) == 1 and isinstance(tensor := call.args[0], ast.Call):
            sizes = self.value(ast.Tuple(tensor.args[1:])) if tensor.args[1:] else "..."
            self.certain = False
            return [f"Parameter: {sizes}"]
        if kind != name.removeprefix("Lazy"):
            return self.of_keras(name, kind, call)
        order = list(names)
        first = next((i for i, each in enumerate(order) if names[each]), 0)
        if name.startswith("Lazy"):  # without what follows from the input, which is the first
            order = order[1:]
        given = self.by_name(call, order)
        if first and any(names[each] and each not in given for each in order):  # Conv2d(64, 3), without in_channels
            self.certain = False
            given = self.by_name(call, order[first:])
        missing = [each for each in order if names[each] and each not in given]
        self.certain = self.certain and not missing and kind == name.removeprefix("Lazy")
        return [node(kind, given | dict.fromkeys(missing, MISSING))]

    def of_keras(self, name: str, kind: str, call: ast.Call) -> list[str]:
        """`Dense(10, activation="relu")`"""
        order = KERAS.get(name.lower().rstrip("123d"), "").split()
        given = dict(zip(order, call.args, strict=False)) | {k.arg: k.value for k in call.keywords if k.arg is not None}
        if len(call.args) > len(order):
            raise _NotNode
        nodes = layer(kind, {key: self.value(value) for key, value in given.items()}, self.signature)
        required = [key for key, must in (self.signature(kind) or {}).items() if must]
        self.certain = self.certain and all(key in nodes[0] or len(required) == 1 for key in required)
        return nodes

    def nodes(self, call: ast.Call) -> str:
        """What stands in a Sequential."""
        elements = call.args
        first = elements[0] if len(elements) == 1 else None
        if isinstance(first, ast.Call) and _path(first.func)[-1:] == ["OrderedDict"]:
            return self.nodes(first)
        if len(elements) == 1 and isinstance(elements[0], ast.List | ast.Tuple):
            elements = elements[0].elts
        if len(elements) == 1 and isinstance(elements[0], ast.Dict):
            pairs = zip(elements[0].keys, elements[0].values, strict=True)
            return f"{{{', '.join(self.pair(key, value) for key, value in pairs if key is not None)}}}"
        if elements and all(isinstance(each, ast.Tuple) and len(each.elts) == 2 for each in elements):
            pairs_ = [each.elts for each in elements if isinstance(each, ast.Tuple)]
            return f"{{{', '.join(self.pair(*each) for each in pairs_)}}}"
        return f"[{', '.join(map(self.element, elements))}]"

    def pair(self, key: ast.expr, value: ast.expr) -> str:
        return f"{self.value(key)}: {self.element(value)}"

    def element(self, value: ast.expr) -> str:
        """A module in a list."""
        if isinstance(value, ast.Starred):
            value = value.value
        if isinstance(value, ast.ListComp) and len(value.generators) == 1 and not value.generators[0].ifs:
            loop = value.generators[0]
            clause = flow(f"{ast.unparse(loop.target)} in {ast.unparse(loop.iter)}")
            inner = self.element(value.elt)
            return f"{{for: {clause}, {inner[1:-1] if inner.startswith('{') else f'{inner}: '}}}"
        if isinstance(value, ast.Name):
            self.certain = False
            return value.id
        nodes = self.chain(value)
        return braced(nodes[0]) if len(nodes) == 1 else _listed(nodes)

    # arguments

    def by_name(self, call: ast.Call, names: list[str]) -> dict[str, str]:
        given: dict[str, str] = {}
        if len(call.args) > len(names):
            raise _NotNode
        for name, value in zip(names, call.args, strict=False):
            if not (isinstance(value, ast.Name) and value.id == name and name.startswith("in_")):
                given[name] = self.value(value)
        for keyword in call.keywords:
            if keyword.arg in _UNSAID:
                continue
            if keyword.arg is None or keyword.arg not in names or keyword.arg in given:
                raise _NotNode
            given[keyword.arg] = self.value(keyword.value)
        return given

    def value(self, value: ast.expr | None, depth: int = 8) -> str:
        """An argument, as an expression here."""
        if value is None or not depth:
            raise _NotNode
        if isinstance(value, ast.Constant):
            if isinstance(value.value, bool) or value.value is None:
                return {True: "true", False: "false", None: "null"}[value.value]
            if isinstance(value.value, str) and len(value.value) <= 40 and "'" not in value.value:
                return value.value
            if isinstance(value.value, int | float):
                return repr(value.value)
            raise _NotNode
        if isinstance(value, ast.Tuple | ast.List):
            return f"[{', '.join(self.value(each, depth - 1) for each in value.elts)}]"
        if isinstance(value, ast.Name):
            return value.id
        if isinstance(value, ast.Attribute):
            path = _path(value)
            if path and self.signature(path[-1]) is not None:
                return path[-1]  # nn.ReLU, as a value
            self.certain = False
            if not path:
                raise _NotNode
            return path[-1]
        if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.USub):
            return f"-{self.value(value.operand, depth - 1)}"
        if isinstance(value, ast.BinOp):
            left, right = self.value(value.left, depth - 1), self.value(value.right, depth - 1)
            operator = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.FloorDiv: "//", ast.Div: "/", ast.Pow: "**"}
            if type(value.op) not in operator:
                raise _NotNode
            left, right = (
                f"({text})" if isinstance(side, ast.BinOp) and not isinstance(side.op, type(value.op)) else text
                for side, text in ((value.left, left), (value.right, right))
            )
            return f"{left} {operator[type(value.op)]} {right}"
        if isinstance(value, ast.Subscript):
            if isinstance(value.value, ast.Attribute) and value.value.attr == "shape" and _is_whole(value.slice):
                return self.size(int(ast.literal_eval(value.slice)))
            return f"{self.value(value.value, depth - 1)}[{self.value(value.slice, depth - 1)}]"
        if isinstance(value, ast.Call):
            path = _path(value.func)
            if path[-1:] == ["size"] and len(value.args) == 1 and _is_whole(value.args[0]):
                return self.size(int(ast.literal_eval(value.args[0])))
            if path == ["int"] and len(value.args) == 1:
                return f"int({self.value(value.args[0], depth - 1)})"
        raise _NotNode

    def size(self, dim: int) -> str:
        """`x.size(1)`: shapes here have no batch."""
        return f"in_shape[{dim - 1 if dim > 0 else dim}]" if dim else "-1"


def _named(name: str, nodes: list[str]) -> str:
    if not nodes:
        return f"name: {name}"
    return f"{name}: {_listed(nodes) if len(nodes) > 1 else braced(nodes[0])}"


def _listed(nodes: list[str]) -> str:
    return f"[{', '.join(map(braced, nodes))}]"


def _target(target: ast.expr) -> str | None:
    """The name of a node for what is assigned."""
    if isinstance(target, ast.Name):
        return target.id
    return target.attr if isinstance(target, ast.Attribute) and _is_self(target) else None


def _is_self(value: ast.expr) -> bool:
    return isinstance(value, ast.Attribute) and isinstance(value.value, ast.Name) and value.value.id == "self"


def _is_whole(value: ast.expr) -> bool:
    operand = value.operand if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.USub) else value
    return isinstance(operand, ast.Constant) and type(operand.value) is int


def _path(function: ast.expr) -> list[str]:
    """`torch.nn.Conv2d` in its parts; empty where it is no dotted name."""
    parts: list[str] = []
    while isinstance(function, ast.Attribute):
        parts.append(function.attr)
        function = function.value
    return [function.id, *reversed(parts)] if isinstance(function, ast.Name) else []


def _terms(value: ast.expr, operator: type[ast.operator]) -> list[ast.expr]:
    """`a + b + c` as a list."""
    found: list[ast.expr] = []
    while isinstance(value, ast.BinOp) and isinstance(value.op, operator):
        found.append(value.right)
        value = value.left
    return [value, *reversed(found)]

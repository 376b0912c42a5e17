"""Trees as text: laid out as `ruff format` lays them out, once."""

from __future__ import annotations

import ast

from archspec.codegen.layout import Brackets, Comprehension, Expr, Operation, flat, prefixed
from archspec.codegen.values import literal

_OPERATORS: dict[type[ast.AST], tuple[str, int]] = {
    ast.Or: ("or", 1),
    ast.And: ("and", 2),
    ast.BitOr: ("|", 7),
    ast.Pow: ("**", 13),
    ast.Add: ("+", 10),
    ast.Sub: ("-", 10),
    ast.Mult: ("*", 11),
    ast.Div: ("/", 11),
    ast.FloorDiv: ("//", 11),
    ast.Mod: ("%", 11),
    ast.Eq: ("==", 5),
    ast.NotEq: ("!=", 5),
    ast.Lt: ("<", 5),
    ast.LtE: ("<=", 5),
    ast.Gt: (">", 5),
    ast.GtE: (">=", 5),
    ast.Is: ("is", 5),
    ast.IsNot: ("is not", 5),
    ast.In: ("in", 5),
    ast.NotIn: ("not in", 5),
}
"""Signs, and how tightly each binds."""


def printed(node: ast.expr) -> Expr:
    """A tree as an expression that can be broken over lines."""
    return _print(node, 0)


def text_of(node: ast.expr) -> str:
    return flat(printed(node))


def _print(node: ast.expr, around: int) -> Expr:
    """`around`: how tightly what stands around binds."""
    match node:
        case ast.Name(id=id):
            return id
        case ast.Constant(value=value) if value is ...:
            return "..."
        case ast.Constant(value=value):
            return literal(value)
        case ast.Attribute(value=value, attr=attr):
            return _after(_print(value, 20), f".{attr}")
        case ast.Call(func=func, args=args, keywords=keywords):
            if len(args) == 1 and not keywords and isinstance(args[0], ast.GeneratorExp):
                return Brackets(flat(_print(func, 20)) + "(", [_comprehension(args[0])])
            items = [_print(arg, 0) for arg in args]
            if isinstance(func, ast.Call | ast.Subscript) and not keywords:  # a child by its name, called
                function = _print(func, 20)
                if isinstance(function, Brackets):
                    return _after(function, f"({', '.join(map(flat, items))})")
            items += [prefixed(f"{key.arg}=", _print(key.value, 0)) for key in keywords]
            return _joined(_print(func, 20), Brackets("(", items))
        case ast.Tuple(elts=items):
            if not items:
                return "()"
            if len(items) == 1:
                return Brackets("(", [_print(items[0], 0)], ",)", together=False)
            return Brackets("(", [_print(item, 0) for item in items], ")", together=False)
        case ast.List(elts=items):
            return Brackets("[", [_print(item, 0) for item in items], "]", together=False)
        case ast.Dict(keys=keys, values=values):
            pairs = [
                prefixed(f"{flat(_print(k, 0))}: ", _print(v, 0))
                for k, v in zip(keys, values, strict=True)
                if k is not None
            ]
            return Brackets("{", pairs, "}", together=False)
        case ast.Starred(value=ast.GeneratorExp() as inner):
            return Brackets("*(", [_comprehension(inner)])
        case ast.Starred(value=value):
            return prefixed("*", _print(value, 9))
        case ast.GeneratorExp():
            return Brackets("(", [_comprehension(node)])
        case ast.ListComp():
            return Brackets("[", [_comprehension(node)], "]")
        case ast.BinOp(op=op):
            sign, level = _OPERATORS[type(op)]
            if isinstance(op, ast.Pow):
                left, right = flat(_print(node.left, 14)), flat(_print(node.right, 12))
                simple = _is_simple(node.left) and _is_simple(node.right)
                return _wrapped(f"{left}**{right}" if simple else f"{left} ** {right}", level, around)
            pieces: list[Expr] = []
            left_node: ast.expr = node
            while (
                isinstance(left_node, ast.BinOp)
                and not isinstance(left_node.op, ast.Pow)
                and _OPERATORS[type(left_node.op)][1] == level
            ):
                pieces.insert(0, prefixed(f"{_OPERATORS[type(left_node.op)][0]} ", _print(left_node.right, level + 1)))
                left_node = left_node.left
            pieces.insert(0, _print(left_node, level))
            return _wrapped(Operation(*pieces), level, around)
        case ast.BoolOp(op=op, values=values):
            sign, level = _OPERATORS[type(op)]
            first, *others = [_print(value, level + 1) for value in values]
            return _wrapped(Operation(first, *(prefixed(f"{sign} ", other) for other in others)), level, around)
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            parts = [_print(left, 6)]
            parts += [
                prefixed(f"{_OPERATORS[type(op)][0]} ", _print(other, 6))
                for op, other in zip(ops, comparators, strict=True)
            ]
            return _wrapped(Operation(*parts), 5, around)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _wrapped(prefixed("not ", _print(operand, 3)), 3, around)
        case ast.UnaryOp(op=op, operand=operand):
            return _wrapped(prefixed("-" if isinstance(op, ast.USub) else "+", _print(operand, 12)), 12, around)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            pieces = [_print(body, 1), prefixed("if ", _print(test, 1)), prefixed("else ", _print(orelse, 0))]
            return _wrapped(Operation(*pieces, conditional=True), 0.5, around)
        case ast.Subscript(value=value, slice=index):
            said = _slice(index) if isinstance(index, ast.Slice) else _index(index)
            if isinstance(index, ast.Tuple) and isinstance(value, ast.Name) and value.id in ("tuple", "dict", "list"):
                return Brackets(f"{value.id}[", [_print(each, 0) for each in index.elts], "]")
            if isinstance(index, ast.Constant) and isinstance(index.value, str):
                return Brackets(flat(_print(value, 20)) + "[", [said], "]")
            return _after(_print(value, 20), f"[{said}]")
        case ast.JoinedStr():
            return _f_string(node)
    raise TypeError(f"the source has no {type(node).__name__}")


def _index(index: ast.expr) -> str:
    if isinstance(index, ast.Tuple):
        return ", ".join(_slice(each) if isinstance(each, ast.Slice) else flat(_print(each, 0)) for each in index.elts)
    return flat(_print(index, 0))


def _slice(node: ast.Slice) -> str:
    bounds = [node.lower, node.upper]
    simple = all(each is None or _is_simple(each) for each in [*bounds, node.step])
    lower, upper = ("" if each is None else flat(_print(each, 0)) for each in bounds)
    colon = ":" if simple else " : "
    said = f"{lower}{colon}{upper}".strip()
    return said if node.step is None else f"{said}{colon}{flat(_print(node.step, 0))}".rstrip()


def _is_simple(node: ast.expr) -> bool:
    match node:
        case ast.Name() | ast.Constant():
            return True
        case ast.Attribute(value=value):
            return _is_simple(value)
        case ast.UnaryOp(operand=operand):
            return not isinstance(node.op, ast.Not) and isinstance(operand, ast.Constant)
    return False


def _comprehension(node: ast.GeneratorExp | ast.ListComp) -> Comprehension:
    clauses = []
    for each in node.generators:
        target = flat(_print(each.target, 0))
        target = (
            target[1:-1].rstrip(",") + "," * target.endswith(",)") if isinstance(each.target, ast.Tuple) else target
        )
        clause = f"for {target} in {flat(_print(each.iter, 1))}"
        clauses.append(clause + "".join(f" if {flat(_print(test, 1))}" for test in each.ifs))
    return Comprehension(_print(node.elt, 0), " ".join(clauses))


def _wrapped(expression: Expr, level: float, around: float) -> Expr:
    if level >= around:
        return expression
    return Brackets("(", [expression])


def _after(expression: Expr, tail: str) -> Expr:
    match expression:
        case Brackets(head=head, items=items, tail=end, together=together):
            return Brackets(head, items, end + tail, together=together)
    return flat(expression) + tail


def _joined(function: Expr, call: Brackets) -> Expr:
    return Brackets(flat(function) + call.head, call.items, call.tail)


def _f_string(node: ast.JoinedStr) -> str:
    parts = []
    for each in node.values:
        if isinstance(each, ast.FormattedValue):
            parts.append("{" + flat(_print(each.value, 0)).replace('"', "'") + "}")
        else:
            text = str(each.value)  # type: ignore[attr-defined]
            parts.append(text.replace("{", "{{").replace("}", "}}"))
    return 'f"' + "".join(parts) + '"'


def targets(node: ast.expr) -> str:
    """What a loop gives its elements to."""
    said = flat(_print(node, 0))
    return said[1:-1] if isinstance(node, ast.Tuple) and len(node.elts) > 1 else said
